"""Healthy pairs as they are observed, in many varieties; and what can be wrong with one, as small edits of the same document."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.areas.pair_snapshot import ApplianceSnapshot, PairSnapshot
from flows.checks.check import Ground
from robot.settings import Settings, load

NOW = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
SHARED, A, B, HOST = "192.0.2.20", "192.0.2.12", "192.0.2.13", "support.example.com"
PAIR = f"""
[change]
ticket = "CHG0031337"
[site]
hostname = "{HOST}"
target_version = "15.1.3"
[a]
address = "{A}"
credentials = "A"
[b]
address = "{B}"
credentials = "B"
[backup]
directory = "backups"
[swing]
method = "shared-ip"
shared_ip = "{SHARED}"
[windows]
first = {{ opens = 2026-12-01T22:00:00Z, closes = 2026-12-02T06:00:00Z }}
second = {{ opens = 2026-12-03T22:00:00Z, closes = 2026-12-04T06:00:00Z }}
interim = {{ at_least = "24h", at_most = "72h" }}
"""
Document = dict[str, Any]
Edit = Callable[[Document], None]


def settings(folder: Path, *, old: str = "", new: str = "") -> Settings:
    """The pair file, with one piece of its text replaced."""
    assert old in PAIR
    (folder / "pair.toml").write_text(PAIR.replace(old, new) if old else PAIR, encoding="utf-8")
    return load(folder / "pair.toml")


def area(seq: int, value: Document | None, *unknown: str) -> Document:
    """An area with its line in the record, and what could not be seen of it."""
    gaps = unknown or (() if value is not None else ("",))
    return {
        "value": value, "seq": seq, "picture": "", "no_picture": "none was taken",
        "unknown": [{"of": gap, "reason": "its pages do not tell it", "known": "when a person looks"} for gap in gaps],
    }  # fmt: skip


def appliance(unit: str, role: str, *, version: str, target: str) -> Document:
    """One healthy appliance."""
    backup = role == "backup"
    offers = [{"name": f"Bomgar Remote Support {target}", "version": target, "enabled": True, "requires": ""}]
    values: Document = {
        "product": {"version": version, "build": "38227", "state": "Running"},
        "base": {"version": "3.4.1", "build": None},
        "identity": {"serial": f"SN-{unit}-1234", "guid": f"guid-{unit}"},
        "relationship": {"role": role, "peer": B if unit == "a" else A, "alerts": []},
        "synchronisation": {"last": "2026-12-01 19:00:00 UTC", "age_s": 3600, "running": False, "result": None},
        "failover_settings": {"settings": {"Data-sync interval": "24 hours"}},
        "shared_ip": {"ip": SHARED, "enabled": unit == "a"},
        "other_addresses": {"addresses": {A if unit == "a" else B: "enabled"}},
        "key": {"key": "shown"},
        "certificate": {
            "subject": HOST, "names": [HOST, A, B], "valid_until": "2027-11-30T00:00:00+00:00", "public_key": "digest",
        },
        "licences": {"numbers": {"Representatives": 25}},
        "maintenance": {"until": "2027-10-01"},
        "signed_in": {"representatives": 0 if backup else 3, "sessions": 0 if backup else 1},
        "holdings": {
            "users": 12, "group_policies": 3, "jump_items": 40, "jump_clients": 0 if backup else 40, "recorded_sessions": 9,
        },
        "disks": {"used_percent": {"/": 41}},
        "health": {"checks": {"RAID": "OK"}},
        "offered": {"offers": offers, "chain": [f"Bomgar Remote Support {target}"], "message": ""},
        "installation": {"running": "", "installed": [], "takes_files": True},
        "automatic_updates": {"on": False},
        "clock": {"time": "2026-12-01 20:00:05 UTC", "zone": "UTC", "uptime": "41 days", "uptime_s": 41 * 86400},
        "tabs": {"login": ["Status", "Management"], "appliance": ["Status", "Updates"]},
        "reach": {"host": B if unit == "a" else A, "port": 443, "from_appliance": True, "from_here": True},
        "cluster": {"member": False},
        "health_page": {"status": 503 if backup else 200},
    }  # fmt: skip
    areas = {name: area(number, value) for number, (name, value) in enumerate(values.items(), 1)}
    areas["base"]["unknown"] = [{"of": "build", "reason": "its pages do not tell it", "known": "when a person looks"}]
    areas["synchronisation"]["unknown"] = [{"of": "result", "reason": "it is not told", "known": "never"}]
    return {"address": A if unit == "a" else B, **areas}


def document(*, version: str = "15.1.1", target: str = "15.1.3") -> Document:
    """A healthy pair."""
    return {
        "version": 1,
        "utc": "2026-12-01T20:00:00Z",
        "a": appliance("a", "primary", version=version, target=target),
        "b": appliance("b", "backup", version=version, target=target),
        "site": {
            "hostname": HOST,
            "keys": area(101, {"are": "equal"}),
            "name": area(102, {"answers": {"resolver": [SHARED]}, "leads_to": "the shared IP"}),
            "portal": area(103, {"address": SHARED, "status": 200, "is_portal": True, "health": 200}),
        },
    }


MAY_BE_HIDDEN = {
    "a": ("disks", "health", "automatic_updates", "maintenance", "licences", "failover_settings", "cluster"),
    "b": (
        "disks", "health", "automatic_updates", "maintenance", "licences", "signed_in", "holdings", "key", "failover_settings",
        "cluster", "tabs",
    ),
    "site": ("keys", "name"),
}  # fmt: skip
"""Areas that a healthy pair of some generation does not show before the break."""


def hide(made: Document, unit: str, name: str) -> None:
    """Let an area be unknown."""
    made[unit][name] = area(made[unit][name]["seq"], None)


def leave_out(made: Document, unit: str, name: str, field: str) -> None:
    """Let one field of an area be unknown."""
    made[unit][name]["value"][field] = None
    made[unit][name]["unknown"].append({"of": field, "reason": "its pages do not tell it", "known": "when a person looks"})


def varied(seed: int) -> Document:
    """A healthy pair of another site: other versions, numbers, hidden areas, words and clocks."""
    chance = random.Random(seed)
    version = chance.choice(["10.6.1", "12.3.5", "13.1.2", "14.2.3", "15.1.1", "15.1.2"])
    made = document(version=version)
    for unit in ("a", "b"):
        of = made[unit]
        zone, ahead = chance.choice([("UTC", 0), ("+01:00", 1), ("-05:00", -5), ("CET", 1), ("CST", -6), ("", 5.5)])
        shown = NOW + timedelta(hours=ahead, seconds=chance.randint(-90, 90))
        of["clock"]["value"]["time"] = f"{shown:{chance.choice(['%Y-%m-%d %H:%M:%S', '%B %d, %Y %H:%M:%S'])}} {zone}".strip()
        of["clock"]["value"]["zone"] = zone or "UTC"
        of["clock"]["value"]["uptime_s"] = chance.randint(4000, 10**8)
        of["disks"]["value"]["used_percent"] = {f"/{n}": chance.randint(1, 84) for n in range(chance.randint(1, 3))}
        of["health"]["value"]["checks"] = dict.fromkeys(["RAID", "Fan", "PSU"], chance.choice(["OK", "ok", "Passed", "Good"]))
        of["certificate"]["value"]["names"] = [chance.choice([HOST, "*.example.com"])]
        of["product"]["value"]["build"] = str(chance.randint(10000, 99999))
        until = chance.choice(["2027-10-01", "01 October 2027", "October 1, 2027", "10/10/2027"])
        of["maintenance"]["value"]["until"] = until
        of["identity"]["value"]["serial"] = f"SN-{unit}-{chance.randint(1000, 9999)}"
    same = made["a"]["clock"]["value"], made["b"]["clock"]["value"]
    if chance.random() < 0.5:
        same[1].update(zone=same[0]["zone"], time=same[0]["time"])
    licences = {f"Licence {n}": chance.randint(1, 500) for n in range(chance.randint(1, 4))}
    made["a"]["licences"]["value"]["numbers"] = licences
    made["b"]["licences"]["value"]["numbers"] = {name: number + chance.choice([0, 0, 5]) for name, number in licences.items()}
    made["a"]["signed_in"]["value"].update(representatives=chance.randint(0, 400), sessions=chance.randint(0, 90))
    made["b"]["synchronisation"]["value"]["age_s"] = chance.randint(60, 25 * 3600)
    for unit, names in MAY_BE_HIDDEN.items():
        for name in names:
            if chance.random() < 0.2:
                hide(made, unit, name)
    for unit in ("a", "b"):
        if chance.random() < 0.4:
            leave_out(made, unit, "reach", "from_appliance")
        if chance.random() < 0.2:
            hide(made, unit, "offered")
    return made


def ground(made: Document, of: Settings, *, now: datetime = NOW, **more: Any) -> Ground:
    """What the checks are made on; a single appliance stands in no relationship."""
    if more.get("procedure") == "single":
        made["a"]["relationship"]["value"]["role"] = "none"
    return replace(Ground(PairSnapshot.from_document(made), of, now), **more)


AREAS = [name for name in ApplianceSnapshot.model_fields if name != "address"]
