"""The labels of a field, the nearest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.layout.controls import fields_in, is_field
from pages.engine.layout.field_values import choice_around
from pages.engine.layout.lines import lines, words
from pages.engine.layout.page_layout import PART_TAGS, PARTS, SHORT, TICKED, bounds_of, remembered
from pages.engine.layout.tables import CELLS, cells_of, column_head, head_text
from pages.engine.text.wording import bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.layout.lines import Line
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node


@remembered
def labels_of(layout: Layout, field: Node) -> list[str]:
    """Return the labels of a field: its own, its column's, the words beside it, its group's; last the hint in it."""
    hints = [plain(field.element.placeholder), plain(field.element.title)]
    labels = [plain(field.name)] if _is_named(field, hints) else []
    cell = field.within(*CELLS)
    head = column_head(layout, cell) if cell is not None else None
    if head is not None and head.parent is not None and len(cells_of(head.parent)) > 2:  # a list, not a form of two columns
        labels.append(head_text(layout, head))
    labels += _around(layout, field)
    group = field.within("group", "radiogroup")
    if group is not None and len(fields_in(layout, group)) == 1:
        labels.append(group.name)
    return list(dict.fromkeys(filter(None, map(bare, (*labels, *hints, plain(field.name))))))


def _is_named(field: Node, hints: list[str]) -> bool:
    """Tell whether a field's accessible name is a label, and not its hint or words that the browser writes on it."""
    element, name = field.element, plain(field.name)
    is_labelled = element.labelled or bool(element.aria_label)
    return bool(name) and (is_labelled or (name not in hints and element.kind != "file"))


def _around(layout: Layout, field: Node) -> Iterator[str]:
    """Yield the words beside a field, box by box around it, up to the part of the page that it is in."""
    bound = bounds_of(layout, field, *PART_TAGS)
    last = field
    for box in field.above():
        yield from _beside(layout, box, field)
        yield from _before_several(layout, last)
        if box.role in PARTS or box is layout.root or (bound is not None and (box.at < bound.begins or box.ends > bound.ends)):
            return
        last = box


def _beside(layout: Layout, box: Node, field: Node) -> list[str]:
    """Return the words beside a field on its line; if there are none, those on the line above it."""
    read = lines(layout, box)
    at = next((number for number, line in enumerate(read) if any(piece.node is field for piece in line)), None)
    if at is None:
        return []
    choice = choice_around(layout, field)
    line = [piece for piece in read[at] if piece.is_control or choice is None or not piece.node.is_in(choice)]
    if beside := [label for label in _nearest(line, field) if bare(label)]:
        return beside
    starts = read[at][0].node is field and not any(piece.is_control for piece in read[at][1:])  # a hint may follow it
    above = read[at - 1] if at and starts else []
    return [above[0].words] if len(above) == 1 and above[0].words and len(bare(above[0].words)) <= SHORT else []


def _nearest(line: Line, field: Node) -> list[str]:
    row = [piece for piece in line if bare(piece.words) or (piece.is_control and is_field(piece.node))]
    at = next((number for number, piece in enumerate(row) if piece.is_control and piece.node is field), None)
    if at is None:
        return []
    before = row[at - 1].words if at else ""
    after = row[at + 1].words if at + 1 < len(row) else ""
    if field.role not in TICKED:
        return [before]
    # Words are before tick boxes, or after them: the first piece of the line shows which. If there are words at both ends, those
    # before a single box are its label if they end with a colon; else they introduce what follows.
    if not (row[0].words and row[-1].words):
        return [before] if row[0].words else [after]
    if sum(1 for piece in row if piece.is_control) > 1:
        return [after]
    return [before, after] if re.search(r"[:?]$", before) else [after, before]


def _before_several(layout: Layout, box: Node) -> list[str]:
    """Return the single line before a box with several fields, which names their group; nothing if there is none."""
    if box.parent is None or len(fields_in(layout, box)) < 2:
        return []
    at = next(number for number, child in enumerate(box.parent.children) if child is box)
    before = box.parent.children[at - 1] if at else None
    if before is None or fields_in(layout, before) or len(lines(layout, before)) != 1:
        return []
    label = words(layout, before)
    return [label] if len(bare(label)) <= SHORT else []
