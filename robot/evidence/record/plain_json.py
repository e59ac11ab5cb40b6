"""Plain JSON that somebody else may have written: what is not of the expected type counts as absent."""

from collections.abc import Mapping
from typing import Any, cast


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """Return a field's text; "" if it is absent or no text."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def object_in(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a field's object; empty if it is absent or no object."""
    value = fields.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a JSON list; empty for anything else."""
    return tuple(item for item in cast("list[object]", value) if isinstance(item, str)) if isinstance(value, list) else ()


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON list; empty for anything else."""
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", item) for item in cast("list[object]", value) if isinstance(item, dict)]
