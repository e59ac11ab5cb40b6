"""A page as a PDF, printed by Chromium: for people who read on paper."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Error, sync_playwright

from robot.domain.errors import BrowserFailed
from robot.network.chromium import launched
from robot.network.tls import Endpoint

_NOWHERE: Final = Endpoint("nowhere.invalid", "nowhere.invalid", 443)
"""Where a page that is complete in itself leads: nothing may be fetched for it."""
_DATES: Final = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")


def pdf_of(page: str, *, printed_on: str) -> bytes:
    """Print a page that is complete in itself.

    Args:
        page: its HTML.
        printed_on: the date of the document, 14 digits in UTC: with it the same page always gives the same bytes.

    Returns:
        The PDF, with tags and an outline for screen readers.

    Raises:
        UsageError: there is no Chromium.
        BrowserFailed: Chromium does not start, or does not print.
    """
    with sync_playwright() as playwright, launched(playwright, _NOWHERE) as browser:
        try:
            tab = browser.new_page()
            tab.set_content(page)
            printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        except Error as error:
            raise BrowserFailed(f"Chromium does not print: {error.message.splitlines()[0]}") from error
    return _DATES.sub(rb"\g<1>" + printed_on.encode("ascii"), printed)
