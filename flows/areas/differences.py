"""How two snapshots of one pair differ, and which differences were expected: a pure function.

A difference that was neither expected nor is harmless by itself is unexpected, and so is a change that was expected and did not
happen. What was known and is unknown now is a difference too: nothing is taken for unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from flows.areas.harmless import why_harmless
from flows.areas.words import label_of, words_of
from robot.domain.model import Reading
from robot.domain.versions import is_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.areas.pair_snapshot import Area, PairSnapshot

_UNITS = {"a": "A", "b": "B", "site": "the site"}


class Weight(StrEnum):
    """What a difference means."""

    EXPECTED = "expected"
    HARMLESS = "harmless"
    UNEXPECTED = "unexpected"


class Difference(Reading):
    """One difference between two snapshots.

    Attributes:
        unit: "a", "b" or "site".
        area: the area's name.
        field: the field, and after a slash the label in it: "version", "settings/Timeout".
        before: the value before, as plain JSON; `None` where it was unknown or not there.
        after: the value after, likewise.
        weight: what it means.
        sentence: what has changed, and why it means that.
    """

    unit: str
    area: str
    field: str
    before: Any
    after: Any
    weight: Weight
    sentence: str


class Becomes(StrEnum):
    """What an expected change leads to, where that is no single value."""

    ANYTHING = "anything"
    OTHER_LABELS = "other labels"


@dataclass(frozen=True)
class ExpectedChange:
    """A change that was planned.

    Attributes:
        unit: "a", "b" or "site".
        area: the area's name.
        field: the field; "" for every field of the area.
        to: the value that it must have afterwards, as plain JSON; or `ANYTHING`, also what it was; or `OTHER_LABELS`: labels may
            come and go, and what keeps its label must keep its value.
        why: what was planned, in words that complete "as expected: ".
    """

    unit: str
    area: str
    field: str
    to: Any
    why: str

    def is_about(self, field: str) -> bool:
        """Return whether it tells of this field, or of what stands under this label in it."""
        return self.field in {"", field, _stem(field)}

    def is_met(self, after: Any) -> bool:
        """Return whether a value is what was expected; a version is if it is within the expected release."""
        if self.to is Becomes.ANYTHING:
            return True
        if self.field == "version" and isinstance(after, str):
            return is_within(after, str(self.to))
        return bool(after == self.to)


def compare(before: PairSnapshot, after: PairSnapshot, expected: Sequence[ExpectedChange] = ()) -> tuple[Difference, ...]:
    """Compare two snapshots of one pair.

    Args:
        before: the earlier one.
        after: the later one.
        expected: the changes that were planned between them.

    Returns:
        Every difference, in the order of the areas.
    """
    later = {(unit, name): _Side(area) for unit, name, _, area in after.areas()}
    found: list[Difference] = []
    for unit, name, title, area in before.areas():
        planned = [each for each in expected if (each.unit, each.area) == (unit, name)]
        found += _AreaComparison(unit, name, title, _Side(area), later[unit, name]).differences(planned)
    return tuple(found)


class _Side:
    """An area in one of the two snapshots: its fields, and each known value by its field and label, as plain JSON."""

    def __init__(self, area: Area[Any]) -> None:
        plain: dict[str, Any] = area.model_dump(mode="json")["value"] or {}
        self.fields = plain
        self.values = dict(_flat(plain))

    def knows(self, field: str) -> bool:
        """Return whether something was seen in this field, be it without this label."""
        return self.fields.get(_stem(field)) is not None


def _stem(field: str) -> str:
    return field.partition("/")[0]


def _flat(fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field, value in fields.items():
        if isinstance(value, dict):
            yield from ((f"{field}/{label}", each) for label, each in cast("dict[str, Any]", value).items())
        elif value is not None:
            yield field, value


@dataclass(frozen=True)
class _AreaComparison:
    unit: str
    area: str
    title: str
    was: _Side
    now: _Side

    def differences(self, planned: Sequence[ExpectedChange]) -> Iterator[Difference]:
        order = list(dict.fromkeys((*self.was.fields, *self.now.fields)))
        fields = sorted(dict.fromkeys((*self.was.values, *self.now.values)), key=lambda field: order.index(_stem(field)))
        changed = [field for field in fields if self.was.values.get(field) != self.now.values.get(field)]
        yield from (self._changed(field, [each for each in planned if each.is_about(field)]) for field in changed)
        for each in planned:
            still = self.now.values.get(each.field)
            if not isinstance(each.to, Becomes) and each.field not in changed and still is not None and not each.is_met(still):
                text = f"it was to become {words_of(each.to)} ({each.why}), and it is still {words_of(still)}"
                yield self._difference(each.field, Weight.UNEXPECTED, text)

    def _changed(self, field: str, planned: Sequence[ExpectedChange]) -> Difference:
        before, after, text = self.was.values.get(field), self.now.values.get(field), self._change(field)
        relabelled = before is None or after is None
        if met := [each for each in planned if (relabelled if each.to is Becomes.OTHER_LABELS else each.is_met(after))]:
            return self._difference(field, Weight.EXPECTED, f"{text}; as expected: {met[0].why}")
        if wanted := [words_of(each.to) for each in planned if each.to is not Becomes.OTHER_LABELS]:
            return self._difference(field, Weight.UNEXPECTED, f"{text}; it was to become {' or '.join(wanted)}")
        if why := why_harmless(self.area, field, before, after, is_new=self.was.knows(field)):
            return self._difference(field, Weight.HARMLESS, f"{text}; harmless: {why}")
        return self._difference(field, Weight.UNEXPECTED, f"{text}; that was not planned: find out who did it, and why")

    def _change(self, field: str) -> str:
        before, after = self.was.values.get(field), self.now.values.get(field)
        if after is None:
            gone = "is not there any more" if self.now.knows(field) else "cannot be seen any more"
            return f"it was {words_of(before, field)} and {gone}"
        if before is None:
            new = "was not there before" if self.was.knows(field) else "could not be seen before"
            return f"it {new} and is {words_of(after, field)}"
        return f"it was {words_of(before, field)} and is {words_of(after, field)}"

    def _difference(self, field: str, weight: Weight, text: str) -> Difference:
        name, _, label = field.partition("/")
        return Difference(
            unit=self.unit, area=self.area, field=field, before=self.was.values.get(field), after=self.now.values.get(field),
            weight=weight, sentence=f"{_UNITS[self.unit]}: {self.title}, {label or label_of(name)}: {text}",
        )  # fmt: skip
