"""A run is bound to its approved plan before it does anything: what it may press, when, and what the pair is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.areas.pair_snapshot import PairSnapshot
from flows.planning.press_list import press_list
from flows.step_names import STEPS
from robot.approval.effective_rules import answerers_of_run
from robot.approval.planned_run import ApprovalGate, note_doubt, planned_run, require_signed_once
from robot.domain.errors import UsageError
from robot.plan.press_list import PressList
from robot.schedule.press_policy import PressPolicy

if TYPE_CHECKING:
    from robot.approval.performable_plan import PerformablePlan
    from robot.approval.planned_run import PlannedRun
    from robot.changes.run import Run

OTHER_WINDOW = (
    "The windows are the plan's. Have two people sign it as an emergency (approve PLAN --emergency), then resume with "
    "--emergency; or go back, or hand it over."
)


def bind_to_plan(run: Run, *, goes_back: bool) -> None:
    """Bind a run to its approved plan; one without a plan is refused where this machine requires an approved one.

    Args:
        run: the run.
        goes_back: whether it goes the way back, for which nothing needs to be proved that can be proved no more.

    Raises:
        UsageError: the plan cannot be read.
        Refused: the plan, or what it was made for, has changed; or its approval did not hold when the run made its first press.
        Waiting: it is not approved any more, and may be again.
    """
    begun = run.record.anything_pressed
    planned = _planned(run, goes_back=begun and goes_back)
    if planned is None:
        return
    is_lifted = planned.emergency is not None
    if begun and is_lifted and not ApprovalGate(planned, run.record).holds():
        planned = replace(planned, emergency=None)  # it is over: windows and the ordinary approval count again for what is new
        is_lifted, run.restores_at_any_hour = goes_back, True
    gate = ApprovalGate(planned, run.record)
    gate.note_plan()
    run.press_list, run.require_approval = planned.plan.press_list, gate.require
    if told := planned.plan.tried.elsewhere:
        run.told_in_plan = {"tested_elsewhere": (told.text, told.by)}
    if not goes_back:  # on the way back nothing is compared
        run.planned_snapshot, run.hours.looks = planned.plan.snapshot, True
    if begun:
        _require_begun(run, gate, planned.plan)
    elif not goes_back:
        PairSnapshot.from_document(planned.plan.snapshot)  # told now if it cannot be read
        gate.require()
    run.hours.other_window = OTHER_WINDOW
    if is_lifted:
        _lift_windows(run)


def _planned(run: Run, *, goes_back: bool) -> PlannedRun | None:
    """Return the plan that a run performs; None for one without a plan, or that goes back although its plan is gone."""
    if not goes_back:
        return planned_run(run.state, run.settings, begun=run.record.anything_pressed)
    run.answerers = answerers_of_run(begun=True, goes_back=True)
    try:
        return planned_run(run.state, run.settings, begun=True)
    except UsageError as gone:
        require_signed_once(run.state, run.settings)
        run.press_list = _restoring(run)
        _tell_doubt(run, str(gone))
        if run.state.facts["plan"]["emergency"]:
            _lift_windows(run)
        return None


def _require_begun(run: Run, gate: ApprovalGate, plan: PerformablePlan) -> None:
    """Require that the plan was approved when it was begun; where that cannot be proved any more, press only what restores.

    What that is, this program tells then, and not that plan.
    """
    if doubt := gate.require_begun():
        new = (press.model_copy(update={"restores": False}) for press in plan.presses)
        run.press_list = PressList((*_restoring(run).presses, *new))
        _tell_doubt(run, doubt)


def _restoring(run: Run) -> PressList:
    """Return what restores, by this program: installs restore nothing, so that no package needs to be known."""
    listed = press_list(run.settings, {}, run.state.procedure)
    return PressList(tuple(press for press in listed.presses if press.restores))


def _lift_windows(run: Run) -> None:
    run.settings = run.settings.model_copy(update={"windows": None})
    run.hours = PressPolicy(run.settings, run.record, {}, steps=STEPS)


def _tell_doubt(run: Run, doubt: str) -> None:
    """Write into the record, once, that only what restores is pressed, and tell people."""
    if told := note_doubt(run.record, doubt):
        run.notify("gate", told)
