"""When this run may press: by its windows, by clocks that are not in doubt, by its record, and by this pair's history.

Without `[windows]` (the run was begun with `--now`) somebody else is in charge of the hours, and every time is permitted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from robot.domain.clocks import Clocks, in_utc
from robot.domain.errors import Refused, Waiting
from robot.evidence.wording import duration
from robot.schedule.estimate import Forecast, Work
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import MaintenanceWindows, WindowState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.step_names import StepNames
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.schedule.estimate import Estimate
    from robot.schedule.windows import Exposure, TimeBudget, WindowDecision
    from robot.settings import Settings

_NO_INTERIM = datetime.min.replace(tzinfo=UTC)
"""Since when it lasts on the way back: it is there to find out what is wrong with B, and holds up nothing but A's update."""


class PressPolicy:
    """Decides for one run whether its windows permit a press.

    Args:
        settings: the pair file; `[windows]` may be absent.
        record: the run's own record, which knows when it broke, swung and measured.
        history: seconds that each work took this pair before, by the word of the work.
        clocks: this process's own if `None`.
        steps: the names of the steps that show when the site swung and how long works took; if `None`, neither is known.
        rescue: whether a person asked for the way back or the finish by name, so that overtime counts.
        procedure: "asynchronous", "synchronous" or "single": the order in which works are left.

    Attributes:
        part: the part of the procedure that the run has come to.
        looks: whether the run compares the pair with its plan, which takes time too.
        other_window: how another window is come by, a sentence for the stop card; `{which}` is "another" or "a longer".
    """

    def __init__(
        self,
        settings: Settings,
        record: EvidenceLog,
        history: Mapping[str, float],
        clocks: Clocks | None = None,
        *,
        steps: StepNames | None = None,
        rescue: bool = False,
        procedure: str = "asynchronous",
    ) -> None:
        self._timetable = MaintenanceWindows(settings.windows) if settings.windows else None
        self._record = record
        self._history = history
        self._clocks = clocks or Clocks()
        self._steps = steps
        self._rescue = rescue
        self._procedure = procedure
        self.part = ProcedurePart.FIRST
        self.looks = False
        self.other_window = "Agree on {which} window, write it into the pair file, then resume with `--windows PAIR`."

    @property
    def _part(self) -> ProcedurePart:
        """The part whose window counts now; on the way back from a proved swing it is either one, whichever is open."""
        if self._timetable and self._interim_from() == _NO_INTERIM:
            first = self._timetable.permit(ProcedurePart.FIRST, self._now(), rescue=self._rescue)
            return ProcedurePart.FIRST if first.is_open else ProcedurePart.SECOND
        return self.part

    def permit(self) -> WindowDecision | None:
        """Return whether the present part may press now; `None` if the pair file has no windows.

        Raises:
            Refused: the clock is in doubt; or the second part has begun and no swing is on record.
        """
        if self._timetable is None:
            return None
        part, swung_at = self._part, self._interim_from()
        if part is ProcedurePart.SECOND and swung_at is None:
            raise Refused("the swing is not on record, so that the second window cannot be held against it")
        return self._timetable.permit(part, self._now(), swing_done_at=swung_at, rescue=self._rescue)

    def require(self) -> None:
        """Require that a press is permitted at this moment.

        Raises:
            Waiting: the window is not open yet.
            Refused: the window is closed, or the clock is in doubt.
        """
        permit = self.permit()
        if permit is None or permit.is_open:
            return
        if permit.verdict is WindowState.NOT_YET:
            raise Waiting(
                f"{permit.sentence}; nothing is pressed until then",
                next_action=f"Resume at {in_utc(permit.at)} or later; or stay with `--wait`.",
            )
        raise Refused(
            f"{permit.sentence}; nothing is pressed outside a window",
            next_action=self.other_window.format(which="another"),
        )

    def require_fit(self, work: Work, packages: int = 1) -> str:
        """Require that the window has time for the rest of this part and the way back before a long work begins (PL6).

        Args:
            work: what is about to begin.
            packages: how many are still to be installed.

        Returns:
            The numbers, in a sentence for a person; "" if the pair file has no windows.

        Raises:
            Refused: it has not; or the clock is in doubt.
        """
        if self._timetable is None:
            return ""
        fit, estimate = self._fit(self._timetable, work, packages)
        if not fit.fits:
            raise Refused(
                f"{fit.sentence} ({estimate.told()})",
                next_action=self.other_window.format(which="a longer"),
            )
        return f"{fit.sentence} ({estimate.told()})"

    def has_room(self, work: Work) -> bool:
        """Return whether there is a window that has time for this work, the rest of its part, and the way back."""
        return self._timetable is not None and self._fit(self._timetable, work, 1)[0].fits

    def _fit(self, timetable: MaintenanceWindows, work: Work, packages: int) -> tuple[TimeBudget, Estimate]:
        measured = self._record.history.durations_s(self._steps) if self._steps else {}
        estimate = Forecast(packages, measured, self._history, self._procedure, self.looks).before(work)
        fit = timetable.fits(self._part, self._now(), estimate, swing_done_at=self._interim_from(), rescue=self._rescue)
        return fit, estimate

    def _interim_from(self) -> datetime | None:
        """Return since when the interim lasts: since the swing was proved; `None` if it was not, or if no step is known."""
        swung_at = self._record.history.swing_proved_at(self._steps) if self._steps else None
        return _NO_INTERIM if swung_at and self._steps and self._record.history.goes_back(self._steps) else swung_at

    def until(self) -> str:
        """Return when the present window closes, in UTC: "2026-12-01T22:00:00Z"; "" if none is open.

        Raises:
            Refused: as for `permit`.
        """
        permit = self.permit()
        return "" if permit is None or not permit.is_open else f"{permit.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def exposure(self) -> Exposure | None:
        """Return how long there has been no failover; `None` if nothing is broken, or if there are no windows that limit it."""
        return exposure_of(self._timetable, self._record.history, datetime.now(UTC))

    def _now(self) -> datetime:
        lines = self._record.history.lines
        return self._clocks.now(not_before=lines[-1].at if lines else None)


def exposure_of(timetable: MaintenanceWindows | None, history: RunHistory, now: datetime) -> Exposure | None:
    """Return the time without failover: from the press that broke the relationship until the proof that it is back (PL7).

    Args:
        timetable: the windows, which limit that time.
        history: the run.
        now: the time, which counts while failover is not back.

    Returns:
        `None` if nothing is broken, or if there are no windows.
    """
    if timetable is None or (broken := history.broken) is None:
        return None
    restored = history.restored
    return timetable.exposure(broken.at, restored.at if restored else now)


def history_of(runs: Iterable[RunState], settings: Settings, steps: StepNames) -> dict[str, float]:
    """Return how long works took in this pair's earlier runs that ended well, whichever was A; rehearsals do not count.

    Args:
        runs: all runs of this machine, oldest first.
        settings: the pair file.
        steps: the names of the steps that show how long works took.

    Returns:
        Seconds by the word of the work, each of the newest run that measured it.
    """
    pair = {(settings.a.address, settings.a.port), (settings.b.address, settings.b.port)}
    durations: dict[str, float] = {}
    for run in runs:
        facts: dict[str, Any] = run.facts.get("settings", {})
        theirs = {(facts[unit]["address"], facts[unit]["port"]) for unit in ("a", "b") if facts.get(unit)}
        if theirs == pair and not run.facts.get("rehearsal") and run.summary.get("outcome") == "done":
            durations |= run.history.durations_s(steps)
    return durations


def told(exposure: Exposure | None, seconds: float | None) -> str:
    """Return the time without failover in words; "" if there is none.

    Args:
        exposure: that time with its limit.
        seconds: that time alone, used if `exposure` is `None`.
    """
    if exposure is not None:
        return exposure.told()
    return "" if seconds is None else f"without failover for {duration(seconds)}"
