"""The fields of the screen that is shown: what is typed, ticked, selected and chosen in them."""

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
    """One field of a page, found strictly. Whatever is done with it raises WrongScreen where it does not stand there once."""

    def write(self, text: str) -> None:
        """Put a text into it, in place of what it holds."""
        fill(self.tab, self._field(), text)

    def tick(self, *, on: bool = True) -> None:
        """Tick it, or take the tick away."""
        set_checked(self.tab, self._field(), on=on)

    def select(self, option: str) -> None:
        """Choose one entry of its list, by its words."""
        select_option(self.tab, self._field(), option)

    def choose(self, path: Path) -> None:
        """Choose a file in it."""
        choose_file(self.tab, self._field(), path)

    def held_files(self) -> list[tuple[str, int]]:
        """Give the name and the size in bytes of each file that it holds."""
        return chosen_files(self.tab, self._field())

    def _field(self) -> PageControl:
        return self.only(current_view(self.tab))
