"""When this run may press: its windows held against clocks that are not in doubt, its record, and this pair's history.

Without `[windows]` (the run was begun with `--now`) somebody else keeps the hours, and everything is permitted.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from robot.domain.clocks import Clocks, in_utc
from robot.domain.errors import Refused, Waiting
from robot.domain.waiting import duration
from robot.recording.record import PRESSED, SETTLED
from robot.schedule.estimate import Forecast, Work
from robot.schedule.windows import Part, Timetable, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from robot.recording.record import Record
    from robot.runs.store import RunState
    from robot.schedule.estimate import Estimate
    from robot.schedule.windows import Exposure, Fit, Permit
    from robot.settings import Settings

_WORKS = (
    ("b-sync-now", Work.SYNC), ("b-break-", Work.BREAK), ("b-install-", Work.INSTALL_B), ("b-update-software-", Work.INSTALL_B),
    ("a-install-", Work.INSTALL_A), ("a-update-software-", Work.INSTALL_A), ("b-establish-", Work.ESTABLISH),
    ("a-sync-now", Work.FIRST_SYNC),
)  # fmt: skip
"""Whose presses tell how long a work takes, by the beginning of their steps' names."""


class Hours:
    """The hours of one run, as one process keeps them.

    Args:
        settings: the pair file; `[windows]` may be absent.
        record: the run's own record, which knows when it broke, swung and measured.
        history: how long this pair took before, seconds by work.
        clocks: wall and steady clock.
        rescue: whether a person asked for this by name, so that overtime counts.
    """

    def __init__(
        self,
        settings: Settings,
        record: Record,
        history: Mapping[str, float],
        clocks: Clocks | None = None,
        *,
        rescue: bool = False,
    ) -> None:
        self._timetable = Timetable(settings.windows) if settings.windows else None
        self._record = record
        self._history = history
        self._clocks = clocks or Clocks()
        self._rescue = rescue
        self.part = Part.FIRST

    def permit(self) -> Permit | None:
        """Whether the present part may press now; `None` where no windows are kept.

        Raises:
            Refused: the clock is in doubt.
        """
        if self._timetable is None:
            return None
        done = swing_done_at(self._record.lines) if self.part is Part.SECOND else None
        if self.part is Part.SECOND and done is None:
            raise Refused("the swing is not on record, so that the second window cannot be held against it")
        return self._timetable.permit(self.part, self._now(), swing_done_at=done, rescue=self._rescue)

    def require(self) -> None:
        """See that something may be pressed at this moment.

        Raises:
            Waiting: not yet. Refused: not any more, or by a clock in doubt.
        """
        permit = self.permit()
        if permit is None or permit.is_open:
            return
        if permit.verdict is Verdict.NOT_YET:
            raise Waiting(
                f"{permit.sentence}; nothing is pressed until then",
                next_action=f"Resume at {in_utc(permit.at)} or later; or stay with `--wait`.",
            )
        raise Refused(
            f"{permit.sentence}; nothing is pressed outside a window",
            next_action="Agree on another window, write it into the pair file, then resume with `--windows PAIR`.",
        )

    def require_fit(self, work: Work, packages: int = 1) -> str:
        """See that what is left of this part, and the way back, fit before a long work begins (PL6).

        Args:
            work: what is about to begin.
            packages: how many are still to be installed.

        Raises:
            Refused: they do not.
        """
        if self._timetable is None:
            return ""
        fit, estimate = self._fit(self._timetable, work, packages)
        if not fit.fits:
            raise Refused(
                f"{fit.sentence} ({estimate.told()})",
                next_action="Agree on a longer window, write it into the pair file, then resume with `--windows PAIR`.",
            )
        return f"{fit.sentence} ({estimate.told()})"

    def has_room(self, work: Work) -> bool:
        """Whether there is a window, with room left for a work that waits for something else."""
        return self._timetable is not None and self._fit(self._timetable, work, 1)[0].fits

    def _fit(self, timetable: Timetable, work: Work, packages: int) -> tuple[Fit, Estimate]:
        estimate = Forecast(packages, measured(self._record.lines), self._history).before(work)
        done = swing_done_at(self._record.lines) if self.part is Part.SECOND else None
        return timetable.fits(self.part, self._now(), estimate, swing_done_at=done, rescue=self._rescue), estimate

    def until(self) -> str:
        """When the present window closes, or ""."""
        permit = self.permit()
        return "" if permit is None or not permit.is_open else f"{permit.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def exposure(self) -> Exposure | None:
        """How long there has been no failover, held against what is allowed; `None` where nothing is broken or limited."""
        return exposure_of(self._timetable, self._record.lines, datetime.now(UTC))

    def _now(self) -> datetime:
        lines = self._record.lines
        return self._clocks.now(not_before=datetime.fromisoformat(lines[-1]["utc"]) if lines else None)


def exposure_of(timetable: Timetable | None, lines: Sequence[dict[str, Any]], now: datetime) -> Exposure | None:
    """The time without failover: from the press that broke the relationship until the proof that it is back (PL7)."""
    if timetable is None or (broken := broken_by(lines)) is None:
        return None
    again = back_by(lines)
    return timetable.exposure(datetime.fromisoformat(broken["utc"]), datetime.fromisoformat(again["utc"]) if again else now)


def broken_by(lines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The line from which on there is no failover: the press that broke the relationship, or whose hand it was."""
    kinds = {PRESSED, *SETTLED}
    return next((line for line in lines if line["kind"] in kinds and "BS7" in line["procedure"]), None)


def back_by(lines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The line from which on there is failover again: RE11 proved, the new relationship's first synchronisation."""
    return next((line for line in lines if line["kind"] in SETTLED and "RE11" in line["procedure"]), None)


def swing_done_at(lines: Sequence[dict[str, Any]]) -> datetime | None:
    """When the swing was proved; the latest time told until then, for a clock may have been set back in the middle of it."""
    place = next((number for number, line in enumerate(lines) if line["step"] == "site-served-by-b"), None)
    if place is None:
        return None
    return max(datetime.fromisoformat(line["utc"]) for line in lines[: place + 1])


def measured(lines: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How long works took in a record, seconds from intent to proof; only where one process saw both."""
    took: dict[str, float] = {}
    pressed: dict[str, float] = {}
    for line in lines:
        if line["step"] == "site-record":
            pressed.clear()  # another process: its steady clock says nothing about this one's
        work = next((work for start, work in _WORKS if line["step"].startswith(start)), None)
        if work is None:
            continue
        if line["kind"] == PRESSED:
            pressed[line["step"]] = line["monotonic"]
        elif line["kind"] == "proved" and line["step"] in pressed:
            took[work.value] = max(took.get(work.value, 0.0), line["monotonic"] - pressed.pop(line["step"]))
    return took


def history_of(runs: Iterable[RunState], settings: Settings) -> dict[str, float]:
    """How long this pair took in its last run that ended well; its roles may have been the other way round."""
    pair = {(settings.a.address, settings.a.port), (settings.b.address, settings.b.port)}
    took: dict[str, float] = {}
    for run in runs:
        told: dict[str, Any] = run.facts.get("settings", {})
        theirs = {(told[unit]["address"], told[unit]["port"]) for unit in ("a", "b") if told.get(unit)}
        if theirs == pair and not run.facts.get("rehearsal") and run.summary.get("outcome") == "done":
            path = run.evidence / "evidence.jsonl"
            took |= measured(
                [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
            )
    return took


def told(exposure: Exposure | None, seconds: float | None) -> str:
    """The exposure clock in words; "" where nothing is or was broken."""
    if exposure is not None:
        return exposure.told()
    return "" if seconds is None else f"without failover for {duration(seconds)}"
