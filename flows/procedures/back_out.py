"""The ways back, and what each of them loses.

Before B's install the relationship is established again as it was. From B's install on there is no downgrade: A serves on,
without failover until B is repaired. After the swing the site goes back to A, and what was done on B since then is lost. From
A's install on there is no way back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flows.requirements.expected_state import expected_after_break
from flows.requirements.readiness_readings import ApplianceReadings, Readiness
from flows.session.readings import Machine
from flows.step_names import BACK_OUT, SERVED_BY_A, STEPS
from flows.steps.make_primary import site_is_served_by, swing
from flows.steps.reestablish_failover import reestablish_failover
from flows.traces.reading import in_one_sentence, read_traces
from pages.readings.failover_status import FailoverStatus
from pages.readings.machine import SharedAddress
from pages.readings.release import Release
from pages.readings.site_status import SiteStatus
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.evidence.record.history import RunPhase

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.run import Run
    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line

HEADING = "The way back"


class Branch(StrEnum):
    """Which way back there is, given how far a run has come."""

    NOTHING_BROKEN = "nothing broken"
    AS_IT_WAS = "as it was"
    A_SERVES_ON = "A serves on"
    BACK_TO_A = "back to A"
    MID_SWING = "mid-swing"
    NONE = "none"


WAYS = {
    Branch.NOTHING_BROKEN: "This run has broken and installed nothing: it ends here, and nothing is lost.",
    Branch.AS_IT_WAS: (
        "B is not updated yet: the relationship is established again as it was, from A, with B as its backup. Nothing is lost."
    ),
    Branch.A_SERVES_ON: (
        "B's install has begun, and there is no downgrade: A serves on with the old release. Lost: failover protection, until B "
        "is repaired by the vendor's support, or the upgrade is finished."
    ),
    Branch.BACK_TO_A: (
        "The site goes back to A, which still has the old release. Lost: whatever was configured or done on B since the swing, "
        "and failover protection, until B is repaired or the upgrade is finished. Everybody connected is cut off once more."
    ),
    Branch.MID_SWING: "The swing is begun and not finished: resume first. It is finished or undone before anything else is done.",
    Branch.NONE: "A's install has begun: there is no way back, only forward. Resume; an appliance in trouble is never restarted.",
}
"""What each way back is, and what it loses; `back-out` tells this before it begins."""


_BRANCHES = {
    RunPhase.BEFORE_BREAK: Branch.NOTHING_BROKEN,
    RunPhase.APART: Branch.AS_IT_WAS,
    RunPhase.B_BEGUN: Branch.A_SERVES_ON,
    RunPhase.MID_SWING: Branch.MID_SWING,
    RunPhase.SWUNG: Branch.BACK_TO_A,
    RunPhase.A_BEGUN: Branch.NONE,
}


def branch_of(history: RunHistory, procedure: str) -> Branch:
    """Return the branch that a record allows.

    Args:
        history: the record.
        procedure: "asynchronous", "synchronous" or "single"; only in the first one does A serve on while B is updated.

    Returns:
        The branch.
    """
    branch = _BRANCHES[history.phase(STEPS, lambda product: Release(text=product).version)]
    return Branch.NONE if branch is Branch.A_SERVES_ON and procedure != "asynchronous" else branch


def decisive_press(history: RunHistory, procedure: str) -> Line | None:
    """Return the press that nothing proves and on which the way back depends, or `None`.

    An order to DNS or NAT is none: it counts as carried out, and is taken back either way.

    Args:
        history: the record.
        procedure: as for `branch_of`.

    Returns:
        The press; the way would be another one if it turned out to have begun nothing.
    """
    press = history.unproved_press()
    if press is None or press.step.startswith(STEPS.swing_orders):
        return None
    return press if branch_of(history.without(press), procedure) is not branch_of(history, procedure) else None


def way_back(history: RunHistory, procedure: str) -> str:
    """Return what the way back is and what it loses, by the record alone; where that must be read first, the words say so.

    Args:
        history: the record.
        procedure: as for `branch_of`.

    Returns:
        One or several sentences.
    """
    way = WAYS[branch_of(history, procedure)]
    if (press := decisive_press(history, procedure)) is None or history.goes_back(STEPS):
        return way
    return (
        f'"{press.title or press.step}" was pressed, and nothing proves what came of it: that is read first. If it is seen that '
        f"nothing did: {WAYS[branch_of(history.without(press), procedure)]} Otherwise: {way}"
    )


def workflow_of(history: RunHistory, procedure: str) -> str:
    """Return the name of the way back's durable workflow: one that was begun is continued, another branch has other steps.

    Args:
        history: the record.
        procedure: as for `branch_of`.

    Returns:
        It is put behind the run's own name.
    """
    return f"back-{branch_of(history, procedure).value.replace(' ', '-')}"


def back_out(pair: Pair, run: Run) -> dict[str, Any]:
    """Go the way back that the record allows.

    Returns:
        `outcome`, which is "backed_out", and `reason`, a sentence.

    Raises:
        Refused: there is none, or the swing must be finished first.
    """
    branch = branch_of(run.record.history, run.state.procedure)
    way = WAYS[branch]
    with run.under(HEADING):
        if branch in {Branch.NONE, Branch.MID_SWING}:
            run.steps.note("site-no-way-back", f"no way back: {way}")
            raise Refused(way, next_action="Resume.")
        run.steps.note(BACK_OUT, f"backing out: {way}")
        if branch is not Branch.NOTHING_BROKEN:
            initial = found_before(run)
            pair.remember_accounts(run.record)
            for appliance, each in ((pair.a, initial.a), (pair.b, initial.b)):
                appliance.expect(each.machine.identity)
            if branch is Branch.AS_IT_WAS:
                reestablish_failover(pair, run, initial, expected_after_break(initial), leading=Unit.A)
            else:
                to_a(pair, run, swings=branch is Branch.BACK_TO_A)
        pair.swing.afterwards(pair, run, serves=Unit.A)
        run.notify("backed_out", f"backed out: {way}")
    return {"outcome": "backed_out", "reason": in_one_sentence(f"backed out: {way}", read_traces(pair, run))}


def to_a(pair: Pair, run: Run, *, swings: bool) -> None:
    """Have A serve, and prove it, while B does not; `swings`: the site is on B and is swung back."""
    if swings:
        swing(pair, run, to=Unit.A, step="site-swing-back", first=lambda: None)
    for appliance in (pair.a, pair.b):
        pair.swing.require(
            appliance, run, f"{appliance.unit.value}-shared-ip-backed-out",
            f"The shared IP on {appliance.name} after backing out",
            serves=appliance is pair.a, procedure_ids=("OP5",),
        )  # fmt: skip
    site_is_served_by(pair.a, pair, run, step=SERVED_BY_A, procedure_ids=("SI5",), release=found_before(run).a.site.product)


def found_before(run: Run) -> Readiness:
    """Return how both appliances were before anything was changed, by the run's own record.

    Returns:
        The first readings of both; without A's Inter-Appliance key.

    Raises:
        Refused: a reading is not on record.
    """
    history = run.record.history

    def reading(step: str) -> Any:
        line = history.first_reading(step)
        if line is None:
            raise Refused(f"the record of this run does not hold {step}, so that the way back cannot be judged; go by hand")
        return line.reading

    def shared(unit: Unit) -> SharedAddress | None:
        step = f"{unit.value}-ip-configuration"
        return SharedAddress.from_plain(reading(step)) if history.reading(step) else None

    a, b = (
        ApplianceReadings(
            Machine.from_plain(reading(f"{unit.value}-status-basics")),
            SiteStatus.from_plain(reading(f"{unit.value}-status-information")),
            FailoverStatus.from_plain(reading(f"{unit.value}-failover")),
            shared(unit),
        )
        for unit in Unit
    )
    return Readiness(a, b)
