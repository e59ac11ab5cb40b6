"""The values of fields, and the options that can be chosen in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.layout.controls import controls_in, is_choice_button, kind_of, name_of
from pages.engine.layout.lines import Line, lines, text
from pages.engine.layout.page_layout import remembered
from pages.engine.text.wording import bare, plain

if TYPE_CHECKING:
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

_CARET_PX = 8


def value_of(layout: Layout, node: Node) -> str:
    """Return the value of a field; a password is hidden already in the snapshot."""
    if kind_of(node) == "file":
        return ""
    if is_choice_button(node):
        return name_of(layout, node)
    chosen = [each.name or each.value for each in node.below() if each.role == "option" and "selected" in each.states]
    box = choice_around(layout, node)
    return plain(", ".join(chosen)) or node.value or (text(layout, box) if box is not None else "")


def options_of(node: Node) -> list[str]:
    """Return the words of each option of a list, in the page's language."""
    return [each.name or each.value for each in node.below() if each.role == "option"]


@remembered
def choice_around(layout: Layout, field: Node) -> Node | None:
    """Return the box around a combobox as narrow as a caret that has its choice as words, and its label outside; else None."""
    box = field.parent
    if field.role != "combobox" or field.element.tag != "input" or field.value or field.box.width > _CARET_PX or box is None:
        return None
    if controls_in(layout, box) != [field] or len(lines(layout, box)) != 1 or not text(layout, box):
        return None
    line = next((line for line in lines(layout, layout.root) if any(piece.node is field for piece in line)), Line())
    return box if any(bare(piece.words) and not piece.node.is_in(box) for piece in line) else None
