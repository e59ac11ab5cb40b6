"""The wall clock, by which windows are kept, and the check that it has not been set while a run is at work."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.evidence.wording import duration

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP = 60.0
"""Seconds by which the wall clock may be corrected before it is doubted."""


def wall_clock() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(UTC)


def steady_clock() -> float:
    """Return seconds of a clock that cannot be set. On Linux it goes on while the machine is suspended; elsewhere it may stop.

    CLOCK_BOOTTIME is described in clock_gettime(2).
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class Clocks:
    """The wall clock and the steady clock of one process, whose difference must stay what it was at the beginning.

    NTP slews both clocks alike, so their difference changes only when the wall clock is set. It is compared with the difference
    at the beginning, not with the last one: a clock that creeps away in small steps is found too.

    A jump forward stops as well as one backward. Taken for time that passed, it would let a clock that was set wrong by an
    hour open a window an hour early. Suspension is no jump: the steady clock has run on, and it is time that passed. Where the
    steady clock cannot tell (a guest halted by its host, a system without such a clock), suspension looks like a jump, and
    the run stops before a press: it costs a `resume` by somebody who has looked at the clock, and nothing was pressed.
    """

    def __init__(self, wall: Callable[[], datetime] = wall_clock, steady: Callable[[], float] = steady_clock) -> None:
        self._wall = wall
        self._steady = steady
        _, self._apart = self._look()

    def now(self, *, not_before: datetime | None = None) -> datetime:
        """Return the time of day, for a decision right before a press.

        Args:
            not_before: the time of the newest line of the run's record: after a reboot only this shows a clock that was set back.

        Raises:
            Refused: the wall clock was set while this process ran, or is behind the run's own record.
        """
        now, apart = self._look()
        jumped = apart - self._apart
        if abs(jumped) > JUMP:
            way = f"forward by {duration(jumped)}" if jumped > 0 else f"back by {duration(-jumped)}"
            raise Refused(
                f"this machine's clock jumped {way} while the run was at work, and says {in_utc(now)} now: nothing is pressed by "
                "a clock in doubt",
                next_action="See that this machine's clock is right (it was set, or the machine was halted), then resume.",
            )
        if not_before is not None and (not_before - now).total_seconds() > JUMP:
            raise Refused(
                f"this machine's clock says {in_utc(now)}, but this run's own record goes on until {in_utc(not_before)}: "
                "nothing is pressed by a clock in doubt",
                next_action="Set this machine's clock right, then resume.",
            )
        return now

    def _look(self) -> tuple[datetime, float]:
        """Return the time of day, and its difference to the steady clock; the wall clock is read last, since it is acted upon."""
        steady = self._steady()
        now = self._wall().astimezone(UTC)
        return now, now.timestamp() - steady


def in_utc(moment: datetime) -> str:
    """Format a moment: 2026-12-01 22:00 UTC; with seconds only if they are not 0."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S UTC" if utc.second else "%Y-%m-%d %H:%M UTC")
