"""Updates :: Manual Installation: uploads a file that a person has fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.installation_progress import FAILED, REFUSED
from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.screen import ScreenSection
from pages.engine.view.control_query import ControlQuery, control_called
from pages.engine.view.page_description import describe_page
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from pathlib import Path

    from pages.engine.view.page_view import PageControl, PageView
    from robot.network.chromium import NetworkMonitor

UPDATE_SOFTWARE = r"^Update Software( Now)?$"
_BY_HAND = r"Manual (Installation|Update)"


class ManualInstallation(ScreenSection):
    """The field for a file, and Update Software."""

    def choose(self, path: Path) -> None:
        """Choose a file under Manual Installation. The browser gets only its path, so that a large file takes no memory.

        Raises:
            WrongScreen: there is not exactly one field for a file, or the page does not hold this file afterwards.
        """
        chosen = ControlQuery(self.tab, _files)
        if chosen.count() != 1:
            raise WrongScreen(
                f"{self.screen.title}: {chosen.count()} places take a file; there is: {describe_page(self.screen.look())}"
            )
        GuardedField(self.tab, chosen, "the place for a file").choose(path)
        files = GuardedField(self.tab, chosen, "the place for a file").held_files()
        if files != [(path.name, path.stat().st_size)]:
            raise WrongScreen(f"{self.screen.title}: {path.name} was chosen, and the page holds {files}")

    def update_software(self, answers: NetworkMonitor, *, within: float) -> GuardedClick:
        """Return the click on Update Software, which uploads the chosen file; that may take up to `within` seconds."""
        return GuardedClick(
            self.tab,
            control_called(self.tab, UPDATE_SOFTWARE),
            "Update Software",
            answers,
            within_s=within,
            refusal=f"{FAILED}|{REFUSED}",
        )


def _files(view: PageView) -> list[PageControl]:
    """Return the fields for a file in the section; if it has none, those on the page."""
    files = [control for control in view.controls if control.kind == "file"]
    return [control for control in view.section(_BY_HAND).controls if control.kind == "file"] or files
