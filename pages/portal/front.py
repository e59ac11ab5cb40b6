"""The public portal: only whether it answers; its words are not read, for every site has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.navigation import open_url
from pages.engine.view.page_view import look_at
from robot.domain.model import Reading

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Portal(Reading):
    """What a customer gets: the HTTP status and the page's title."""

    status: int
    title: str = ""


def open_portal(tab: Page, origin: str) -> Portal:
    """Open the site's front page and return what a customer gets there."""
    status = open_url(tab, f"{origin}/")
    return Portal(status=status, title=look_at(tab).title)
