"""Reading a whole pair without pressing anything: for a first look at real appliances, and before a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flows import readings
from flows.pair import Pair
from robot.lease import lease_for
from robot.waiting import Patience

if TYPE_CHECKING:
    from flows.appliance import Appliance
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


def observe_pair(settings: Settings, known: Secrets, *, check_updates: bool) -> dict[str, Any]:
    """Read both appliances; plain JSON.

    Raises:
        Refused: a run is working on the pair (one session per account), or as told by any screen.
    """
    lease = lease_for(os.environ.get("FAILOVER_ROBOT_DATABASE_URL"))
    pair = Pair.of(settings, known, Patience())
    try:
        for box in (settings.a, settings.b):
            lease.add(f"{box.address.lower()}:{box.port}")
        return {box.unit.value: _observed(box, pair, check_updates=check_updates) for box in (pair.a, pair.b)}
    finally:
        pair.close()
        lease.release()


def _observed(box: Appliance, pair: Pair, *, check_updates: bool) -> dict[str, Any]:
    machine = readings.machine(box)
    box.expect(machine.identity)
    key = readings.inter_appliance_key(box)
    return {
        "address": box.endpoint.address,
        "machine": machine.plain(),
        "shared_ip": {"ip": pair.settings.swing.shared_ip, **facts} if (facts := pair.swing.facts(box)) else {},
        "updates": (readings.checked_updates(box) if check_updates else readings.updates(box)).plain(),
        "site": readings.site_status(box).plain(),
        "failover": readings.failover(box).plain(),
        "inter_appliance_key": "masked" if key.masked else ("shown" if key.shown else "not shown"),
        "cluster": readings.guard(box).cluster,
    }


def told(seen: dict[str, Any]) -> str:
    """The same for a person."""
    parts: list[str] = []
    for unit, of in seen.items():
        machine, site, failover = of["machine"], of["site"], of["failover"]
        parts += [
            f"{unit.upper()}  {of['address']}  serial {machine['serial']}",
            f"   product {site['product']}, base {machine['base']}, {site['state'] or 'state unknown'}",
            f"   failover: {failover['role']}, last synchronisation {failover['last_sync'] or 'unknown'}",
            *([f"   shared IP: {'enabled' if of['shared_ip']['enabled'] else 'disabled'}"] if of["shared_ip"] else []),
            f"   connected clients: {site['clients'] or 'unknown'}",
            f"   Inter-Appliance key: {of['inter_appliance_key']}; cluster: {'yes' if of['cluster'] else 'no'}",
        ]
        parts += [
            f"   offered: {offer['name']}{'' if offer['enabled'] else ' (greyed out)'}" for offer in of["updates"]["offers"]
        ]
    return "\n".join(parts)
