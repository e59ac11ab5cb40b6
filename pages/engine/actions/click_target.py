"""The one element that is meant: found strictly in each look, and got at once nothing covers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as TooLate

from pages.engine.actions.answer_wait import BRIEFLY
from pages.engine.actions.dismissal import put_away
from pages.engine.actions.element_actions import box_on_page, try_click
from pages.engine.view.boxes import describe_cover, find_cover
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_view import current_view, look_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.page_view import PageControl, PageView

CAN_BE_CLICKED_WITHIN_S = 5.0


@dataclass
class ClickTarget:
    """One element of a page, about to be acted on.

    Attributes:
        tab: the page it stands on.
        target: asks the page for it; only one match is acted on.
        label: the words on it.
        kind: what it is known to be, a button or a link; a link in a button's place is noted.
        screen: what people call the screen on which it stands.
    """

    tab: Page
    target: ControlQuery
    label: str
    kind: str = field(default="button", kw_only=True)
    screen: str = field(default="", kw_only=True)

    @property
    def sought(self) -> ExpectedControl:
        """What is looked for."""
        return ExpectedControl(self.label, self.kind, self.target)

    def only(self, view: PageView) -> PageControl:
        """Give the one control of a look that is meant.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        return self.sought.only(view, screen=self.screen)

    def box(self) -> dict[str, float] | None:
        """Return where it stands on the picture of the whole page, in CSS pixels; `None` where it does not stand there once."""
        found = self.target.only()
        return box_on_page(self.tab, found) if found is not None else None

    def cover(self) -> str:
        """Say what covers it; "" where nothing is known to."""
        view = look_at(self.tab)
        return describe_cover(view, self.target.only(view))

    def reach(self, require: Callable[[PageView], None]) -> tuple[PageControl, PageView]:
        """See that it can be clicked; give it, and the look in which it was found; what covers it is put away where it may be.

        Args:
            require: asked of the look before anything else; raises where it may not be clicked.

        Raises:
            playwright Error: it cannot be clicked. WrongScreen: it does not stand there once.
        """
        began = BRIEFLY.clock()
        while True:  # a page that is still being drawn may put another one in its place
            control, view = self.uncovered(require, anew=True)
            try:
                try_click(self.tab, control)
            except TooLate:
                if BRIEFLY.clock() - began > CAN_BE_CLICKED_WITHIN_S:
                    raise
            else:
                return control, view

    def uncovered(self, require: Callable[[PageView], None], *, anew: bool = False) -> tuple[PageControl, PageView]:
        """Find it once what is drawn over it has been put away where it may be.

        Args:
            require: as for `reach`.
            anew: whether the look must be a new one, however short ago the last one was taken: before a press.
        """
        while True:
            view = look_at(self.tab) if anew else current_view(self.tab)
            require(view)
            control = self.only(view)
            cover = find_cover(view, control)
            if cover is None or not put_away(self.tab, view, cover):
                return control, view
