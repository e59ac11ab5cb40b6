"""The two appliances, and what a reading of one is: frozen, and plain enough to stand in a record as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self, cast

from pydantic import BaseModel, ConfigDict


class Unit(StrEnum):
    """The two appliances. A and B are their names for the whole run; primary and backup are readings."""

    A = "a"
    B = "b"

    @property
    def other(self) -> Unit:
        """The other appliance of the pair."""
        return Unit.B if self is Unit.A else Unit.A


class Reading(BaseModel):
    """One reading of a screen: frozen, and equal to itself after a round trip through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """Return the reading as plain JSON values, by the names of its fields; an enumeration's word is still of its own type."""
        return {name: _plain(value) for name, value in self.model_dump().items()}

    @classmethod
    def from_plain(cls, plain: object) -> Self:
        """Make a reading again from what `plain()` returned."""
        return cls.model_validate(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in cast("dict[str, Any]", value).items()}
    return [_plain(item) for item in cast("list[Any]", value)] if isinstance(value, list | tuple) else value
