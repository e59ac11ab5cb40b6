"""What another person does to the pair in mid-run: the same deeds as on the pages, by somebody else's hand."""

from typing import TYPE_CHECKING

from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.relationship import Connection
from robot.simulator.domain.names import Unit, peer_of

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "somebody"


def do(pair: Pair, unit: Unit, action: str) -> str:
    """Do it and write it down; an error text where it could not be done."""
    appliance, updates, relationship = pair.appliances[unit], pair.updates[unit], pair.relationship
    port = str(pair.addresses.port)

    def establish() -> str | None:
        peer = Connection(pair.addresses.of(peer_of(unit)), port)
        return relationship.establish(unit, peer, Connection(appliance.address, port))

    def install() -> str | None:
        updates.check()
        package = next((p for p in updates.offered if not p.needs_first(appliance)), None)
        return updates.install(package.number) if package is not None else "There is nothing to install."

    def add_user() -> None:
        appliance.data.users += 1

    def check() -> str | None:
        return None if updates.check() else updates.message

    def revert() -> None:
        appliance.product, appliance.base = pair.names.from_version, pair.names.from_base
        appliance.booted_at = pair.agenda.now()
        updates.forget_sign_ins()
        updates.site_epoch += 1

    def end_site_sessions() -> None:
        updates.site_epoch += 1

    deeds: dict[str, Callable[[], str | None]] = {
        "sync-now": relationship.sync_now,
        "break-failover-relationships": relationship.part,
        "establish-relationship": establish,
        "exchange-roles": relationship.exchange_roles,
        "ip-enable": lambda: pair.set_ip(unit, pair.addresses.shared, enabled=True) and None,
        "ip-disable": lambda: pair.set_ip(unit, pair.addresses.shared, enabled=False) and None,
        "install": install,
        "check-for-updates": check,
        "add-user": add_user,
        "reboot": updates.reboot,
        "end-sessions": updates.forget_sign_ins,
        "end-site-sessions": end_site_sessions,
        "revert-to-snapshot": revert,
    }
    if action not in deeds:
        return f"Nobody can {action!r}; known are {', '.join(deeds)}."
    error = deeds[action]() or ""
    written = f"{action} {pair.addresses.shared}" if action.startswith("ip-") else action
    if action == "install" and updates.package is not None:
        written = f"install {updates.package.title}"
    line = pair.journal.fetch if action == "check-for-updates" else pair.journal.change
    line(unit, ACCOUNT, written, status=400 if error else 200, details={"error": error} if error else None)
    return error
