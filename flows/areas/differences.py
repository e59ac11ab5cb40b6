"""How two snapshots of one pair differ, and which differences were expected: a pure function.

A difference that was neither expected nor is harmless by itself is unexpected, and so is a change that was expected and did not
happen. What was known and is unknown now is a difference too: nothing is taken for unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from flows.areas.harmless import why_harmless
from flows.areas.pair_snapshot import NOT_ASKED
from flows.areas.words import label_of, words_of
from robot.domain.model import Reading
from robot.domain.versions import is_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.areas.pair_snapshot import Area, PairSnapshot

_UNITS = {"a": "A", "b": "B", "site": "the site"}
_NOT_PLANNED = "; that was not planned: find out who did it, and why"
_SAID_BY = {"uptime": "uptime_s"}
"""What a page says in words, and the field that holds it as a number: only the number is compared if both times are known."""


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
        owner: who has answered for it by name; "" if nobody has.
        seq: the number of the line that tells what was seen afterwards; `None` if no record was kept.
        picture: the picture of what was seen afterwards; "" if there is none.
    """

    unit: str
    area: str
    field: str
    before: Any
    after: Any
    weight: Weight
    sentence: str
    owner: str = ""
    seq: int | None = None
    picture: str = ""

    @property
    def fact(self) -> str:
        """What has changed, without what is to be done about it."""
        return self.sentence.removesuffix(_NOT_PLANNED)

    @property
    def is_open(self) -> bool:
        """Whether nobody planned it, and nobody has answered for it."""
        return self.weight is Weight.UNEXPECTED and not self.owner

    def is_like(self, other: Difference) -> bool:
        """Return whether it is the same change as another one, seen at another moment."""
        return (self.unit, self.area, self.field, self.after) == (other.unit, other.area, other.field, other.after)


class Becomes(StrEnum):
    """What an expected change leads to, where that is no single value."""

    ANYTHING = "anything"
    SHOWN_OR_HIDDEN = "shown or hidden"


@dataclass(frozen=True)
class ExpectedChange:
    """A change that was planned.

    Attributes:
        unit: "a", "b" or "site".
        area: the area's name.
        field: the field; "" for every field of the area.
        to: the value that it must have afterwards, as plain JSON; or `ANYTHING`, also what it was; or `SHOWN_OR_HIDDEN`: a label
            or a field may come and go, and what is shown both times must keep its value.
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
        found += _AreaComparison(unit, name, title, _Side(area), later.get((unit, name), _Side(NOT_ASKED))).differences(planned)
    return tuple(found)


class _Side:
    """An area in one of the two snapshots: its fields, and each known value by its field and label, as plain JSON."""

    def __init__(self, area: Area[Any]) -> None:
        plain: dict[str, Any] = area.model_dump(mode="json")["value"] or {}
        self.fields = plain
        self.values = dict(_flat(plain))
        self.seq, self.picture = area.seq, area.picture
        self._not_pressed = {each.of: each.reason for each in area.unknown if each.not_pressed}

    def knows(self, field: str) -> bool:
        """Return whether something was seen in this field, be it without this label."""
        return self.fields.get(_stem(field)) is not None

    def why_not_looked(self, field: str = "") -> str:
        """Say why a field, or the whole area, was not looked at where only a press would have told it; "" if it was."""
        return self._not_pressed.get(_stem(field), "")


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
        if self.was.fields and (why := self.now.why_not_looked()):
            yield self._difference("", Weight.HARMLESS, f"it was not looked at again; harmless: {why}")
            return
        order = list(dict.fromkeys((*self.was.fields, *self.now.fields)))
        fields = sorted(dict.fromkeys((*self.was.values, *self.now.values)), key=lambda field: order.index(_stem(field)))
        twice = {words for words, number in _SAID_BY.items() if all(number in side.values for side in (self.was, self.now))}
        changed = [field for field in fields if field not in twice and self.was.values.get(field) != self.now.values.get(field)]
        yield from (self._changed(field, [each for each in planned if each.is_about(field)]) for field in changed)
        for each in planned:
            still = self.now.values.get(each.field)
            if not isinstance(each.to, Becomes) and each.field not in changed and still is not None and not each.is_met(still):
                text = f"it was to become {words_of(each.to)} ({each.why}), and it is still {words_of(still)}"
                yield self._difference(each.field, Weight.UNEXPECTED, text)

    def _changed(self, field: str, planned: Sequence[ExpectedChange]) -> Difference:
        before, after, text = self.was.values.get(field), self.now.values.get(field), self._change(field)
        if after is None and (why := self.now.why_not_looked(field)):
            text = f"it was {words_of(before, field)} and was not looked at again"
            return self._difference(field, Weight.HARMLESS, f"{text}; harmless: {why}")
        relabelled = before is None or after is None
        if met := [each for each in planned if (relabelled if each.to is Becomes.SHOWN_OR_HIDDEN else each.is_met(after))]:
            return self._difference(field, Weight.EXPECTED, f"{text}; as expected: {met[0].why}")
        if wanted := [words_of(each.to) for each in planned if each.to is not Becomes.SHOWN_OR_HIDDEN]:
            return self._difference(field, Weight.UNEXPECTED, f"{text}; it was to become {' or '.join(wanted)}")
        if why := why_harmless(self.area, field, before, after, is_new=self.was.knows(field)):
            return self._difference(field, Weight.HARMLESS, f"{text}; harmless: {why}")
        return self._difference(field, Weight.UNEXPECTED, f"{text}{_NOT_PLANNED}")

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
        what = ", ".join(filter(None, (self.title, label or label_of(name))))
        return Difference(
            unit=self.unit, area=self.area, field=field, before=self.was.values.get(field), after=self.now.values.get(field),
            weight=weight, sentence=f"{_UNITS[self.unit]}: {what}: {text}",
            seq=self.now.seq, picture=self.now.picture,
        )  # fmt: skip
