"""Menus, and boxes that are drawn over the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.layout.controls import fields_in, is_control, is_field, label_and_value, presses_in
from pages.engine.layout.lines import text, words
from pages.engine.layout.page_layout import bounds_of, inside, remembered

if TYPE_CHECKING:
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

_MENUS = ("navigation", "menubar", "menu", "tablist", "tree")
_HEAD_PX = 160
_TRAIL = re.compile(r"[>\u00bb\u203a]")


@remembered
def menu_of(layout: Layout, control: Node) -> Node | None:
    """Return the menu that a control is in: one that is marked as such, or three or more links with hardly a word between them.

    A breadcrumb trail and the foot of a page are no menus. A control that has a label and a value is an entry only in a marked
    menu.

    Returns:
        The node of the menu; None if the control is in none.
    """
    if is_field(control) or control.within("contentinfo") is not None or bounds_of(layout, control, "footer") is not None:
        return None
    row = control.within("row")
    if row is not None and fields_in(layout, row):
        return None
    marked = control.within(*_MENUS)
    if marked is not None:
        return None if re.search("crumb", marked.name, re.IGNORECASE) else marked
    if label_and_value(layout, control) is not None:
        return None
    for box in control.above():
        between, number = words(layout, box), len(presses_in(layout, box))
        if box.role in {"document", "iframe"} or fields_in(layout, box) or _TRAIL.search(between):
            return None
        if number >= 3 and len(between) <= 10 * number and box.parent is not layout.root:
            return box
    return None


def uncounted(name: str) -> str:
    """Return the words of a menu entry without the number of things behind it."""
    return re.sub(r"(?<=[^\W\d_])\s*[(\[]?\d+[)\]]?$", "", name)


def is_at_the_head(layout: Layout, control: Node) -> bool:
    """Tell whether a control is in the page's header or menu, or where old pages draw their header."""
    marked = control.within("banner", "toolbar", *_MENUS) is not None or bounds_of(layout, control, "header", "nav") is not None
    return marked or control.box.bottom <= _HEAD_PX


@remembered
def modals(layout: Layout) -> list[Node]:
    """Return the dialogs, and the boxes that are drawn over the page, that have words and something to press."""
    dialogs = [node for node in layout.nodes if node.role in {"dialog", "alertdialog"}]
    over = [
        node
        for bound in layout.bounds
        if bound.over and (node := next(inside(layout, bound), None)) is not None and _is_a_box(layout, node)
    ]
    boxes = [node for node in dict.fromkeys([*dialogs, *over]) if presses_in(layout, node) and text(layout, node)]
    return [node for node in boxes if not any(other is not node and node.is_in(other) for other in boxes)]


def _is_a_box(layout: Layout, node: Node) -> bool:
    """Tell whether something that is drawn over the page is a box, and no menu, header or control."""
    if is_control(layout, node) or node.within(*_MENUS, "banner") is not None:
        return False
    return not all(menu_of(layout, press) for press in presses_in(layout, node))
