"""A check: a small named function of what was observed. It fails unless the opposite is proved.

What could not be seen is *unknown* only where the check says until when that may be so; everywhere else it is a failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from flows.areas.pair_snapshot import BY_A_PERSON
from robot.domain.model import Reading
from robot.domain.readiness import WAIVABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flows.areas.pair_snapshot import ApplianceSnapshot, Area, PairSnapshot, Unknown
    from robot.settings import Settings

V = TypeVar("V", bound=Reading)


class CheckVerdict(StrEnum):
    """What a check found."""

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Basis(Reading):
    """One area that a finding rests on.

    Attributes:
        area: "a.product", "site.portal".
        seq: the number of its line in the record; `None` if no record was kept.
        picture: the picture's path in the evidence folder, or an empty string.
    """

    area: str
    seq: int | None = None
    picture: str = ""


class CheckResult(Reading):
    """What one check found.

    Attributes:
        check: its name.
        title: what must be so, in words.
        verdict: whether it is.
        reason: why, a sentence without its full stop.
        known: when it will be known, if it is unknown; else an empty string.
        rests_on: the areas that it was judged by.
        waivable: whether a person may answer for its failure by a waiver in the pair file.
    """

    check: str
    title: str
    verdict: CheckVerdict
    reason: str
    known: str = ""
    rests_on: tuple[Basis, ...] = ()
    waivable: bool = True


@dataclass(frozen=True)
class Judgement:
    """What a check's function returns."""

    verdict: CheckVerdict
    reason: str


def passed(reason: str) -> Judgement:
    """Return that it is as it must be."""
    return Judgement(CheckVerdict.PASS, reason)


def warned(reason: str) -> Judgement:
    """Return that somebody should know of it; it stops nothing."""
    return Judgement(CheckVerdict.WARN, reason)


def failed(reason: str) -> Judgement:
    """Return that it is not as it must be, and what to do."""
    return Judgement(CheckVerdict.FAIL, reason)


def fail_with(*faults: str, otherwise: str) -> Judgement:
    """Return a failure with all the faults that are not empty, or a pass."""
    said = "; ".join(filter(None, faults))
    return failed(said) if said else passed(otherwise)


class UnseenError(Exception):
    """What a check rests on was not seen."""

    def __init__(self, what: str, unknown: Unknown) -> None:
        super().__init__(f"{what}: {unknown.reason}")
        self.unknown = unknown


@dataclass(frozen=True)
class Ground:
    """What checks are made on.

    Attributes:
        snapshot: what was observed.
        settings: the pair file.
        now: the time, with its zone.
        procedure: "asynchronous", "synchronous" or "single".
        lacks: the screens and controls that a run needs and that were not found, a sentence each.
        tested_elsewhere: where the release was tried outside production, as somebody tells it; "" if nobody does.
        history: seconds that each work took in this pair's earlier runs, by the word of the work.
    """

    snapshot: PairSnapshot
    settings: Settings
    now: datetime
    procedure: str = "asynchronous"
    lacks: tuple[str, ...] = ()
    tested_elsewhere: str = ""
    history: Mapping[str, float] = field(default_factory=dict[str, float])
    _seen: list[Area[Any]] = field(default_factory=list["Area[Any]"], compare=False, repr=False)

    @property
    def both(self) -> tuple[tuple[str, ApplianceSnapshot], ...]:
        """The appliances with their names; a single one is A."""
        a, b = ("A", self.snapshot.a), ("B", self.snapshot.b)
        return (a,) if self.procedure == "single" else (a, b)

    def see(self, area: Area[V]) -> V:
        """Return the value of an area; the finding then rests on it.

        Raises:
            UnseenError: it could not be seen.
        """
        self._seen.append(area)
        if area.value is None:
            raise UnseenError(self._title(area), area.unknown[0])
        return area.value

    def tell(self, area: Area[Any], name: str) -> Any:
        """Return one field of an area's value; the finding then rests on it.

        Raises:
            UnseenError: it could not be seen.
        """
        if (value := getattr(self.see(area), name)) is None:
            unknown = next(each for each in area.unknown if each.of == name)
            raise UnseenError(self._title(area), unknown)
        return value

    def rests_on(self) -> tuple[Basis, ...]:
        """Return the areas that were seen so far, each once."""
        bases = (Basis(area=".".join(self._place(area)[:2]), seq=area.seq, picture=area.picture) for area in self._seen)
        return tuple(dict.fromkeys(bases))

    def _title(self, area: Area[Any]) -> str:
        """Return the area's title in words, with the name of its appliance."""
        unit, _, title = self._place(area)
        return title if unit == "site" else f"{unit.upper()}, {title if title.isupper() else title.lower()}"

    def _place(self, area: Area[Any]) -> tuple[str, str, str]:
        """Return the unit, the name and the title of an area of the snapshot."""
        return next((unit, name, title) for unit, name, title, each in self.snapshot.areas() if each is area)


@dataclass(frozen=True)
class ReadinessCheck:
    """One check.

    Attributes:
        name: its name, as waivers call it.
        title: what must be so, in words.
        decide: judges it; raises `UnseenError` if what it needs was not seen.
        until: when the run itself will know it at the latest if it cannot be seen now, or `BY_A_PERSON` if it may never; an
            empty string if it must be seen now.
        procedures: the procedures for which it is made.
        of_one: its title where one appliance stands alone; "" if it is the same.
    """

    name: str
    title: str
    decide: Callable[[Ground], Judgement]
    until: str
    procedures: frozenset[str]
    of_one: str = ""

    @property
    def waivable(self) -> bool:
        """Whether a waiver may lift its failure."""
        return self.name in WAIVABLE

    def find(self, ground: Ground) -> CheckResult:
        """Make the check."""
        mine = replace(ground, _seen=[])
        known = ""
        try:
            judgement = self.decide(mine)
        except UnseenError as unseen:
            known = self.until and self._known(unseen.unknown.known)
            judgement = Judgement(CheckVerdict.UNKNOWN, str(unseen)) if self.until else failed(f"not proved, because of {unseen}")
        title = (ground.procedure == "single" and self.of_one) or self.title
        return CheckResult(
            check=self.name, title=title, verdict=judgement.verdict, reason=judgement.reason, known=known,
            rests_on=mine.rests_on(), waivable=self.waivable,
        )  # fmt: skip

    def _known(self, by_its_area: str) -> str:
        """Return when it will be known: as its area says, and at the latest when the run itself knows it, if it ever does."""
        return by_its_area if self.until == BY_A_PERSON else f"{by_its_area}; at the latest {self.until}"


EVERYWHERE = frozenset({"asynchronous", "synchronous", "single"})
OF_ONE = frozenset({"single"})
OF_A_PAIR = frozenset({"asynchronous", "synchronous"})
WITH_A_SWING = frozenset({"asynchronous"})


@dataclass(frozen=True)
class ReadinessChecks:
    """The checks of one subject, in their order; each is named for its function."""

    made: list[ReadinessCheck] = field(default_factory=list[ReadinessCheck])

    def __call__(
        self, title: str, *, until: str = "", procedures: frozenset[str] = OF_A_PAIR, of_one: str = ""
    ) -> Callable[[Callable[[Ground], Judgement]], Callable[[Ground], Judgement]]:
        """Return the decorator that makes a check of a function.

        Args:
            title: what must be so, in words.
            until: when the run itself will know it at the latest if it cannot be seen now, or `BY_A_PERSON` if it may never;
                "" if it must be seen now.
            procedures: the procedures for which it is made.
            of_one: its title where one appliance stands alone; "" if it is the same.
        """

        def declare(decide: Callable[[Ground], Judgement]) -> Callable[[Ground], Judgement]:
            self.made.append(ReadinessCheck(decide.__name__.replace("_", "-"), title, decide, until, procedures, of_one))
            return decide

        return declare
