"""Lists of entries, each with a name and a value: drawn as a table, or as a label and its value, entry after entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView


def values_by_name(view: PageView, name: str, value: str) -> dict[str, str]:
    """Return one value of each entry of a list, by the entry's name.

    Args:
        view: the part of the page that has the list.
        name: a pattern for the label, or the head of the column, of an entry's name.
        value: a pattern for the label, or the head of the column, of the value.

    Returns:
        The values in reading order; none of a table that has no such column, or several.
    """
    named, wanted = ignorecase(name), ignorecase(value)
    found: dict[str, str] = {}
    heads: tuple[str, ...] = ()
    for row in view.rows:
        if row.head:
            heads = row.cells
            continue
        names, values = ([place for place, head in enumerate(heads) if each.search(head)] for each in (named, wanted))
        if len(names) == len(values) == 1 and len(heads) == len(row.cells):
            found[row.cells[names[0]]] = row.cells[values[0]]
    if found:
        return found
    current = ""
    for label, told in view.pairs:
        if named.search(label):
            current = told
        elif current and wanted.search(label):
            found[current] = told
    return found
