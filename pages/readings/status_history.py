"""Status History on Management > Failover of one appliance: what it says has happened to the pair."""

from __future__ import annotations

from enum import StrEnum

from robot.domain.model import Reading


class EventKind(StrEnum):
    """What an entry of the history tells of; the doubtful ones are `OTHER`."""

    SYNC = "synchronisation"
    SYNC_ENDED = "synchronisation ended"
    BREAK = "relationship broken"
    ESTABLISH = "relationship established"
    ROLES = "roles changed"
    CONDITION = "condition"
    """What a status check has found: nobody did it."""
    OTHER = "other"


class HistoryEvent(Reading):
    """One entry.

    Attributes:
        time: when, in the page's words.
        text: what, in the page's words.
        kind: what that is.
        by_itself: whether its words say that the appliance began it by itself.
        who: the account that a column of its own names, or "".
    """

    time: str
    text: str
    kind: EventKind = EventKind.OTHER
    by_itself: bool = False
    who: str = ""


class StatusHistory(Reading):
    """The history as one appliance shows it.

    Attributes:
        events: its entries, in the page's order.
        unread: why it could not be read; "" if it was.
        goes_on: whether the page shows only a part of it, with more on further pages.
    """

    events: tuple[HistoryEvent, ...] = ()
    unread: str = ""
    goes_on: bool = False
