"""Tables: which rows are data and which only lay out the page, and which cells name a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.layout.controls import controls_in, fields_in, name_of, presses_in
from pages.engine.layout.lines import lines, text, words
from pages.engine.layout.page_layout import TYPED, bounds_of, remembered

if TYPE_CHECKING:
    from pages.engine.layout.page_layout import Layout
    from pages.engine.snapshot.accessibility_tree import Node

TABLES = ("table", "grid", "treegrid")
HEADS = ("columnheader", "rowheader")
CELLS = ("cell", "gridcell", *HEADS)
_NO_DATA = frozenset({"definition", "group", "region", "article", "heading", "separator", "navigation"})
_APART_PX = 2
_LITTLE = 120
"""The most letters of a table in a cell that counts as a value: a frame around one, or a small table in a list."""


def cells_of(row: Node) -> list[Node]:
    """Return the cells of a row."""
    return [each for each in row.children if each.role in CELLS]


def rows_of(table: Node) -> list[Node]:
    """Return the rows of a table, without those of tables in it."""
    return [each for child in table.children for each in (child, *child.children) if each.role == "row"]


def is_head(cell: Node) -> bool:
    """Tell whether a cell is marked as naming a column or a row."""
    return cell.role in HEADS


@remembered
def is_data(layout: Layout, row: Node) -> bool:
    """Tell whether a row is data, and does not only lay out the page."""
    table, cells = row.within(*TABLES), cells_of(row)
    if table is None or not cells or _is_a_frame(table):
        return False
    return not any(_holds_a_page(layout, cell, alone=len(cells) < 3) for cell in cells)


def _is_a_frame(table: Node) -> bool:
    """Tell whether a table has only one cell, and so is only a box around something."""
    rows = rows_of(table)
    return len(rows) == 1 and len(cells_of(rows[0])) == 1


def _holds_a_page(layout: Layout, cell: Node, *, alone: bool) -> bool:
    """Tell whether a cell has what no value has: parts of a page, or a form."""
    listed = not alone and column_head(layout, cell) is not None
    for each in cell.below():
        if each.role in _NO_DATA:
            return True
        if each.role in TABLES and not _holds_a_value(layout, each, listed=listed):
            return True
    if sum(1 for each in fields_in(layout, cell) if each.role in TYPED) > 1:
        return True
    return alone and any(len(line) == 1 and re.search(r"\S :: \S", line[0].words) for line in lines(layout, cell))


def _holds_a_value(layout: Layout, table: Node, *, listed: bool) -> bool:
    """Tell whether a table in a cell is a frame around a value, or a small one without fields in a list, or is empty."""
    if not text(layout, table) and not controls_in(layout, table):
        return True
    little = len(words(layout, table)) <= _LITTLE and len(presses_in(layout, table)) <= 1
    return little and (_is_a_frame(table) or (listed and not fields_in(layout, table)))


@remembered
def head_row(layout: Layout, table: Node) -> Node | None:
    """Return the row that names a table's columns: one of head cells, or the first of several rows if it alone is bold.

    The first cell of a head row may be an empty corner; in a marked head of a table, cells of every kind name columns. A head
    cell alone names the only column of a list if every row below it has a value; else it is the heading of the table.

    Returns:
        The row; None if no row names the columns.
    """
    first, *below = rows_of(table) or [table]
    if below and all(len(cells_of(row)) == 1 for row in (first, *below)) and is_head(cells_of(first)[0]):
        return first if all(_is_a_value(layout, row) for row in below) else None
    several = [row for row in rows_of(table) if len(cells_of(row)) > 1]
    marked = next((row for row in several if all(map(is_head, cells_of(row)))), None)
    marked = marked or next((row for row in several if _has_a_corner(layout, row) or _is_in_the_head(layout, row)), None)
    return marked or _bold_head(layout, several)


def _bold_head(layout: Layout, rows: list[Node]) -> Node | None:
    """Return the first of several rows if it is bold and the second, with as many cells, is not; else None."""
    several = [row for row in rows if len(cells_of(row)) > 1]
    if len(several) < 2:
        return None
    first, second = several[:2]
    alike = len(cells_of(first)) == len(cells_of(second)) > 2
    return first if alike and _is_bold(layout, first) and not _is_bold(layout, second) else None


def _is_a_value(layout: Layout, row: Node) -> bool:
    """Tell whether a row of one cell is one value: a line without a label or a field, or a link."""
    read = lines(layout, row)
    buttons = [each for each in presses_in(layout, row) if each.role == "button"]
    return len(read) == 1 and not fields_in(layout, row) and not buttons and ": " not in words(layout, row)


def _has_a_corner(layout: Layout, row: Node) -> bool:
    """Tell whether a row has an empty cell before cells that all name columns."""
    corner, *heads = cells_of(row)
    empty = not text(layout, corner) and not controls_in(layout, corner)
    return empty and all(cell.role == "columnheader" for cell in heads)


def _is_in_the_head(layout: Layout, row: Node) -> bool:
    """Tell whether a row is in the marked head of its table and has words in most cells."""
    cells = cells_of(row)
    head, table = bounds_of(layout, row, "thead"), bounds_of(layout, row, "table")
    marked = head is not None and (table is None or table.begins < head.begins)
    return marked and any(map(is_head, cells)) and 2 * sum(bool(text(layout, cell)) for cell in cells) > len(cells)


def _is_bold(layout: Layout, row: Node) -> bool:
    return all(
        words(layout, cell)
        and not controls_in(layout, cell)
        and all(piece.is_bold for line in lines(layout, cell) for piece in line)
        for cell in cells_of(row)
    )


@remembered
def head_of(layout: Layout, row: Node) -> Node | None:
    """Return the row that names a row's columns: its group's if the group begins with one, else its table's; or None."""
    table, group = row.within(*TABLES), row.parent
    if table is None or group is None:
        return None
    return _head_of_group(layout, group) or head_row(layout, table)


@remembered
def _head_of_group(layout: Layout, group: Node) -> Node | None:
    """Return the row that names the columns of one group of rows; None if there is none."""
    return _bold_head(layout, [each for each in group.children if each.role == "row"]) if group.role == "rowgroup" else None


@remembered
def column_head(layout: Layout, cell: Node) -> Node | None:
    """Return the cell that names a cell's column: with the same number, or, if the rows differ in length, above it; else None."""
    row = cell.within("row")
    head = head_of(layout, row) if row is not None else None
    if row is None or head is None or head is row:
        return None
    heads, cells = cells_of(head), cells_of(row)
    if cell not in cells:
        return None
    if len(heads) == len(cells):
        return heads[cells.index(cell)]
    above = [each for each in heads if _is_over(each, cell)]
    return above[0] if len(above) == 1 else None


def _is_over(head: Node, cell: Node) -> bool:
    """Tell whether two cells have the same left and right edges."""
    return abs(head.box.x - cell.box.x) <= _APART_PX and abs(head.box.right - cell.box.right) <= _APART_PX


def head_text(layout: Layout, head: Node) -> str:
    """Return the words of a head cell; if it has none, those on its button, which sorts the rows."""
    presses = presses_in(layout, head)
    return words(layout, head) or (name_of(layout, presses[0]) if len(presses) == 1 else "")


def columns(layout: Layout, head: Node) -> list[str]:
    """Return the names of a table's columns, one for each cell of its rows; an empty string for a column without a name."""
    table = head.within(*TABLES)
    names = [head_text(layout, cell) for cell in cells_of(head)]
    rows = rows_of(table) if table is not None else []
    longer = next((row for row in rows if len(cells_of(row)) > len(names)), None)
    heads = [column_head(layout, cell) for cell in cells_of(longer)] if longer is not None else []
    named = [head_text(layout, each) if each is not None else "" for each in heads]
    return named if [each for each in named if each] == names else names
