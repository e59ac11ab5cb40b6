"""Controls: what a person can press, fill or tick, the kind of each, and the words on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.layout.page_layout import FIELDS, PRESSED, SHORT, TICKED, TYPED, remembered
from pages.engine.text.wording import bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node, TextRun

_CONTAINERS = frozenset({"tr", "tbody", "table", "form", "body", "label"})
_MAY_BE_PRESSED = frozenset({"generic", "img", "cell", "listitem"})
NESTED = frozenset({"group", "tree", "menu", "list"})
"""Roles of what may be in an entry of a menu and have entries of its own."""
_TICKED_BOX = re.compile(r"(^|[-_])(glyphicon-check|check-square|square-check|checkbox-marked|checked)(-o|-fill|-outline)?$")
_EMPTY_BOX = re.compile(r"(^|[-_])(unchecked|check-empty|square-o|checkbox-blank(-outline)?)$")
"""The names in icon sets of a box with and without a tick; an icon of a tick alone does not count, for a style may hide it."""
_SYMBOL = "[^\\w\\s!-/:-@\\[-`{-~]+"
_DECORATION = re.compile(rf"^{_SYMBOL}\s*(?=\S)|(?<=\S)\s*{_SYMBOL}$|^[\u203a\u00bb\u2022]\s+|\s+[\u203a\u00bb\u2026]$")


@remembered
def is_control(layout: Layout, node: Node) -> bool:
    """Tell whether a node is something to press, fill or tick that a person can see and that is not behind a dialog."""
    element = node.element
    if any(node.is_in(each) for each in layout.behind):
        return False
    if node.role in FIELDS | PRESSED and element.tag not in _CONTAINERS:
        by_its_label = element.labelled and (node.role in TICKED or element.kind == "file")
        return element.shown or by_its_label
    if element.tag == "summary":
        return element.shown
    is_marked = element.pressable or (
        "cursor" in node.states and element.tag != "label" and len(node.value) in range(1, SHORT // 2)
    )
    alone = is_marked and element.shown and node.role in _MAY_BE_PRESSED
    return alone and not any(is_control(layout, each) for each in node.below())


@remembered
def controls(layout: Layout) -> list[Node]:
    """Return every control that a person can see, in the order of the document."""
    return [node for node in layout.nodes if is_control(layout, node)]


@remembered
def controls_in(layout: Layout, box: Node) -> list[Node]:
    """Return every control in a node, the node itself included."""
    return [node for node in controls(layout) if node.is_in(box)]


def is_field(node: Node) -> bool:
    """Tell whether a control is typed into, selected from, ticked, or takes a file."""
    return node.role in FIELDS or is_choice_button(node) or (node.element.tag == "input" and node.element.kind == "file")


def is_choice_button(node: Node) -> bool:
    """Tell whether a button opens a list to select from and shows what is selected."""
    return node.role == "button" and node.element.popup == "listbox"


def fields_in(layout: Layout, box: Node) -> list[Node]:
    """Return the fields in a node: what is typed into, selected from or ticked."""
    return [node for node in controls_in(layout, box) if is_field(node)]


def presses_in(layout: Layout, box: Node) -> list[Node]:
    """Return the buttons and links in a node."""
    return [node for node in controls_in(layout, box) if not is_field(node)]


def kind_of(node: Node) -> str:
    """Return the kind of a control: button, link, text, password, file, select, checkbox or radio."""
    element = node.element
    if element.tag == "input" and element.kind in {"password", "file"}:
        return element.kind
    if node.role in TICKED:
        return "radio" if node.role.endswith("radio") else "checkbox"
    if is_choice_button(node) or (node.role in {"combobox", "listbox"} and element.tag != "input"):
        return "select"
    if node.role in TYPED:
        return "text"
    return "button" if node.role == "button" or element.tag == "summary" else "link"


def is_ticked(node: Node) -> bool | None:
    """Tell whether a box is ticked; None if an icon in its label draws the other state."""
    ticked = "checked" in node.states
    other = _EMPTY_BOX if ticked else _TICKED_BOX
    return None if any(map(other.search, node.element.icons.split())) else ticked


@remembered
def name_of(layout: Layout, node: Node) -> str:
    """Return the words on a button or link, or its accessible name if it has none, without symbols before or after them."""
    runs = list(runs_on(layout, node))
    worded = plain("".join(run.text for run in runs if not run.icon))
    drawn = worded if re.search(r"\w", worded) else plain("".join(run.text for run in runs))
    name = drawn if re.search(r"\w", drawn) else plain(node.name) or drawn or plain(node.element.title)
    return _DECORATION.sub("", name).strip() or name


@remembered
def label_and_value(layout: Layout, node: Node) -> tuple[str, str] | None:
    """Return the label and the value on a button or link, if its first run ends with a colon and more runs follow; else None."""
    runs = [run for run in runs_on(layout, node) if plain(run.text)]
    label, *rest = [plain(run.text) for run in runs] or [""]
    return (bare(label), " ".join(rest)) if rest and label.endswith(":") and bare(label) and not is_field(node) else None


def runs_on(layout: Layout, node: Node) -> Iterator[TextRun]:
    """Yield the runs of words on a control, without those of entries in it."""
    yield from node.runs
    for child in node.children:
        if child.role not in NESTED and not is_control(layout, child):
            yield from runs_on(layout, child)
