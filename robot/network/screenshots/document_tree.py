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
    """

    parents: Sequence[int]
    names: Sequence[str]
    attributes: Sequence[dict[str, str]]
    texts: dict[int, str]
    typed: dict[int, str]
    boxes: dict[int, DrawnBox]
    real: Sequence[int]
    ends: list[int] = field(init=False, default_factory=list[int])
    """For each node the number behind the last one below it."""

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

    def nearest(self, node: int, *kinds: str) -> int:
        """Return the nearest node, itself or above, that is of one of these kinds; -1 if none is."""
        return next((each for each in self.above(node) if self.is_a(each, *kinds)), -1)

    def is_a(self, node: int, *kinds: str) -> bool:
        """Tell whether an element has one of these names or roles."""
        return self.names[node] in kinds or self.attributes[node].get("role", "") in kinds

    def drawn_text(self, node: int) -> str:
        """Return what is drawn of a node and below it, but for what fields show; without blanks, which may break a word."""
        return bare_words("".join(self.texts.get(each, "") for each in self.below(node)))

    def lines_of(self, node: int) -> Iterator[str]:
        """Yield the texts that are drawn below a node, each as far as its element has lines of its own; then what fields show."""
        line, of = "", -1
        for each in self.below(node):
            if text := self.texts.get(each, ""):
                block = next((above for above in self.above(each) if self.names[above] in _LINE), -1)
                if block != of and line.strip():
                    yield " ".join(line.split())
                line, of = (line + text if block == of else text), block
        if line.strip():
            yield " ".join(line.split())
        yield from (shown for each in self.below(node) if (shown := self.typed.get(each, "").strip()))

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
    texts, boxes = dict[int, str](), dict[int, DrawnBox]()
    for node, text, bounds in zip(layout["nodeIndex"], layout["text"], layout["bounds"], strict=True):
        boxes[node] = DrawnBox(*bounds)
        if text >= 0:
            texts[node] = texts.get(node, "") + strings[text]
    written: list[list[int]] = nodes["attributes"]
    called: list[int] = nodes["nodeName"]
    attributes = [{strings[name]: strings[value] for name, value in zip(each[::2], each[1::2], strict=True)} for each in written]
    names = [strings[name].lower() for name in called]
    return DocumentTree(nodes["parentIndex"], names, attributes, texts, typed, boxes, real)
