"""One box of a page: its words, what can be pressed in it, its fields; and the boxes that concern a press."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.layout.controls import fields_in, is_control, name_of, presses_in
from pages.engine.layout.labels import labels_of
from pages.engine.layout.lines import lines, text, words, words_of
from pages.engine.layout.page_layout import NAMED_PARTS, TICKED, bounds_of, inside
from pages.engine.text.wording import plain
from pages.translations import in_english

if TYPE_CHECKING:
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node
    from pages.engine.view.page_view import PageControl, PageView

_WORDED = re.compile(r"\?|\S \S")


@dataclass(frozen=True)
class Box:
    """The contents of one box.

    Attributes:
        lines: its lines in English, without the words on buttons and links.
        clickables: the words on each button and link, in English.
        fields: how many fields it has, without boxes to tick.
        checkboxes: the words beside each box to tick, in English.
    """

    lines: tuple[str, ...] = ()
    clickables: tuple[str, ...] = ()
    fields: int = 0
    checkboxes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All its words, in one line."""
        return " ".join(self.lines)


def describe_box(layout: Layout, box: Node) -> Box:
    """Return the contents of the box that a node of the snapshot is."""
    ticks = [node for node in fields_in(layout, box) if node.role in TICKED]
    fields = [node for node in fields_in(layout, box) if node.role not in TICKED]
    named = [plain(node.name) for node in (box, *box.below()) if node.role in NAMED_PARTS]
    texts = [words_of(layout, line, links=False) for line in lines(layout, box)]
    labels = [label for node in fields for label in labels_of(layout, node)[:1]]
    return Box(
        tuple(dict.fromkeys(in_english(line) for line in (*named, *texts, *labels) if line)),
        tuple(in_english(name_of(layout, node)) for node in presses_in(layout, box)),
        len(fields),
        tuple(in_english(next(iter(labels_of(layout, node)), "")) for node in ticks),
    )


def box_around_answer(layout: Layout, answer: Node, other: re.Pattern[str]) -> Node | None:
    """Return the smallest box with words that has an answer and another one with the words of `other`; None if there is none."""
    for box in answer.above():
        beside = (press for press in presses_in(layout, box) if press is not answer)
        if _WORDED.search(words(layout, box)) and any(other.search(in_english(name_of(layout, press))) for press in beside):
            return box
    return None


def presses_in_form(layout: Layout, node: Node) -> list[Node]:
    """Return the buttons and links of the form that has a node; none if it is in no form."""
    form = bounds_of(layout, node, "form")
    return [] if form is None else [press for press in presses_in(layout, layout.root) if form.holds(press)]


def find_cover(view: PageView, control: PageControl) -> Node | None:
    """Return the box that is drawn last over the middle of a control, outside the flow of the page; None if there is none."""
    layout, node = view.layout, control.node
    if layout is None or node is None:
        return None
    x, y = node.box.x + node.box.width / 2, node.box.y + node.box.height / 2
    for bound in reversed(layout.bounds):
        box = bound.box
        if bound.over and not bound.holds(node) and box.x <= x < box.right and box.y <= y < box.bottom:
            cover = next((each for each in inside(layout, bound) if not is_control(layout, each)), None)
            if cover is not None:
                return cover
    return None


def describe_cover(view: PageView, control: PageControl | None) -> str:
    """Return a sentence that says what covers a control; an empty string if nothing is known to cover it."""
    cover = find_cover(view, control) if control is not None else None
    if cover is None or view.layout is None:
        return ""
    cover_text = in_english(text(view.layout, cover))[:200] or f"<{cover.role}>"
    return f'something covers it, which says "{cover_text}"; have it taken away by hand, for this account, then go on'
