"""Everything about the pair at this moment, as plain data for tests."""

from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.names import UNITS, Unit


def state_of(pair: Pair) -> dict[str, object]:
    """The whole truth, which no page shows in one place."""
    relationship = pair.relationship
    now = pair.agenda.now()
    last = relationship.last_sync
    return {
        "serving": pair.shared.serving,
        "holder": pair.shared.holder,
        "conflict_seconds": round(pair.shared.conflict_seconds(now), 3),
        "conflict": relationship.conflict,
        "roles": {unit: relationship.roles[unit].value for unit in UNITS},
        "relationship": relationship.exists,
        "syncing": relationship.syncing,
        "first_sync_pending": relationship.first_sync_pending,
        "last_sync": None if last is None else f"{last:%Y-%m-%dT%H:%M:%SZ}",
        "key": pair.appliances["a"].key,  # so that a test can search for it where it must not be
        "keys_equal": pair.appliances["a"].key == pair.appliances["b"].key,
        **{unit: _appliance(pair, unit) for unit in UNITS},
    }


def _appliance(pair: Pair, unit: Unit) -> dict[str, object]:
    appliance, updates = pair.appliances[unit], pair.updates[unit]
    return {
        "role": pair.relationship.roles[unit].value,
        "address": appliance.address,
        "serial": appliance.serial,
        "guid": appliance.guid,
        "product": appliance.product,
        "base": appliance.base,
        "power": appliance.power.value,
        "site_running": appliance.site_running,
        "shared_ip_enabled": appliance.has_enabled(pair.addresses.shared),
        "shared_ip_ticked": appliance.failover.shared_ip_ticked,
        "backup_operations": appliance.failover.backup_operations,
        "automatic_failover": appliance.failover.automatic_failover,
        "phase": updates.phase.value,
        "installing": updates.package.title if updates.package is not None else None,
        "offered": [package.title for package in updates.offered],
        "representatives": appliance.connected.representatives,
        "customers": appliance.connected.customers,
        "jump_clients": appliance.connected.jump_clients,
        "users": appliance.data.users,
        "groups": appliance.data.groups,
        "sessions": appliance.data.sessions,
    }
