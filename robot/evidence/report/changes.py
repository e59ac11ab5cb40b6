"""What has changed since the plan observed the pair: the section that opens the report of a run by a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robot.evidence.record.comparisons import EXPECTED, HARMLESS, UNEXPECTED, PlanComparison, comparisons
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import text_in

IN_SUMMARY: Final = "changes_since_plan"
"""The member that a summary has if its run was by a plan."""


@dataclass(frozen=True)
class UnexpectedChange:
    """One change that nobody planned, however often it was seen.

    Attributes:
        sentence: what has changed.
        seen: the moments at which it was seen, in words; and whether it was gone at a later one.
        owner: who has answered for it by name; "" if nobody has.
        seq: the number of the line that tells what was seen last.
        picture: the path of its picture within the run folder; "" if there is none.
        is_pictured_above: whether another one before it has the same picture.
    """

    sentence: str
    seen: str
    owner: str
    seq: int
    picture: str
    is_pictured_above: bool


@dataclass(frozen=True)
class ChangesSincePlan:
    """What has changed, by the comparisons of a run.

    Attributes:
        said: when it was compared, or why it was not.
        newest: the moment of the newest comparison in words; "" if there is none.
        unexpected: what nobody planned, of all moments.
        harmless: what comes by itself, a sentence each, of the newest moment.
        expected: what the plan said, likewise.
    """

    said: str
    newest: str
    unexpected: tuple[UnexpectedChange, ...]
    harmless: tuple[str, ...]
    expected: tuple[str, ...]

    @property
    def pictures(self) -> frozenset[str]:
        """The pictures of what nobody planned."""
        return frozenset(each.picture for each in self.unexpected if each.picture)


def changes_since_plan(summary: Mapping[str, Any], lines: Sequence[Line]) -> ChangesSincePlan | None:
    """Return what has changed since the plan observed the pair; `None` for a run without a plan.

    Args:
        summary: the run's summary.
        lines: its record.
    """
    made = comparisons(lines)
    if not made and IN_SUMMARY not in summary:
        return None
    newest = made[-1] if made else None
    return ChangesSincePlan(
        said=_said(made, backed_out=bool(summary.get("backed_out"))),
        newest=newest.when if newest else "",
        unexpected=tuple(_unexpected(made)),
        harmless=_sentences(newest, HARMLESS),
        expected=_sentences(newest, EXPECTED),
    )


def _said(made: Sequence[PlanComparison], *, backed_out: bool) -> str:
    moments = [each.when for each in made]
    listed = " and ".join(filter(None, (", ".join(moments[:-1]), *moments[-1:])))
    said = f"What the plan observed was compared with the pair {listed}." if made else "This run did not come to a comparison."
    return f"{said} On the way back the pair is not compared with the plan." if backed_out else said


def _sentences(comparison: PlanComparison | None, weight: str) -> tuple[str, ...]:
    return tuple(text_in(each, "sentence") for each in comparison.of_weight(weight)) if comparison else ()


def _unexpected(made: Sequence[PlanComparison]) -> list[UnexpectedChange]:
    """Return what nobody planned, each change once, in the order in which it was first seen."""
    seen: dict[str, list[tuple[PlanComparison, Mapping[str, Any]]]] = {}
    for comparison in made:
        for each in comparison.of_weight(UNEXPECTED):
            seen.setdefault(repr([each.get(name) for name in ("unit", "area", "field", "after")]), []).append((comparison, each))
    found: list[UnexpectedChange] = []
    for times in seen.values():
        last, newest = times[-1]
        moments = f"seen {', '.join(comparison.when for comparison, _ in times)}"
        line = newest.get("seq")
        found.append(
            UnexpectedChange(
                sentence=text_in(newest, "sentence"),
                seen=moments if last is made[-1] else f"{moments}; not so any more {made[-1].when}",
                owner=text_in(newest, "owner"),
                seq=line if isinstance(line, int) else last.seq,
                picture=(picture := text_in(newest, "picture")),
                is_pictured_above=picture in {each.picture for each in found},
            )
        )
    return found
