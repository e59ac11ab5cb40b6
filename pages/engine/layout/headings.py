"""Headings, and the part of the page that each governs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.layout.controls import controls_in, is_field, name_of
from pages.engine.layout.lines import lines, text, words
from pages.engine.layout.list_items import items_like
from pages.engine.layout.page_layout import NAMED_PARTS, PART_TAGS, PARTS, SHORT, bounds_of, common, remembered
from pages.engine.layout.tables import CELLS, HEADS, TABLES, cells_of, column_head, head_row, head_text, rows_of
from pages.engine.text.wording import bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.layout.lines import Line, LinePiece
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

AREA = re.compile(r"\S :: \S")
"""A line such as "Failover :: Configuration", which is a heading however it is drawn."""
_NO_HEADING = (
    "heading", "navigation", "tablist", "menubar", "menu", "tree", "listitem", "term", "caption", "link", "button", *HEADS,
)  # fmt: skip
_LAYS_OUT = frozenset({*TABLES, "group", "heading", "paragraph", "generic", "list"})


@dataclass(frozen=True)
class Heading:
    """A heading, and the part of the page that it may govern.

    Attributes:
        text: its words.
        rank: 1 to 6 as in HTML; 6 also for the name of a region; 7 for the name of a group or table; between 7 and 9 if it is
            only drawn as a heading, smaller for larger letters.
        node: its node.
        at: its place in the order of the document.
        part: the first and last place that it may govern.
        in_group: whether it is in a group or table, so that it does not end a heading outside.
        drawn: the piece of its line, if only its drawing makes it a heading; else None.
    """

    text: str
    rank: float
    node: Node
    at: int
    part: tuple[int, int]
    in_group: bool
    drawn: LinePiece | None = None


@remembered
def headings(layout: Layout) -> list[Heading]:
    """Return every heading in reading order: by its role, as the name of a part, or only drawn as one."""
    return sorted([*_marked(layout), *_drawn(layout)], key=lambda each: each.at)


def governing(layout: Layout, at: int, node: Node) -> tuple[str, ...]:
    """Return the headings that govern a place in the document, the outermost first.

    Args:
        layout: the layout of the snapshot.
        at: the place in the order of the document.
        node: the node at that place.

    Returns:
        The words of each heading.
    """
    path: list[str] = []
    least: dict[tuple[int, int] | None, float] = {}  # a heading in a group or table does not end one outside
    for heading in reversed(headings(layout)):
        before = heading.at < at or (
            heading.at == at and heading.drawn is None and node is not heading.node and node.is_in(heading.node)
        )
        part = heading.part if heading.in_group else None
        governs = before and heading.part[0] <= at <= heading.part[1] and heading.rank < least.get(part, 99)
        if governs and _heads_the_column(heading.node, node):
            path.insert(0, heading.text)
            least[part] = heading.rank
    return tuple(path)


def columns_of(layout: Layout, node: Node) -> tuple[str, ...]:
    """Return the names of the columns that a node is in, the innermost first."""
    names: list[str] = []
    cell = node.within(*CELLS)
    while cell is not None:
        head = column_head(layout, cell)
        if head is not None and (name := bare(head_text(layout, head))):
            names.append(name)
        cell = cell.parent.within(*CELLS) if cell.parent is not None else None
    return tuple(names)


def _heads_the_column(heading: Node, node: Node) -> bool:
    """Return whether a heading governs a node, if cells of the same row have headings too.

    A node in a row with as many cells is governed by the heading of its own column; every other node by the first heading.
    """
    cell = heading.within(*CELLS)
    row = cell.within("row") if cell is not None else None
    if cell is None or row is None or node.is_in(cell):
        return True
    cells = cells_of(row)
    headed = [number for number, each in enumerate(cells) if any(below.role == "heading" for below in each.below())]
    if len(headed) < 2:
        return True
    rows = (each for each in (node, *node.above()) if each.role == "row" and each.within(*TABLES) is row.within(*TABLES))
    alike = cells_of(beside) if (beside := next(rows, None)) is not None else []
    column = next((number for number, each in enumerate(alike) if node.is_in(each)), 0) if len(alike) == len(cells) else 0
    return cells.index(cell) == (column if column in headed else headed[0])


def _marked(layout: Layout) -> Iterator[Heading]:
    for node in layout.nodes:
        marked: tuple[str, float, Node | None] | None = None
        if node.role == "heading":
            title = bare(words(layout, node)) or plain(text(layout, node)) or plain(node.name)
            marked = title, float(node.states.get("level") or 2), None
        elif node.role == "caption" or _heads_a_table(layout, node):
            marked = bare(words(layout, node)), 7, node.within(*TABLES)
        elif node.element.tag == "summary":
            marked = name_of(layout, node), 7, node.parent
        elif node.role in NAMED_PARTS and node.name and not _has_its_name(layout, node):
            marked = bare(node.name), 7 if node.role in {"group", "radiogroup"} else 6, node
        if marked is not None and marked[0]:
            title, rank, part = marked
            places = (part.at, part.ends) if part is not None else _part_of(layout, node)
            yield Heading(title, rank, node, node.at, places, in_group=rank == 7 or _is_in_a_group(node))


def _heads_a_table(layout: Layout, node: Node) -> bool:
    """Tell whether a head cell is alone in its row and so names its table, and not the only column."""
    row, table = (node.within("row"), node.within(*TABLES)) if node.role in HEADS else (None, None)
    alone = row is not None and table is not None and len(cells_of(row)) == 1 and len(rows_of(table)) > 1
    return alone and table is not None and head_row(layout, table) is not row


def _has_its_name(layout: Layout, node: Node) -> bool:
    """Tell whether a part has a heading with the same words as its name."""
    return any(each.role == "heading" and plain(text(layout, each) or each.name) == plain(node.name) for each in node.below())


def _part_of(layout: Layout, node: Node) -> tuple[int, int]:
    """Return the first and last place that a heading in this node may govern."""
    around = next((each for each in node.above() if each.role in PARTS), layout.root)
    bound = bounds_of(layout, node, *PART_TAGS)
    return (bound.begins, bound.ends) if bound is not None and bound.begins >= around.at else (around.at, around.ends)


def _is_in_a_group(node: Node) -> bool:
    return any(each.role in {"group", *TABLES} for each in node.above())


def _drawn(layout: Layout) -> Iterator[Heading]:
    """Yield the headings that are only drawn as such: a short line of one piece, bold or larger than the rest."""
    read = lines(layout, layout.root)
    for number, line in enumerate(read):
        piece, title = line[0], line[0].words
        if len(line) > 1 or not 3 <= len(title) <= SHORT or not bare(title) or _is_something_else(piece.node):
            continue
        looks_so = _is_prominent(layout, piece) and not re.search(r"[.!?]$|^[\W\d]", title)
        if AREA.search(title) or (looks_so and not _is_a_label(layout, line, read[number + 1 : number + 2])):
            rank = 7 + 20 / (max(run.size for run in piece.runs) + 11)
            yield Heading(
                bare(title), rank, piece.node, piece.at, _part_of(layout, piece.node), _is_in_a_group(piece.node), piece
            )


def _is_something_else(node: Node) -> bool:
    """Tell whether words are no heading, or are one already, by their role or because they are a value in a row."""
    if node.within(*_NO_HEADING) is not None:
        return True
    cell = node.within(*CELLS)
    row = cell.within("row") if cell is not None else None
    several = row is not None and len(cells_of(row)) > 1
    return cell is not None and several and not any(each.role in _LAYS_OUT for each in cell.below())


def _is_prominent(layout: Layout, piece: LinePiece) -> bool:
    large = min(run.size for run in piece.runs) >= 1.2 * layout.font_size
    return piece.is_bold or large or all(run.titled for run in piece.parts)


def _is_a_label(layout: Layout, line: Line, below: list[Line]) -> bool:
    """Tell whether a bold line only names the field below it, or is one of several labels that are each above a value."""
    if not below:
        return False
    first = below[0][0]
    if len(below[0]) == 1 and first.is_control and is_field(first.node):
        return not first.node.element.labelled and not first.node.element.aria_label
    box = common(line[0].node, first.node)
    return not controls_in(layout, box) and len(lines(layout, box)) == 2 and bool(items_like(layout, box))
