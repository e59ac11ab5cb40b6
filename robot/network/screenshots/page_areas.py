"""Finds a part of a page by the words that a person reads over or beside it: a column, a section, the value of a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from robot.domain.redaction_rules import bare_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from robot.network.screenshots.document_tree import DocumentTree

_CELLS: Final = ("td", "th", "cell", "gridcell", "columnheader", "rowheader")
_FIELDS: Final = ("input", "select", "textarea", "textbox", "combobox", "listbox", "output")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6", "heading")
_PARTS: Final = (
    "section",
    "article",
    "main",
    "aside",
    "form",
    "fieldset",
    "dialog",
    "details",
    "body",
    "region",
    "tabpanel",
    "group",
)
_ENDS: Final = ("footer", "nav", "contentinfo", "navigation")
_PRESSED: Final = ("a", "button", "link", "tab", "menuitem", "option", "title")
_WHOLE: Final = {
    "caption": ("table", "grid"), "legend": ("fieldset",), "summary": ("details",), "figcaption": ("figure",)
}  # fmt: skip
"""What an element names as a whole, by its own name."""
_VERTICAL: Final = 2
"""Cells in a row of a table whose first column has the labels."""


def area_of(tree: DocumentTree, words: str) -> list[int]:
    """Return what stands under or beside a heading or label.

    Args:
        tree: the document.
        words: the whole heading or label as it is read; capitals, blanks and a colon behind it do not matter. The accessible
            name that the page gives to a part of it, a table or a field is one, too.

    Returns:
        The numbers of the nodes, in the document's order; none is below another. Empty if the words stand nowhere, or if
        nothing is drawn under them.
    """
    wanted = bare_words(words)
    found = {node for label in _labels(tree, wanted) for node in _under(tree, label)}
    found |= {node for node, own in enumerate(tree.attributes) if _is_named(own, wanted) and not tree.is_a(node, *_PRESSED)}
    found |= {node for node, text in tree.texts.items() if _has_both(text, wanted)}
    drawn = sorted(node for node in found if tree.is_drawn(node))
    return [node for node in drawn if not any(above in found for above in tree.above(tree.parents[node]))]


def _labels(tree: DocumentTree, wanted: str) -> Iterator[int]:
    """Yield the outermost element of each label that has these words and nothing else."""
    seen = set[int]()
    for node, text in tree.texts.items():
        if not (bare := bare_words(text)) or not wanted.startswith(bare[: len(wanted)]):
            continue
        inner = next((each for each in tree.above(node) if len(tree.drawn_text(each)) >= len(wanted)), -1)
        if inner < 0 or tree.drawn_text(inner) != wanted:
            continue
        label = inner
        while tree.parents[label] >= 0 and tree.drawn_text(tree.parents[label]) == wanted and tree.names[label] not in _CELLS:
            label = tree.parents[label]
        if label not in seen:
            seen.add(label)
            yield label


def _under(tree: DocumentTree, label: int) -> Iterator[int]:
    """Yield what a label is the label of."""
    inside = [each for each in tree.below(label) if each in tree.boxes or each == label]
    if tree.nearest(label, *_CELLS) == label:
        yield from _in_table(tree, label)
        return
    if any(tree.nearest(each, *_PRESSED) >= 0 for each in inside[-1:]):
        return  # it leads to what it names
    if own := {identity for each in inside if (identity := tree.attributes[each].get("id"))}:
        yield from (
            node
            for node, names in enumerate(tree.attributes)
            if own & set(names.get("aria-labelledby", "").split()) and node != label
        )
    named = next(
        (each for each in reversed(inside) if tree.names[each] in {*_WHOLE, "dt", "label"} or tree.is_a(each, *_HEADINGS)), -1
    )
    kind = tree.names[named] if named >= 0 else ""
    if kind in _WHOLE:
        yield from {whole for whole in [tree.nearest(named, *_WHOLE[kind])] if whole >= 0}
    elif kind == "dt":
        yield from _described(tree, named)
    elif kind == "label" and (fields := list(_fields_of(tree, named))):
        yield from fields
    elif named >= 0 and kind != "label":
        yield from _section_under(tree, named)
    else:
        yield from _beside(tree, label)


def _in_table(tree: DocumentTree, label: int) -> Iterator[int]:
    """Yield the column under a cell that is a head, or the cells beside one that is the label of its row."""
    row = tree.nearest(label, "tr", "row")
    table = tree.nearest(label, "table", "grid", "treegrid")
    if row < 0 or table < 0 or label not in tree.boxes:
        return
    cells = [each for each in tree.below(row) if tree.is_a(each, *_CELLS) and tree.is_drawn(each)]
    heads = all(tree.is_a(each, "th", "columnheader") for each in cells)
    first = next(each for each in tree.below(table) if tree.is_a(each, "tr", "row") and tree.is_drawn(each)) == row
    if heads or tree.nearest(label, "thead") >= 0 or tree.is_a(label, "columnheader") or (first and len(cells) > _VERTICAL):
        head = tree.boxes[label]
        yield from (
            each
            for each in range(tree.ends[row], tree.ends[table])
            if tree.is_a(each, *_CELLS) and each in tree.boxes and tree.boxes[each].is_in_column_of(head)
        )
    else:
        yield from (each for each in cells if each > label)


def _described(tree: DocumentTree, term: int) -> Iterator[int]:
    for each in tree.after(term):
        if tree.names[each] == "dt":
            return
        yield each


def _fields_of(tree: DocumentTree, label: int) -> Iterator[int]:
    """Yield the fields of a `label`: those within it, and the one that it names."""
    yield from (each for each in tree.below(label) if tree.is_a(each, *_FIELDS))
    if wanted := tree.attributes[label].get("for", ""):
        yield from (node for node, own in enumerate(tree.attributes) if own.get("id") == wanted)


def _section_under(tree: DocumentTree, heading: int) -> Iterator[int]:
    """Yield what follows a heading in its part of the page, up to the next heading that is not below it."""
    level, part = _level(tree, heading), tree.nearest(heading, *_PARTS)
    node, end = tree.ends[heading], tree.ends[part] if part >= 0 else len(tree.parents)
    while node < end:
        if tree.is_a(node, *_ENDS) or (tree.is_a(node, *_HEADINGS) and _level(tree, node) <= level):
            return
        if any(tree.is_a(each, *_ENDS, *_HEADINGS) for each in tree.below(node)):
            node += 1
        else:
            yield node
            node = tree.ends[node]


def _level(tree: DocumentTree, heading: int) -> int:
    name, said = tree.names[heading], tree.attributes[heading].get("aria-level", "")
    return int(said) if said.isascii() and said.isdecimal() else int(name[1]) if name[1:].isdecimal() else 2


def _beside(tree: DocumentTree, label: int) -> Iterator[int]:
    """Yield what is drawn next after a label that is only a text."""
    for each in tree.above(label):
        if each != label and tree.is_a(each, *_CELLS, *_PARTS, "li", "table"):
            return
        if following := next((sibling for sibling in tree.after(each) if tree.is_drawn(sibling)), 0):
            yield following
            return


def _has_both(text: str, wanted: str) -> bool:
    """Tell whether one text has label and value: "Customer: Acme Corp"."""
    label, colon, value = text.partition(":")
    return bool(colon and value.strip()) and bare_words(label) == wanted


def _is_named(own: dict[str, str], wanted: str) -> bool:
    return bare_words(own.get("aria-label", "")) == wanted
