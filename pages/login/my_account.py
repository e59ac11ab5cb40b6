"""My Account (later Consoles & Downloads): the representative console of the release that runs now."""

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
        """Tell whether the page has the link that gives the console."""
        return any(not control.menu for control in view.clickables(_CONSOLE))

    def fetch_console(self, into: Path) -> list[tuple[str, Path]]:
        """Download the console's installers into a folder. It alters nothing.

        Returns:
            The name that the appliance suggests for each file, and its path.
        """
        own = [
            control.name for control in self.look().clickables(_CONSOLE) if not control.menu
        ]  # some menus have an entry Rep Console too
        name = own[0] if len(set(own)) == 1 else ""
        link = control_called(self.tab, f"^{re.escape(name)}$" if name else _CONSOLE)
        return download_all(self.tab, link, name or "the console", into)
