"""Puts away a notice that replaces a screen, or a box that covers a control, by its harmless control, if that is allowed."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.engine.actions.answer_wait import BRIEFLY
from pages.engine.actions.conversation import Conversation
from pages.engine.actions.element_actions import click
from pages.engine.meaning.forbidden_words import TAKES_AWAY, forbidden_submit_targets
from pages.engine.meaning.obstacles import find_obstacle, page_as_box, register_dismissal
from pages.engine.view.boxes import describe_box
from pages.engine.view.control_query import ControlQuery
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_view import current_view, look_at, previous_views
from robot.domain.errors import Stalled
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Page, Request

    from pages.engine.snapshot.accessibility_tree import Node
    from pages.engine.view.page_view import PageView


def put_away(tab: Page, view: PageView | None = None, cover: Node | None = None) -> bool:
    """Put away what is in the way of a screen, or what covers a control, if that is allowed.

    Args:
        tab: the page.
        view: the view in which something covers a control; None for a new one.
        cover: the box that covers a control; None if the whole page may be a notice that replaces a screen.

    Returns:
        Whether something was put away.

    Raises:
        Surprised: the page asked something, which was declined.
    """
    view = view or look_at(tab)
    if cover is not None and view.layout is not None:
        obstacle = find_obstacle(describe_box(view.layout, cover))
    else:
        cover, obstacle = None, find_obstacle(page_as_box(view), previous_views(tab))
    if obstacle is None:
        return False

    named = [each for each in view.clickables(f"^{re.escape(obstacle.control)}$") if not each.is_inline]
    refs = {each.ref for each in named if cover is None or (each.node is not None and each.node.is_in(cover))}
    query = ControlQuery(tab, lambda look: [each for each in look.controls if each.ref in refs])
    control = query.only(view)
    if (
        control is None
        or forbidden_submit_targets(control)
        or forbidden_submit_targets(control, TAKES_AWAY)
        or not register_dismissal(tab, obstacle)
    ):
        return False
    _dismiss(tab, query, obstacle.control)
    return True


def _dismiss(tab: Page, query: ControlQuery, label: str) -> None:
    """Click the control that puts its box away, and wait until it is gone and its own requests have been answered."""
    document, began = document_id(tab), BRIEFLY.clock()
    with _unanswered_requests(tab) as unanswered:

        def is_gone(_: object) -> bool:
            if (current := document_id(tab)) != document:
                return current is not None
            with contextlib.suppress(Error):  # another page is coming
                return BRIEFLY.clock() - began > 0.3 and not unanswered and query.count() == 0
            return False

        with Conversation(label).listening(tab), contextlib.suppress(TooLate):  # it may have gone by itself
            click(tab, ExpectedControl(label, "button", query).only(current_view(tab)), timeout_ms=5_000)
            with contextlib.suppress(Stalled):  # if it stays, whoever needs what is behind it will tell
                BRIEFLY.poll_until(lambda: None, is_gone, what=f'"{label}" to go', within=5)
            tab.wait_for_load_state("load", timeout=10_000)


@contextlib.contextmanager
def _unanswered_requests(tab: Page) -> Generator[list[Request]]:
    """Collect meanwhile the requests that may alter something and have not been answered yet."""
    unanswered: list[Request] = []

    def note_sent(request: Request) -> None:
        if request.method not in {"GET", "HEAD"}:
            unanswered.append(request)

    def note_ended(request: Request) -> None:
        if request in unanswered:
            unanswered.remove(request)

    tab.on("request", note_sent)
    tab.on("requestfinished", note_ended)
    tab.on("requestfailed", note_ended)
    try:
        yield unanswered
    finally:
        tab.remove_listener("request", note_sent)
        tab.remove_listener("requestfinished", note_ended)
        tab.remove_listener("requestfailed", note_ended)
