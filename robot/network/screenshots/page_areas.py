"""Finds a part of a page by the words that a person reads over or beside it: a column, a section, the value of a label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from robot.domain.redaction_rules import bare_words
from robot.network.screenshots.table_areas import CELLS as _CELLS
from robot.network.screenshots.table_areas import in_grid, in_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from robot.network.screenshots.document_tree import DocumentTree

_FIELDS: Final = ("input", "select", "textarea", "textbox", "combobox", "listbox", "output")
_PICTURES: Final = ("img", "svg", "canvas", "iframe", "object", "embed", "video")
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
_PIECE: Final = re.compile(r"[\n,;|]")
_PAIR: Final = re.compile(r"([:=\uff1a]|\s[-\u2013\u2014]\s|\t|\s{2,})")
"""What stands between label and value in one text."""


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
    found = {node for label in _labels(tree, wanted) for node in _under(tree, label, wanted)}
    found |= {
        node
        for node, own in enumerate(tree.attributes)
        if _is_named(own, wanted, is_field=tree.is_a(node, *_FIELDS)) and not tree.is_a(node, *_PRESSED)
    }
    pairs = (node for node, text in (*tree.texts.items(), *tree.typed.items()) if any(_values_beside(text, wanted)))
    found |= {next((each for each in tree.above(node) if each in tree.boxes), node) for node in pairs}
    drawn = sorted(node for node in found if tree.is_drawn(node))
    return [node for node in drawn if not any(above in found for above in tree.above(tree.parents[node]))]


def values_under(tree: DocumentTree, node: int, words: str) -> Iterator[str]:
    """Yield what is written in a part of the page that `area_of` found, not its label: of both in one text the value."""
    wanted = bare_words(words)
    values = [value for each in tree.below(node) for value in _values_beside(tree.texts.get(each, ""), wanted)]
    if not (values and node in tree.texts):
        for text in tree.values_of(node):
            values += (text, *_values_beside(text, wanted))
    yield from (value for value in values if bare_words(value) != wanted)


def _labels(tree: DocumentTree, wanted: str) -> Iterator[int]:
    """Yield the outermost element of each label that has these words and nothing else, no field or picture either."""
    seen = set[int]()
    for node, text in tree.texts.items():
        if not (bare := bare_words(text)) or not wanted.startswith(bare[: len(wanted)]):
            continue
        inner = next((each for each in tree.above(node) if len(tree.drawn_text(each)) >= len(wanted)), -1)
        if inner < 0 or tree.drawn_text(inner) != wanted:
            continue
        label = inner
        while _is_label(tree, tree.parents[label], label, wanted) and tree.names[label] not in _CELLS:
            label = tree.parents[label]
        if label not in seen:
            seen.add(label)
            yield label


def _is_label(tree: DocumentTree, node: int, inner: int, wanted: str) -> bool:
    """Tell whether an element says these words only, or is a label by its name and has but buttons and links beside them."""
    if node < 0:
        return False
    named = tree.is_a(node, *_WHOLE, "dt", "th", "columnheader", *_HEADINGS)
    if not named and any(tree.is_a(each, *_FIELDS, *_PICTURES) and tree.is_drawn(each) for each in tree.below(node)):
        return False
    others = set(tree.below(node)) - set(tree.below(inner))
    beside = bare_words("".join(tree.texts.get(each, "") for each in others if tree.nearest(each, *_PRESSED) < node))
    return tree.drawn_text(node) == wanted or (named and not beside)


def _unpressed(tree: DocumentTree, node: int, *kinds: str) -> str:
    """Return what is drawn of a node but for what is pressed below it."""
    texts = {each: tree.texts[each] for each in tree.below(node) if each in tree.texts}
    return "".join(text for each, text in texts.items() if tree.nearest(each, *kinds) < node)


def _under(tree: DocumentTree, label: int, wanted: str) -> Iterator[int]:
    """Yield what a label is the label of."""
    inside = [each for each in tree.below(label) if each in tree.boxes or each == label]
    pressed = tree.nearest(inside[-1], *_PRESSED)
    yield from _bound_by_name(tree, label, {*inside, *({pressed} - {-1})})
    if tree.nearest(label, *_CELLS) == label:
        yield from in_table(tree, label)
        return
    around = [each for each in tree.above(label) if tree.drawn_text(each) == wanted]
    named = next((each for each in (*reversed(inside), *around) if tree.is_a(each, *_WHOLE, "dt", "label", *_HEADINGS)), -1)
    if pressed >= 0 and named < 0:
        return  # it leads to what it names
    kind = tree.names[named] if named >= 0 else ""
    if kind in _WHOLE:
        yield from {whole for whole in [tree.nearest(named, *_WHOLE[kind])] if whole >= 0}
    elif kind == "dt":
        yield from _described(tree, named)
    elif kind == "label" and (fields := [each for each in _fields_of(tree, named) if tree.is_drawn(each)]):
        yield from fields
    elif named >= 0 and kind != "label":
        yield from _section_under(tree, named)
    else:
        yield from in_grid(tree, label) or _beside(tree, label)


def _bound_by_name(tree: DocumentTree, label: int, inside: set[int]) -> Iterator[int]:
    """Yield what says that this is its label, and what the label says that it unfolds."""
    own = {identity for each in inside if (identity := tree.attributes[each].get("id"))}
    unfolds = {identity for each in inside for identity in tree.attributes[each].get("aria-controls", "").split()}
    for node, names in enumerate(tree.attributes):
        if node != label and (own & set(names.get("aria-labelledby", "").split()) or names.get("id") in unfolds):
            yield node


def _described(tree: DocumentTree, term: int) -> Iterator[int]:
    """Yield what follows a term up to the next one; terms in a row have the same description."""
    described = False
    for each in tree.after(term):
        if described and tree.names[each] == "dt":
            return
        described = described or tree.names[each] == "dd"
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
    """Yield what a person sees next after a label that is only a text; if it looks like a heading, all up to the next."""
    for each in tree.above(label):
        if each != label and tree.is_a(each, *_CELLS, *_PARTS, "li", "table"):
            return
        said = False
        for sibling in _next_to(tree, each):
            if said and (tree.look(sibling) == tree.look(label) or tree.is_a(sibling, *_HEADINGS, *_ENDS)):
                return
            yield sibling
            said = (
                said
                or bool(bare_words(_unpressed(tree, sibling, "button")))
                or any(under in tree.typed for under in tree.below(sibling))
            )
            if said and (tree.look(sibling) in {(), tree.look(label)} or _is_on_line(tree, sibling, label)):
                return
        if said:
            return


def _next_to(tree: DocumentTree, node: int) -> Iterator[int]:
    """Yield the siblings that are drawn after a node: what follows it, unless an earlier one stands there."""
    following = [each for each in tree.after(node) if tree.shows(each)]
    earlier = [each for each in tree.siblings(node) if each < node and tree.shows(each) and _is_read_after(tree, each, node)]
    if earlier and not (following and _is_on_line(tree, following[0], node)):
        yield from reversed(earlier)
    yield from following


def _is_on_line(tree: DocumentTree, one: int, other: int) -> bool:
    return one in tree.boxes and other in tree.boxes and tree.boxes[one].is_on_line_of(tree.boxes[other])


def _is_read_after(tree: DocumentTree, one: int, other: int) -> bool:
    """Tell whether one node is drawn to the right of another on its line, or below it."""
    if not (one in tree.boxes and other in tree.boxes):
        return False
    box, label = tree.boxes[one], tree.boxes[other]
    return box.x >= label.x + label.width if box.is_on_line_of(label) else box.y >= label.y + label.height


def _values_beside(text: str, wanted: str) -> Iterator[str]:
    """Yield the values of a text that has label and value in one: "Customer: Acme Corp"; on any line, behind any comma."""
    for line in _PIECE.split(text):
        label, _, value = (*_PAIR.split(line.strip(), 1), "", "")[:3]
        if value.strip() and bare_words(label) == wanted:
            yield value.strip()


def _is_named(own: dict[str, str], wanted: str, *, is_field: bool) -> bool:
    """Tell whether an element has these words as the name that the page gives it; of a field its tip, too."""
    names = ("aria-label", "placeholder", "title") if is_field else ("aria-label",)
    return any(bare_words(own.get(name, "")) == wanted for name in names)
