"""What has changed of the pair since the plan observed it: looked at after each update and at the end of a run by a plan.

Nothing is pressed to see it. What nobody planned holds the run before its next press, until a person answers for it by name; at
the end it is told. A run without a plan has nothing to compare with, and makes none of these steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flows.areas.differences import Difference, Weight, compare
from flows.areas.expected_changes import Gate, expected_changes
from flows.areas.pair_snapshot import PairSnapshot
from flows.step_names import observed, unexpected
from flows.survey.appliance_sights import MayPress
from flows.survey.observation import observe
from robot.changes.questions import ask
from robot.domain.errors import UsageError
from robot.evidence.record.comparisons import DIFFERENCES, comparisons
from robot.evidence.record.line import OBSERVATION, Kind
from robot.operators.operator_questions import OperatorQuestion, answer_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.session.pair import Pair
    from robot.changes.run import Run

UNEXPECTED_CHANGE: Final = "unexpected_change"
"""The gate where something has changed that nobody planned: is it known and right?"""
ESTABLISHING: Final = "Establish Relationship, until which there is no failover"
"""What comes next after both updates, in words that complete "before"."""
_FEW = 8
"""Differences that one sentence tells; the others stand in the record and the report."""
_WHEN = {Gate.B_UPDATED: "after B's update", Gate.A_UPDATED: "after A's update", Gate.END: "at the end"}


def hold_if_unexpected(pair: Pair, run: Run, gate: Gate, *, before: str) -> None:
    """Compare the pair with the plan's observation, and have a person answer by name for what nobody planned (OP8).

    Args:
        pair: both appliances.
        run: the run.
        gate: the point that the run has come to.
        before: what comes next, in words that complete "before": "the swing". It is not begun without the answer.

    Raises:
        Waiting: a person has not answered yet.
        Refused: a person answered no.
    """
    if run.planned_snapshot is None or not (left := _open(pair, run, gate)):
        return
    question = OperatorQuestion(
        UNEXPECTED_CHANGE, unexpected(gate),
        f"Before {before}: {_WHEN[gate]} the pair differs from what the plan observed in what nobody planned: "
        f"{_listed(left)}. Find out who did it, and why. Yes: it is right as it is, or was put back, and the run goes on with "
        f"{before}. No: the run holds here, and presses nothing.",
        until=run.hours.until(),
    )  # fmt: skip
    with run.under(OBSERVATION):
        ask(run, question, title="Asked of a person: what has changed and nobody planned", procedure_ids=("OP8",))


def tell_what_is_left(pair: Pair, run: Run) -> str:
    """Compare the pair with the plan's observation at the end, and tell what nobody planned or has answered for (OP8).

    Returns:
        The sentence with which the run ends; "" if there is nothing to tell.
    """
    if run.planned_snapshot is None or not (left := _open(pair, run, Gate.END)):
        return ""
    things = "one thing" if len(left) == 1 else f"{len(left)} things"
    sentence = f"the pair differs from what the plan observed in {things} nobody planned: {_listed(left)}"
    with run.under(OBSERVATION):
        run.steps.note(unexpected(Gate.END), sentence, procedure_ids=("OP8",))
    run.notify("unexpected", sentence)
    return sentence


def _open(pair: Pair, run: Run, gate: Gate) -> list[Difference]:
    """Observe the pair and compare it, as a durable step; return what nobody planned and nobody has answered for."""
    title = f"How the pair differs {_WHEN[gate]} from what the plan observed"
    with run.under(OBSERVATION):
        result = run.steps.durably(observed(gate), title, pair.a, lambda: _compared(pair, run, gate, title))
    return [each for each in map(Difference.from_plain, result[DIFFERENCES]) if each.is_open]


def _compared(pair: Pair, run: Run, gate: Gate, title: str) -> dict[str, Any]:
    step = observed(gate)
    seen = observe(pair, MayPress(), record=run.record, moment=f"observed-{gate}").snapshot
    found = _with_owners(_differences(run, seen, gate), run)
    numbers = {weight.value: sum(each.weight is weight for each in found) for weight in reversed(Weight)}
    differences = [each.model_dump(mode="json") for each in found]
    run.record.append(
        Kind.READING, step, **run.step_fields(step, title, ("OP8",)), reading=numbers, when=_WHEN[gate], asked=unexpected(gate),
        differences=differences, snapshot=seen.as_document(),
    )  # fmt: skip
    return {DIFFERENCES: differences}


def _differences(run: Run, seen: PairSnapshot, gate: Gate) -> Sequence[Difference]:
    """Compare what is seen with what the plan observed; if a later program cannot read that, only a person can."""
    try:
        planned = PairSnapshot.from_document(run.planned_snapshot)
    except UsageError as fault:
        sentence = f"what the plan observed cannot be read any more, so that it cannot be told what has changed since: {fault}"
        return [Difference(unit="site", area="", field="", before=None, after=None, weight=Weight.UNEXPECTED, sentence=sentence)]
    return compare(planned, seen, expected_changes(run.settings, planned, gate, run.state.procedure))


def _with_owners(found: Sequence[Difference], run: Run) -> list[Difference]:
    """Name, at each difference that somebody has answered for earlier in this run, the person whose answer counts."""
    answered = {observed(gate): answer_to(run, unexpected(gate), UNEXPECTED_CHANGE) for gate in _WHEN}
    earlier = [
        Difference.from_plain(each)
        for comparison in comparisons(run.record.history.lines)
        if (answer := answered.get(comparison.step)) and answer.yes
        for each in comparison.differences
        if each.get("owner") == answer.by
    ]
    owners = [next((was.owner for was in earlier if was.is_like(each)), "") for each in found]
    return [each.model_copy(update={"owner": by}) if each.is_open else each for each, by in zip(found, owners, strict=True)]


def _listed(left: Sequence[Difference]) -> str:
    """Return the sentences of differences; of many, the first, and how many more there are."""
    more = f"; and {len(left) - _FEW} more, which the report lists" if len(left) > _FEW else ""
    return "; ".join(each.fact for each in left[:_FEW]) + more
