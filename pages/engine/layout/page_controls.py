"""One control of a page, with all that the page tells about it: its words, its item or form, what pressing it would send."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pages.engine.layout.controls import fields_in, is_field, is_ticked, kind_of, name_of
from pages.engine.layout.field_values import value_of
from pages.engine.layout.items import PageControl
from pages.engine.layout.labels import labels_of
from pages.engine.layout.lines import box_texts
from pages.engine.layout.list_items import form_of, is_enabled, is_in_prose, item_lines_of, sibling_items_of
from pages.engine.layout.menus import is_at_the_head, menu_of, uncounted
from pages.engine.layout.page_layout import TYPED, bounds_of
from pages.engine.text.wording import plain
from pages.translations import in_english

if TYPE_CHECKING:
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

_INSTALL = re.compile(r"install", re.IGNORECASE)


def control_of(layout: Layout, node: Node, under: tuple[str, ...], columns: tuple[str, ...]) -> PageControl:
    """Return a control with all that the page tells about it.

    Args:
        layout: the layout of the snapshot.
        node: the control's own node.
        under: the headings that govern it, the outermost first, in English.
        columns: the names of the columns that it is in, the innermost first, in English.
    """
    control = PageControl(
        kind=kind_of(node),
        name="",
        enabled=is_enabled(layout, node),
        under=under,
        columns=columns,
        ref=node.ref,
        sends=node.element.sends,
        readonly=node.element.readonly,
        hint=plain(node.element.placeholder),
        invalid=node.element.invalid,
        node=node,
    )
    return _with_facts_of_a_field(layout, control, node) if is_field(node) else _with_facts_of_a_press(layout, control, node)


def _with_facts_of_a_press(layout: Layout, control: PageControl, node: Node) -> PageControl:
    menu_node = menu_of(layout, node)
    menu = menu_node is not None
    name = in_english(name_of(layout, node))
    control = replace(
        control,
        name=uncounted(name) if menu else name,
        submits=node.element.kind in {"submit", "image"} and bounds_of(layout, node, "form") is not None,
        opens=bool(node.element.popup) or node.element.folded,
        at_head=is_at_the_head(layout, node),
        href=node.element.href,
        menu=menu,
        menu_node=menu_node,
        folded=node.element.folded and not menu,
    )
    if control.kind == "link" and not menu:
        control = replace(control, is_inline=is_in_prose(layout, node))
    if not _INSTALL.search(name):
        return control
    return replace(
        control,
        item_lines=tuple(map(in_english, item_lines_of(layout, node))),
        sibling_items=tuple(tuple(map(in_english, each)) for each in sibling_items_of(layout, node)),
    )


def _with_facts_of_a_field(layout: Layout, control: PageControl, node: Node) -> PageControl:
    name, *outer = map(in_english, labels_of(layout, node) or [""])
    control = replace(control, name=name, group_labels=tuple(outer))
    if control.kind not in {"checkbox", "radio"}:
        return replace(control, value=value_of(layout, node))
    texts: list[str] = []
    if (form := form_of(layout, node)) is not None:
        typed = (value_of(layout, each) for each in fields_in(layout, form) if each.role in TYPED)
        texts = [*box_texts(layout, form), *typed]
    return replace(control, checked=is_ticked(node), form_text=tuple(map(in_english, filter(None, texts))))
