"""What the asynchronous upgrade changes of a pair, as a snapshot shows it: the changes that are expected at each of its gates."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from flows.areas.differences import Becomes, ExpectedChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.areas.pair_snapshot import PairSnapshot
    from robot.settings import Settings

_UPDATE = "it was updated"
_APART = "the failover relationship is broken in between"
_SYNC = "B was synchronised before the break"


class Gate(StrEnum):
    """A point of the upgrade at which the pair is observed again; the pair before it is the one before anything was changed."""

    B_UPDATED = "b-updated"
    SWUNG = "swung"
    A_UPDATED = "a-updated"
    END = "end"


def of_upgrade(settings: Settings, before: PairSnapshot, gate: Gate) -> tuple[ExpectedChange, ...]:
    """Return what the asynchronous upgrade has changed by one of its gates, since before its first press.

    Args:
        settings: the pair file.
        before: the pair before anything was changed: what A held then, B must hold.
        gate: the gate.
    """
    swung = gate is not Gate.B_UPDATED
    changes = [*_updated("b", settings), *_synchronised(before, gate)]
    if gate in {Gate.A_UPDATED, Gate.END}:
        changes += _updated("a", settings)
    if swung:
        changes += _swung(settings)
    changes += _reestablished() if gate is Gate.END else _apart()
    return tuple(changes)


def _updated(unit: str, settings: Settings) -> Iterator[ExpectedChange]:
    site = settings.site
    yield ExpectedChange(unit, "product", "version", site.target_version, _UPDATE)
    yield ExpectedChange(unit, "product", "build", Becomes.ANYTHING, _UPDATE)
    yield ExpectedChange(unit, "base", "version", site.target_base or Becomes.ANYTHING, _UPDATE)
    yield ExpectedChange(unit, "base", "build", Becomes.ANYTHING, _UPDATE)
    for area in ("clock", "offered", "installation", "automatic_updates", "tabs"):
        yield ExpectedChange(unit, area, "", Becomes.ANYTHING, _UPDATE)
    labelled = (("licences", "numbers"), ("failover_settings", "settings"), ("disks", "used_percent"), ("health", "checks"))
    for area, field in labelled:
        yield ExpectedChange(unit, area, field, Becomes.OTHER_LABELS, "the new release words its pages itself")


def _synchronised(before: PairSnapshot, gate: Gate) -> Iterator[ExpectedChange]:
    for unit in ("a", "b"):
        yield ExpectedChange(unit, "synchronisation", "", Becomes.ANYTHING, _SYNC)
    held = before.a.holdings.value
    for field in ("users", "group_policies", "jump_items"):
        number = getattr(held, field, None)
        is_sure = number is not None and gate in {Gate.B_UPDATED, Gate.SWUNG}  # later people may have configured B, which serves
        yield ExpectedChange("b", "holdings", field, number if is_sure else Becomes.ANYTHING, _SYNC)
    for field in ("jump_clients", "recorded_sessions"):
        yield ExpectedChange("b", "holdings", field, Becomes.ANYTHING, _SYNC)


def _apart() -> Iterator[ExpectedChange]:
    for unit in ("a", "b"):
        yield ExpectedChange(unit, "relationship", "role", "none", _APART)
        yield ExpectedChange(unit, "relationship", "peer", Becomes.ANYTHING, _APART)
        yield ExpectedChange(unit, "failover_settings", "", Becomes.ANYTHING, _APART)
        yield from _hidden_or_not(unit, _APART)


def _reestablished() -> Iterator[ExpectedChange]:
    why = "failover is established again, from B"
    for unit, role in (("a", "backup"), ("b", "primary")):
        yield ExpectedChange(unit, "relationship", "role", role, why)
        yield ExpectedChange(unit, "relationship", "peer", Becomes.ANYTHING, why)
        yield from _hidden_or_not(unit, why)
    yield ExpectedChange("a", "holdings", "", Becomes.ANYTHING, "a backup hides its tabs")


def _hidden_or_not(unit: str, why: str) -> Iterator[ExpectedChange]:
    """Yield what comes and goes with the role: a backup hides its tabs, and does not serve."""
    for area in ("tabs", "key", "health_page", "cluster"):
        yield ExpectedChange(unit, area, "", Becomes.ANYTHING, why)
    yield ExpectedChange("site", "keys", "are", "equal", why)


def _swung(settings: Settings) -> Iterator[ExpectedChange]:
    why = "the site was swung to B"
    if settings.swing.shared_ip:
        yield ExpectedChange("a", "shared_ip", "enabled", False, why)
        yield ExpectedChange("b", "shared_ip", "enabled", True, why)
        return
    for area in ("name", "portal"):
        yield ExpectedChange("site", area, "", Becomes.ANYTHING, why)
