"""The only element that an action may use: found strictly in each view, and reached once nothing covers it."""

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
        tab: the page.
        target: the query that finds it; it is acted on only if there is exactly one match.
        label: the words on it.
        kind: what it is known to be, a button or a link; a link in place of a button is noted as drift.
        screen: the title of the screen that has it.
    """

    tab: Page
    target: ControlQuery
    label: str
    kind: str = field(default="button", kw_only=True)
    screen: str = field(default="", kw_only=True)

    @property
    def sought(self) -> ExpectedControl:
        """The control that is looked for."""
        return ExpectedControl(self.label, self.kind, self.target)

    def only(self, view: PageView) -> PageControl:
        """Return the only control of a view that matches.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        return self.sought.only(view, screen=self.screen)

    def box(self) -> dict[str, float] | None:
        """Return its rectangle on the picture of the whole page.

        Returns:
            `x`, `y`, `width` and `height` in CSS pixels; None if there is not exactly one match.
        """
        control = self.target.only()
        return box_on_page(self.tab, control) if control is not None else None

    def cover(self) -> str:
        """Return a sentence that says what covers it; an empty string if nothing is known to."""
        view = look_at(self.tab)
        return describe_cover(view, self.target.only(view))

    def reach(self, require: Callable[[PageView], None]) -> tuple[PageControl, PageView]:
        """Put away what covers the element, if that is allowed, and check that it can be clicked, without clicking it.

        Args:
            require: called with the view before anything else; raises if the element may not be clicked.

        Returns:
            The control, and the view in which it was found.

        Raises:
            TimeoutError: Playwright's: it cannot be clicked within five seconds.
            WrongScreen: there is not exactly one match.
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
        """Put away what covers the element, if that is allowed, and find it.

        Args:
            require: called with each view before anything else; raises if the element may not be clicked.
            anew: whether each view must be a new one, as before a press; else the last one serves if it is recent.

        Returns:
            The control, and the view in which it was found.

        Raises:
            WrongScreen: there is not exactly one match.
        """
        while True:
            view = look_at(self.tab) if anew else current_view(self.tab)
            require(view)
            control = self.only(view)
            cover = find_cover(view, control)
            if cover is None or not put_away(self.tab, view, cover):
                return control, view
