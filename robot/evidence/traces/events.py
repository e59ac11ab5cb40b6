"""What a trace tells, what a run has caused, and what became of each event: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Span:
    """A time by this machine's clock, as closely as it is known.

    Attributes:
        earliest: not before this.
        latest: not after this.
    """

    earliest: datetime
    latest: datetime

    def covers(self, other: Span) -> bool:
        """Tell whether the other one lies within this one, whichever times both are."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    def overlaps(self, other: Span) -> bool:
        """Tell whether both may be the same time."""
        return self.earliest <= other.latest and other.earliest <= self.latest


@dataclass(frozen=True)
class TraceEvent:
    """One event of a trace.

    Attributes:
        source: the trace: "A's Status History".
        unit: the appliance, `a` or `b`.
        time: when, in the trace's words; "" if it was sent to this machine, which knows when it arrived.
        text: what, in the trace's words.
        spans: every time that these words can mean; none if they cannot be understood.
        kind: what it tells of; the words are the caller's.
        ends: the kind of the event that it ends, which begins earlier in the same trace; "" if it ends none.
        by_itself: whether the appliance says that it did so by itself.
        person: the person or account that the trace names; "" if it names nobody, or the robot's own account.
        arrived: when it arrived, if it was sent to this machine.
    """

    source: str
    unit: str
    time: str
    text: str
    spans: tuple[Span, ...]
    kind: str
    ends: str = ""
    by_itself: bool = False
    person: str = ""
    arrived: datetime | None = None


@dataclass(frozen=True)
class Cause:
    """A press of the run, or what a person answers for by name: what it has caused, and when.

    Attributes:
        step: the step's name.
        units: the appliances whose traces tell of it.
        kinds: how many events of each kind it causes at most, in each trace.
        during: from when until when.
        by: the person who answers for it; "" for a press of the run.
    """

    step: str
    units: frozenset[str]
    kinds: Mapping[str, int]
    during: Span
    by: str = ""


@dataclass(frozen=True)
class InHand:
    """The time for which a person had the pair in hand, by the record."""

    by: str
    during: Span


class Owner(StrEnum):
    """To whom an event is put down."""

    PRESS = "press"
    PERSON = "person"
    ITSELF = "itself"
    NOBODY = "unexplained"


@dataclass(frozen=True)
class Attribution:
    """What became of one event.

    Attributes:
        event: the event.
        owner: to whom it is put down.
        by: the step of the press, or the person's name.
        doubt: why nobody owns it.
    """

    event: TraceEvent
    owner: Owner
    by: str = ""
    doubt: str = ""
