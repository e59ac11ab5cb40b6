"""Fields of the screen that is shown: types, ticks, selects and chooses files in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.actions.click_target import ClickTarget
from pages.engine.actions.element_actions import choose_file, chosen_files, fill, select_option, set_checked
from pages.engine.view.page_view import current_view

if TYPE_CHECKING:
    from pathlib import Path

    from pages.engine.view.page_view import PageControl


@dataclass
class GuardedField(ClickTarget):
    """One field of a page, found strictly. Every action raises WrongScreen unless the page has exactly one such field."""

    def write(self, text: str) -> None:
        """Replace the field's text."""
        fill(self.tab, self._field(), text)

    def tick(self, *, on: bool = True) -> None:
        """Tick the box, or untick it."""
        set_checked(self.tab, self._field(), on=on)

    def select(self, option: str) -> None:
        """Choose the entry of the list with these words."""
        select_option(self.tab, self._field(), option)

    def choose(self, path: Path) -> None:
        """Choose a file in the field."""
        choose_file(self.tab, self._field(), path)

    def held_files(self) -> list[tuple[str, int]]:
        """Return the files that the field holds.

        Returns:
            The name and the size in bytes of each file.
        """
        return chosen_files(self.tab, self._field())

    def _field(self) -> PageControl:
        return self.only(current_view(self.tab))
