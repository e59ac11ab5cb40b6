"""The menu, and the pages that it leads to: opens them, and waits until they have come and are drawn."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.engine.meaning.sign_in_forms import LOG_OUT
from pages.engine.snapshot.snapshot import invalidate_snapshot
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import menu_entry
from pages.engine.view.page_view import LOADS, look_at
from robot.domain.errors import Momentary, Stalled, Unreachable, Untrusted
from robot.domain.waiting import Poller
from robot.network.browser_faults import why_distrusted

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageView

_ANSWER_MS = 30_000
_BETWEEN_LOOKS_S = 0.4
"""Seconds between two looks at a page that may still be drawing itself."""
_DRAWN_WITHIN_S = 6.0
_INTERRUPTED = ("interrupted by another navigation", "net::ERR_ABORTED")
"""Words of Playwright's error if a page is asked for while the page that is shown refreshes itself."""


def wait_for_new_document(tab: Page, stamp: float | None) -> None:
    """Wait until another document than that of `stamp` has been read, for thirty seconds at most.

    Args:
        tab: the page.
        stamp: when the document before was begun, in milliseconds since 1970; None if any document counts as another one.

    Raises:
        Unreachable: none came.
    """
    try:
        tab.wait_for_function(
            "stamp => performance.timeOrigin !== stamp && document.readyState !== 'loading'",
            arg=stamp,
            timeout=_ANSWER_MS,
        )
    except Error as error:
        raise Unreachable(f"no page came after a click at {tab.url}: {error.message.splitlines()[0]}") from error
    if tab.url.startswith("chrome-error:"):
        raise Unreachable("the appliance broke off the connection while a page was being opened")


def open_url(tab: Page, url: str) -> int:
    """Open an address of the appliance.

    Returns:
        The HTTP status; 0 if the browser does not tell it.

    Raises:
        Untrusted: the browser does not trust who answers.
        Unreachable: there is no answer.
    """
    invalidate_snapshot(tab)
    try:
        response = tab.goto(url, wait_until="domcontentloaded", timeout=_ANSWER_MS)
    except Error as error:
        if reason := why_distrusted(error.message):
            raise Untrusted(f"{url}: {reason}") from error
        kind = Momentary if any(words in error.message for words in _INTERRUPTED) else Unreachable
        raise kind(f"{url} does not open: {error.message.splitlines()[0]}") from error
    return response.status if response else 0


def wait_until_stable(tab: Page) -> PageView:
    """Return the first view of a page that no longer changes; after six seconds the last one.

    What is missing on a page is known only once the page no longer changes.
    """
    last = [look_at(tab)]

    def unchanged(view: PageView) -> bool:
        same = view.ready == "complete" and view.items == last[0].items and not view.find_line(LOADS)
        last[0] = view
        return same

    with contextlib.suppress(Stalled):  # a page that shows a clock changes all the time
        Poller(poll=_BETWEEN_LOOKS_S).poll_until(
            lambda: look_at(tab), unchanged, what="a page to be drawn", within=_DRAWN_WITHIN_S
        )
    return last[0]


def count_menu_entries(tab: Page, word: str, *, beside: str) -> int:
    """Return how many entries of the menu have these words, once the menu is drawn.

    Args:
        tab: the page.
        word: a pattern for the words of the entry.
        beside: a pattern for another entry of the same menu: once it is there and the page no longer changes, the menu is drawn.
    """
    entry, known = menu_entry(tab, word), menu_entry(tab, beside)
    with contextlib.suppress(Stalled):
        Poller(poll=0.1).poll_until(
            lambda: look_at(tab),
            lambda view: bool(entry.count(view) or known.count(view)),
            what="the menu",
            within=_DRAWN_WITHIN_S,
        )
    return entry.count() or entry.count(wait_until_stable(tab))


def menu_words(tab: Page) -> list[str]:
    """Return the words of the menu that is shown now, in reading order, each once."""
    return menu_words_in(look_at(tab))


def menu_words_in(view: PageView) -> list[str]:
    """Return the words of the menu of a view, without those that end the session."""
    named = (control.name for control in view.controls if control.menu and control.name)
    return [name for name in dict.fromkeys(named) if not ignorecase(LOG_OUT).search(name)]
