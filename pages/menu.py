"""The tabs of the two interfaces: which of them a menu shows now. A backup has lost most of its own (/login)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.navigation import menu_words_in
from pages.engine.view.control_query import menu_entry
from pages.engine.view.page_view import look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

_DOCUMENTED = {
    "login": (
        "Status", "Consoles & Downloads", "My Account", "Configuration", "Jump", "Vault", "Console Settings", "Users & Security",
        "Users and Security", "Reports", "Public Portals", "Localization", "Management", "Appliance",
    ),
    "appliance": ("Status", "My Account", "Users", "Networking", "Storage", "Security", "Updates", "Support"),
}  # fmt: skip
"""The words of the tabs in the product's documents, of all generations."""


def tabs_shown(tab: Page, interface: str) -> tuple[str, ...]:
    """Return the words of the menu that is shown now; the documented ones also of a menu too short to be told from other links.

    Args:
        tab: the page.
        interface: `login` or `appliance`.
    """
    view = look_at(tab)
    words = menu_words_in(view)
    more = [word for word in _DOCUMENTED[interface] if word not in words and menu_entry(tab, f"^{word}$").count(view)]
    return tuple(words) or tuple(more)
