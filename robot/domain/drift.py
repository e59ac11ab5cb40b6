"""A difference between a page and what is known of it: which control was looked for, and what is there instead."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class DriftKind(StrEnum):
    """How a control was found that should be on the page exactly once."""

    NOWHERE = "nowhere"
    TWICE = "twice"
    FALLBACK = "by a fallback"
    OUT_OF_REACH = "out of reach"


@dataclass(frozen=True)
class Drift:
    """One difference between a page and what is known of it, described for an engineer on call.

    Attributes:
        screen: what people call it: "Management > Failover"; "" while it is not known.
        control: the words that name the control; "" if the screen itself is missing.
        looked_for: what was looked for, as a person would: `button "Sync Now"`, `field "Port" under "Reverse ..."`.
        found: how it was found.
        instead: what is on the page instead; for a fallback, what the control was found by.
        unit: "a" or "b"; "" while it is not known.
    """

    screen: str
    control: str
    looked_for: str
    found: DriftKind
    instead: str = ""
    unit: str = ""

    def on(self, *, screen: str = "", unit: str = "") -> Drift:
        """Return a copy with screen and unit filled in where they were not known."""
        return replace(self, screen=self.screen or screen, unit=self.unit or unit)

    @property
    def sentence(self) -> str:
        """What is missing, where, and what is there instead, in one sentence."""
        place = f"{self.screen or 'the page'}{f' on {self.unit.upper()}' if self.unit in {'a', 'b'} else ''}"
        if not self.control:
            return f"{place} is not shown: no {self.looked_for}; there is instead: {self.instead}"
        match self.found:
            case DriftKind.NOWHERE:
                return f"{place}: no {self.looked_for}; there is instead: {self.instead}"
            case DriftKind.TWICE:
                return f"{place}: {self.looked_for} stands there several times, not once; there is: {self.instead}"
            case DriftKind.OUT_OF_REACH:
                return f"{place}: {self.looked_for} is there and cannot be pressed: {self.instead}"
            case DriftKind.FALLBACK:
                return f"{place}: {self.looked_for} was found only {self.instead}"

    def plain(self) -> dict[str, Any]:
        """Return the difference as plain JSON values.

        Returns:
            The attributes by name; `found` is text too, and of its own type, which tells it from the page's words.
        """
        return asdict(self)
