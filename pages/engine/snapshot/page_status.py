"""Whether a tab shows a web server's own error page, or no page at all, instead of a page of the appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import Page

_STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
_SERVER_ERROR = 500


def error_status(tab: Page) -> int:
    """Return the HTTP status of a web server's own error page (500 or more); 0 if it shows none, or another page is coming."""
    try:
        status: int = tab.evaluate(_STATUS)
    except Error:
        return 0
    return status if status >= _SERVER_ERROR else 0


def broke_off(tab: Page) -> bool:
    """Tell whether the browser shows its own error page: the connection broke off, or led nowhere."""
    return tab.url.startswith("chrome-error:")
