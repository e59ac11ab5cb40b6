"""A control that leads to another page, opens a menu or unfolds a section. It sends nothing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.engine.actions.answer_wait import BRIEFLY
from pages.engine.actions.click_target import CAN_BE_CLICKED_WITHIN_S, ClickTarget
from pages.engine.actions.element_actions import click_through, point_at
from pages.engine.actions.navigation import wait_for_new_document
from pages.engine.actions.only_gets import only_gets
from pages.engine.meaning.forbidden_words import TAKES_AWAY, forbidden_submit_targets
from pages.engine.text.wording import quote
from robot.domain.errors import Stalled, Unreachable, WrongScreen
from robot.domain.waiting import Poller
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Page, Request

    from pages.engine.view.page_view import PageView


@dataclass
class GuardedLink(ClickTarget):
    """A control that leads somewhere, and may send nothing."""

    def follow(self) -> None:
        """Click the control, and wait until the page that it leads to has been read.

        A page is never reloaded: a reload would send the form again that led to it.

        Raises:
            Unreachable: the page did not come.
            WrongScreen: something covers the control; or it would send something, which was aborted.
        """
        document = document_id(self.tab)
        try:
            with _page_requests(self.tab) as begun, only_gets(self.tab) as aborted:
                self._click(begun)
                with contextlib.suppress(Stalled):  # a page that draws itself may ask a moment later, or not at all
                    Poller(poll=0.05).poll_until(lambda: document_id(self.tab), lambda _: bool(begun), what="a page", within=0.3)
                if begun and not aborted:
                    wait_for_new_document(self.tab, document)
        except TooLate as error:
            if cover := self.cover():
                raise WrongScreen(f"a menu entry cannot be clicked at {self.tab.url}: {cover}") from error
            raise Unreachable(f"a menu entry could not be clicked at {self.tab.url}: {error.message.splitlines()[0]}") from error
        if aborted:
            raise WrongScreen(
                f'"{self.label}" at {self.tab.url} leads nowhere: it would have sent a form ({aborted[0]}), which was aborted: '
                "nothing was sent; open the page by hand and look at what it does"
            )

    def _click(self, begun: list[Request]) -> None:
        """Click the control; if the page has drawn it anew meanwhile, find it again and click that one.

        Args:
            begun: the requests for a page so far: a click that has led to one is done, even if its answer takes long.

        Raises:
            TimeoutError: Playwright's: it cannot be clicked within five seconds.
        """
        began = BRIEFLY.clock()
        while not begun:
            control, _ = self.uncovered(self._require_to_lead)
            try:
                click_through(self.tab, control)
            except TooLate:
                if not begun and BRIEFLY.clock() - began > CAN_BE_CLICKED_WITHIN_S:
                    raise
            else:
                return

    def _require_to_lead(self, view: PageView) -> None:
        if odd := forbidden_submit_targets(self.only(view), TAKES_AWAY):
            raise WrongScreen(f"a link at {self.tab.url} would send {quote(odd)}, and is not followed")

    def point(self) -> None:
        """Move the pointer over the control, so that its menu opens; if that is not possible, leave it."""
        with contextlib.suppress(TooLate):
            control, _ = self.uncovered(lambda _: None)  # it does not matter what it would send: it is not clicked
            point_at(self.tab, control)

    def unfold(self) -> None:
        """Open the section whose head this control is, unless it would send a form; a section that stays shut is left."""
        head = self.target.only()
        if head is not None and not head.submits:
            with contextlib.suppress(Error):
                click_through(self.tab, head)


@contextlib.contextmanager
def _page_requests(tab: Page) -> Generator[list[Request]]:
    """Collect meanwhile the requests for another page in this tab."""
    begun: list[Request] = []

    def note_begun(request: Request) -> None:
        if request.is_navigation_request() and request.frame == tab.main_frame:
            begun.append(request)

    tab.on("request", note_begun)
    try:
        yield begun
    finally:
        tab.remove_listener("request", note_begun)
