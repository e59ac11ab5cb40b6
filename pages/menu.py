"""Following the menu: a click on an entry, and the page that comes of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.forbidden import TAKES_AWAY, would_send
from pages.sight import covered, menu_entry, quoted, see, words
from robot.errors import Momentary, Stalled, Unreachable, WrongScreen
from robot.waiting import Patience

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

    from pages.sight import Sight

_ANSWER_MS = 30_000
_LOADING = r"^(loading|please wait)\b.{0,20}$"
LOG_OUT = r"^(log|sign) ?(out|off)$"
"""What ends a session, beside the menu or in it: only who is signed in is shown it."""
_BETWEEN = 0.4
"""Seconds between two looks at a page that may still be drawing itself."""
_DRAWN_WITHIN = 6.0
_INTERRUPTED = ("interrupted by another navigation", "net::ERR_ABORTED")
"""What becomes of a page that is asked for just when the one that is shown refreshes itself."""


def born(tab: Page) -> float | None:
    """The birth of the document that is shown, by which one is told from the next; `None` while there is none to ask."""
    try:
        stamp: float = tab.evaluate("performance.timeOrigin")
    except Error:
        return None
    return stamp


def follow(tab: Page, entry: Locator) -> None:
    """Click an entry that leads to another page, and wait until that page has been read.

    A page is never reloaded: a reload would send the form again that led to it.

    Raises:
        Unreachable: the page did not come. WrongScreen: something covers the entry.
    """
    if entry.count() == 1 and (odd := would_send(entry, TAKES_AWAY)):
        raise WrongScreen(f"a link at {tab.url} would send {quoted(odd)}, and is not followed")
    stamp = tab.evaluate("performance.timeOrigin")
    begun: list[Request] = []

    def noticed(request: Request) -> None:
        if request.is_navigation_request() and request.frame == tab.main_frame:
            begun.append(request)

    tab.on("request", noticed)
    try:
        entry.click(timeout=10_000)
        with contextlib.suppress(Stalled):  # a page that draws itself may ask a moment later, or not at all
            Patience(poll=0.05).until(lambda: tab.evaluate("0"), lambda _: bool(begun), what="a page", within=0.3)
    except TooLate as error:
        if cover := covered(entry):
            raise WrongScreen(f"a menu entry cannot be clicked at {tab.url}: {cover}") from error
        raise Unreachable(f"a menu entry could not be clicked at {tab.url}: {error.message.splitlines()[0]}") from error
    finally:
        tab.remove_listener("request", noticed)
    if begun:
        arrived(tab, stamp)


def arrived(tab: Page, stamp: float) -> None:
    """Wait until another document than that of `stamp` has been read.

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


def go(tab: Page, url: str) -> int:
    """Open an address of the appliance's own front doors; give the HTTP status.

    Raises:
        Unreachable: no answer, or one that the browser does not trust.
    """
    try:
        response = tab.goto(url, wait_until="domcontentloaded", timeout=_ANSWER_MS)
    except Error as error:
        kind = Momentary if any(told in error.message for told in _INTERRUPTED) else Unreachable
        raise kind(f"{url} does not open: {error.message.splitlines()[0]}") from error
    return response.status if response else 0


def settled(tab: Page) -> Sight:
    """Look until a page that draws itself no longer changes: only then can be said what is not on it."""
    last = [see(tab)]

    def unchanged(now: Sight) -> bool:
        same = now.ready == "complete" and now.items == last[0].items and not now.says(_LOADING)
        last[0] = now
        return same

    with contextlib.suppress(Stalled):  # a page with a clock on it never rests
        Patience(poll=_BETWEEN).until(lambda: see(tab), unchanged, what="a page to be drawn", within=_DRAWN_WITHIN)
    return last[0]


def offered(tab: Page, word: str, *, beside: str) -> int:
    """How many entries have these words, once the menu is drawn: once it shows one of them, or of those known to stand beside."""
    entry, known = menu_entry(tab, word), menu_entry(tab, beside)
    with contextlib.suppress(Stalled):
        Patience(poll=0.1).until(lambda: entry.count() or known.count(), bool, what="the menu", within=_DRAWN_WITHIN)
    return entry.count()


def menu_words(tab: Page) -> list[str]:
    """The words of the menu, in reading order, each once."""
    named = (control.name for control in see(tab).controls if control.menu and control.name)
    return [name for name in dict.fromkeys(named) if not words(LOG_OUT).search(name)]
