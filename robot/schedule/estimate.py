"""Estimate how long the rest of a part of the procedure takes, and the way back from there (PL6)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from robot.evidence.wording import duration
from robot.schedule.procedure_part import ProcedurePart

if TYPE_CHECKING:
    from collections.abc import Mapping


class Work(StrEnum):
    """The pieces of work that take time, in the order of the procedure."""

    BACKUP = "backup"
    SYNC = "sync"
    BREAK = "break"
    INSTALL_B = "install-b"
    VERIFY_B = "verify-b"
    SWING = "swing"
    BACKUP_AGAIN = "backup-again"
    INSTALL_A = "install-a"
    VERIFY_A = "verify-a"
    ESTABLISH = "establish"
    FIRST_SYNC = "first-sync"


ORDER: Mapping[str, Mapping[ProcedurePart, tuple[Work, ...]]] = {
    "asynchronous": {
        ProcedurePart.FIRST: (Work.BACKUP, Work.SYNC, Work.BREAK, Work.INSTALL_B, Work.VERIFY_B, Work.SWING),
        ProcedurePart.SECOND: (Work.BACKUP_AGAIN, Work.INSTALL_A, Work.VERIFY_A, Work.ESTABLISH, Work.FIRST_SYNC),
    },
    "synchronous": {
        ProcedurePart.FIRST: (Work.BACKUP, Work.SYNC, Work.BREAK, Work.INSTALL_A, Work.VERIFY_A),
        ProcedurePart.SECOND: (Work.INSTALL_B, Work.VERIFY_B, Work.ESTABLISH, Work.FIRST_SYNC),
    },
    "single": {ProcedurePart.FIRST: (Work.BACKUP, Work.INSTALL_A, Work.VERIFY_A)},
}
"""The works of each procedure, in each of its parts, in their order."""
_INSTALLS = frozenset({Work.INSTALL_A, Work.INSTALL_B})

GUIDE: Mapping[Work, int] = {
    Work.BACKUP: 5, Work.SYNC: 15, Work.BREAK: 2, Work.INSTALL_B: 60, Work.VERIFY_B: 10, Work.SWING: 5,
    Work.BACKUP_AGAIN: 5, Work.INSTALL_A: 60, Work.VERIFY_A: 10, Work.ESTABLISH: 10, Work.FIRST_SYNC: 15,
}  # fmt: skip
"""Minutes, if nothing better is known. The guide says "15 to 60 minutes" for the install of each package: we take the 60."""

_RE_ESTABLISH = (Work.ESTABLISH, Work.FIRST_SYNC)
_SWING_BACK = (Work.SWING,)
_WAY_BACK: Mapping[str, Mapping[Work, tuple[Work, ...]]] = {
    "asynchronous": {
        **dict.fromkeys((Work.BACKUP, Work.SYNC, Work.BREAK, Work.INSTALL_B), _RE_ESTABLISH),
        **dict.fromkeys((Work.VERIFY_B, Work.SWING, Work.BACKUP_AGAIN), _SWING_BACK),
    },
    "synchronous": dict.fromkeys((Work.BACKUP, Work.SYNC, Work.BREAK), _RE_ESTABLISH),
    "single": {},
}
"""The way back for which there must be time when a work is begun. From A's install on there is none."""
_LOOKED_AFTER = frozenset({Work.VERIFY_B, Work.VERIFY_A, Work.FIRST_SYNC})
_LOOK_MINUTES = 1
"""How long it takes to compare the pair with what a plan observed: once after each of these works."""

_WORDS: Mapping[Work, str] = {
    Work.BACKUP: "backup", Work.SYNC: "synchronisation", Work.BREAK: "break", Work.INSTALL_B: "install on B",
    Work.VERIFY_B: "verify B", Work.SWING: "swing", Work.BACKUP_AGAIN: "backup of B", Work.INSTALL_A: "install on A",
    Work.VERIFY_A: "verify A", Work.ESTABLISH: "establish the relationship", Work.FIRST_SYNC: "first synchronisation",
}  # fmt: skip


@dataclass(frozen=True)
class WorkEstimate:
    """The estimate of one work: whole minutes, rounded up, and where that number comes from."""

    work: Work
    minutes: int
    source: str

    def __str__(self) -> str:
        return f"{_WORDS[self.work]} {duration(self.minutes * 60)} ({self.source})"


@dataclass(frozen=True)
class Estimate:
    """The rest of a part, and the way back for which there must be time; `back` is empty if there is none."""

    left: tuple[WorkEstimate, ...]
    back: tuple[WorkEstimate, ...] = ()

    @property
    def left_seconds(self) -> int:
        """Seconds that the rest takes: a sum of whole minutes, so that the verdict never contradicts the numbers shown."""
        return sum(piece.minutes for piece in self.left) * 60

    @property
    def back_seconds(self) -> int:
        """Seconds that the way back takes."""
        return sum(piece.minutes for piece in self.back) * 60

    def told(self) -> str:
        """Return the estimate of each work in words, for the plan and the report."""
        rest = ", ".join(map(str, self.left)) or "nothing"
        return f"left: {rest}; the way back: {', '.join(map(str, self.back)) or 'none'}"


def _nothing() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True)
class Forecast:
    """How long each work takes, as far as it is known.

    The second install is taken to last as long as the first did in this run. If that is not known, and for every other work, the
    time in this pair's history counts, else that of the guide. For an install these are seconds for *one* package, the longest.

    Attributes:
        packages: how many packages are still to be installed on the appliance that is updated next.
        measured: seconds in this run, by the word of the work ("install-b").
        history: seconds in this pair's earlier runs, by the same words.
        procedure: "asynchronous", "synchronous" or "single".
        looks: whether the pair is compared with a plan's observation after each update and at the end.
    """

    packages: int = 1
    measured: Mapping[str, float] = field(default_factory=_nothing)
    history: Mapping[str, float] = field(default_factory=_nothing)
    procedure: str = "asynchronous"
    looks: bool = False

    def before(self, work: Work) -> Estimate:
        """Estimate everything from `work` to the end of its part, and the way back once `work` is begun."""
        order = next(order for order in ORDER[self.procedure].values() if work in order)
        rest = order[order.index(work) :]
        back = _WAY_BACK[self.procedure].get(work, ())
        return Estimate(tuple(map(self.of, rest)), tuple(map(self.of, back)))

    def of(self, work: Work) -> WorkEstimate:
        """Estimate one work."""
        other = next((each for each in _INSTALLS - {work} if work in _INSTALLS and each in self.measured), None)
        if other and work not in self.measured:
            seconds, source = self.measured[other], f"as {other.value[-1].upper()} took in this run"
        elif work in self.history:
            seconds, source = self.history[work], "as this pair took before"
        else:
            seconds, source = GUIDE[work] * 60.0, "after the guide"
        packages = self.packages if work in _INSTALLS else 1
        minutes = math.ceil(seconds * packages / 60)
        if self.looks and work in _LOOKED_AFTER:
            return WorkEstimate(work, minutes + _LOOK_MINUTES, f"{source}, and a look at the pair")
        return WorkEstimate(work, minutes, source)
