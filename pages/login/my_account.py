"""My Account (later Consoles & Downloads): the representative console that belongs to what runs now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.actions.downloads import download_all
from pages.engine.screen import Screen
from pages.engine.view.control_query import control_called

if TYPE_CHECKING:
    from pathlib import Path

    from pages.engine.view.page_view import PageView

_CONSOLE = r"^Download (the )?(Rep(resentative)?|Access) Console\b|^(Rep(resentative)?|Access) Console( Installers?)?$"


class MyAccountScreen(Screen):
    """My Account: only its download is modelled."""

    title = "My Account"
    interface = "login"
    breadcrumbs = ((r"^Consoles? (&|and) Downloads?$",), (r"^My Account$",))
    documented = 2
    known_by = "download of the representative console"

    def is_shown(self, view: PageView) -> bool:
        """Whether the page has the link that gives the console."""
        return any(not control.menu for control in view.clickables(_CONSOLE))

    def fetch_console(self, into: Path) -> list[tuple[str, Path]]:
        """Fetch the console's installer, or installers, into files of a folder; each with its own name. Alters nothing."""
        own = [
            control.name for control in self.look().clickables(_CONSOLE) if not control.menu
        ]  # some menus have a Rep Console too
        name = own[0] if len(set(own)) == 1 else ""
        link = control_called(self.tab, f"^{re.escape(name)}$" if name else _CONSOLE)
        return download_all(self.tab, link, name or "the console", into)
