"""The synchronous upgrade of a pair: A first, which keeps its role.

No failover event, but nobody is served while A is updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.areas.expected_changes import Gate
from flows.requirements.cut_off import tell_who_is_cut_off
from flows.requirements.expected_state import expected_after_break
from flows.requirements.named import before_the_start
from flows.smoke.in_a_run import look_before
from flows.smoke.interim_watch import InterimWatch
from flows.steps.after_the_end import tell_who_must_know
from flows.steps.backup_and_sync import backup_and_sync
from flows.steps.changed_since_plan import ESTABLISHING, hold_if_changed_already, hold_if_unexpected, tell_what_is_left
from flows.steps.manual_update import update
from flows.steps.readiness import readiness
from flows.steps.reestablish_failover import reestablish_failover
from flows.steps.verify_and_test import verify_and_test
from flows.traces.reading import in_one_sentence, read_traces
from robot.domain.model import Unit
from robot.schedule.estimate import Work
from robot.schedule.procedure_part import ProcedurePart

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.run import Run


def synchronous(pair: Pair, run: Run) -> dict[str, Any]:
    """Upgrade the pair without a swing: A serves before and afterwards, and is down while it is updated.

    Returns:
        `outcome`: "done", with a `reason` if something is left to be told, or "already", with one if there is nothing to do.
    """
    run.permission.enter(ProcedurePart.FIRST, Work.BACKUP)
    initial = readiness(pair, run, swings=False)
    if initial.nothing_to_do:
        return {"outcome": "already", "reason": initial.more}
    hold_if_changed_already(run, initial.a.site)
    look_before(pair, run, runs=initial.a.site.product)
    before_the_start(run, keys_hidden=initial.key is None or not initial.key.fingerprint)
    run.steps.note(
        "site-why-synchronous", "the synchronous procedure: no failover event, but the site is down while A is updated",
        procedure_ids=("PL11",),
    )  # fmt: skip
    expected = expected_after_break(initial)
    backup_and_sync(pair, run, initial.key, expected, swings=False)
    tell_who_is_cut_off(pair, run)
    update(pair.a, pair, run, expected)
    verify_and_test(pair.a, pair, run)
    hold_if_unexpected(pair, run, Gate.A_UPDATED, before="B's update")
    run.between_windows = InterimWatch(pair, run, pair.a, back="There is no way back from A's update: have A mended.")
    run.permission.enter(ProcedurePart.SECOND, Work.INSTALL_B)
    update(pair.b, pair, run, expected)
    verify_and_test(pair.b, pair, run)
    hold_if_unexpected(pair, run, Gate.B_UPDATED, before=ESTABLISHING)
    reestablish_failover(pair, run, initial, expected, leading=Unit.A)
    left = tell_what_is_left(pair, run)
    tell_who_must_know(run, exchanged=False)
    return {"outcome": "done", "reason": in_one_sentence(left, read_traces(pair, run))}
