"""The asynchronous upgrade of a pair: B first, then the swing, then A, then the relationship again (PL1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.areas.expected_changes import Gate
from flows.requirements.counts import jump_clients_are_back
from flows.requirements.cut_off import when_people_have_left, who_is_cut_off
from flows.requirements.expected_state import ExpectedState, expected_after_break, require_expected_state_before
from flows.requirements.named import before_the_start
from flows.smoke.in_a_run import look_before
from flows.smoke.interim_watch import InterimWatch
from flows.steps.after_the_end import tell_who_must_know
from flows.steps.backup_and_sync import backup_and_sync, download_backup
from flows.steps.changed_since_plan import ESTABLISHING, hold_if_changed_already, hold_if_unexpected, tell_what_is_left
from flows.steps.make_primary import make_primary, site_is_served_by
from flows.steps.manual_update import update
from flows.steps.readiness import readiness
from flows.steps.reestablish_failover import reestablish_failover
from flows.steps.verify_and_test import verify_and_test
from flows.traces.reading import in_one_sentence, read_traces
from pages.readings.release import Release
from robot.domain.model import Unit
from robot.schedule.estimate import Work
from robot.schedule.procedure_part import ProcedurePart

if TYPE_CHECKING:
    from flows.requirements.readiness_readings import Readiness
    from flows.session.pair import Pair
    from robot.changes.run import Run


def asynchronous(pair: Pair, run: Run) -> dict[str, Any]:
    """Upgrade the pair; from the break in the first window to the end of the second there is no failover.

    Returns:
        `outcome`: "done", with a `reason` if something is left to be told, or "already", with one if there is nothing to do.
    """
    run.permission.enter(ProcedurePart.FIRST, Work.BACKUP)
    initial = readiness(pair, run)
    if initial.nothing_to_do:
        return {"outcome": "already", "reason": initial.more}
    hold_if_changed_already(run, initial.a.site)
    look_before(pair, run, runs=initial.a.site.product)
    before_the_start(run, keys_hidden=initial.key is None or not initial.key.fingerprint)
    run.steps.note(
        "site-why-asynchronous",
        "the asynchronous procedure: for sites that need their uptime; it costs a failover event, a second window, and the "
        "time between them without failover",
        procedure_ids=("PL1", "PL11"),
    )
    expected = expected_after_break(initial)
    first_window(pair, run, initial, expected)
    run.between_windows = InterimWatch(
        pair, run, pair.b, back=f"failover-robot back-out {run.state.name} leads the site back to A."
    )
    run.permission.enter(ProcedurePart.SECOND, Work.BACKUP_AGAIN)
    second_window(pair, run, initial, expected)
    left = tell_what_is_left(pair, run)
    tell_who_must_know(run, exchanged=True)
    return {"outcome": "done", "reason": in_one_sentence(left, read_traces(pair, run))}


def first_window(pair: Pair, run: Run, initial: Readiness, expected: dict[Unit, ExpectedState]) -> None:
    """Update B, and have it take over from A."""
    backup_and_sync(pair, run, initial.key, expected)
    update(pair.b, pair, run, expected)
    require_expected_state_before(pair, run, expected, before="verifying-b")
    verify_and_test(pair.b, pair, run)
    hold_if_unexpected(pair, run, Gate.B_UPDATED, before="the swing")
    make_primary(pair, run, expected, old_release=Release(text=initial.a.site.product))


def second_window(pair: Pair, run: Run, initial: Readiness, expected: dict[Unit, ExpectedState]) -> None:
    """Update A, and make it the backup of B."""
    require_expected_state_before(pair, run, expected, before="a-is-touched")
    a_is_quiet(pair, run)
    update(pair.a, pair, run, expected)
    require_expected_state_before(pair, run, expected, before="verifying-a")
    verify_and_test(pair.a, pair, run)
    hold_if_unexpected(pair, run, Gate.A_UPDATED, before=ESTABLISHING)
    reestablish_failover(pair, run, initial, expected, leading=Unit.B)


def a_is_quiet(pair: Pair, run: Run) -> None:
    """See before A is updated that B serves and nobody is left on A, and download B's backup (AA3, AA4)."""
    a = pair.a
    with run.under("Update Appliance A"):
        site_is_served_by(pair.b, pair, run, step="site-served-before-a", procedure_ids=("AA3",))
        pair.swing.require(
            a, run, "a-shared-ip-before-update", "That A's shared IP is disabled", serves=False, procedure_ids=("AA3",)
        )
        status = when_people_have_left(
            run, a, step="a-quiet", title="That nobody is left on A", by="A's update", work=Work.BACKUP_AGAIN,
            procedure_ids=("AA3", "PL4"), at_least=pair.settings.limits.establish,
        )  # fmt: skip
        if status.jump_clients != 0:
            number = "not checked: A does not tell how many" if status.jump_clients is None else str(status.jump_clients)
            text = f"{number} Jump Clients are still connected to A; they come back by themselves and hold nothing up"
            run.steps.note("a-jump-clients-left", text, procedure_ids=("AA3",))
        run.steps.note("a-cut-off", who_is_cut_off(status, "A", "by A's update"), procedure_ids=("PL4",))
        jump_clients_are_back(pair, run)
        download_backup(pair.b, pair, run)
