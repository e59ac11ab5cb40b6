"""What a cell of a table is the label of: the column under it, or the cells beside it; by markup, by looks, else both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from robot.network.screenshots.document_tree import DocumentTree

CELLS: Final = ("td", "th", "cell", "gridcell", "columnheader", "rowheader")
_HEADS: Final = ("th", "columnheader", "rowheader")
_PAIR: Final = 2
"""A label and its value."""


def in_table(tree: DocumentTree, label: int) -> Iterator[int]:
    """Yield the column under a cell that is a head, or the cells beside one that is the label of its row.

    Where neither its markup nor its looks tell, and both may be meant, both are given.
    """
    row, table = tree.nearest(label, "tr", "row"), tree.nearest(label, "table", "grid", "treegrid")
    if row < 0 or table < 0 or label not in tree.boxes:
        return
    cells = _cells(tree, row)
    column = [
        each
        for each in range(tree.ends[row], tree.ends[table])
        if tree.is_a(each, *CELLS) and each in tree.boxes and tree.boxes[each].is_in_column_of(tree.boxes[label])
    ]
    marked = all(tree.is_a(each, "th", "columnheader") for each in cells)
    if marked or tree.nearest(label, "thead") >= 0 or tree.is_a(label, "columnheader") or label == cells[-1]:
        yield from column
        return
    beside = [each for each in cells if each > label]
    if tree.is_a(label, *_HEADS):
        yield from _up_to(beside, [each for each in beside if tree.is_a(each, *_HEADS)])
    elif tree.look(label) != tree.look(beside[0]):
        yield from _up_to(beside, [each for each in beside if tree.look(each) == tree.look(label)])
    elif _are_heads(tree, cells, column):
        yield from column
    else:
        rows = (each for each in tree.below(table) if tree.is_a(each, "tr", "row"))
        first = next(each for each in rows if len(_cells(tree, each)) == len(cells)) == row
        is_pairs, has_colon = len(cells) % _PAIR == 0, tree.ends_in_colon(label)
        if first and not has_colon:
            yield from column
        if is_pairs:
            yield beside[0]
        elif not first or has_colon:
            yield from beside


def in_grid(tree: DocumentTree, label: int) -> list[int]:
    """Return what stands in the column under a text that is one of a row of heads, of a table that is none by its markup.

    Its later rows are whatever has as many parts as the row of heads.
    """
    for each in tree.above(label):
        if tree.is_a(each, "li", "p", *CELLS):
            return []
        cells = [
            one
            for one in tree.parts(tree.parents[each])
            if each in tree.boxes and tree.boxes[one].is_on_line_of(tree.boxes[each])
        ]
        if len(cells) < _PAIR or each not in cells:
            continue
        flat = [one for one in tree.parts(tree.parents[each]) if one not in cells]
        part = tree.nearest(each, "section", "article", "main", "form", "dialog", "body")
        below = range(tree.ends[tree.parents[each]], tree.ends[part] if part >= 0 else len(tree.parents))
        later = flat or [one for row in below if len(parts := tree.parts(row)) == len(cells) for one in parts]
        column = [one for one in later if tree.boxes[one].is_in_column_of(tree.boxes[each])]
        heads = _are_heads(tree, cells, column) or (len(cells) > _PAIR and len({tree.look(one) for one in cells}) == 1)
        return column if heads and not tree.ends_in_colon(each) else []
    return []


def _cells(tree: DocumentTree, row: int) -> list[int]:
    return [each for each in tree.below(row) if tree.is_a(each, *CELLS) and tree.is_drawn(each)]


def _up_to(cells: Sequence[int], labels: Sequence[int]) -> Sequence[int]:
    return [each for each in cells if not labels or each < labels[0]]


def _are_heads(tree: DocumentTree, cells: Sequence[int], column: Sequence[int]) -> bool:
    """Tell whether the cells of a row look alike, and otherwise than what stands under them."""
    looks = {look for each in cells if (look := tree.look(each))}
    return len(looks) == 1 and any(look not in looks for each in column[:1] if (look := tree.look(each)))
