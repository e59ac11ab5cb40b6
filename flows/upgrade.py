"""The asynchronous upgrade of a pair: B first, then the swing, then A, then the relationship again (PL1)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from flows import readings
from flows.after_the_end import tell_who_must_know
from flows.as_left import Left, as_read, stand_as_left
from flows.backup_and_sync import backup_and_sync, download_backup
from flows.checks.named import before_the_start
from flows.counts import before_a_is_updated, jump_clients_are_back
from flows.make_primary import make_primary, site_is_served_by
from flows.manual_update import update
from flows.readiness import Readiness, readiness
from flows.reestablish_failover import reestablish_failover
from flows.verify_and_test import verify_and_test
from robot.errors import Stalled
from robot.estimate import Work
from robot.model import Release, SiteStatus, Unit
from robot.windows import Part

if TYPE_CHECKING:
    from flows.pair import Pair
    from robot.performing import Run


def asynchronous(pair: Pair, run: Run) -> dict[str, Any]:
    """Upgrade the pair; from the break in the first window to the end of the second there is no failover."""
    run.enter(Part.FIRST, Work.BACKUP)
    found = readiness(pair, run)
    if found.nothing_to_do:
        return {"outcome": "already", "reason": found.more}
    before_the_start(run, keys_hidden=found.key is None or not found.key.fingerprint)
    run.note(
        "site-why-asynchronous",
        "the asynchronous procedure: for sites that need their uptime; it costs a failover event, a second window, and the "
        "time between them without failover",
        fulfils=("PL1", "PL11"),
    )
    left = as_read(found)
    first_window(pair, run, found, left)
    run.enter(Part.SECOND, Work.BACKUP_AGAIN)
    second_window(pair, run, found, left)
    tell_who_must_know(run, exchanged=True)
    return {"outcome": "done"}


def first_window(pair: Pair, run: Run, found: Readiness, left: dict[Unit, Left]) -> None:
    """B is updated and takes over."""
    backup_and_sync(pair, run, found.key, left)
    update(pair.b, pair, run, left)
    stand_as_left(pair, run, left, before="verifying-b")
    verify_and_test(pair.b, pair, run)
    make_primary(pair, run, left, old_release=Release(text=found.a.site.product))


def second_window(pair: Pair, run: Run, found: Readiness, left: dict[Unit, Left]) -> None:
    """A is updated and becomes the backup."""
    stand_as_left(pair, run, left, before="a-is-touched")
    a_is_quiet(pair, run)
    update(pair.a, pair, run, left)
    stand_as_left(pair, run, left, before="verifying-a")
    verify_and_test(pair.a, pair, run)
    reestablish_failover(pair, run, found, left, leading=Unit.B)


def a_is_quiet(pair: Pair, run: Run) -> None:
    """Before A is touched: B serves, nobody is left on A, and B's settings are safe (AA3, AA4)."""
    a, limit = pair.a, pair.settings.limits.sessions
    with run.under("Update Appliance A"):
        site_is_served_by(pair.b, pair, run, step="site-served-before-a", fulfils=("AA3",))
        pair.swing.require(a, run, "a-shared-ip-before-update", "That A's shared IP is disabled", serves=False, fulfils=("AA3",))
        left = run.look(
            "a-quiet", "That nobody is left on A", a, SiteStatus,
            lambda: when_all_have_left(pair, limit), fulfils=("AA3", "PL4"), require=lambda now: not_quiet(now, limit),
        )  # fmt: skip
        if left.connected is None:
            run.note("a-quiet-unknown", "not checked: A does not tell how many are connected to it", fulfils=("AA3",))
        before_a_is_updated(run, left)
        jump_clients_are_back(pair, run)
        download_backup(pair.b, pair, run)


def not_quiet(now: SiteStatus, limit: int) -> str:
    """Why A is not quiet, or ""; what it does not tell is no objection."""
    if (now.connected or 0) <= limit:
        return ""
    return f"{now.connected} clients are still connected to A, more than limits.sessions allows"


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
