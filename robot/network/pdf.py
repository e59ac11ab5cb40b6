"""A page as a PDF, printed by Chromium: for people who read on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Error, sync_playwright

from robot.domain.errors import BrowserFailed
from robot.network.chromium import launched
from robot.network.tls import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

_NOWHERE: Final = Endpoint("nowhere.invalid", "nowhere.invalid", 443)
"""Where a page that is complete in itself leads: nothing may be fetched for it."""
_ORIGIN: Final = "https://nowhere.invalid/"
_NODES: Final = re.compile(rb"\(node\d{8}\)")
_WITHIN_MS: Final = 120_000
_DATES: Final = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")


def _none(_: str) -> bytes | None:
    return None


def pdf_of(page: str, *, printed_on: str, picture: Callable[[str], bytes | None] = _none) -> bytes:
    """Print a page. Nothing is fetched for it, and no script of it runs.

    Args:
        page: its HTML.
        printed_on: the date of the document, 14 digits in UTC: with it the same page always gives the same bytes.
        picture: returns the bytes of a picture by its path relative to the page; None if there is none.

    Returns:
        The PDF, with tags and an outline for screen readers.

    Raises:
        UsageError: there is no Chromium.
        BrowserFailed: Chromium does not start, or does not print.
    """

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(_ORIGIN)
        if not path:
            route.fulfill(body=page, content_type="text/html; charset=utf-8")
        elif path != route.request.url and (data := picture(path)):
            route.fulfill(body=data)
        else:
            route.abort()

    with sync_playwright() as playwright, launched(playwright, _NOWHERE) as browser:
        try:
            tab = browser.new_context(java_script_enabled=False).new_page()
            tab.set_default_timeout(_WITHIN_MS)
            tab.emulate_media(media="print")
            tab.route("**", answer)
            tab.goto(_ORIGIN)
            printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        except Error as error:
            raise BrowserFailed(f"Chromium does not print: {error.message.splitlines()[0]}") from error
    return _numbered_anew(_DATES.sub(rb"\g<1>" + printed_on.encode("ascii"), printed))


def _numbered_anew(printed: bytes) -> bytes:
    """Return a PDF with the names of its elements counted from one: Chromium counts what it has made besides, too."""
    names = {name: b"(node%08d)" % number for number, name in enumerate(sorted(set(_NODES.findall(printed))), 1)}
    return _NODES.sub(lambda found: names[found[0]], printed)
