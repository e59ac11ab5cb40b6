"""Wait with a deadline: the only polling loop and the only sleep of the robot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from robot.domain.errors import Stalled
from robot.evidence.wording import duration

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_TICK = 0.2
"""Seconds between two checks of the stop flag during a sleep: Ctrl-C must end a wait at once."""


def nobody_listens(_what: str, _so_far: float, _at_most: float) -> None:
    """Ignore what is waited for: nobody is to be notified.

    Args:
        _what: what is waited for, in words.
        _so_far: seconds since the wait began.
        _at_most: seconds that it may last.
    """


def nothing_interrupts() -> None:
    """Let the wait go on."""


@dataclass(frozen=True)
class Poller:
    """How a run waits: how often it polls, what may interrupt it, and who is notified.

    Attributes:
        poll: seconds between two readings.
        interrupted: called at every tick; raises a `Stop` to end the wait.
        tell: called before every reading with what is waited for, seconds so far and seconds at most.
        pace: how many times faster than real appliances the simulated ones of a rehearsal go.
        clock: gives seconds of a monotonic clock.
        sleep: sleeps for so many seconds.
    """

    poll: float = 1.0
    interrupted: Callable[[], None] = nothing_interrupts
    tell: Callable[[str, float, float], None] = nobody_listens
    pace: float = 1.0
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def pause(self, seconds: float) -> None:
        """Sleep for so many seconds; an interruption ends it at once."""
        until = self.clock() + seconds
        while (remaining := until - self.clock()) > 0:
            self.interrupted()
            self.sleep(min(remaining, _TICK))
        self.interrupted()

    def poll_until(self, read: Callable[[], T], done: Callable[[T], bool], *, what: str, within: float) -> T:
        """Read again and again until `done` says so; only reading is repeated.

        Args:
            read: makes one reading; its exceptions end the wait.
            done: whether a reading ends the wait.
            what: what is waited for, in words that complete "waiting for".
            within: the deadline, in seconds.

        Returns:
            The reading that ended the wait.

        Raises:
            Stalled: `within` has passed; the last reading was made after that.
        """
        began = self.clock()
        while True:
            so_far = self.clock() - began
            self.tell(what, so_far, within)
            reading = read()
            if done(reading):
                return reading
            if so_far >= within:
                raise Stalled(f"still waiting for {what} after {duration(so_far)}, longer than allowed")
            self.pause(min(self.poll, max(within - so_far, 0.01)))
