"""Time in the simulation: one clock, an agenda of what happens by itself, and how fast it goes.

The state machines never sleep and never look at a wall clock: they put things on an :class:`Agenda`. A process runs
what is due; a test sets its own clock forward. So both see the same order of events.
"""

import heapq
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol


class Clock(Protocol):
    """What the simulation needs to know of time."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def utc(self) -> datetime:
        """The time of day."""
        ...


class RealClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds since boot: comparable with other processes of this machine."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class Span(Enum):
    """How long things take: (seconds at speed 1, seconds when everything is instant).

    Source: the guide ("15 minutes to an hour" for an install, "about 60 seconds" until the first sync); the rest is
    recalled. The instant figures keep every state visible for a moment, and all of an event within 0.3 s.
    """

    SYNC = (60.0, 0.2)
    FIRST_SYNC = (60.0, 0.1)
    DOWNLOAD_SITE = (150.0, 0.1)
    INSTALL_SITE = (750.0, 0.2)
    DOWNLOAD_BASE = (200.0, 0.05)
    INSTALL_BASE = (700.0, 0.05)
    REBOOT_REFUSED = (200.0, 0.1)
    REBOOT_BAD_GATEWAY = (100.0, 0.1)
    CLIENTS_MOVE = (10.0, 0.05)


@dataclass(frozen=True)
class Pace:
    """How many simulated seconds fit into a real one; ``inf`` is "instant"."""

    speed: float = 1.0

    def of(self, span: Span) -> float:
        """Real seconds that this span takes."""
        simulated, instantly = span.value
        return instantly if math.isinf(self.speed) else simulated / self.speed


@dataclass(order=True)
class Entry:
    """Something that will happen by itself."""

    due: float
    number: int
    what: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Let it not happen."""
        self.cancelled = True


class Agenda:
    """What happens by itself, in the order of its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._numbers = itertools.count()
        self._at: float | None = None

    def now(self) -> float:
        """Monotonic time; while something due runs, the time it was due (what follows keeps its beat)."""
        return self._clock.monotonic() if self._at is None else self._at

    def utc(self, at: float | None = None) -> datetime:
        """The time of day at a monotonic time (default: now)."""
        moment = self.now() if at is None else at
        return self._clock.utc() - timedelta(seconds=self._clock.monotonic() - moment)

    def after(self, seconds: float, what: Callable[[], None]) -> Entry:
        """Let something happen in so many real seconds."""
        entry = Entry(self.now() + seconds, next(self._numbers), what)
        heapq.heappush(self._entries, entry)
        return entry

    def run_due(self) -> int:
        """Let everything happen whose time has come; say how much it was."""
        happened = 0
        while self._entries and (self._entries[0].cancelled or self._entries[0].due <= self._clock.monotonic()):
            entry = heapq.heappop(self._entries)
            if entry.cancelled:
                continue
            self._at = entry.due
            try:
                entry.what()
            finally:
                self._at = None
            happened += 1
        return happened

    def next_due(self) -> float | None:
        """When the next thing happens, or ``None``."""
        while self._entries and self._entries[0].cancelled:
            heapq.heappop(self._entries)
        return self._entries[0].due if self._entries else None
