"""How a pair differed, at moments of a run by a plan, from what the plan had observed: as the record holds it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robot.evidence.record.line import Kind, Line
from robot.evidence.record.plain_json import objects, text_in

DIFFERENCES: Final = "differences"
"""The field of a line that holds the differences; the line's `asked` names the step at which a person is asked about them."""
UNEXPECTED: Final = "unexpected"
HARMLESS: Final = "harmless"
EXPECTED: Final = "expected"


@dataclass(frozen=True)
class PlanComparison:
    """One comparison with the plan.

    Attributes:
        step: the stable name of its step.
        when: the moment in words, "after B's update".
        utc: the time of its line.
        seq: the number of its line.
        differences: plain JSON; each has `unit`, `area`, `field`, `before`, `after`, `weight`, `sentence`, `owner` (who has
            answered for it by name, or ""), `seq` and `picture` of what was seen.
    """

    step: str
    when: str
    utc: str
    seq: int
    differences: tuple[Mapping[str, Any], ...]

    def of_weight(self, weight: str) -> list[Mapping[str, Any]]:
        """Return the differences of one weight."""
        return [each for each in self.differences if each.get("weight") == weight]

    def in_short(self) -> dict[str, Any]:
        """Return it for a summary.

        Returns:
            Plain JSON: `step`, `when`, `utc`, `line`, how many differences are of each weight, and those that nobody planned.
        """
        return {
            "step": self.step, "when": self.when, "utc": self.utc, "line": self.seq,
            "numbers": {weight: len(self.of_weight(weight)) for weight in (UNEXPECTED, HARMLESS, EXPECTED)},
            UNEXPECTED: [dict(each) for each in self.of_weight(UNEXPECTED)],
        }  # fmt: skip


def comparisons(lines: Sequence[Line]) -> list[PlanComparison]:
    """Return the comparisons of a record in order, the newest of each step; with the person who has answered for what was open.

    Args:
        lines: the record's lines.
    """
    by_step: dict[str, PlanComparison] = {}
    for line in lines:
        if DIFFERENCES in line.fields:
            found = tuple(objects(line.fields[DIFFERENCES]))
            owner = _answered_by(line.string("asked"), lines)
            owned = tuple({**each, "owner": owner} if owner and is_open(each) else each for each in found)
            by_step[line.step] = PlanComparison(line.step, line.string("when"), line.utc, line.seq, owned)
    return list(by_step.values())


def is_open(difference: Mapping[str, Any]) -> bool:
    """Return whether nobody planned a difference, and nobody has answered for it."""
    return difference.get("weight") == UNEXPECTED and not text_in(difference, "owner")


def _answered_by(step: str, lines: Iterable[Line]) -> str:
    """Return who has answered yes at a step; an empty string if nobody has, or if the newest answer is no."""
    answers = [line for line in lines if step and line.step == step and line.kind == Kind.GATE and line.by]
    return answers[-1].by if answers and answers[-1].values.get("yes") is True else ""
