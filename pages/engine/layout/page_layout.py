"""What stands on a page: its controls, and its lines as they are drawn.

Pure functions on one snapshot: nothing is asked of the browser. Roles and names come first, then groups, terms and rows; what
only the drawing tells (side by side, one below the other, bold, large) is asked last.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from pages.engine.snapshot.accessibility_tree import Node, Rect, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pages.engine.snapshot.snapshot import Snapshot
    from pages.engine.snapshot.supplement import Bounds

P = ParamSpec("P")
R = TypeVar("R")

TYPED = frozenset({"textbox", "searchbox", "spinbutton", "combobox", "listbox", "slider"})
TICKED = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
FIELDS = TYPED | TICKED
PRESSED = frozenset({"button", "link", "menuitem", "tab", "treeitem"})
NAMED_PARTS = frozenset({"region", "group", "radiogroup", "form", "dialog", "alertdialog", "tabpanel", "article"})
"""What may have a name of its own, which stands in no line: a fieldset has that of its legend."""
PARTS = NAMED_PARTS | {"complementary", "navigation", "main", "search", "iframe"}
PART_TAGS = ("form", "section", "article", "aside", "nav", "main", "dialog", "fieldset")
"""Elements that bound a part of the page, with or without a name in the tree."""
SHORT = 80
"""Letters: a longer line is no label and no heading."""

_CARET_PX = 8
_CONTAINERS = frozenset({"tr", "tbody", "table", "form", "body", "label"})
_MAY_BE_PRESSED = frozenset({"generic", "img", "cell", "listitem"})
_NESTED = frozenset({"group", "tree", "menu", "list"})
_AGO = re.compile(r"\b(ago|just now|moments?|seconds|today|yesterday)\b", re.IGNORECASE)
_TICKED_BOX = re.compile(r"(^|[-_])(glyphicon-check|check-square|square-check|checkbox-marked|checked)(-o|-fill|-outline)?$")
_EMPTY_BOX = re.compile(r"(^|[-_])(unchecked|check-empty|square-o|checkbox-blank(-outline)?)$")
"""How the sets of icons call a whole box with its tick, or without; a tick alone may be hidden by a style."""
_BREAKS_IN_WORDS = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_SYMBOL = "[^\\w\\s!-/:-@\\[-`{-~]+"
_DECORATION = re.compile(rf"^{_SYMBOL}\s*(?=\S)|(?<=\S)\s*{_SYMBOL}$|^[\u203a\u00bb\u2022]\s+|\s+[\u203a\u00bb\u2026]$")


def plain(text: str) -> str:
    """Return a text with single blanks, and without what only says where it may be broken."""
    return " ".join(_BREAKS_IN_WORDS.sub("", text).split())


def bare(text: str) -> str:
    """Return a label without the colon or star at its end, or the star before it."""
    return re.sub(r"^[*]\s*", "", re.sub(r"[\s:*]+$", "", plain(text)))


@dataclass(eq=False)
class Piece:
    """Words that stand together on a line, or one control, or a bar.

    Attributes:
        node: the control or bar itself; of words the node in which they stand.
        block: the number of the box in whose lines it flows; -1 where it has a line of its own.
        breaks: how many line breaks stand before it in the document.
        at: its place in the order of the document.
        words: the words; "" for a control or a bar.
    """

    node: Node
    box: Rect
    block: int
    breaks: int
    at: int
    words: str = ""
    runs: list[Run] = field(default_factory=list[Run])
    is_control: bool = False
    is_bar: bool = False

    @property
    def parts(self) -> list[Run]:
        """The runs that have words."""
        return [run for run in self.runs if plain(run.text)]

    @property
    def is_bold(self) -> bool:
        """Whether all of its words are bold."""
        return all(run.bold for run in self.parts)


Line = list[Piece]


class Layout:
    """One snapshot, with what has been worked out of it: nothing changes within one look."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.root = snapshot.root
        self.bounds = snapshot.bounds
        self.font_size = snapshot.facts.font_size
        self.memory: dict[object, object] = {}

    @functools.cached_property
    def nodes(self) -> list[Node]:
        """Every node, in the order of the document."""
        return list(self.root.below())

    @functools.cached_property
    def behind(self) -> list[Node]:
        """What lies behind an open dialog, as the page itself says: nothing in it can be pressed."""
        hidden = [node for node in self.nodes if "aria-hidden" in node.states]
        dialogs = [node for node in self.nodes if node.role in {"dialog", "alertdialog"}] if hidden else []
        return [node for node in hidden if any(not dialog.is_in(node) for dialog in dialogs)]

    @functools.cached_property
    def controls(self) -> list[Node]:
        """Every control that a person can see, in the order of the document."""
        return [node for node in self.nodes if is_control(self, node)]

    @functools.cached_property
    def stream(self) -> tuple[list[Piece], dict[Node, tuple[int, int]]]:
        """Every piece of the page in reading order; and of each node the first and the last of its own."""
        found: list[Piece] = []
        spans: dict[Node, tuple[int, int]] = {}

        def read(node: Node) -> None:
            first = len(found)
            found.extend(_own(self, node))
            for child in _read_below(self, node):
                read(child)
            spans[node] = first, len(found)

        read(self.root)
        return found, spans


def remembered(work: Callable[Concatenate[Layout, P], R]) -> Callable[Concatenate[Layout, P], R]:
    """Have a function of a layout work out each of its answers once."""

    @functools.wraps(work)
    def once(layout: Layout, *given: P.args, **named: P.kwargs) -> R:
        key = (work, given, tuple(named.items())) if named else (work, given)
        if key not in layout.memory:
            layout.memory[key] = work(layout, *given, **named)
        return layout.memory[key]  # pyright: ignore[reportReturnType] - it was put there two lines above

    return once


# -- controls ------------------------------------------------------------------------------------------------------------------


@remembered
def is_control(layout: Layout, node: Node) -> bool:
    """Whether a node is something to press, fill or tick, that a person can see, and that does not lie behind a dialog."""
    element = node.element
    if any(node.is_in(each) for each in layout.behind):
        return False
    if node.role in FIELDS | PRESSED and element.tag not in _CONTAINERS:
        by_its_label = element.labelled and (node.role in TICKED or element.kind == "file")
        return element.shown or by_its_label
    if element.tag == "summary":
        return element.shown
    told = element.pressable or ("cursor" in node.states and element.tag != "label" and len(node.value) in range(1, SHORT // 2))
    alone = told and element.shown and node.role in _MAY_BE_PRESSED
    return alone and not any(is_control(layout, each) for each in node.below())


@remembered
def controls_in(layout: Layout, box: Node) -> list[Node]:
    """Every control in a node, or the node itself where it is one."""
    return [node for node in layout.controls if node.is_in(box)]


def is_field(node: Node) -> bool:
    """Whether a control is typed into, selected from, ticked, or takes a file."""
    return node.role in FIELDS or _is_a_list(node) or (node.element.tag == "input" and node.element.kind == "file")


def _is_a_list(node: Node) -> bool:
    """Whether a button is a list to select from, which shows what is selected."""
    return node.role == "button" and node.element.popup == "listbox"


def fields_in(layout: Layout, box: Node) -> list[Node]:
    """What is typed into, selected from or ticked in a node."""
    return [node for node in controls_in(layout, box) if is_field(node)]


def presses_in(layout: Layout, box: Node) -> list[Node]:
    """The buttons and links in a node."""
    return [node for node in controls_in(layout, box) if not is_field(node)]


def kind_of(node: Node) -> str:
    """Return what a control is: button, link, text, password, file, select, checkbox or radio."""
    element = node.element
    if element.tag == "input" and element.kind in {"password", "file"}:
        return element.kind
    if node.role in TICKED:
        return "radio" if node.role.endswith("radio") else "checkbox"
    if _is_a_list(node) or (node.role in {"combobox", "listbox"} and element.tag != "input"):
        return "select"
    if node.role in TYPED:
        return "text"
    return "button" if node.role == "button" or element.tag == "summary" else "link"


def is_ticked(node: Node) -> bool | None:
    """Whether a box is ticked; `None` where an icon in its label draws the other state."""
    ticked = "checked" in node.states
    other = _EMPTY_BOX if ticked else _TICKED_BOX
    return None if any(map(other.search, node.element.icons.split())) else ticked


@remembered
def name_of(layout: Layout, node: Node) -> str:
    """Return the words on a button or link, without a symbol before or after them: those seen, else its accessible name."""
    runs = list(_runs_on(layout, node))
    worded = plain("".join(run.text for run in runs if not run.icon))
    seen = worded if re.search(r"\w", worded) else plain("".join(run.text for run in runs))
    said = seen if re.search(r"\w", seen) else plain(node.name) or seen or plain(node.element.title)
    return _DECORATION.sub("", said).strip() or said


@remembered
def told_by(layout: Layout, node: Node) -> tuple[str, str] | None:
    """Return the label and the value that a button or link tells: words with a colon, then words that are drawn otherwise."""
    runs = [run for run in _runs_on(layout, node) if plain(run.text)]
    label, *rest = [plain(run.text) for run in runs] or [""]
    return (bare(label), " ".join(rest)) if rest and label.endswith(":") and bare(label) and not is_field(node) else None


def _runs_on(layout: Layout, node: Node) -> Iterator[Run]:
    """Give the words on a control, without those of entries in it."""
    yield from node.runs
    for child in node.children:
        if child.role not in _NESTED and not is_control(layout, child):
            yield from _runs_on(layout, child)


def value_of(layout: Layout, node: Node) -> str:
    """Return what a field holds; of a password only that it holds one."""
    if kind_of(node) == "file":
        return ""
    if _is_a_list(node):
        return name_of(layout, node)
    chosen = [each.name or each.value for each in node.below() if each.role == "option" and "selected" in each.states]
    box = choice_around(layout, node)
    return plain(", ".join(chosen)) or node.value or (text(layout, box) if box is not None else "")


def options_of(node: Node) -> list[str]:
    """Return the words of each entry of a list to choose from, as they stand there."""
    return [each.name or each.value for each in node.below() if each.role == "option"]


@remembered
def choice_around(layout: Layout, field: Node) -> Node | None:
    """Find the box round a combobox in which its choice stands as words: as narrow as a caret, its label outside."""
    box = field.parent
    if field.role != "combobox" or field.element.tag != "input" or field.value or field.box.width > _CARET_PX or box is None:
        return None
    if controls_in(layout, box) != [field] or len(lines(layout, box)) != 1 or not text(layout, box):
        return None
    line = next((line for line in lines(layout, layout.root) if any(piece.node is field for piece in line)), Line())
    return box if any(bare(piece.words) and not piece.node.is_in(box) for piece in line) else None


# -- lines ---------------------------------------------------------------------------------------------------------------------


@remembered
def lines(layout: Layout, box: Node) -> list[Line]:
    """Read the lines of a node."""
    found, spans = layout.stream
    first, last = spans.get(box, (0, 0))  # what stands in a control is the control's
    return list(lined(found[first:last]))


def pieces_apart(layout: Layout, apart: Callable[[Node], bool]) -> Iterator[Piece | Node]:
    """Give the pieces of the page in reading order; in place of what is read apart, the node itself."""

    def read(node: Node) -> Iterator[Piece | Node]:
        if apart(node):
            yield node
            return
        yield from _own(layout, node)
        for child in _read_below(layout, node):
            yield from read(child)

    return read(layout.root)


def _own(layout: Layout, node: Node) -> list[Piece]:
    """Give the pieces that a node is, or that are its own words."""
    element = node.element
    if is_control(layout, node):
        return [Piece(node, node.box, element.block, element.breaks, node.at, is_control=True)]
    if node.role in {"progressbar", "meter"}:
        return [Piece(node, node.box, element.block, element.breaks, node.at, is_bar=True)]
    return [] if node.role in FIELDS else list(_words(node))  # a field that nobody sees holds nothing to read


def _read_below(layout: Layout, node: Node) -> list[Node]:
    """Give what is read in a node: of an entry of a menu the entries in it, of a field or a bar nothing."""
    if is_control(layout, node):
        entry = node.role in {"treeitem", "tab", "menuitem"}
        return [child for child in node.children if child.role in _NESTED or is_control(layout, child)] if entry else []
    return [] if node.role in FIELDS or node.role in {"progressbar", "meter"} else node.children


def _words(node: Node) -> Iterator[Piece]:
    piece: Piece | None = None
    for run in node.runs:
        if piece is None or (run.block, run.breaks) != (piece.block, piece.breaks):
            if piece is not None:
                yield piece
            piece = Piece(node, run.box, run.block, run.breaks, run.at)
        piece.runs.append(run)
        piece.words = plain("".join(map(_said, piece.runs)))
        piece.box = piece.box.around(run.box)
    if piece is not None:
        yield piece


def _said(run: Run) -> str:
    """Return the words of a run; in place of "5 minutes ago" the moment that is shown to who points at it."""
    if run.moment and len(run.text) <= 40 and ": " not in run.text and _AGO.search(run.text):
        exact = (plain(each) for each in run.moment.split("\n"))
        told = (each for each in exact if re.search(r"\d:\d\d", each) and re.search(r"\d{4}|\d[-/.]\d", each))
        return next(told, run.text)
    return run.text


def lined(found: Iterable[Piece]) -> Iterator[Line]:
    """Put pieces on lines: what flows in the lines of one box, and what is drawn side by side."""
    line: Line = []
    for piece in found:
        if line and not _on_one_line(line[-1], piece):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def lined_apart(found: Iterable[Piece | Node]) -> Iterator[Line | Node]:
    """Put pieces on lines, between the nodes that are read apart."""
    line: Line = []
    for piece in found:
        if isinstance(piece, Node):
            yield from lined(line)
            yield piece
            line = []
        else:
            line.append(piece)
    yield from lined(line)


def _on_one_line(last: Piece, piece: Piece) -> bool:
    if last.block == piece.block and last.block >= 0:
        return last.breaks == piece.breaks
    return last.box.is_beside(piece.box)


def said_on(layout: Layout, line: Line) -> list[str]:
    """Return the words of a line and those on its links, piece by piece."""
    return [said for piece in line if (said := _said_by(layout, piece))]


def _said_by(layout: Layout, piece: Piece) -> str:
    return plain(piece.words or (name_of(layout, piece.node) if _is_link(piece) else ""))


def is_one_word(layout: Layout, last: Piece, piece: Piece) -> bool:
    """Whether two pieces are one word, of which a link is a part: neither a blank nor a gap nor a colon stands between them."""
    if last.block != piece.block or last.block < 0 or last.breaks != piece.breaks or last.words.endswith(":"):
        return False
    ends, begins = ((each.runs or list(_runs_on(layout, each.node))) if _said_by(layout, each) else [] for each in (last, piece))
    if not ends or not begins or ends[-1].text.endswith(" ") or begins[0].text.startswith(" "):
        return False
    return abs(begins[0].box.x - ends[-1].box.right) <= 1


def words_of(layout: Layout, line: Line, *, links: bool) -> str:
    """Return the words of a line, with or without those on its links."""
    if not links:
        return plain(" ".join(piece.words for piece in line))
    said = ""
    for number, piece in enumerate(line):
        parted = "" if number and is_one_word(layout, line[number - 1], piece) else " "
        said += f"{parted}{_said_by(layout, piece)}"
    return plain(said)


def _is_link(piece: Piece) -> bool:
    return piece.is_control and kind_of(piece.node) == "link"


@remembered
def words(layout: Layout, box: Node) -> str:
    """Return the words in a node, without those on its controls."""
    return plain(" ".join(words_of(layout, line, links=False) for line in lines(layout, box)))


@remembered
def text(layout: Layout, box: Node) -> str:
    """Return the words in a node, with those on its links."""
    return plain(" ".join(words_of(layout, line, links=True) for line in lines(layout, box)))


def saying(layout: Layout, box: Node) -> list[str]:
    """Return all that a node says, a piece at a time; its name first, where it has one that stands in no line."""
    said = [each for line in lines(layout, box) for each in said_on(layout, line)]
    name = plain(box.name) if box.role in NAMED_PARTS else ""
    return [name, *said] if name and name not in said else said


# -- where things stand --------------------------------------------------------------------------------------------------------


def bounds_of(layout: Layout, node: Node, *tags: str) -> Bounds | None:
    """Find the innermost element with one of these tags in which a node stands."""
    found = [each for each in layout.bounds if each.tag in tags and each.holds(node)]
    return max(found, key=lambda each: each.begins, default=None)


def inside(layout: Layout, bound: Bounds) -> Iterator[Node]:
    """Give the nodes of what an element bounds, the outermost first: round one single thing an element has no node of its own."""
    return (node for node in layout.nodes if bound.holds(node) and node.ends <= bound.ends and node.role != "text")


def common(one: Node, other: Node) -> Node:
    """Find the innermost node in which two nodes stand."""
    return next(box for box in (other, *other.above()) if one.is_in(box))
