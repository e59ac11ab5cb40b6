"""The items of a list, however they are drawn: rows, list items, groups, cards; and what an item says about a control in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.layout.controls import kind_of, name_of, presses_in
from pages.engine.layout.lines import box_texts, line_texts, lines, words, words_of
from pages.engine.layout.page_layout import TYPED, remembered
from pages.engine.layout.tables import CELLS, TABLES, cells_of, is_data, rows_of
from pages.engine.text.wording import bare
from pages.translations import in_english

if TYPE_CHECKING:
    from pages.engine.layout.lines import Line
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

_ITEMS = frozenset({"row", "listitem", "article", "definition"})
_VERSION = re.compile(r"\d\.\d")
_FACT = re.compile(
    r"(version|build|release(d| date)?|published|type|size|date|status|actions?|description|notes?)\b *:?$", re.IGNORECASE
)
"""Labels of an item's details, which are no items."""
_SAVE = re.compile(r"(save|apply|update|submit|ok)\b", re.IGNORECASE)


@remembered
def items_like(layout: Layout, node: Node) -> list[Node]:
    """Return the siblings that are built and drawn like a node: the other items of its list."""
    if node.parent is None or node.role == "text":
        return []
    like = (each for each in node.parent.children if each is not node and each.role == node.role)
    return [each for each in like if words(layout, each) and (node.role in _ITEMS or _drawn_alike(node, each))]


def _drawn_alike(one: Node, other: Node) -> bool:
    """Tell whether two boxes are drawn as items of a list: one below the other or side by side, equally wide (except tables)."""
    in_line = abs(one.box.x - other.box.x) <= 1 or abs(one.box.y - other.box.y) <= 1
    if (
        not one.box.width
        or not in_line
        or (one.role not in TABLES and abs(one.box.width - other.box.width) > 2)
        or not one.children
        or not other.children
    ):
        return False
    first = one.children[0].role
    return first == other.children[0].role and (first != "text" or (_tells_a_version(one) and _tells_a_version(other)))


def _tells_a_version(box: Node) -> bool:
    return any(_VERSION.search(child.text or child.name) for child in box.children)


@remembered
def item_of(layout: Layout, control: Node) -> Node | None:
    """Return the item that a control belongs to, a row, a list item, a named group, or a box among boxes like it; else None."""
    name = " ".join(name_of(layout, control).split(" ")[:2]).lower()
    for box in control.above():
        same = [press for press in presses_in(layout, box) if name_of(layout, press).lower().startswith(name)]
        if box.role in {"document", "iframe"} or sum(1 for press in same if not is_in_prose(layout, press)) > 1:
            return None
        if box.role == "row" and not is_data(layout, box):
            return None
        if not _is_a_step(layout, box) and (box.role in _ITEMS or (box.role == "group" and box.name) or items_like(layout, box)):
            return box
    return None


def _is_a_step(layout: Layout, box: Node) -> bool:
    """Tell whether a box is only a part of its item: a cell, a box without words, one detail, or the row below a title."""
    if box.role in CELLS or box.role == "rowgroup":
        return True
    if not words(layout, box) and not (box.role == "definition" or (box.role == "group" and box.name)):
        return True
    read = lines(layout, box)
    if len(read) == 1 and _FACT.match(in_english(bare(read[0][0].words))):
        return True
    table = box.within(*TABLES) if box.role == "row" else None
    rows = rows_of(table) if table is not None else []
    return (
        table is not None and len(rows) == 2 and all(len(cells_of(row)) == 1 for row in rows) and bool(items_like(layout, table))
    )


def _item_texts(layout: Layout, item: Node) -> list[str]:
    """Return all words of an item; a definition's begin with those of its term."""
    texts = box_texts(layout, item)
    if item.role != "definition" or item.parent is None:
        return texts
    before = item.parent.children[: item.parent.children.index(item)]
    term = next((each for each in reversed(before) if each.role == "term"), None)
    return [*(box_texts(layout, term) if term is not None else []), *texts]


@remembered
def item_lines_of(layout: Layout, control: Node) -> list[str]:
    """Return the words that belong to one of several like controls: of its item; else those since the last control or title."""
    own, item = name_of(layout, control), item_of(layout, control)
    if item is None:
        return _since_the_last(layout, control, own)
    read = lines(layout, item)
    at = next((number for number, line in enumerate(read) if any(piece.node is control for piece in line)), 0)
    texts = line_texts(layout, read[at]) if at and _in_columns(layout, read[at], read[at - 1]) else _item_texts(layout, item)
    return [each for each in texts if each != own]


def _since_the_last(layout: Layout, control: Node, own: str) -> list[str]:
    texts: list[str] = []
    above: Line = []
    for line in lines(layout, layout.root):
        if any(piece.node is control for piece in line) and _in_columns(layout, line, above):
            texts = []
        above = line
        for piece in line:
            if piece.node is control and piece.is_control:
                return texts
            title = " :: " in piece.words or (piece.node.within("heading") is not None and not _VERSION.search(piece.words))
            other = piece.is_control and (kind_of(piece.node) != "link" or name_of(layout, piece.node) == own)
            if title or other:
                texts = []
            else:
                texts.append(piece.words or (name_of(layout, piece.node) if piece.is_control else ""))
    return texts


def _in_columns(layout: Layout, line: Line, above: Line) -> bool:
    """Tell whether a line with a version is in the columns of the line above it, and so is a row that no markup shows."""
    own, over = ([piece.box.x for piece in each] for each in (line, above))
    if min(len(own), len(over)) < 2 or any(abs(own[n] - over[n]) > 1 for n in (0, 1)):
        return False
    return bool(_VERSION.search(words_of(layout, line, links=True))) and not _FACT.match(in_english(line[0].words))


def sibling_items_of(layout: Layout, control: Node) -> list[list[str]]:
    """Return the words of each other item of the same list that has no such control."""
    item, own = item_of(layout, control), name_of(layout, control)
    if item is None or item.parent is None:
        return []
    like = items_like(layout, item)
    if item.role == "definition":
        like = [each for each in item.parent.children if each is not item and each.role == "definition"]
    return [
        _item_texts(layout, each) for each in like if all(name_of(layout, press) != own for press in presses_in(layout, each))
    ]


@remembered
def is_in_prose(layout: Layout, control: Node) -> bool:
    """Tell whether a control is a link in the middle of a sentence; a link at the end of an item's words belongs to the item."""
    if kind_of(control) != "link" or control.parent is None:
        return False
    for box in control.above():
        line = next((line for line in lines(layout, box) if any(piece.node is control for piece in line)), None)
        own = [piece for piece in line or () if piece.words and piece.block == control.element.block]
        if not own and box.role == "generic":
            continue
        if line is not None and line[-1].node is control and control.within("listitem", *CELLS) is not None:
            return False
        return len(" ".join(piece.words for piece in own).split()) > 2
    return False


@remembered
def is_enabled(layout: Layout, control: Node) -> bool:
    """Tell whether a control can be used: it is not disabled or read-only, and neither it nor its item is drawn greyed out."""
    if control.element.readonly and control.role in TYPED:
        return False
    if any("disabled" in each.states for each in (control, *control.above())):
        return False
    grey = control.element.grey
    if grey is None:
        return True
    item = item_of(layout, control)
    around = item if item is not None else next((each for each in control.above() if each.box.width), control)
    return not (around.box.holds(grey) or grey == around.box)


def form_of(layout: Layout, field: Node) -> Node | None:
    """Return the form of a field as a person sees it: the smallest box around it with a control that saves; or None."""
    return next(
        (
            box
            for box in field.above()
            if any(_SAVE.match(in_english(name_of(layout, press))) for press in presses_in(layout, box))
        ),
        None,
    )
