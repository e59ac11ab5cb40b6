"""One document as the browser draws it, as a tree: elements, their attributes, their texts and where each of them is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from robot.domain.redaction_rules import bare_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
"""Elements that have lines of their own."""


@dataclass(frozen=True)
class DrawnBox:
    """Where something is drawn, in CSS pixels of its document."""

    x: float
    y: float
    width: float
    height: float

    def is_on_line_of(self, other: DrawnBox) -> bool:
        """Tell whether it shares over half of the lower one's height with another."""
        shared = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return shared > 0.5 * min(self.height, other.height)

    def is_in_column_of(self, head: DrawnBox) -> bool:
        """Tell whether it is below a head, and shares over half of the narrower one's width with it."""
        shared = min(self.x + self.width, head.x + head.width) - max(self.x, head.x)
        return self.y >= head.y and shared > 0.5 * min(self.width, head.width)


@dataclass(frozen=True)
class DocumentTree:
    """The nodes of a document in its own order: a node's number is its place, and all that is below it follows it.

    Attributes:
        parents: the number of each node's parent; -1 for the document.
        names: the name of each element in lower case; "#text" and the like for other nodes.
        attributes: of each element, by their names.
        texts: what is drawn of a node itself, by its number.
        typed: what a field shows, by its number: typed, asked for, or to be chosen.
        boxes: of each node that is drawn, by its number.
        real: the browser's own number of each node.
        looks: how each text is drawn, by its node's number: two that are alike have the same look.
        written: each drawn text as the page has it: in the letters that a style sheet may have drawn as capitals.
    """

    parents: Sequence[int]
    names: Sequence[str]
    attributes: Sequence[dict[str, str]]
    texts: dict[int, str]
    typed: dict[int, str]
    boxes: dict[int, DrawnBox]
    real: Sequence[int]
    looks: dict[int, tuple[int, ...]]
    written: dict[int, str]
    ends: list[int] = field(init=False, default_factory=list[int])
    """For each node the number behind the last one below it."""
    _drawn_texts: dict[int, str] = field(init=False, repr=False, default_factory=dict[int, str])
    _parts: dict[int, list[int]] = field(init=False, repr=False, default_factory=dict[int, list[int]])
    """What was found out already: a long page is asked for the same again and again."""

    def __post_init__(self) -> None:
        self.ends.extend(range(1, len(self.parents) + 1))
        for node in range(len(self.parents) - 1, 0, -1):
            self.ends[self.parents[node]] = max(self.ends[self.parents[node]], self.ends[node])

    def below(self, node: int) -> range:
        """Return a node and all that is below it."""
        return range(node, self.ends[node])

    def above(self, node: int) -> Iterator[int]:
        """Yield a node and what is above it, from within to without."""
        while node >= 0:
            yield node
            node = self.parents[node]

    def after(self, node: int) -> Iterator[int]:
        """Yield the siblings that follow a node."""
        parent, sibling = self.parents[node], self.ends[node]
        while parent >= 0 and sibling < self.ends[parent]:
            yield sibling
            sibling = self.ends[sibling]

    def siblings(self, node: int) -> Iterator[int]:
        """Yield the nodes of one parent, a node itself among them."""
        parent = self.parents[node]
        sibling = parent + 1
        while parent >= 0 and sibling < self.ends[parent]:
            yield sibling
            sibling = self.ends[sibling]

    def nearest(self, node: int, *kinds: str) -> int:
        """Return the nearest node, itself or above, that is of one of these kinds; -1 if none is."""
        return next((each for each in self.above(node) if self.is_a(each, *kinds)), -1)

    def is_a(self, node: int, *kinds: str) -> bool:
        """Tell whether an element has one of these names or roles."""
        return self.names[node] in kinds or self.attributes[node].get("role", "") in kinds

    def drawn_text(self, node: int) -> str:
        """Return what is drawn of a node and below it, but for what fields show; without blanks, which may break a word."""
        if node not in self._drawn_texts:
            self._drawn_texts[node] = bare_words("".join(self.texts.get(each, "") for each in self.below(node)))
        return self._drawn_texts[node]

    def parts(self, node: int) -> list[int]:
        """Return the parts of an element in which something is said or asked for."""
        if node not in self._parts:
            below = self.siblings(node + 1) if 0 <= node < self.ends[node] - 1 else ()
            self._parts[node] = [
                each
                for each in below
                if each in self.boxes and (self.drawn_text(each) or any(under in self.typed for under in self.below(each)))
            ]
        return self._parts[node]

    def ends_in_colon(self, node: int) -> bool:
        """Tell whether what is drawn of a node says that something follows."""
        drawn = "".join(self.texts.get(each, "") for each in self.below(node))
        return drawn.rstrip().endswith((":", "\uff1a"))

    def values_of(self, node: int) -> Iterator[str]:
        """Yield what is written below a node: lines, single texts, and what fields show; no signs of a list."""
        line, of = "", -1
        for each in self.below(node):
            if (text := self.texts.get(each, "")) and "::marker" not in {self.names[each], self.names[self.parents[each]]}:
                block = next((above for above in self.above(each) if self.names[above] in _LINE), -1)
                if block != of and line.strip():
                    yield " ".join(line.split())
                line, of = (line + text if block == of else text), block
                yield from (" ".join(part.split()) for part in (*text.splitlines(), self.written.get(each, "")) if part.strip())
        if line.strip():
            yield " ".join(line.split())
        yield from (shown for each in self.below(node) if (shown := self.typed.get(each, "").strip()))

    def shows(self, node: int) -> bool:
        """Tell whether a person sees something of a node: more than a blank between two others."""
        return any(
            (box := self.boxes.get(each))
            and box.width
            and box.height
            and not (each in self.texts and not self.texts[each].strip())
            for each in self.below(node)
        )

    def look(self, node: int) -> tuple[int, ...]:
        """Return how the first text below a node is drawn; empty if there is none."""
        return next((self.looks[each] for each in self.below(node) if self.texts.get(each, "").strip()), ())

    def is_drawn(self, node: int) -> bool:
        """Tell whether a node, or something below it, covers a part of the page."""
        return any((box := self.boxes.get(each)) and box.width and box.height for each in self.below(node))


def tree_of(document: dict[str, Any], strings: list[str], real: Sequence[int], typed: dict[int, str]) -> DocumentTree:
    """Return the tree of a document.

    Args:
        document: as `DOMSnapshot.captureSnapshot` gives it (Chrome DevTools Protocol).
        strings: the texts of that snapshot.
        real: the browser's number of each node.
        typed: what each field shows.
    """
    nodes, layout = document["nodes"], document["layout"]
    texts, boxes, looks = dict[int, str](), dict[int, DrawnBox](), dict[int, tuple[int, ...]]()
    drawn = zip(layout["nodeIndex"], layout["text"], layout["bounds"], layout["styles"], strict=True)
    for node, text, bounds, styles in drawn:
        boxes[node], looks[node] = DrawnBox(*bounds), tuple(styles)
        if text >= 0:
            texts[node] = texts.get(node, "") + strings[text]
    values: list[int] = nodes["nodeValue"]
    written = {node: strings[values[node]] for node in texts if values[node] >= 0}
    given: list[list[int]] = nodes["attributes"]
    called: list[int] = nodes["nodeName"]
    attributes = [{strings[name]: strings[value] for name, value in zip(each[::2], each[1::2], strict=True)} for each in given]
    names = [strings[name].lower() for name in called]
    return DocumentTree(nodes["parentIndex"], names, attributes, texts, typed, boxes, real, looks, written)
