"""What the browser draws as text outside of the masks, for each document: closed shadow roots and texts of style sheets too."""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakKeyDictionary

from playwright.sync_api import Error

from robot.network.screenshots.document_tree import tree_of
from robot.network.screenshots.page_areas import area_of, values_under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import CDPSession, Page

    from robot.domain.redaction_rules import RedactionRules
    from robot.network.screenshots.document_tree import DocumentTree

LOOK: Final = ("font-weight", "font-size", "color")
"""What tells a label from a value where the markup does not."""
MASK: Final = "data-failover-robot-mask"
_BETWEEN: Final = "\n"
_BELOW_A_MARK: Final = "\x01"
_SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
_MARK_NODE: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class DrawnDocument:
    """The texts of one document, in the order in which they are drawn.

    Attributes:
        pieces: the pieces of text; what is below a mark is replaced by a sign.
        nodes: for each piece the browser's own number of a node that it stands in.
        tree: the document, and what is drawn below marks too.
        marked: for each node of the tree whether it, or one above it, is marked.
    """

    pieces: list[str]
    nodes: list[int]
    tree: DocumentTree
    marked: list[bool]

    @property
    def text(self) -> str:
        """The pieces as one text: a word may be broken anywhere."""
        return "".join(self.pieces)

    def areas(self, rules: RedactionRules) -> Iterator[tuple[int, set[int], tuple[str, ...]]]:
        """Yield for each part of the page that an area of the rules names: the area's number, its node, and the texts on it.

        A part that is below a mark is left out.
        """
        for area, words in rules.areas.items():
            for node in area_of(self.tree, words):
                if not self.marked[node]:
                    yield area, {self.tree.real[node]}, tuple(values_under(self.tree, node, words))

    def matches(self, rules: RedactionRules) -> Iterator[tuple[int, set[int]]]:
        """Yield the number of a rule, and the nodes in which stands what it matches; each node of a rule once."""
        seen: set[tuple[int, int]] = set()
        for between in (_BETWEEN, ""):
            begins, at = list[int](), 0
            for piece in self.pieces:
                begins.append(at)
                at += len(piece) + len(between)
            for rule, begin, end in rules.spans(between.join(self.pieces)):
                places = range(bisect_right(begins, begin) - 1, bisect_right(begins, end - 1))
                nodes = {self.nodes[place] for place in places if self.pieces[place]}
                if new := {node for node in nodes if (rule, node) not in seen}:
                    seen |= {(rule, node) for node in new}
                    yield rule, nodes


def drawn_documents(tab: Page) -> Iterator[DrawnDocument]:
    """Yield the documents of a tab as they are drawn at this moment, its frames among them."""
    snapshot = _ask(tab, "DOMSnapshot.captureSnapshot", {"computedStyles": list(LOOK)})
    strings: list[str] = [*snapshot["strings"], ""]  # the number -1 stands for no text, as of a field for files
    for document in snapshot["documents"]:
        nodes, layout = document["nodes"], document["layout"]
        marked = _below_marks(nodes, strings)
        real = _real_nodes(nodes)
        drawn: list[tuple[int, int]] = [
            (node, text) for node, text in zip(layout["nodeIndex"], layout["text"], strict=True) if text >= 0
        ]
        typed = list(_typed(nodes, set(layout["nodeIndex"]), strings))
        drawn += typed
        pieces = [_BELOW_A_MARK if marked[node] else strings[text] for node, text in drawn]
        shown = {node: strings[text] for node, text in reversed(typed) if strings[text]}  # a value hides what the field asks for
        tree = tree_of(document, strings, real, shown)
        yield DrawnDocument(pieces, [real[node] for node, _ in drawn], tree, marked)


def mark_nodes(tab: Page, nodes: set[int]) -> None:
    """Mark the elements in which nodes stand, by the browser's own numbers; of a closed shadow root its host.

    A node that is gone by now is left out: whoever has marked looks once more at what is drawn instead.
    """
    for node in sorted(nodes):
        with contextlib.suppress(Error):
            _mark_node(tab, node)


def _mark_node(tab: Page, node: int) -> None:
    found = _ask(tab, "DOM.resolveNode", {"backendNodeId": node})["object"]["objectId"]
    call = {"functionDeclaration": _MARK_NODE, "objectId": found, "arguments": [{"value": MASK}]}
    _ask(tab, "Runtime.callFunctionOn", call)


def _ask(tab: Page, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    if tab not in _SESSIONS:
        _SESSIONS[tab] = tab.context.new_cdp_session(tab)
    return cast("Callable[..., dict[str, Any]]", _SESSIONS[tab].send)(method, parameters)


def _below_marks(nodes: dict[str, Any], strings: list[str]) -> list[bool]:
    """Return for each node whether it, or one above it, is marked; parents stand before their children."""
    marked: list[bool] = []
    parents: list[int] = nodes["parentIndex"]
    written: list[list[int]] = nodes["attributes"]
    for parent, attributes in zip(parents, written, strict=True):
        own = any(strings[name] == MASK for name in attributes[::2])
        marked.append(own or (parent >= 0 and marked[parent]))
    return marked


def _typed(nodes: dict[str, Any], shown: set[int], strings: list[str]) -> Iterator[tuple[int, int]]:
    """Yield what fields show, of which the browser does not tell that it is drawn: typed, asked for, or to be chosen."""
    for kind in ("inputValue", "textValue"):
        typed = nodes.get(kind, {"index": (), "value": ()})
        yield from ((node, text) for node, text in zip(typed["index"], typed["value"], strict=True) if node in shown)
    for node, attributes in enumerate(nodes["attributes"]):
        if node in shown:
            for name, text in zip(attributes[::2], attributes[1::2], strict=True):
                if strings[name] == "placeholder":
                    yield node, text
    for node, (parent, text) in enumerate(zip(nodes["parentIndex"], nodes["nodeValue"], strict=True)):
        if parent >= 0 and text >= 0 and strings[nodes["nodeName"][parent]] == "OPTION":
            yield node, text


def _real_nodes(nodes: dict[str, Any]) -> list[int]:
    """Return for each node the browser's number of it; of what a style sheet draws, that of the element which it draws it for."""
    drawn_by_style = set(nodes.get("pseudoType", {}).get("index", ()))
    real: list[int] = []
    parents: list[int] = nodes["parentIndex"]
    numbers: list[int] = nodes["backendNodeId"]
    for place, (parent, number) in enumerate(zip(parents, numbers, strict=True)):
        below_style = place in drawn_by_style or parent in drawn_by_style
        real.append(real[parent] if below_style and parent >= 0 else number)
    return real
