"""What another person does to the pair in mid-run: the same deeds as on the pages, under an account of its own."""

from typing import TYPE_CHECKING

from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.relationship import Connection
from robot.simulator.domain.names import Unit, peer_of

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "somebody"


class OtherAdministrator:
    """Another administrator at work on one appliance of the pair."""

    def __init__(self, pair: Pair, unit: Unit) -> None:
        self._pair: Pair = pair
        self._unit: Unit = unit
        self._appliance, self._updates = pair.appliances[unit], pair.updates[unit]
        relationship = pair.relationship
        self._deeds: dict[str, Callable[[], str | None]] = {
            "sync-now": relationship.sync_now,
            "break-failover-relationships": relationship.part,
            "establish-relationship": self._establish,
            "exchange-roles": relationship.exchange_roles,
            "ip-enable": lambda: self._set_shared_ip(enabled=True),
            "ip-disable": lambda: self._set_shared_ip(enabled=False),
            "install": self._install,
            "check-for-updates": self._check_for_updates,
            "add-user": self._add_user,
            "reboot": self._updates.reboot,
            "end-sessions": self._updates.forget_sign_ins,
            "end-site-sessions": self._end_site_sessions,
            "revert-to-snapshot": self._revert_to_snapshot,
        }

    def act(self, action: str) -> str:
        """Do something, and write it into the journal.

        Args:
            action: the name of a deed, as `POST /act` of the control address takes it.

        Returns:
            Why it could not be done, in a sentence; empty if it was done.
        """
        if action not in self._deeds:
            return f"Nobody can {action!r}; known are {', '.join(self._deeds)}."
        error = self._deeds[action]() or ""
        journal = self._pair.journal
        write = journal.fetch if action == "check-for-updates" else journal.change
        write(
            self._unit,
            ACCOUNT,
            self._as_written(action),
            status=400 if error else 200,
            details={"error": error} if error else None,
        )
        return error

    def _as_written(self, action: str) -> str:
        if action.startswith("ip-"):
            return f"{action} {self._pair.addresses.shared}"
        if action == "install" and self._updates.package is not None:
            return f"install {self._updates.package.title}"
        return action

    def _establish(self) -> str | None:
        addresses = self._pair.addresses
        port = str(addresses.port)
        peer = Connection(addresses.of(peer_of(self._unit)), port)
        return self._pair.relationship.establish(self._unit, peer, Connection(self._appliance.address, port))

    def _set_shared_ip(self, *, enabled: bool) -> None:
        self._pair.set_ip(self._unit, self._pair.addresses.shared, enabled=enabled)

    def _install(self) -> str | None:
        self._updates.check()
        package = next((each for each in self._updates.offered if not each.needs_first(self._appliance)), None)
        return self._updates.install(package.number) if package is not None else "There is nothing to install."

    def _check_for_updates(self) -> str | None:
        return None if self._updates.check() else self._updates.message

    def _add_user(self) -> None:
        self._appliance.data.users += 1

    def _end_site_sessions(self) -> None:
        self._updates.site_epoch += 1

    def _revert_to_snapshot(self) -> None:
        names = self._pair.names
        self._appliance.product, self._appliance.base = names.from_version, names.from_base
        self._appliance.booted_at = self._pair.agenda.now()
        self._updates.forget_sign_ins()
        self._updates.site_epoch += 1
