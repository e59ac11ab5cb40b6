"""Questions that a page asks in a box of its own, with an answer that goes on and one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.layout.controls import name_of
from pages.engine.layout.menus import modals
from pages.engine.text.questions import (
    NO,
    YES_OR_NO,
    affirmative_pattern,
    asks_question,
    find_destructive_word,
    press_words_pattern,
)
from pages.engine.text.wording import ignorecase
from pages.engine.view.boxes import Box, box_around_answer, describe_box, presses_in_form
from pages.translations import in_english

if TYPE_CHECKING:
    from pages.engine.layout.items import PageControl
    from pages.engine.layout.page_layout import Layout
    from pages.engine.view.page_view import PageView


def questions_on(view: PageView, press: str) -> list[tuple[PageControl, Box]]:
    """Return what a page asks about a press.

    Args:
        view: what a person sees on the page.
        press: the words on the control that was pressed, or will be.

    Returns:
        Each answer that lets the press go on, with the smallest box that has it and an answer that does not.
    """
    if (layout := view.layout) is None or not view.clickables(NO):
        return []
    boxes = modals(layout)
    answers = [each for each in view.clickables(affirmative_pattern(press)) if not each.is_inline]
    over = [each for each in answers if each.node is not None and any(each.node.is_in(box) for box in boxes)]
    questions: list[tuple[PageControl, Box]] = []
    for yes in over or answers:  # a question drawn over the page is the one that is asked
        box = box_around_answer(layout, yes.node, ignorecase(NO)) if yes.node is not None else None
        if box is not None and (over or _is_an_answer(layout, yes, describe_box(layout, box), press)):
            questions.append((yes, describe_box(layout, box)))
    return questions


def objection_to_box(press: str, box: Box, before: PageView, view: PageView) -> str:
    """Return why a box on a page may not be answered, whatever its question; an empty string if it may.

    Args:
        press: the words on the control that was pressed.
        box: the box with the question.
        before: the view before the press.
        view: the view that shows the question.
    """
    if box.fields:
        return "it asks for more than a yes"
    lines_before = {*before.text.splitlines(), *before.headings}
    beside = [line for line in view.text.splitlines() if line not in lines_before]
    word = find_destructive_word(press, beside)
    return f'"{word}" stands beside it' if word else ""


def _is_an_answer(layout: Layout, yes: PageControl, box: Box, press: str) -> bool:
    """Tell whether a control answers a question; it may also be the pressed control itself, beside a Cancel of its form."""
    if ignorecase(YES_OR_NO).search(yes.name):
        return True  # such words are found only below a question
    form = presses_in_form(layout, yes.node) if yes.node is not None else []
    in_a_form = any(ignorecase(NO).search(in_english(name_of(layout, each))) for each in form)
    return asks_question(box.words) and (in_a_form or not ignorecase(press_words_pattern(press)).search(yes.name))
