"""The upgrade of one appliance that is in no failover relationship: a backup, the update, the verification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.requirements.cut_off import tell_who_is_cut_off
from flows.requirements.expected_state import ExpectedState
from flows.requirements.named import before_the_start
from flows.requirements.production_readiness import lasts_to_the_end
from flows.requirements.readiness_readings import in_a_relationship
from flows.requirements.update_files import files_are_there
from flows.smoke.in_a_run import look_before
from flows.steps.after_the_end import tell_who_must_know
from flows.steps.backup_and_sync import HEADING, download_backup
from flows.steps.changed_since_plan import hold_if_changed_already
from flows.steps.installers import keep_old_installers
from flows.steps.manual_update import update
from flows.steps.patches import nothing_is_left
from flows.steps.readiness import look_at, no_downgrade, not_at_target, offered, refuse_cluster, tell_of_agreement
from flows.steps.stale_plan import require_fresh_plan
from flows.steps.verify_and_test import verify_and_test
from flows.traces.reading import read_traces
from pages.readings.failover_status import Role
from robot.domain.model import Unit

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.run import Run


def single(pair: Pair, run: Run) -> dict[str, Any]:
    """Upgrade A alone; the site is down while it is updated, and there is no way back from an install.

    Returns:
        `outcome`: "done", with a `reason` if something is left to be told, or "already", with one if there is nothing to do.
    """
    a = pair.a
    with run.under("Before anything is changed"):
        initial = look_at(a, pair, run)
        run.tell({"event": "lease", "serials": [initial.machine.serial]})
        if initial.is_at(pair.settings.site):
            nothing, more = nothing_is_left({"A": a}, run, initial.site.product)
            if nothing:
                run.steps.note("site-nothing-to-do", f"A is at {initial.versions} already. {more}".strip())
                return {"outcome": "already", "reason": more}
        not_at_target(run, {"A": initial})
        no_downgrade(run, {"A": initial})
        run.steps.require(
            "a-alone", "That A stands in no relationship", in_a_relationship(initial.failover.role), procedure_ids=("PL10",)
        )
        require_fresh_plan(run, {Unit.A: initial})
        refuse_cluster(a, run)
        lasts_to_the_end(run, {"A": initial})
        keep_old_installers(a, pair, run)
        if pair.settings.update.method == "manual":
            files_are_there(pair, run, {"a": initial})
        else:
            offered(a, initial, pair, run)
            tell_of_agreement(run)
    hold_if_changed_already(run, initial.site)
    look_before(pair, run, runs=initial.site.product)
    before_the_start(run)
    with run.under(HEADING):
        download_backup(a, pair, run)
    tell_who_is_cut_off(pair, run)
    expected = {Unit.A: ExpectedState(Role.NONE, serves=True, product=initial.site.product, base=initial.machine.base)}
    update(a, pair, run, expected)
    verify_and_test(a, pair, run)
    tell_who_must_know(run, exchanged=False)
    return {"outcome": "done", "reason": read_traces(pair, run)}
