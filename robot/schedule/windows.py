"""The two maintenance windows of a run, and the interim between them (PL3, PL5, PL6, PL7).

Nothing here reads a clock or raises a `Stop`: the caller passes the time in, and acts on the decision.
A moment belongs to a window from its opening up to, and without, its close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from robot.domain.clocks import in_utc
from robot.evidence.wording import duration
from robot.schedule.procedure_part import ProcedurePart

if TYPE_CHECKING:
    from datetime import datetime

    from robot.schedule.estimate import Estimate
    from robot.settings.sections.windows import Windows


class WindowState(StrEnum):
    """Whether a window permits a press."""

    OPEN = "open"
    NOT_YET = "not yet"
    CLOSED = "closed"


@dataclass(frozen=True)
class WindowDecision:
    """Whether something may be pressed now.

    Attributes:
        verdict: the answer.
        at: when the window closes (if open), opens (if not yet) or closed (if closed).
        sentence: the same for a person.
    """

    verdict: WindowState
    at: datetime
    sentence: str

    @property
    def is_open(self) -> bool:
        """Whether a press is allowed."""
        return self.verdict is WindowState.OPEN


@dataclass(frozen=True)
class TimeBudget:
    """Whether the window has time for the rest and the way back; `sentence` gives all the numbers."""

    fits: bool
    sentence: str


@dataclass(frozen=True)
class Exposure:
    """The time without failover, and its limit. People are told of it; it is never a reason to stop during a change.

    Attributes:
        seconds: since the break, until failover was back.
        at_most: seconds that are allowed.
    """

    seconds: float
    at_most: float

    @property
    def share(self) -> float:
        """The used part of the allowed time; 1 is all of it."""
        return self.seconds / self.at_most

    @property
    def passed(self) -> tuple[int, ...]:
        """Which of 50, 90 and 100 per cent of the allowed time are reached."""
        return tuple(mark for mark in (50, 90, 100) if self.seconds * 100 >= self.at_most * mark)

    @property
    def is_overdue(self) -> bool:
        """Whether all of the allowed time is used."""
        return 100 in self.passed

    def told(self) -> str:
        """Return it in words, for the status and the report."""
        so_far = f"without failover for {duration(self.seconds)}"
        if self.is_overdue:
            over = duration(self.seconds - self.at_most)
            return f"{so_far}: overdue by {over}, for {duration(self.at_most)} are allowed; re-establish failover soon"
        return f"{so_far}, {int(self.share * 100)} per cent of the {duration(self.at_most)} that are allowed"


@dataclass(frozen=True)
class MaintenanceWindows:
    """When a run may press, by the pair file's `[windows]`."""

    windows: Windows

    def permit(
        self,
        part: ProcedurePart,
        now: datetime,
        *,
        swing_done_at: datetime | None = None,
        rescue: bool = False,
    ) -> WindowDecision:
        """Return whether a change of this part may be pressed now.

        Args:
            part: the part it belongs to.
            now: the time, from a clock that is not in doubt.
            swing_done_at: when the swing was proved; needed for the second part.
            rescue: whether a person asked for the way back, or for the finish, by name.

        Raises:
            ValueError: as for `span`.
        """
        opens, closes = self.span(part, swing_done_at=swing_done_at, rescue=rescue)
        if now >= closes:
            return WindowDecision(WindowState.CLOSED, closes, self._closed(part, now, closes, rescue=rescue))
        if opens >= closes:
            return WindowDecision(
                WindowState.CLOSED,
                closes,
                f"the second window closes at {in_utc(closes)}, and the interim of at least {duration(self._at_least)} after the "
                f"swing lasts until {in_utc(opens)}: the second part needs another window",
            )
        if now < opens:
            return WindowDecision(WindowState.NOT_YET, opens, self._not_yet(part, now, opens))
        remaining = duration((closes - now).total_seconds())
        overtime = ", overtime included" if rescue and self.windows.overtime else ""
        return WindowDecision(
            WindowState.OPEN, closes, f"the {part} window is open until {in_utc(closes)}{overtime}: {remaining} left"
        )

    def fits(
        self,
        part: ProcedurePart,
        now: datetime,
        estimate: Estimate,
        *,
        swing_done_at: datetime | None = None,
        rescue: bool = False,
    ) -> TimeBudget:
        """Return whether the rest of this part, and the way back, end before its window closes (PL6).

        Before the window is open, the whole window counts.

        Args:
            part: the part.
            now: the time, from a clock that is not in doubt.
            estimate: how long the rest and the way back take.
            swing_done_at: when the swing was proved; needed for the second part.
            rescue: whether a person asked for this by name: then the overtime counts too.

        Raises:
            ValueError: as for `span`.
        """
        opens, closes = self.span(part, swing_done_at=swing_done_at, rescue=rescue)
        room = (closes - max(now, opens)).total_seconds()
        back = f"the way back {duration(estimate.back_seconds)}" if estimate.back else "and there is no way back from there"
        if now < opens:
            until = f"the {part} window lasts {duration(room)}" if room > 0 else f"nothing is left of the {part} window"
        else:
            until = f"the {part} window closes in {duration(room)}" if room > 0 else f"the {part} window is closed"
        fits = room > 0 and estimate.left_seconds + estimate.back_seconds <= room
        return TimeBudget(
            fits,
            f"what is left takes about {duration(estimate.left_seconds)}, {back}; {until}{'' if fits else ': that does not fit'}",
        )

    def exposure(self, broken_at: datetime, now: datetime) -> Exposure:
        """Return the time without failover; `now` is the time, or when failover was proved again."""
        return Exposure(max((now - broken_at).total_seconds(), 0.0), self.windows.interim.at_most)

    def span(
        self, part: ProcedurePart, *, swing_done_at: datetime | None = None, rescue: bool = False
    ) -> tuple[datetime, datetime]:
        """Return between which moments this part's changes may be pressed.

        Args:
            part: the part.
            swing_done_at: when the swing was proved; needed for the second part.
            rescue: whether a person asked for this by name: then the overtime counts too.

        Returns:
            The first moment, and the first one after the end; if they are not in this order, nothing may be pressed.

        Raises:
            ValueError: the second part without `swing_done_at`: a fault of the caller's.
        """
        window = self.windows.named(part)
        opens = window.opens
        if part is ProcedurePart.SECOND:
            if swing_done_at is None:
                raise ValueError("the second part begins after the swing: say when it was proved")
            opens = max(opens, swing_done_at + timedelta(seconds=self._at_least))
        return opens, window.closes + timedelta(seconds=self.windows.overtime if rescue else 0)

    @property
    def _at_least(self) -> float:
        return self.windows.interim.at_least

    def _not_yet(self, part: ProcedurePart, now: datetime, opens: datetime) -> str:
        wait = duration((opens - now).total_seconds())
        if part is ProcedurePart.SECOND and opens > self.windows.second.opens:
            return (
                f"the second window's work begins at {in_utc(opens)}, in {wait}: at least {duration(self._at_least)} after the "
                "swing was proved"
            )
        return f"the {part} window opens at {in_utc(opens)}, in {wait}"

    def _closed(self, part: ProcedurePart, now: datetime, closes: datetime, *, rescue: bool) -> str:
        ago = duration((now - closes).total_seconds())
        sentence = f"the {part} window closed at {in_utc(closes)}, {ago} ago: nothing is pressed outside it"
        if rescue and self.windows.overtime:
            return f"the overtime of the {part} window ended at {in_utc(closes)}, {ago} ago: nothing is pressed after it"
        until = closes + timedelta(seconds=self.windows.overtime)
        if not rescue and now < until:
            return f"{sentence}, but until {in_utc(until)} a person may ask for the way back or the finish by name"
        return sentence
