"""The wait for the answer to a press: another page, an answered request of a script, or a question on the page."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.engine.view.page_view import look_at
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.waiting import Poller
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageView
    from robot.network.chromium import NetworkMonitor

BRIEFLY = Poller(poll=0.1)
_SCRIPT_ANSWERS_S = 0.3
"""Seconds after which an answered request counts as the answer; before, a page may still come of it."""
_NOTHING_SENT_S = 3
"""Seconds after which a press that sent nothing counts as answered: the page itself has taken it."""


class AnswerWait:
    """Waits for the answer to a press.

    It is made right before the press, to tell the answer from what was there before.

    Args:
        tab: the page.
        answers: watches the requests of the browser; None if requests are not watched.
    """

    def __init__(self, tab: Page, answers: NetworkMonitor | None) -> None:
        self._tab = tab
        self._answers = answers
        self._sent_before = self._sent
        self._document = document_id(tab)
        self._last_response = answers.last_response if answers else None

    @property
    def _sent(self) -> int:
        return self._answers.write_requests if self._answers else 0

    @property
    def _is_sending(self) -> bool:
        return self._sent > self._sent_before and self._answers is not None and self._answers.pending_writes > 0

    def wait(self, label: str, within_s: float, is_asked: Callable[[PageView], bool]) -> None:
        """Wait until what the press sent has been answered, or a question appears. A later reading shows whether it helped.

        Args:
            label: the words on the control that was pressed.
            within_s: seconds that an answer is waited for; it is no error if none has come.
            is_asked: tells whether a view shows a question that was not there before the press.
        """
        began = BRIEFLY.clock()

        def is_answered(_: None) -> bool:
            document, waited_s = document_id(self._tab), BRIEFLY.clock() - began
            if document != self._document:  # another document came, or is coming
                return document is not None
            if self._sent > self._sent_before and not self._is_sending:
                return waited_s > _SCRIPT_ANSWERS_S
            if (view := view_if_still(self._tab)) and is_asked(view):
                return True
            # a request that is being sent would be cut off by leaving the page; if nothing was sent, the page itself took it
            return not self._is_sending and BRIEFLY.clock() - began > _NOTHING_SENT_S

        with contextlib.suppress(Stalled):  # unanswered is a reading, not an error: the appliance may be busy with it
            BRIEFLY.poll_until(lambda: None, is_answered, what=f'the answer to "{label}"', within=within_s)
        with contextlib.suppress(Error):
            self._tab.wait_for_load_state("load", timeout=10_000)

    def wait_for_response(self, label: str, within_s: float) -> None:
        """Wait until anything has been answered since, be it by a mere redirection, or another document has come.

        Args:
            label: the words on what was pressed.
            within_s: seconds after which an answer is waited for no longer; that it has not come is no error.
        """

        def is_answered(_: None) -> bool:
            answered = self._answers is not None and self._answers.last_response is not self._last_response
            return answered or document_id(self._tab) not in {self._document, None}

        with contextlib.suppress(Stalled):
            BRIEFLY.poll_until(lambda: None, is_answered, what=f'the answer to "{label}"', within=within_s)


def view_if_still(tab: Page) -> PageView | None:
    """Return a view of the page; None while there is no page, or while it keeps changing."""
    try:
        return look_at(tab)
    except (Error, WrongScreen):
        return None
