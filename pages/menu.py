"""Following the menu: a click on an entry, and the page that comes of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.sight import see, words
from robot.errors import Stalled, Unreachable
from robot.waiting import Patience

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

_ANSWER_MS = 30_000


def follow(tab: Page, entry: Locator) -> None:
    """Click an entry that leads to another page, and wait until that page has been read.

    A page is never reloaded: a reload would send the form again that led to it.

    Raises:
        Unreachable: the page did not come.
    """
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
        raise Unreachable(f"{url} does not open: {error.message.splitlines()[0]}") from error
    return response.status if response else 0


def menu_words(tab: Page) -> list[str]:
    """The words of the menu, in reading order, each once."""
    named = (control.name for control in see(tab).controls if control.menu and control.name)
    return [name for name in dict.fromkeys(named) if not words(r"^(log|sign) ?(out|off)$").search(name)]
