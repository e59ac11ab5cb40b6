"""What counts as time: the wall clock decides, and while it jumps nothing is pressed by it."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from robot.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP = 60.0
"""Seconds by which the wall clock may be corrected before it is doubted."""


def wall_clock() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


def steady_clock() -> float:
    """Seconds that nobody can set. On Linux they run on while the machine is suspended; elsewhere they may stand still."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class Clocks:
    """The two clocks of one process: they agree when it begins, and must go on agreeing.

    Wall and steady clock are slewed alike by NTP, so their difference changes only when the wall clock is set. It is held
    against the difference at the beginning, not at the last look: a clock that creeps away in small steps is found too.

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
        """Give the time of day, to be asked right before a press.

        Args:
            not_before: when the run's own record last spoke; over the end of a process and a reboot nothing else is known.

        Raises:
            Refused: the wall clock was set while this process ran, or is behind the run's own record.
        """
        now, apart = self._look()
        jumped = apart - self._apart
        if abs(jumped) > JUMP:
            how = f"forward by {roughly(jumped)}" if jumped > 0 else f"back by {roughly(-jumped)}"
            raise Refused(
                f"this machine's clock jumped {how} while the run was at work, and says {in_utc(now)} now: nothing is pressed by "
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
        """The time of day, and how far it is from the steady clock; the wall last, for it is what is acted upon."""
        steady = self._steady()
        now = self._wall().astimezone(UTC)
        return now, now.timestamp() - steady


def roughly(seconds: float) -> str:
    """Say a duration in hours and minutes, rounded down: 25 min, 1 h 10 min, 24 h."""
    if seconds < 60:
        return "less than a minute"
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"


def in_utc(moment: datetime) -> str:
    """Say a moment: 2026-12-01 22:00 UTC; with seconds only where there are any."""
    there = moment.astimezone(UTC)
    return there.strftime("%Y-%m-%d %H:%M:%S UTC" if there.second else "%Y-%m-%d %H:%M UTC")
