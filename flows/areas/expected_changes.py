"""What an upgrade changes of a pair, as a snapshot shows it: the changes that are expected at each of its gates."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.areas.differences import Becomes, ExpectedChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.areas.pair_snapshot import PairSnapshot
    from robot.settings import Settings

_UPDATE = "it was updated"
_APART = "the failover relationship is broken in between"
_SYNC = "B was synchronised before the break"
_SWUNG = "the site was swung to B"


class Gate(StrEnum):
    """A point of the upgrade at which the pair is observed again; the pair before it is the one before anything was changed."""

    B_UPDATED = "b-updated"
    SWUNG = "swung"
    A_UPDATED = "a-updated"
    END = "end"


def expected_changes(settings: Settings, before: PairSnapshot, gate: Gate, procedure: str) -> tuple[ExpectedChange, ...]:
    """Return what a procedure has changed by one of its gates, since before its first press.

    Args:
        settings: the pair file.
        before: the pair before anything was changed: what A held then, B must hold.
        gate: the gate.
        procedure: "asynchronous" or "synchronous".
    """
    changes = (of_synchronous if procedure == "synchronous" else of_upgrade)(settings, before, gate)
    return (*changes, *_told_by_api(changes))


def of_upgrade(settings: Settings, before: PairSnapshot, gate: Gate) -> tuple[ExpectedChange, ...]:
    """Return what the asynchronous upgrade has changed by one of its gates: B first, then the swing, then A.

    Args:
        settings: the pair file.
        before: the pair before anything was changed.
        gate: the gate.
    """
    holds_what_a_held = gate in {Gate.B_UPDATED, Gate.SWUNG}  # later people may have configured B, which serves
    changes = [*(_reestablished("b", "a") if gate is Gate.END else _apart())]
    if gate is not Gate.B_UPDATED:
        changes += _swung(settings, before)
    for unit in "ba" if gate in {Gate.A_UPDATED, Gate.END} else "b":
        changes += _updated(unit, settings)
    return (*changes, *_synchronised(before, holds_what_a_held=holds_what_a_held))


def of_synchronous(settings: Settings, before: PairSnapshot, gate: Gate) -> tuple[ExpectedChange, ...]:
    """Return what the synchronous upgrade has changed by one of its gates: A first, which serves all the time, then B.

    Args:
        settings: the pair file.
        before: the pair before anything was changed.
        gate: the gate.
    """
    changes = [*(_reestablished("a", "b") if gate is Gate.END else _apart())]
    for unit in "a" if gate is Gate.A_UPDATED else "ab":
        changes += _updated(unit, settings)
    return (*changes, *_synchronised(before, holds_what_a_held=gate is not Gate.END))


def _updated(unit: str, settings: Settings) -> Iterator[ExpectedChange]:
    site = settings.site
    yield ExpectedChange(unit, "product", "version", site.target_version, _UPDATE)
    yield ExpectedChange(unit, "product", "build", Becomes.ANYTHING, _UPDATE)
    yield ExpectedChange(unit, "base", "version", site.target_base or Becomes.ANYTHING, _UPDATE)
    yield ExpectedChange(unit, "base", "build", Becomes.ANYTHING, _UPDATE)
    for area in ("clock", "offered", "installation", "tabs"):
        yield ExpectedChange(unit, area, "", Becomes.ANYTHING, _UPDATE)
    labelled = (
        ("licences", "numbers"), ("failover_settings", "settings"), ("disks", "used_percent"), ("health", "checks"),
        ("automatic_updates", "on"),
    )  # fmt: skip
    for area, field in labelled:
        yield ExpectedChange(unit, area, field, Becomes.SHOWN_OR_HIDDEN, "the new release words its pages itself")


def _synchronised(before: PairSnapshot, *, holds_what_a_held: bool) -> Iterator[ExpectedChange]:
    for unit in ("a", "b"):
        yield ExpectedChange(unit, "synchronisation", "", Becomes.ANYTHING, _SYNC)
    held = before.a.holdings.value
    for field in ("users", "group_policies", "jump_items"):
        number = getattr(held, field, None)
        is_sure = number is not None and holds_what_a_held
        yield ExpectedChange("b", "holdings", field, number if is_sure else Becomes.ANYTHING, _SYNC)
    for field in ("jump_clients", "recorded_sessions"):
        yield ExpectedChange("b", "holdings", field, Becomes.ANYTHING, _SYNC)


def _apart() -> Iterator[ExpectedChange]:
    for unit in ("a", "b"):
        yield ExpectedChange(unit, "relationship", "role", "none", _APART)
        yield ExpectedChange(unit, "relationship", "peer", Becomes.ANYTHING, _APART)
        for area in ("failover_settings", "synchronisation"):
            yield ExpectedChange(unit, area, "", Becomes.ANYTHING, _APART)
        yield from _hidden_or_not(unit, _APART)


def _reestablished(leading: str, other: str) -> Iterator[ExpectedChange]:
    why = f"failover is established again, from {leading.upper()}"
    for unit, role in ((other, "backup"), (leading, "primary")):
        yield ExpectedChange(unit, "relationship", "role", role, why)
        yield ExpectedChange(unit, "relationship", "peer", Becomes.ANYTHING, why)
        yield from _hidden_or_not(unit, why)
    yield ExpectedChange(other, "holdings", "", Becomes.ANYTHING, "a backup hides its tabs")


def _hidden_or_not(unit: str, why: str) -> Iterator[ExpectedChange]:
    """Yield what comes and goes with the role: a backup hides its tabs, and does not serve."""
    for area in ("tabs", "key", "health_page"):
        yield ExpectedChange(unit, area, "", Becomes.ANYTHING, why)
    for area, field in (("cluster", "member"), ("signed_in", "representatives"), ("signed_in", "sessions")):
        yield ExpectedChange(unit, area, field, Becomes.SHOWN_OR_HIDDEN, why)
    yield ExpectedChange("site", "keys", "are", "equal", why)


def _swung(settings: Settings, before: PairSnapshot) -> Iterator[ExpectedChange]:
    swing, portal = settings.swing, before.site.portal.value
    if swing.shared_ip:
        yield ExpectedChange("a", "shared_ip", "enabled", False, _SWUNG)
        yield ExpectedChange("b", "shared_ip", "enabled", True, _SWUNG)
    if swing.method in {"dns", "person"}:  # behind a router the name and the site's address stay as they are
        yield ExpectedChange("site", "name", "answers", Becomes.ANYTHING, _SWUNG)
        yield ExpectedChange("site", "name", "leads_to", "B" if swing.method == "dns" else Becomes.ANYTHING, _SWUNG)
        yield ExpectedChange("site", "portal", "address", Becomes.ANYTHING, _SWUNG)
    if swing.method == "person" and portal:  # who swings may have moved the site's address from one appliance to the other
        for unit in ("a", "b"):
            yield ExpectedChange(unit, "other_addresses", f"addresses/{portal.address}", Becomes.ANYTHING, _SWUNG)


_BY_API = {
    ("product", "version"): ("version",),
    ("product", "build"): ("build", "api_version"),
    ("relationship", "role"): ("role",),
    ("synchronisation", ""): ("last_sync", "sync_status"),
    ("shared_ip", "enabled"): ("shared_ips",),
}
"""What the API tells of the same things: by area and field of the pages, its own fields."""


def _told_by_api(changes: Sequence[ExpectedChange]) -> Iterator[ExpectedChange]:
    """Yield what the API must tell of the same changes, where it is asked."""
    for each in changes:
        for field in _BY_API.get((each.area, each.field), ()):
            yield replace(each, area="api", field=field, to=Becomes.ANYTHING if field == "shared_ips" else each.to)
