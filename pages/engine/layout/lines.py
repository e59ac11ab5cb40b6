"""The lines of a page as they are drawn, and the words on them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.engine.layout.controls import NESTED, is_control, kind_of, name_of, runs_on
from pages.engine.layout.page_layout import FIELDS, NAMED_PARTS, remembered
from pages.engine.snapshot.accessibility_tree import Node, Rect, TextRun
from pages.engine.text.wording import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pages.engine.layout.page_layout import Layout

_AGO = re.compile(r"\b(ago|just now|moments?|seconds|today|yesterday)\b", re.IGNORECASE)


@dataclass(eq=False)
class LinePiece:
    """Words that are together on a line, or one control, or a progress bar.

    Attributes:
        node: the control or bar itself; for words the node that has them.
        box: its rectangle.
        block: the number of the box in whose lines it flows; -1 if it has a line of its own.
        breaks: how many line breaks the document has before it.
        at: its place in the order of the document.
        words: the words; an empty string for a control or a bar.
        runs: the runs of the words.
        is_control: whether it is a control.
        is_bar: whether it is a progress bar.
    """

    node: Node
    box: Rect
    block: int
    breaks: int
    at: int
    words: str = ""
    runs: list[TextRun] = field(default_factory=list[TextRun])
    is_control: bool = False
    is_bar: bool = False

    @property
    def parts(self) -> list[TextRun]:
        """The runs that have words."""
        return [run for run in self.runs if plain(run.text)]

    @property
    def is_bold(self) -> bool:
        """Whether all of its words are bold."""
        return all(run.bold for run in self.parts)


Line = list[LinePiece]


@remembered
def lines(layout: Layout, box: Node) -> list[Line]:
    """Return the lines of a node."""
    pieces, spans = _stream(layout)
    first, last = spans.get(box, (0, 0))  # the contents of a control belong to the control
    return list(lined(pieces[first:last]))


@remembered
def _stream(layout: Layout) -> tuple[list[LinePiece], dict[Node, tuple[int, int]]]:
    """Return every piece of the page in reading order, and for each node the numbers of its first and after its last piece."""
    pieces: list[LinePiece] = []
    spans: dict[Node, tuple[int, int]] = {}

    def read(node: Node) -> None:
        first = len(pieces)
        pieces.extend(_own(layout, node))
        for child in _read_below(layout, node):
            read(child)
        spans[node] = first, len(pieces)

    read(layout.root)
    return pieces, spans


def pieces_apart(layout: Layout, apart: Callable[[Node], bool]) -> Iterator[LinePiece | Node]:
    """Yield the pieces of the page in reading order; for each node that is `apart`, the node itself instead of its pieces."""

    def read(node: Node) -> Iterator[LinePiece | Node]:
        if apart(node):
            yield node
            return
        yield from _own(layout, node)
        for child in _read_below(layout, node):
            yield from read(child)

    return read(layout.root)


def _own(layout: Layout, node: Node) -> list[LinePiece]:
    """Return the piece that a node is, or the pieces of its own words."""
    element = node.element
    if is_control(layout, node):
        return [LinePiece(node, node.box, element.block, element.breaks, node.at, is_control=True)]
    if node.role in {"progressbar", "meter"}:
        return [LinePiece(node, node.box, element.block, element.breaks, node.at, is_bar=True)]
    return [] if node.role in FIELDS else list(_words(node))  # the value of a field that nobody sees is not read


def _read_below(layout: Layout, node: Node) -> list[Node]:
    """Return the children of a node that are read: of an entry of a menu only its entries, of a field or a bar none."""
    if is_control(layout, node):
        entry = node.role in {"treeitem", "tab", "menuitem"}
        return [child for child in node.children if child.role in NESTED or is_control(layout, child)] if entry else []
    return [] if node.role in FIELDS or node.role in {"progressbar", "meter"} else node.children


def _words(node: Node) -> Iterator[LinePiece]:
    piece: LinePiece | None = None
    for run in node.runs:
        if piece is None or (run.block, run.breaks) != (piece.block, piece.breaks):
            if piece is not None:
                yield piece
            piece = LinePiece(node, run.box, run.block, run.breaks, run.at)
        piece.runs.append(run)
        piece.words = plain("".join(map(_run_text, piece.runs)))
        piece.box = piece.box.around(run.box)
    if piece is not None:
        yield piece


def _run_text(run: TextRun) -> str:
    """Return the words of a run; instead of "5 minutes ago" the moment that is shown when the pointer is over it."""
    if run.moment and len(run.text) <= 40 and ": " not in run.text and _AGO.search(run.text):
        exact = (plain(each) for each in run.moment.split("\n"))
        moments = (each for each in exact if re.search(r"\d:\d\d", each) and re.search(r"\d{4}|\d[-/.]\d", each))
        return next(moments, run.text)
    return run.text


def lined(pieces: Iterable[LinePiece]) -> Iterator[Line]:
    """Yield the lines of pieces: a line has what flows in one line of a box, and what is drawn side by side."""
    line: Line = []
    for piece in pieces:
        if line and not _on_one_line(line[-1], piece):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def lined_apart(pieces: Iterable[LinePiece | Node]) -> Iterator[Line | Node]:
    """Yield the lines of pieces, and between them the nodes of `pieces_apart`."""
    line: Line = []
    for piece in pieces:
        if isinstance(piece, Node):
            yield from lined(line)
            yield piece
            line = []
        else:
            line.append(piece)
    yield from lined(line)


def _on_one_line(last: LinePiece, piece: LinePiece) -> bool:
    if last.block == piece.block and last.block >= 0:
        return last.breaks == piece.breaks
    return last.box.is_beside(piece.box)


def line_texts(layout: Layout, line: Line) -> list[str]:
    """Return the words of a line and those on its links, piece by piece."""
    return [piece_text for piece in line if (piece_text := _piece_text(layout, piece))]


def _piece_text(layout: Layout, piece: LinePiece) -> str:
    return plain(piece.words or (name_of(layout, piece.node) if _is_link(piece) else ""))


def is_one_word(layout: Layout, last: LinePiece, piece: LinePiece) -> bool:
    """Tell whether two pieces make one word, part of which is a link: no blank, gap or colon is between them."""
    if last.block != piece.block or last.block < 0 or last.breaks != piece.breaks or last.words.endswith(":"):
        return False
    ends, begins = (
        (each.runs or list(runs_on(layout, each.node))) if _piece_text(layout, each) else [] for each in (last, piece)
    )
    if not ends or not begins or ends[-1].text.endswith(" ") or begins[0].text.startswith(" "):
        return False
    return abs(begins[0].box.x - ends[-1].box.right) <= 1


def words_of(layout: Layout, line: Line, *, links: bool) -> str:
    """Return the words of a line, with or without those on its links."""
    if not links:
        return plain(" ".join(piece.words for piece in line))
    joined = ""
    for number, piece in enumerate(line):
        parted = "" if number and is_one_word(layout, line[number - 1], piece) else " "
        joined += f"{parted}{_piece_text(layout, piece)}"
    return plain(joined)


def _is_link(piece: LinePiece) -> bool:
    return piece.is_control and kind_of(piece.node) == "link"


@remembered
def words(layout: Layout, box: Node) -> str:
    """Return the words in a node, without those on its controls."""
    return plain(" ".join(words_of(layout, line, links=False) for line in lines(layout, box)))


@remembered
def text(layout: Layout, box: Node) -> str:
    """Return the words in a node, with those on its links."""
    return plain(" ".join(words_of(layout, line, links=True) for line in lines(layout, box)))


def box_texts(layout: Layout, box: Node) -> list[str]:
    """Return all words of a node, piece by piece; first its name, if it has one that is in no line."""
    texts = [each for line in lines(layout, box) for each in line_texts(layout, line)]
    name = plain(box.name) if box.role in NAMED_PARTS else ""
    return [name, *texts] if name and name not in texts else texts
