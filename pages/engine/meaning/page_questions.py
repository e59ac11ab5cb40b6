"""Questions that a page asks in a box of its own: the answer that goes on, beside one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.layout.controls import name_of
from pages.engine.layout.menus import modals
from pages.engine.text.questions import NO, YES_OR_NO, asks, destroys, goes_on, same_words
from pages.engine.text.wording import ignorecase
from pages.engine.view.boxes import Box, around, described, form_around
from pages.languages import in_english

if TYPE_CHECKING:
    from pages.engine.layout.items import Control
    from pages.engine.layout.page_layout import Layout
    from pages.engine.view.page_view import Sight


def questions_on(sight: Sight, press: str) -> list[tuple[Control, Box]]:
    """Find what a page asks: each answer after which a press goes on, with the one box in which it stands beside another one.

    Args:
        sight: the look.
        press: the words on what was pressed, or will be.
    """
    if (layout := sight.layout) is None or not sight.presses(NO):
        return []
    boxes = modals(layout)
    answers = [each for each in sight.presses(goes_on(press)) if not each.prose]
    over = [each for each in answers if each.node is not None and any(each.node.is_in(box) for box in boxes)]
    found: list[tuple[Control, Box]] = []
    for yes in over or answers:  # a question drawn over the page is the one that is asked
        box = around(layout, yes.node, ignorecase(NO)) if yes.node is not None else None
        if box is not None and (over or _is_an_answer(layout, yes, described(layout, box), press)):
            found.append((yes, described(layout, box)))
    return found


def objection_to_box(press: str, box: Box, before: Sight, sight: Sight) -> str:
    """Say why a box on a page may not be answered, whatever its question; "" where it may.

    Args:
        press: the words on what was pressed.
        box: in which the question stands.
        before: the look before the press.
        sight: the look in which the question stands.
    """
    if box.fields:
        return "it asks for more than a yes"
    was = {*before.text.splitlines(), *before.headings}
    beside = [line for line in sight.text.splitlines() if line not in was]
    word = destroys(press, beside)
    return f'"{word}" stands beside it' if word else ""


def _is_an_answer(layout: Layout, yes: Control, box: Box, press: str) -> bool:
    """Whether it answers a question; what was pressed may still stand there, beside what cancels something else."""
    if ignorecase(YES_OR_NO).search(yes.name):
        return True  # whatever else it says
    form = form_around(layout, yes.node) if yes.node is not None else []
    in_a_form = any(ignorecase(NO).search(in_english(name_of(layout, each))) for each in form)
    return asks(box.words) and (in_a_form or not ignorecase(same_words(press)).search(yes.name))
