"""What the procedures have in common before and between their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows import readings
from flows.as_left import Left
from flows.checks.named import announce_checks, carry_out_check
from flows.counts import who_is_cut_off
from robot.model import Role, SiteStatus, Unit

if TYPE_CHECKING:
    from flows.pair import Pair
    from flows.readiness import Readiness
    from robot.performing import Run


def as_read(found: Readiness) -> dict[Unit, Left]:
    """How both stand once the relationship is broken: A serves, and each runs what it was read to run."""
    return {
        unit: Left(Role.NONE, serves=unit is Unit.A, product=each.site.product, base=each.machine.base)
        for unit, each in ((Unit.A, found.a), (Unit.B, found.b))
    }


def before_the_start(run: Run, *, keys_hidden: bool = False) -> None:
    """What people or commands must have done before anything is pressed; people are asked everything at once.

    Args:
        run: the run.
        keys_hidden: whether A masks its Inter-Appliance key, so that somebody must attest that both have the same (RE2).
    """
    places = {"version": run.settings.site.target_version}
    checks = ["tested_elsewhere", "snapshots", *(["same_key"] if keys_hidden or run.settings.checks.same_key is not None else [])]
    asked = [(check, f"site-check-{check.replace('_', '-')}", places) for check in checks]
    with run.under("Before anything is changed"):
        announce_checks(asked, run)
        for check, step, where in asked:
            carry_out_check(check, run, step=step, places=where)


def cut_off(pair: Pair, run: Run, *, by: str) -> None:
    """Count who is connected to A right before they are cut off, and have them told (PL4, PL12).

    Args:
        pair: both.
        run: the run.
        by: what cuts them off, in words that complete "are cut off".
    """
    a = pair.a
    count = run.look(
        "a-status-before-cut", "Who is connected to A, and will be cut off", a, SiteStatus,
        lambda: readings.site_status(a), fulfils=("PL4",),
    )  # fmt: skip
    run.note("site-cut-off", who_is_cut_off(count, a.name, by), fulfils=("PL4",))
    carry_out_check("notice", run, step="site-check-notice", places={"minutes": "0"})
