"""What stands in a tab where no page of the appliance has come: a web server's own error page, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import Page

_STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
_SERVER_ERROR = 500


def error_status(tab: Page) -> int:
    """Return the HTTP status of a web server's own error page (500 or more); else 0, as while another page comes."""
    try:
        status: int = tab.evaluate(_STATUS)
    except Error:
        return 0
    return status if status >= _SERVER_ERROR else 0


def broke_off(tab: Page) -> bool:
    """Whether the browser tells that the connection broke off, or led nowhere."""
    return tab.url.startswith("chrome-error:")
