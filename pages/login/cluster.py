"""Management > Cluster: tells whether the site is a cluster, which is no failover pair and must be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.actions.navigation import count_menu_entries
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import menu_entry

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageView

_ABOUT = r"\bclusters?\b|\btraffic nodes?\b|\bprimary nodes?\b"
_SAYS_WHICH = r"^(?!.*\b(or|failover)\b).*\bclusters?\b"
_IN_A_CLUSTER = r"^(Disband Cluster|Add New Traffic Node|Sync Now)$"
_IN_ONE = r"\bis (a|an|the)\b.*\b(master|member|node|part)\b.*\bcluster"
_IN_NONE = r"\bnot (currently |yet )?(a )?(part|member)|\bnot (been )?(clustered|configured|set up)\b|\bno clusters?\b"


class ClusterScreen(Screen):
    """Management > Cluster. It has a Sync Now of its own, which is never pressed."""

    title = "Management > Cluster"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Cluster$"),)
    known_by = "heading, label, command or sentence about a cluster"

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page is about clusters; the page before, which may still be shown, at most mentions them."""
        labels = [label for label, _ in view.pairs]
        named = [control.name for control in view.controls if not control.menu]
        about = any(ignorecase(_ABOUT).search(each) for each in (*view.headings, *labels, *named))
        return about or bool(view.find_line(_SAYS_WHICH))

    def is_in_a_cluster(self) -> bool:
        """Tell whether the site is an Atlas cluster, by the page's commands or its own words."""
        view = self.look()
        if any(control.enabled for control in view.clickables(r"^Disband Cluster$")):
            return True
        if view.current_statement(_IN_NONE):
            return False
        return bool(view.current_statement(_IN_ONE)) or any(control.enabled for control in view.clickables(_IN_A_CLUSTER))


def is_in_a_cluster(tab: Page) -> bool:
    """Return whether the site is an Atlas cluster; it is none if the menu has no such page.

    Raises:
        WrongScreen: the menu has the page, and its entry leads to another page, or to none.
    """
    for word, beside in ((r"^Management$", r"^Status$"), (r"^Cluster$", r"^(Software( Management)?|Failover|Security)$")):
        if count_menu_entries(tab, word, beside=beside) != 1:
            return False
        GuardedLink(tab, menu_entry(tab, word), word.strip("^$")).follow()
    return ClusterScreen(tab).is_in_a_cluster()
