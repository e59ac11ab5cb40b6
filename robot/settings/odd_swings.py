"""Refuse a `[swing]` with keys that its method lacks or would ignore."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from robot.domain.errors import UsageError
from robot.settings.values import is_ip

if TYPE_CHECKING:
    from pathlib import Path

    from robot.settings.sections.pair_file import Settings

_NEEDS = {
    "shared-ip": {"shared_ip": "the address that moves"},
    "dns": {
        "server": "the name server that takes the change",
        "zone": "the zone that the record is in",
        "record": "the record's name",
        "ttl": "the seconds that the record may be kept",
        "tsig": "the name of the environment variable with the key",
    },
    "nat": {"command": "the command that points the site's entry to {address}"},
    "person": {},
}
_ALLOWS = {"shared-ip": (), "dns": ("views", "a", "b", "address"), "nat": ("a", "b", "address"), "person": ("address",)}


def refuse_odd_swing(settings: Settings, pair_file: Path) -> None:
    """Refuse a `[swing]` without a key that its method needs, or with one that its method would ignore.

    Raises:
        UsageError: a key is missing or one too many; the sentence names it.
    """
    swing = settings.swing
    needs, allows = _NEEDS[swing.method], _ALLOWS[swing.method]
    values = dict(swing)
    for key, meaning in needs.items():
        if not values[key]:
            raise UsageError(f"{pair_file}: swing.{key} is missing; the {swing.method} method needs {meaning}")
    for key in sorted(set(values) - {"method", *needs, *allows}):
        if values[key]:
            raise UsageError(f"{pair_file}: swing.{key} means nothing to the {swing.method} method; remove it")
    if swing.method == "nat" and not any("{address}" in word for word in swing.command):
        raise UsageError(f"{pair_file}: swing.command must have {{address}} in it, for the address that the site is to lead to")
    if swing.method == "dns":
        _refuse_odd_record(settings, pair_file)


def _refuse_odd_record(settings: Settings, pair_file: Path) -> None:
    swing = settings.swing
    zone, record = (swing.zone or "").rstrip(".").lower(), (swing.record or "").lower()
    if record.endswith(".") and not f".{record}".endswith(f".{zone}."):
        raise UsageError(f"{pair_file}: swing.record {swing.record} is not in the zone {swing.zone}")
    servers: list[tuple[str, str]] = []
    for place, server, tsig, addresses in settings.record_places():
        for unit, address in addresses.items():
            if not is_ip(address):
                raise UsageError(
                    f"{pair_file}: {place}.{unit} is missing; the record needs an IP address, and {address} is a name"
                )
        a, b = map(ip_address, addresses.values())
        if a == b:
            raise UsageError(f"{pair_file}: {place} leads to {a} for A and for B; each needs an address of its own")
        if a.version != b.version:
            raise UsageError(f"{pair_file}: {place} mixes IPv4 and IPv6 ({a}, {b}); the swing changes one record of one kind")
        if (server.lower(), tsig) in servers:
            raise UsageError(f"{pair_file}: {place} is there twice ({server}, {tsig}); each view once")
        servers.append((server.lower(), tsig))
