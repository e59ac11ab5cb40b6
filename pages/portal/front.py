"""The public portal: whether it is one. Its words are not known, for every site has its own; those of a site that is down are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.navigation import open_url
from pages.engine.meaning.startup import startup_notice
from pages.engine.text.wording import ignorecase
from pages.engine.view.page_view import look_at
from robot.domain.model import Reading

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageView


_NO_PORTAL = ignorecase(
    r"please wait|(temporarily|site|service|currently) unavailable|\b(is|being) (upgrad|updat)(ed|ing)\b|"
    r"^\W*(upgrad|updat|start)ing\b|"
    r"bad gateway|not found|forbidden|internal server error|does not accept connections|try again later"
)
"""What a page says that stands in the portal's place while the site is down."""


class Portal(Reading):
    """What a customer gets.

    Attributes:
        status: the HTTP status.
        title: the page's title.
        notice: the line, or the title, by which the page stands in the portal's place while the site is down; "" if it does not.
        begins_sessions: whether there is anything on it by which a customer could begin a session: a field, a button, a link.
    """

    status: int
    title: str = ""
    notice: str = ""
    begins_sessions: bool = False

    @property
    def is_portal(self) -> bool:
        """Whether it is the public portal, as far as that can be told of a page that every site words for itself."""
        return self.status == 200 and self.begins_sessions and not self.notice


def open_portal(tab: Page, origin: str) -> Portal:
    """Open the site's front page and return what a customer gets there."""
    status = open_url(tab, f"{origin}/")
    return portal_on(status, look_at(tab))


def portal_on(status: int, view: PageView) -> Portal:
    """Return what a customer gets with a page that is open.

    Args:
        status: its HTTP status.
        view: what is seen on it.
    """
    return Portal(status=status, title=view.title, notice=_notice(view), begins_sessions=bool(view.controls))


def _notice(view: PageView) -> str:
    """Return by which words a page says that the site is down; "" if it says nothing of it."""
    said = next((words for words in (view.title, *view.headings) if _NO_PORTAL.search(words)), "")
    alone = "" if view.controls else next((line for line in view.text.splitlines() if _NO_PORTAL.search(line)), "")
    return said or startup_notice(view) or alone
