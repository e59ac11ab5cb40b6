"""Updates :: Manual Installation: a file that a person has fetched, chosen and uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.installation_progress import FAILED, REFUSED
from pages.drift import instead
from pages.engine.control_query import ControlQuery, control_called
from pages.engine.guarded_click import GuardedClick
from pages.screen import Section
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from pathlib import Path

    from pages.sight import Control, Sight
    from robot.network.chromium import Answers

UPDATE_SOFTWARE = r"^Update Software( Now)?$"
_BY_HAND = r"Manual (Installation|Update)"


class ManualInstallation(Section):
    """The place for a file, and Update Software."""

    def choose(self, path: Path) -> None:
        """Choose a file under Manual Installation. The browser gets its path: however large, it goes through no memory.

        Raises:
            WrongScreen: there is not exactly one place for it, or the page does not hold this file afterwards.
        """
        chosen = ControlQuery(self.tab, _files)
        if chosen.count() != 1:
            raise WrongScreen(
                f"{self.screen.title}: {chosen.count()} places take a file; there is: {instead(self.screen.look())}"
            )
        GuardedClick(self.tab, chosen, "the place for a file").choose(path)
        held = GuardedClick(self.tab, chosen, "the place for a file").held_files()
        if held != [(path.name, path.stat().st_size)]:
            raise WrongScreen(f"{self.screen.title}: {path.name} was chosen, and the page holds {held}")

    def update_software(self, answers: Answers, *, within: float) -> GuardedClick:
        """Update Software, with the file that was chosen; its upload may take up to `within` seconds."""
        return GuardedClick(
            self.tab,
            control_called(self.tab, UPDATE_SOFTWARE),
            "Update Software",
            answers,
            within=within,
            refusal=f"{FAILED}|{REFUSED}",
        )


def _files(sight: Sight) -> list[Control]:
    """The places for a file in the section; where there is none, on the page."""
    files = [control for control in sight.controls if control.kind == "file"]
    return [control for control in sight.section(_BY_HAND).controls if control.kind == "file"] or files
