"""The plan that a run performs, as its evidence keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from robot.approval.performable_plan import PerformablePlan
from robot.approval.plan_document import bytes_of_plan, parse_plan_as
from robot.domain.errors import Refused, UsageError
from robot.evidence.record.durable import place_once
from robot.evidence.record.layout import ATTACHMENTS

if TYPE_CHECKING:
    from robot.runs.store import RunState

PLAN = "plan.json"
"""The plan's name among the attachments; its signatures stand beside it."""


def copy_plan(data: bytes, evidence: Path) -> None:
    """Copy a plan, as it was read, into the evidence of the run that performs it.

    Raises:
        OSError: the folder cannot be written.
    """
    target = copy_of_plan(evidence)
    target.parent.mkdir(exist_ok=True)
    place_once(target, lambda stream: stream.write(data))


def copy_of_plan(evidence: Path) -> Path:
    """Return where the evidence of a run keeps the plan that it performs."""
    return evidence / ATTACHMENTS / PLAN


def plan_of_run(state: RunState, *, begun: bool) -> PerformablePlan:
    """Return a run's plan: the copy in its evidence, or where that is gone, what stands where the plan stood.

    Args:
        state: the run.
        begun: whether it has pressed something: then a damaged copy does not hold it up either.

    Raises:
        UsageError: there is none any more, or it cannot be read.
        Refused: another plan stands there, and nothing is pressed yet.
    """
    facts, copy, faults = state.facts["plan"], copy_of_plan(state.evidence), list[str]()
    for place in (copy, Path(facts["path"])) if begun or not copy.exists() else (copy,):
        try:
            plan = parse_plan_as(PerformablePlan, data := bytes_of_plan(place), str(place))
        except UsageError as fault:
            faults.append(str(fault))
            continue
        if plan.digest == facts["digest"]:
            if not copy.exists():  # killed before it was copied, or deleted since
                copy_plan(data, state.evidence)
            return plan
        if not begun:
            raise Refused(f"{state.name} was begun with another plan than {place}")
        faults.append(f"{place} is another plan than the one with which {state.name} was begun")
    raise UsageError("; ".join(faults))
