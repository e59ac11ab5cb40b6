"""Management > Cluster, the guard page: a cluster is not a failover pair, and must be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.control_query import menu_entry
from pages.engine.guarded_click import GuardedClick
from pages.menu import offered, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

_IN_A_CLUSTER = r"^(Disband Cluster|Add New Traffic Node|Sync Now)$"

_IN_NONE = r"\bnot (currently |yet )?(a )?(part|member)|\bnot (been )?(clustered|configured|set up)\b|\bno clusters?\b"


def is_in_a_cluster(tab: Page) -> bool:
    """Whether the site is an Atlas cluster. The page has a Sync Now of its own, which is never pressed."""
    for word, beside in ((r"^Management$", r"^Status$"), (r"^Cluster$", r"^(Software( Management)?|Failover|Security)$")):
        if offered(tab, word, beside=beside) != 1:
            return False  # no such page, no cluster
        GuardedClick(tab, menu_entry(tab, word), word.strip("^$")).follow()
    sight = settled(tab)
    if any(control.enabled for control in sight.presses(r"^Disband Cluster$")):
        return True
    return any(control.enabled for control in sight.presses(_IN_A_CLUSTER)) and not sight.states(_IN_NONE)
