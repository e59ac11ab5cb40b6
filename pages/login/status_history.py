"""Management > Failover > Status History, which is folded away until somebody opens it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.screen import BRIEFLY, Screen
from pages.engine.text.moments import MOMENT, parse_moment
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import ControlQuery, find_commands
from pages.engine.view.page_view import look_at
from pages.login.failover import ALERT, FailoverScreen
from pages.login.failover_role import role_of
from pages.readings.failover_status import Role
from pages.readings.status_history import EventKind, HistoryEvent, StatusHistory
from pages.translations import in_english
from robot.domain.errors import Stalled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pages.engine.view.page_view import PageView

_HEAD = r"^(show |hide |view )?(the )?status history$"
_TIME, _EVENT, _WHO = (
    r"^(date|time|when|timestamp)\b",
    r"event|status|message|description",
    r"^(user|who|by|account|admin)",
)
_FURTHER = r"^(next( page)?|[\u00bb\u203a]|older( events)?|(load|show) more)$"
_ENTRY = ignorecase(rf"^((?>{MOMENT}))[\s:|-]+(\S.*)")
_OPENS_WITHIN_S = 4.0
_SYNC = r"^((the|die|eine) )?((automatic|scheduled|manual|first|initial) )*(data[- ]?)?sync\w*\b"
_KINDS: Final = (
    (EventKind.SYNC_ENDED, rf"{_SYNC}.*\b(complete|success|finish|fail|abort|cancel|time[ds]? ?out|error|interrupt)"),
    (EventKind.SYNC, rf"{_SYNC}.*\b(start|beg[au]n|initiat|request|queued|in progress)"),
    (EventKind.CONDITION, ALERT),
    (EventKind.BREAK, r"\brelationships?\b.*\b(broken|break|removed|dissolved|ended|terminated)\b"),
    (EventKind.ESTABLISH, r"\brelationships?\b.*\b(established|created)\b|^establish\w* .*\brelationship"),
    (EventKind.ROLES, r"\broles?\b.*\b(changed|swapped|exchanged)\b|\bbec[ao]m(e|ing|es)\b.*\b(primary|backup)\b"),
)
"""The first that fits. The words are the product's own where they are published (its mails), and else recalled;
those of other languages are translated first."""
_BY_ITSELF = r"\bautomatic(ally)?\b|\bscheduled?\b"
_TAKES_OVER = r"becoming the primary"
"""An appliance that takes over by itself is no mere condition."""


class StatusHistoryScreen(Screen):
    """Management > Failover with its Status History open; without a relationship the page has none."""

    title = FailoverScreen.title
    interface = FailoverScreen.interface
    breadcrumbs = FailoverScreen.breadcrumbs
    folds = FailoverScreen.folds
    known_by = FailoverScreen.known_by

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page is Management > Failover."""
        return bool(role_of(view))

    def read(self) -> StatusHistory:
        """Open the history, which alters nothing, and read it."""
        view = self.look()
        if role_of(view) is Role.NONE:
            return StatusHistory(unread="the page has no Status History without a failover relationship")
        heads = find_commands(view, _HEAD)
        shown = _entries(view.section(_HEAD) if view.heading(_HEAD) else view)
        if len(heads) != 1:
            return history_on(view) if shown is not None else StatusHistory(unread="the page has no Status History to be opened")
        GuardedLink(self.tab, ControlQuery(self.tab, lambda seen: find_commands(seen, _HEAD)), "Status History").follow()
        with contextlib.suppress(Stalled):  # it may have been open before, and be shut now; or have no entries
            opened = BRIEFLY.poll_until(
                lambda: look_at(self.tab), lambda seen: _more(_entries(seen), shown), what=self.title, within=_OPENS_WITHIN_S
            )
            return history_on(opened)
        return history_on(view if shown else look_at(self.tab))


def history_on(view: PageView) -> StatusHistory:
    """Return the history as a page shows it, as a table or line by line."""
    if (entries := _entries(view)) is None:
        return StatusHistory(unread="its Status History was opened, and shows nothing that can be read")
    events = tuple(_event(*each) for each in entries)
    return StatusHistory(events=events, goes_on=any(not each.menu for each in view.clickables(_FURTHER)))


def _entries(view: PageView) -> list[tuple[str, str, str]] | None:
    """Return time, text and account of each entry that a view shows; None if it shows no history, not even an empty one."""
    if found := _rows(view) or list(_lines(view)):
        return found
    return [] if any(row.head and _columns(row.cells) for row in view.rows) else None


def _more(entries: list[tuple[str, str, str]] | None, before: list[tuple[str, str, str]] | None) -> bool:
    """Tell whether more is shown than before: an empty history too, where none was."""
    return entries is not None and (before is None or len(entries) > len(before))


def _rows(view: PageView) -> list[tuple[str, str, str]]:
    """Return time, text and account of each row of the table whose columns are a time and an event."""
    found: list[tuple[str, str, str]] = []
    columns: tuple[int, int, int] | None = None
    for row in view.rows:
        if row.head:
            columns = _columns(row.cells)
        elif columns and len(row.cells) > max(columns) and parse_moment(row.cells[columns[0]]):
            time, text, who = columns
            found.append((row.own_words[time], row.own_words[text], row.own_words[who] if who >= 0 else ""))
    return found


def _columns(heads: Sequence[str]) -> tuple[int, int, int] | None:
    """Return the numbers of the columns of time, event and account (-1 if there is none); None if it is another table."""
    time, text, who = (
        next((number for number, head in enumerate(heads) if ignorecase(words).search(head)), -1)
        for words in (_TIME, _EVENT, _WHO)
    )
    return (time, text, who) if min(time, text) >= 0 and time != text else None


def _lines(view: PageView) -> Iterator[tuple[str, str, str]]:
    """Yield time, text and "" of each entry that is a line with its time in front, or a time and an event with labels."""
    at = ""
    for item in view.items:
        if item.what == "pair" and ignorecase(_TIME).search(item.label) and parse_moment(item.value):
            at = item.own_words[-1]
        elif item.what == "pair" and at and ignorecase(_EVENT).search(item.label):
            yield at, item.own_words[-1], ""
            at = ""
        elif item.what == "text" and (line := _ENTRY.match(item.own_words[0])) and parse_moment(line[1]):
            yield line[1], line[2], ""


def _event(time: str, text: str, who: str) -> HistoryEvent:
    kind, text_in_english = kind_of(text), in_english(text)
    by_itself = kind in {EventKind.SYNC, EventKind.SYNC_ENDED} and bool(ignorecase(_BY_ITSELF).search(text_in_english))
    return HistoryEvent(time=time, text=text, kind=kind, by_itself=by_itself, who=who)


def kind_of(text: str) -> EventKind:
    """Return what an entry tells of, by its words in any language that the house has."""
    text = in_english(text)
    if ignorecase(_TAKES_OVER).search(text):
        return EventKind.ROLES
    return next((kind for kind, words in _KINDS if ignorecase(words).search(text)), EventKind.OTHER)
