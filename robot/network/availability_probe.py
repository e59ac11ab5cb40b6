"""Ask the site from outside, many times a second, whether it is served: the gap of a swing is measured, not assumed.

The gap is measured by the monotonic clock. Only across a reboot of this machine, which starts that clock anew, the time of
day is used.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from robot.domain.clocks import steady_clock
from robot.domain.errors import Stop
from robot.network import tls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from robot.network.tls import Endpoint

_INTERVAL_S = 0.02
_TIMEOUT_S = 0.5
"""An appliance that goes down at this moment may never answer the question."""
_SLOW_TIMEOUT_S = 10.0
"""A second thread waits this long for an answer, so that a slow site is not taken for a silent one."""
_SLOW_INTERVAL_S = 0.5
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Gap:
    """How long nobody answered.

    Attributes:
        value: milliseconds.
        error: milliseconds; the true gap is within `value` ± `error`.
        answers: how many lines of the journal show an answer.
    """

    value: int
    error: int
    answers: int


class Prober:
    """Asks in two threads of its own, and notes each change of the answer in a file that survives a crash.

    Attributes:
        endpoint: returns the site's hostname and where it leads at this moment; called before each question.
        path: the path that is asked for; any status below 500 means that the site is served.
        journal: where the changes are noted, a JSON object a line: `steady` (seconds of the monotonic clock) since `boot`, `t`
            (seconds since the epoch), `ok`.
        interval_s: seconds between two questions.
        answers: how many questions were answered.
    """

    def __init__(self, endpoint: Callable[[], Endpoint], path: str, journal: Path, interval_s: float = _INTERVAL_S) -> None:
        self.endpoint = endpoint
        self.path = path
        self.journal = journal
        self.interval_s = interval_s
        self.answers = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask_on, name="prober", daemon=True)
        self._beside = threading.Thread(target=self._ask_beside, name="prober-beside", daemon=True)
        self._hearing = threading.Lock()
        self._last: tuple[float, bool] | None = None
        self._answered = False
        self._wanted_since: float | None = None
        self._answered_slowly = False
        self._unwritten: list[str] = []
        self._boot = _BOOT.read_text(encoding="ascii").strip() if _BOOT.exists() else ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._beside.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join(timeout=5)
        with self._hearing:
            if self._last:
                self._note(*self._last)

    def is_served(self) -> bool:
        """Return whether the newest question was answered, or, however slowly, one asked since the first call of this."""
        self._wanted_since = self._wanted_since or steady_clock()
        return self._thread.is_alive() and (self._answered or self._answered_slowly)

    def _ask_on(self) -> None:
        while not self._end.is_set():
            asked_at = steady_clock()
            self._answered = served = self._ask(_TIMEOUT_S)
            self._hear(steady_clock() if served else asked_at, served)
            self._end.wait(self.interval_s)

    def _ask_beside(self) -> None:
        while not self._end.wait(_SLOW_INTERVAL_S):
            asked_at = steady_clock()
            if self._ask(_SLOW_TIMEOUT_S) and not self._end.is_set():
                self._hear(steady_clock(), served=True)
                self._answered_slowly |= self._wanted_since is not None and asked_at >= self._wanted_since

    def _hear(self, at: float, served: bool) -> None:
        with self._hearing:
            self.answers += served
            if self._last is None or self._last[1] != served:
                if self._last:
                    self._note(*self._last)
                self._note(at, served)
            self._last = (at, served)

    def _ask(self, timeout_s: float) -> bool:
        try:
            return tls.get(self.endpoint(), self.path, timeout=timeout_s).status < 500
        except Stop:
            return False

    def _note(self, at: float, served: bool) -> None:
        wall = time.time() - (steady_clock() - at)
        line = {"steady": round(at, 4), "boot": self._boot, "t": round(wall, 4), "ok": served}
        self._unwritten.append(json.dumps(line) + "\n")
        length = self.journal.stat().st_size if self.journal.exists() else 0
        try:
            with self.journal.open("a", encoding="utf-8") as file:
                file.write("".join(self._unwritten))
        except OSError:  # on a full disk they are kept for later, and asking goes on
            with suppress(OSError):
                os.truncate(self.journal, length)
        else:
            self._unwritten.clear()


def longest_gap(journal: Path) -> Gap | None:
    """Return the longest time without an answer, from the last answer before it to the first one after it.

    A crash may lose the last answer before the gap; the error then covers that.

    Args:
        journal: the file that a `Prober` wrote; it need not exist.

    Returns:
        The gap; one of 0 ms if every question was answered; `None` if none was.
    """
    if not journal.exists():
        return None
    moments = _moments([json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()])
    worst: Gap | None = None
    for number, (at, ok) in enumerate(moments):
        if ok or number == 0 or not moments[number - 1][1]:
            continue
        answered_again = next((entry for entry in moments[number:] if entry[1]), None)
        if answered_again is None:
            continue
        last_ok, last_bad = moments[number - 1][0], max(t for t, good in moments[number:] if not good and t <= answered_again[0])
        most, least = answered_again[0] - last_ok, max(last_bad - at, 0.0)
        gap = Gap(round((most + least) / 2 * 1000), max(1, round((most - least) / 2 * 1000)), sum(good for _, good in moments))
        worst = gap if worst is None or gap.value > worst.value else worst
    return worst or (Gap(0, round(_INTERVAL_S * 1000), len(moments)) if any(ok for _, ok in moments) else None)


def _moments(lines: list[dict[str, Any]]) -> list[tuple[float, bool]]:
    """Return when each answer changed, in order: seconds of the steady clock, or since the epoch if there was a reboot."""
    boots = {line.get("boot", "") for line in lines}
    clock = "steady" if len(boots) == 1 and all(boots) else "t"
    return sorted((line[clock], line["ok"]) for line in lines)
