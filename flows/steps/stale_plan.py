"""That the appliances are still those that the approved plan was made for, before anything is pressed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.areas.differences import Weight, compare
from flows.areas.pair_snapshot import PairSnapshot
from flows.survey.appliance_areas import areas_of_first_readings
from robot.approval.performable_plan import ANEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.requirements.readiness_readings import ApplianceReadings
    from robot.changes.run import Run
    from robot.domain.model import Unit


def require_fresh_plan(run: Run, found: Mapping[Unit, ApplianceReadings]) -> None:
    """Require that what a run reads first of both appliances is what the plan has seen (OP8).

    That is identity, certificate, versions, role and failover settings. A user more or less makes no plan stale: what else the
    first reading tells is asked (`hold_if_changed_already`), and everything is compared after each update.

    Args:
        run: the run; one without a plan requires nothing, nor one that has pressed something: it has changed the pair itself.
        found: what was read of each appliance.

    Raises:
        Refused: something that the plan rests on has changed since it was made.
    """
    if run.planned_snapshot is None or run.record.anything_pressed:
        return
    planned = PairSnapshot.from_document(run.planned_snapshot)
    now = planned.model_copy(
        update={
            unit.value: planned.of(unit).model_copy(
                update=areas_of_first_readings(each.machine, each.site, each.failover, each.shared)
            )
            for unit, each in found.items()
        }
    )
    changed = [each.fact for each in compare(planned, now) if each.weight is Weight.UNEXPECTED]
    stale = (
        f"the plan is stale, since the pair has changed: {'; '.join(changed)}. Find out who did it; then {ANEW}"
        if changed
        else ""
    )
    run.steps.require("site-plan-is-fresh", "That the pair is as the plan has seen it", stale, procedure_ids=("OP8",))
