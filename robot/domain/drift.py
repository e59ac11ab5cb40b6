"""What a page shows otherwise than is known of it: which control, what it was looked for by, and what is there instead."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Found(StrEnum):
    """How a control was found that is known to stand there once."""

    NOWHERE = "nowhere"
    TWICE = "twice"
    FALLBACK = "by a fallback"
    OUT_OF_REACH = "out of reach"


@dataclass(frozen=True)
class Drift:
    """One difference between a page and what is known of it, told for an engineer on call.

    Attributes:
        screen: what people call it: "Management > Failover"; "" until somebody knows.
        control: the words that name the control; "" where the screen itself is missing.
        looked_for: what was looked for, as a person would: `button "Sync Now"`, `field "Port" under "Reverse ..."`.
        found: how it was found.
        instead: what is on the page instead; of a fallback, what it was found by.
        unit: "a" or "b"; "" until somebody knows.
    """

    screen: str
    control: str
    looked_for: str
    found: Found
    instead: str = ""
    unit: str = ""

    def on(self, *, screen: str = "", unit: str = "") -> Drift:
        """The same, with the place where it happened, as far as that was not known."""
        return replace(self, screen=self.screen or screen, unit=self.unit or unit)

    @property
    def sentence(self) -> str:
        """One sentence that says what is missing, where, and what is there instead."""
        place = f"{self.screen or 'the page'}{f' on {self.unit.upper()}' if self.unit in {'a', 'b'} else ''}"
        if not self.control:
            return f"{place} is not shown: no {self.looked_for}; there is instead: {self.instead}"
        match self.found:
            case Found.NOWHERE:
                return f"{place}: no {self.looked_for}; there is instead: {self.instead}"
            case Found.TWICE:
                return f"{place}: {self.looked_for} stands there several times, not once; there is: {self.instead}"
            case Found.OUT_OF_REACH:
                return f"{place}: {self.looked_for} is there and cannot be pressed: {self.instead}"
            case Found.FALLBACK:
                return f"{place}: {self.looked_for} was found only {self.instead}"

    def plain(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return {**asdict(self), "found": self.found.value}
