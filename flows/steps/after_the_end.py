"""After the end (OP10): the roles are exchanged, and everything elsewhere that knows A as the primary must be updated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robot.changes.run import Run

PLACES = (
    "the next pair file: failover-robot init --from {run}",
    "monitoring, and whoever is called by it: which appliance serves, which is the backup",
    "the inventory (CMDB): roles and versions of both",
    "firewall and NAT rules that name one appliance by its address",
    "integrations that reach an appliance by its own address (Integration Client, SIEM, directory)",
    "hosts entries that were made for the verification: remove them",
    "console installers: keep the old MSI, only it removes the old installations",
    "snapshots of virtual appliances: delete them by the day that was agreed; never revert one that was the primary",
)
"""What must be updated elsewhere; `{run}` is replaced by the run's name."""
CONSOLES = (
    "representative consoles upgrade themselves on their next run; those that were rolled out by MSI to locked-down machines may "
    "need to be rolled out again (VT5). An updated console does not come online until its appliance is updated (VT7). The old "
    "console need not be uninstalled first (VT8)"
)


def places(run: str) -> list[str]:
    """Return what must be updated elsewhere after a run, by the run's name."""
    return [each.format(run=run) for each in PLACES]


def tell_who_must_know(run: Run, *, exchanged: bool) -> None:
    """Note at the end what is left for people to do elsewhere.

    Args:
        run: the run.
        exchanged: whether the roles are exchanged.
    """
    with run.under("After the end"):
        roles = "the roles are exchanged: B serves, A is the backup" if exchanged else "A serves as before"
        remaining = places(run.state.name) if exchanged else places(run.state.name)[1:]
        run.steps.note("site-after-the-end", f"{roles}. Who must know: {'; '.join(remaining)}", procedure_ids=("OP10",))
        run.steps.note("site-consoles", CONSOLES, procedure_ids=("VT5", "VT7", "VT8"))
