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
    from collections.abc import Mapping, Sequence

    from flows.session.pair import Pair
    from pages.readings.site_status import SiteStatus
    from robot.changes.run import Run

UNEXPECTED_CHANGE: Final = "unexpected_change"
"""The gate where something has changed that nobody planned: is it known and right?"""
ESTABLISHING: Final = "Establish Relationship, until which there is no failover"
"""What comes next after both updates, in words that complete "before"."""
BEGIN: Final = "begin"
"""The gate before anything is pressed: what the first readings tell is compared."""
_FEW = 8
"""Differences that one sentence tells; the others stand in the record and the report."""
_WHEN = {
    BEGIN: "at the beginning",
    Gate.B_UPDATED: "after B's update",
    Gate.A_UPDATED: "after A's update",
    Gate.END: "at the end",
}


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
    if run.planned_snapshot is not None and (left := _open(pair, run, gate)):
        ask_about(run, gate, left, before=before)


def hold_if_changed_already(run: Run, status: SiteStatus) -> None:
    """Have a person answer, before anything is pressed, for what A's first reading tells has changed since the plan (OP8).

    Else the same would hold the run once the pair is apart. No page is opened for it.

    Args:
        run: the run; one without a plan asks nothing.
        status: Status > Information of A.

    Raises:
        Waiting: a person has not answered yet.
        Refused: a person answered no.
    """
    if run.planned_snapshot is None:
        return
    step, title = observed(BEGIN), "What has changed of A since the plan observed it"
    found = [] if run.record.anything_pressed else _changed_already(PairSnapshot.from_document(run.planned_snapshot), status)
    if not found and not run.record.history.of_step(step):
        return

    def compare_once() -> dict[str, Any]:
        differences = [each.model_dump(mode="json") for each in found]
        run.record.append(
            Kind.READING, step, **run.step_fields(step, title, ("OP8",)), reading={Weight.UNEXPECTED.value: len(found)},
            when=_WHEN[BEGIN], asked=unexpected(BEGIN), differences=differences,
        )  # fmt: skip
        return {DIFFERENCES: differences}

    with run.under(OBSERVATION):
        result = run.steps.durably(step, title, None, compare_once)
    if left := [Difference.from_plain(each) for each in result[DIFFERENCES]]:
        ask_about(run, BEGIN, left, before="the first press")


def ask_about(run: Run, gate: str, left: Sequence[Difference], *, before: str) -> None:
    """Ask a person about what nobody planned.

    Args:
        run: the run.
        gate: the point that the run has come to.
        left: what has changed.
        before: what comes next, in words that complete "before".

    Raises:
        Waiting: a person has not answered yet.
        Refused: a person answered no.
    """
    question = OperatorQuestion(
        UNEXPECTED_CHANGE, unexpected(gate),
        f"Before {before}: {_WHEN[gate]} the pair differs from what the plan observed in what nobody planned: "
        f"{_listed(left)}. Find out who did it, and why. Yes: it is right as it is, or was put back, and the run goes on with "
        f"{before}. No: the run holds here, and presses nothing.",
        until=run.hours.until(),
    )  # fmt: skip
    with run.under(OBSERVATION):
        ask(run, question, title="Asked of a person: what has changed and nobody planned", procedure_ids=("OP8",))


def _changed_already(planned: PairSnapshot, status: SiteStatus) -> list[Difference]:
    """Compare what Status > Information tells of A with what the plan observed; what it does not tell is taken as it was."""
    held = status.contents
    told: dict[str, dict[str, Any]] = {
        "holdings": {"users": held.users, "group_policies": held.groups, "jump_items": held.jump_items},
        "licences": {"numbers": status.licences or None}, "maintenance": {"until": status.maintenance or None},
    }  # fmt: skip
    return [each for each in compare(planned, _told_anew(planned, told)) if each.weight is Weight.UNEXPECTED]


def _told_anew(planned: PairSnapshot, told: Mapping[str, Mapping[str, Any]]) -> PairSnapshot:
    """Return a snapshot with other values in areas of A, where the plan knew them and somebody tells them."""
    areas: dict[str, Any] = {}
    for name, fields in told.items():
        area = getattr(planned.a, name)
        if area.value is not None:
            was = area.value
            known = {key: value for key, value in fields.items() if value is not None and getattr(was, key) is not None}
            areas[name] = area.model_copy(update={"value": was.model_copy(update=known)})
    return planned.model_copy(update={"a": planned.a.model_copy(update=areas)})


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
        planned = _as_answered(PairSnapshot.from_document(run.planned_snapshot), run)
    except UsageError as fault:
        sentence = f"what the plan observed cannot be read any more, so that it cannot be told what has changed since: {fault}"
        return [Difference(unit="site", area="", field="", before=None, after=None, weight=Weight.UNEXPECTED, sentence=sentence)]
    return compare(planned, seen, expected_changes(run.settings, planned, gate, run.state.procedure))


def _as_answered(planned: PairSnapshot, run: Run) -> PairSnapshot:
    """Return what the plan observed, with what A held at the beginning by a person's word: it is what B gets of A."""
    made = next((each for each in comparisons(run.record.history.lines) if each.step == observed(BEGIN)), None)
    owned = [each for each in made.differences if each.get("owner") and each["area"] == "holdings"] if made else []
    return _told_anew(planned, {"holdings": {each["field"]: each["after"] for each in owned}})


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
