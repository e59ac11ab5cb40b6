"""Between the two windows: whoever serves is looked at again and again, as a customer sees it. Nothing is pressed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from flows.smoke.in_a_run import amiss_before, is_verified_by_smoke, order_of
from flows.smoke.record import SmokeRecord
from flows.smoke.session import smoke
from robot.domain.clocks import steady_clock
from robot.domain.errors import Refused, UsageError
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.smoke.results import SmokeResults
    from robot.changes.run import Run

WATCH: Final = "site-interim-watch"
"""The step of the lines that tell, look by look, how the site was."""
HEADING = "Interim: is the site well?"


class InterimWatch:
    """Looks at the appliance that serves, at the interval of the pair file; it never ends the wait and never presses.

    Args:
        pair: both appliances.
        run: the run, which waits for its second window.
        serves: the appliance that serves.
        back: what a person may do about it, besides waiting.
    """

    def __init__(self, pair: Pair, run: Run, serves: Appliance, *, back: str) -> None:
        self._pair, self._run, self._serves, self._back = pair, run, serves, back
        self._due_s = steady_clock()
        self._alerted = False

    def __call__(self) -> None:
        """Look, if it is time, and if there is time before the window opens."""
        smoke_settings = self._run.settings.smoke
        if not is_verified_by_smoke(self._run) or steady_clock() < self._due_s or self._opens_within(smoke_settings.limit):
            return
        self._due_s = steady_clock() + smoke_settings.interval
        try:
            self._look()
        except (Refused, UsageError) as fault:  # a look that cannot be kept must not end the wait
            self._run.tell({"event": "note", "text": f"the site could not be looked at in the interim: {fault}"})

    def _opens_within(self, seconds: float) -> bool:
        permit = self._run.hours.permit()
        return permit is None or (permit.at - datetime.now(UTC)).total_seconds() <= seconds

    def _look(self) -> None:
        run, number = self._run, len(self._run.record.history.of_step(WATCH)) + 1
        order = order_of(self._serves, self._pair, signs_in=False, as_before=amiss_before(run))
        kept = SmokeRecord(order, run.record, moment=f"interim-{number}", heading=HEADING)
        results = smoke(order, None, keep=kept.keep)
        text = f"look {number}: {self._serves.name} serves well ({results.tally})"
        if not results.is_good:
            text = f"look {number}: {self._serves.name} does not serve as it must: {results.objection}"
        reading = {"good": results.is_good, "tally": results.tally, "seconds": results.seconds}
        run.record.append(Kind.NOTE, WATCH, unit="site", heading=HEADING, title="How the site was", text=text, reading=reading)
        run.tell({"event": "note", "text": text})
        if results.is_good:
            self._alerted = False
        elif not self._alerted:
            self._alerted = True
            run.notify("smoke_failed", f"{text}. {self._picture(kept, results)}Nothing is pressed. {self._back}")

    def _picture(self, kept: SmokeRecord, results: SmokeResults) -> str:
        """Return where the picture of what failed stands; "" if there is none."""
        failed = {each.name for each in results.checks if each.state == "failed"}
        files = [picture.file for each in kept.kept if each.name in failed for picture in each.pictures]
        return f"Picture: {self._run.state.evidence / files[0]}. " if files else ""
