"""Updates :: Rep Console Installers: links to the representative consoles of the release that is going to be installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.actions.downloads import download_all
from pages.engine.screen import ScreenSection
from pages.engine.view.control_query import control_called
from pages.engine.view.page_view import look_at
from robot.domain.errors import Unreachable

if TYPE_CHECKING:
    from pathlib import Path


_INSTALLERS = r"^Rep(resentative)? Console Installers?$"


class ConsoleInstallers(ScreenSection):
    """The links, and the files behind them."""

    def links(self) -> tuple[str, ...]:
        """Return the words of each link to console installers; nothing if the vendor's support has not enabled them."""
        return tuple(dict.fromkeys(control.name for control in self.screen.look().clickables(_INSTALLERS)))

    def fetch(self, into: Path) -> list[tuple[str, Path]]:
        """Download the files behind the Rep Console Installers links. It alters nothing.

        Args:
            into: the folder for the files; each gets a name of its own there.

        Returns:
            The name that the appliance suggests for each file, and its path.

        Raises:
            Unreachable: a link gave neither a file nor a page with files.
        """
        installers: list[tuple[str, Path]] = []
        for name in self.links():
            if not (files := download_all(self.tab, control_called(self.tab, f"^{re.escape(name)}$"), name, into)):
                raise Unreachable(f"{self.screen.title}: {name} gave no file")
            installers += files
            if not self.screen.is_shown(look_at(self.tab)):
                self.screen.open()  # the link has led to a page of links
        return installers
