"""The fields of areas and their values in words for people."""

from __future__ import annotations

from typing import Any

from pages.readings.available_updates import UpdateOffer
from robot.evidence.wording import duration

_LABELS = {
    "from_appliance": "by its own test", "from_here": "from this machine", "guid": "GUID",
    "ip": "IP", "jump_items": "Jump Items", "jump_clients": "Jump Clients online", "is_portal": "is the portal",
    "health": "health page", "used_percent": "used per cent",
    "shared_ips": "shared IPs", "api_version": "API version",
}  # fmt: skip


def words_of(value: Any, field: str = "") -> str:
    """Return one value of a snapshot in words.

    Args:
        value: a value of an area's field, as it is or as plain JSON.
        field: the field's name; one that ends with "_s" holds seconds.
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.endswith("_s"):
        return duration(value)
    if isinstance(value, dict) and value.keys() == UpdateOffer.model_fields.keys():  # pyright: ignore[reportUnknownMemberType]
        value = UpdateOffer.from_plain(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, UpdateOffer):
        return value.title if value.enabled else f"{value.title} (greyed out)"
    if isinstance(value, dict):
        return "; ".join(f"{label}: {words_of(each)}" for label, each in value.items()) or "none"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return ", ".join(map(words_of, value)) or "none"  # pyright: ignore[reportUnknownArgumentType]
    return str(value) or "none"


def label_of(field: str) -> str:
    """Return the name of an area's field in words."""
    return _LABELS.get(field, field.removesuffix("_s").replace("_", " "))
