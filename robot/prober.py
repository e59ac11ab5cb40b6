"""Asks the site from outside, many times a second, whether anybody serves: the gap is measured, not assumed."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from robot import tls
from robot.errors import Stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from robot.tls import Endpoint

_EVERY = 0.02
"""Seconds between two questions."""
_PATIENCE = 0.5
"""Seconds for one answer: a box that is just leaving may swallow the question."""


@dataclass(frozen=True)
class Gap:
    """How long nobody answered; milliseconds. `error`: the true gap lies within value ± error."""

    value: int
    error: int
    answers: int


class Prober:
    """Asks in a thread of its own, and notes each change of the answer in a file that survives a crash.

    Attributes:
        where: the site's hostname, and where it leads at this moment.
        journal: where the changes are noted, a JSON object a line: `t` (seconds since the epoch), `ok`.
        every: seconds between two questions.
    """

    def __init__(self, where: Callable[[], Endpoint], journal: Path, every: float = _EVERY) -> None:
        self.where = where
        self.journal = journal
        self.every = every
        self.answers = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask_on, name="prober", daemon=True)
        self._last: tuple[float, bool] | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join(timeout=5)
        if self._last:
            self._note(*self._last)

    def is_served(self) -> bool:
        """Whether the newest question was answered."""
        return self._thread.is_alive() and self._last is not None and self._last[1]

    def _ask_on(self) -> None:
        while not self._end.is_set():
            asked = time.time()
            served = self._ask()
            answered = time.time()
            self.answers += served
            if self._last is None or self._last[1] != served:
                if self._last:
                    self._note(*self._last)
                self._note(asked if not served else answered, served)
            self._last = (asked if not served else answered, served)
            self._end.wait(self.every)

    def _ask(self) -> bool:
        try:
            return tls.get(self.where(), "/check_health", timeout=_PATIENCE).status < 500
        except Stop:
            return False

    def _note(self, at: float, served: bool) -> None:
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"t": round(at, 4), "ok": served}) + "\n")


def longest_gap(journal: Path) -> Gap | None:
    """The longest time without an answer, from the last one before it to the first one after it; `None` without any.

    After a crash the time before it may lack its last answer; the error then covers it.
    """
    if not journal.exists():
        return None
    seen = [(line["t"], line["ok"]) for line in map(json.loads, journal.read_text(encoding="utf-8").splitlines())]
    seen.sort()
    worst: Gap | None = None
    for number, (at, ok) in enumerate(seen):
        if ok or number == 0 or not seen[number - 1][1]:
            continue
        back = next((entry for entry in seen[number:] if entry[1]), None)
        if back is None:
            continue
        last_ok, last_bad = seen[number - 1][0], max(t for t, good in seen[number:] if not good and t <= back[0])
        most, least = back[0] - last_ok, max(last_bad - at, 0.0)
        gap = Gap(round((most + least) / 2 * 1000), max(1, round((most - least) / 2 * 1000)), sum(good for _, good in seen))
        worst = gap if worst is None or gap.value > worst.value else worst
    return worst or (Gap(0, round(_EVERY * 1000), len(seen)) if any(ok for _, ok in seen) else None)
