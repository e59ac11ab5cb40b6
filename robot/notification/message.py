"""A message to people: the turn of the run at which it is sent, and its text."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable


class Turn(StrEnum):
    """The turns of a run at which people are told."""

    BEFORE_THE_START = "before_the_start"
    NO_FAILOVER_FROM_NOW = "no_failover_from_now"
    SWING_BEGINS = "swing_begins"
    SWING_DONE = "swing_done"
    NOBODY_SERVES = "nobody_serves"
    GATE = "gate"
    STOPPED = "stopped"
    EXPOSURE_50 = "exposure_50"
    EXPOSURE_90 = "exposure_90"
    EXPOSURE_100 = "exposure_100"
    PROTECTED_AGAIN = "protected_again"
    UNEXPECTED = "unexpected"
    BACKED_OUT = "backed_out"
    SMOKE_FAILED = "smoke_failed"

    @property
    def headline(self) -> str:
        """The turn in a few words, for the top of a phone's screen."""
        return _HEADLINES[self]


_HEADLINES = {
    Turn.BEFORE_THE_START: "About to start",
    Turn.NO_FAILOVER_FROM_NOW: "No failover from now on",
    Turn.SWING_BEGINS: "The swing begins",
    Turn.SWING_DONE: "The swing is done",
    Turn.NOBODY_SERVES: "NOBODY MAY BE SERVED",
    Turn.GATE: "A person is needed",
    Turn.STOPPED: "STOPPED",
    Turn.EXPOSURE_50: "No failover: 50 % of the time is over",
    Turn.EXPOSURE_90: "No failover: 90 % of the time is over",
    Turn.EXPOSURE_100: "No failover: the time is OVER",
    Turn.PROTECTED_AGAIN: "Failover protection is back",
    Turn.UNEXPECTED: "Done; a change nobody planned",
    Turn.BACKED_OUT: "Backed out",
    Turn.SMOKE_FAILED: "The site is not well",
}


class Message(BaseModel):
    """The message of one turn: plain enough for a script, short enough for a phone.

    Attributes:
        card: the stop card's rows, label and text; `None` if there is none.
        deadline: until when something must be done, in words; "" if there is no deadline.
        rehearsal: whether the run only rehearses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    ticket: str
    site: str
    turn: Turn
    utc: str
    sentence: str
    card: tuple[tuple[str, str], ...] | None = None
    deadline: str = ""
    rehearsal: bool = False

    @property
    def subject(self) -> str:
        """One line; what matters comes first, since a phone shows no more."""
        mark = "REHEARSAL: " if self.rehearsal else ""
        return " ".join(f"{mark}{self.turn.headline}: {self.site} ({self.ticket})".split())

    @property
    def text(self) -> str:
        """The message for a person: short paragraphs, without columns, which a phone would break up."""
        parts = ["REHEARSAL: no real appliance is touched."] if self.rehearsal else []
        parts.append(self.sentence)
        parts += [f"UNTIL\n{self.deadline}"] if self.deadline else []
        parts += [f"{label.upper()}\n{text}" for label, text in self.card or ()]
        parts.append(f"{self.site}\n{self.ticket}, run {self.run}\nat {self.utc}")
        return "\n\n".join(parts) + "\n"

    def plain(self) -> dict[str, Any]:
        """Return the message as plain JSON: its fields, with `subject` and `text` (chat services show `text` as it is)."""
        return {**self.model_dump(mode="json"), "subject": self.subject, "text": self.text}

    def masked(self, mask: Callable[[str], str]) -> Message:
        """Return a copy with every free text masked: it may repeat a secret that a page showed."""
        card = None if self.card is None else tuple((label, mask(text)) for label, text in self.card)
        return self.model_copy(update={"sentence": mask(self.sentence), "deadline": mask(self.deadline), "card": card})
