"""Status > Information (later Status): the site's software, and who is connected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.screen import Screen
from pages.versions import version_beside, versions_beside
from robot.model import SiteStatus

if TYPE_CHECKING:
    from pages.sight import Sight

_VERSION = r"version|build|software"
_OTHER_VERSION = (
    r"\bapi\b|client|console|\bbase\b|protocol|firmware|latest|available|licen[sc]e|maintenance|expir|\bdate\b|previous"
)
_CLIENTS = r"representatives?|users?\b|customers?|sessions?|jump clients?|presentation|attendees?|clients?"


class StatusScreen(Screen):
    """Status > Information: version, state, connected clients."""

    title = "Status > Information"
    interface = "login"
    breadcrumbs = ((r"^Status$", r"^Information$"), (r"^Status$",))

    def is_shown(self, sight: Sight) -> bool:
        """By a version beside the words, under the site's status."""
        return bool(versions_beside(sight, _VERSION, _OTHER_VERSION))

    def read(self) -> SiteStatus:
        """Say what the screen says. A Restart button stands here too; nothing of it is modelled."""
        sight = self.look()
        clients = sight.section(r"connected (clients|users)") if sight.heading(r"connected (clients|users)") else sight
        return SiteStatus(
            state=sight.value(r"^(site )?(status|state)$"),
            product=version_beside(
                sight,
                _VERSION,
                _OTHER_VERSION,
                screen=self.title,
            ),
            hostname=sight.value(r"^(site )?(host ?name|address)"),
            clients={
                label: int(value)
                for label, value in clients.pairs
                if re.fullmatch(r"\d{1,7}", value) and re.search(_CLIENTS, label, re.IGNORECASE)
                and not re.search(r"licen[sc]e|maximum|limit|configured|accounts?", label, re.IGNORECASE)
            },
        )  # fmt: skip
