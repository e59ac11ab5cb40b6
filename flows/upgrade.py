"""The asynchronous upgrade of a pair: B first, then the swing, then A, then the relationship again (PL1)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from flows import readings
from flows.backup_and_sync import backup_and_sync, download_backup
from flows.checks.named import announce_checks, carry_out_check
from flows.make_primary import make_primary, site_is_served_by
from flows.manual_update import update
from flows.readiness import Readiness, readiness
from flows.reestablish_failover import reestablish_failover
from flows.update_appliance import shared_ip_is
from flows.verify_and_test import verify_and_test
from robot.errors import Refused, Stalled
from robot.model import Release, SharedAddress, SiteStatus, Unit

if TYPE_CHECKING:
    from flows.pair import Pair
    from robot.performing import Run


def asynchronous(pair: Pair, run: Run) -> dict[str, Any]:
    """Upgrade the pair; from the break in the first window to the end of the second there is no failover."""
    found = readiness(pair, run)
    if found.nothing_to_do:
        return {"outcome": "already"}
    before_the_start(run)
    first_window(pair, run, found)
    second_window(pair, run, found)
    return {"outcome": "done"}


def before_the_start(run: Run) -> None:
    """What people or commands must have done before anything is pressed; people are asked everything at once."""
    places = {"version": run.settings.site.target_version}
    checks = ["tested_elsewhere", "snapshots", *(["same_key"] if run.settings.checks.same_key is not None else [])]
    asked = [(check, f"site-check-{check.replace('_', '-')}", places) for check in checks]
    with run.under("Before anything is changed"):
        announce_checks(asked, run)
        for check, step, where in asked:
            carry_out_check(check, run, step=step, places=where)


def first_window(pair: Pair, run: Run, found: Readiness) -> None:
    """B is updated and takes over."""
    backup_and_sync(pair, run, found.key)
    update(pair.b, pair, run, serving=Unit.A)
    verify_and_test(pair.b, pair, run)
    make_primary(pair, run, old_release=Release(text=found.a.site.product))


def second_window(pair: Pair, run: Run, found: Readiness) -> None:
    """A is updated and becomes the backup."""
    a_is_quiet(pair, run)
    update(pair.a, pair, run, serving=Unit.B)
    verify_and_test(pair.a, pair, run)
    reestablish_failover(pair, run, found)


def a_is_quiet(pair: Pair, run: Run) -> None:
    """Before A is touched: B serves, nobody is left on A, and B's settings are safe (AA3, AA4)."""
    a, limit = pair.a, pair.settings.limits.sessions
    with run.under("Update Appliance A"):
        site_is_served_by(pair.b, pair, run, step="site-served-before-a", fulfils=("AA3",))
        run.look(
            "a-shared-ip-before-update", "That A's shared IP is disabled", a, SharedAddress,
            lambda: readings.shared_address(a, pair.shared_ip), fulfils=("AA3",), require=shared_ip_is(a, enabled=False),
        )  # fmt: skip
        left = run.look(
            "a-quiet", "That nobody is left on A", a, SiteStatus,
            lambda: when_all_have_left(pair, limit), fulfils=("AA3", "PL4"),
        )  # fmt: skip
        if (left.connected or 0) > limit:
            raise Refused(f"{left.connected} clients are still connected to A, more than limits.sessions allows")
        if left.connected is None:
            run.note("a-quiet-unknown", "A does not tell how many are connected to it", fulfils=("AA3",))
        download_backup(pair.b, pair, run)


def when_all_have_left(pair: Pair, limit: int) -> SiteStatus:
    """A's status once no more than `limit` are connected, or after the time that is given them."""
    with contextlib.suppress(Stalled):
        return pair.patience.until(
            lambda: readings.site_status(pair.a),
            lambda now: (now.connected or 0) <= limit,
            what="everybody to have left A",
            within=pair.settings.limits.establish,
        )
    return readings.site_status(pair.a)
