"""`python -m tests.flows.kept_pair STATE.json --dir DIR ...`: a simulated pair whose state outlives its process.

Where the file exists, the pair goes on from it: at the same addresses, with the same serial numbers, software, roles and data,
but with other passwords. Its certificates have the same keys each time, since a run looks at them: they are made from numbers,
so that none is kept. When the process ends, it writes the state down in that file. What goes on by itself in an appliance, as an
install does, is not kept: end the process when nothing is under way.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from robot.simulator import __main__ as simulated
from robot.simulator.appliances.appliance import Connected, FailoverSettings, SiteData
from robot.simulator.appliances.pair import Addresses, Pair
from robot.simulator.appliances.relationship import Role
from robot.simulator.domain.names import UNITS

PLAIN = ("product", "base", "key", "serial", "guid", "download_key")
"""The facts of an appliance that are kept as they are."""


def state_to_keep(pair: Pair) -> dict[str, Any]:
    """Return the state of a pair as plain JSON; the uptime of each appliance in seconds."""
    relationship = pair.relationship
    state: dict[str, Any] = {
        "addresses": asdict(pair.addresses),
        "roles": {unit: relationship.roles[unit].value for unit in UNITS},
        "syncs": [at.isoformat() if at else None for at in (relationship.last_sync, relationship.last_sync_shown)],
        "history": [[at.isoformat(), text] for at, text in relationship.history],
    }
    for unit in UNITS:
        appliance, updates = pair.appliances[unit], pair.updates[unit]
        state[unit] = {
            "plain": {name: getattr(appliance, name) for name in PLAIN},
            "uptime_s": pair.agenda.now() - appliance.booted_at,
            "enabled": {ip: interface.enabled for ip, interface in appliance.interfaces.items()},
            "failover": asdict(appliance.failover),
            "data": asdict(appliance.data),
            "connected": asdict(appliance.connected),
            "updates": [updates.checked, updates.message, [package.number for package in updates.offered]],
        }
    return state


def restore(pair: Pair, state: dict[str, Any]) -> None:
    """Bring a pair that has just been made to a kept state."""
    relationship = pair.relationship
    relationship.roles = {unit: Role(state["roles"][unit]) for unit in UNITS}
    relationship.last_sync, relationship.last_sync_shown = (at and datetime.fromisoformat(at) for at in state["syncs"])
    relationship.history = [(datetime.fromisoformat(at), text) for at, text in state["history"]]
    for unit in UNITS:
        kept, appliance, updates = state[unit], pair.appliances[unit], pair.updates[unit]
        for name, value in kept["plain"].items():
            setattr(appliance, name, value)
        appliance.booted_at = pair.agenda.now() - kept["uptime_s"]
        for ip, enabled in kept["enabled"].items():
            appliance.interfaces[ip].enabled = enabled
        appliance.failover = FailoverSettings(**kept["failover"])
        appliance.data = SiteData(**kept["data"])
        updates.checked, updates.message, offered = kept["updates"]
        updates.offered = tuple(package for package in updates.packages if package.number in offered)
    pair.shared.reconsider(pair.appliances, pair.agenda.now())
    pair.clients.begin_on(pair.led_to)
    for unit in UNITS:
        pair.appliances[unit].connected = Connected(**state[unit]["connected"])


def main(file: Path, arguments: list[str]) -> int:
    """Serve the pair, from the state in the file where there is one, and write its state into it at the end."""
    before: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    made: list[Pair] = []

    class KeptPair(Pair):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            if before:
                restore(self, before)
            else:  # no key that could be taken for a real one comes into a kept state
                for appliance in self.appliances.values():
                    appliance.key = "the key of a simulated pair"
            made.append(self)

    numbers = itertools.count()

    def same_key(curve: ec.EllipticCurve, _backend: object = None) -> ec.EllipticCurvePrivateKey:
        digest = hashlib.sha256(f"key {next(numbers)} of a simulated pair".encode()).digest()
        return ec.derive_private_key(int.from_bytes(digest), curve)

    def same_addresses(_port: int = 0) -> Addresses:
        return Addresses(**before["addresses"])

    simulated.Pair = KeptPair
    ec.generate_private_key = same_key
    if before:
        simulated.find_addresses = same_addresses
    code = simulated.main(arguments)
    for pair in made:
        file.write_text(json.dumps(state_to_keep(pair), indent=1) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
