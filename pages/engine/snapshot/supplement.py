"""Joins the output of `supplement.js` with the accessibility tree of the same moment.

Both are in the order of the document: an element joins its node by its box, a run of text by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.engine.snapshot.accessibility_tree import Element, Rect, TextRun
from pages.engine.snapshot.supplement_entries import UNSEEN, Bounds, Entry, Framed, PageFacts, find_bounds, parse_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.engine.snapshot.accessibility_tree import Node

_LOOK_AHEAD = 60
"""How many entries are searched for a counterpart: counterparts are close together."""
_NAMED_BY_OTHERS = frozenset(
    {"textbox", "searchbox", "spinbutton", "combobox", "listbox", "checkbox", "radio", "switch", "slider", "progressbar"}
)
"""Roles of fields, which are named by their labels, whose words are elsewhere on the page."""
_ROLES = {
    "a": {"link", "generic"}, "button": {"button"}, "select": {"combobox", "listbox"}, "textarea": {"textbox"},
    "summary": {"generic", "button"}, "progress": {"progressbar"}, "meter": {"meter"}, "iframe": {"iframe"}, "frame": {"iframe"},
}  # fmt: skip
"""The roles that an element without a role in its markup may have in the tree."""
_HIDDEN = "********"
_EDGE = 4
"""CSS pixels by which a frame's own border may move its contents."""
_CONTROLS = _NAMED_BY_OTHERS - {"progressbar"} | {"button", "link"}
_TAGS = frozenset({"input", "select", "textarea", "button"})
_MAY_HIDE = frozenset({"textbox", "searchbox"})
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Apart:
    """A control, or words, that only one of the two has.

    Attributes:
        description: what it is, in words; of a control with its name.
        box: its rectangle.
        words: the words, which may be secret: they are only compared.
    """

    description: str
    box: Rect
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Joined:
    """What the script tells about a page as a whole.

    Attributes:
        facts: the facts about the document.
        bounds: the parts of the document.
        apart: where the two do not match: the page may have changed between them.
    """

    facts: PageFacts
    bounds: tuple[Bounds, ...]
    apart: tuple[Apart, ...]


def join_supplement(root: Node, framed: Framed) -> Joined:
    """Add to every node of a tree what the script tells about it; return what it tells about the page as a whole."""
    facts: list[PageFacts] = []
    entries = parse_entries(framed, Rect(), 0, facts)
    place = 0
    apart: list[Apart] = []
    for node in root.below():
        before, place = place, _joined(node, entries, place)
        if _is_apart(node, has_entry=place > before):
            description = "a line of text" if node.role == "text" else f'the {node.role} "{node.name}"'
            apart.append(Apart(description, node.box, node.text))
    apart += _left_over(entries)
    _begin_and_end(root)
    return Joined(facts[0], find_bounds(entries), tuple(apart))


def _is_apart(node: Node, *, has_entry: bool) -> bool:
    """Tell whether a node is a control, or words, without an entry of the script."""
    if node.role == "text":
        is_value = node.parent is not None and node.parent.role in _NAMED_BY_OTHERS
        return not has_entry and not is_value and bool(_WORD.search(node.text))
    return node.role in _CONTROLS and not node.element.tag and not node.box.is_empty


def _left_over(entries: list[Entry]) -> Iterator[Apart]:
    """Yield the fields and buttons of the script that have no node in the tree."""
    for entry in entries:
        element = entry.thing
        if (
            not entry.is_joined
            and isinstance(element, Element)
            and element.shown
            and element.tag in _TAGS
            and not entry.box.is_empty
        ):
            yield Apart(f"a {element.tag}", entry.box)


# -- a node and its entries ----------------------------------------------------------------------------------------------------


def _joined(node: Node, entries: list[Entry], place: int) -> int:
    """Join one node with its entries, from a place on; return the place after them."""
    if node.role == "text":
        if node.parent is not None and node.parent.role in _NAMED_BY_OTHERS:
            node.at = place  # a field's value is no text of the page
            return place
        node.runs, place = _runs(node, node.text, entries, place)
        node.at = node.runs[0].at if node.runs else place
        return place
    at = _place_of(node, entries, place)
    if at is not None:
        thing = entries[at].thing
        node.element = thing if isinstance(thing, Element) else node.element
        entries[at].is_joined = True
        node.at = place = at
    if node.element.kind == "password" or (at is None and node.role in _MAY_HIDE):  # its value is kept nowhere
        for value in node.children:
            value.text = _HIDDEN
    if _has_words(node):
        node.runs, place = _runs(node, node.name, entries, place)
    if node.at < 0 and not node.children:
        node.at = node.runs[0].at if node.runs else place
    return place


def _has_words(node: Node) -> bool:
    """Return whether a node's drawn words are in its name: it has no children, or is a title of other words than theirs.

    The words of an option of a closed list are not drawn.
    """
    folded = node.role == "option" and node.box.is_empty
    if not node.name or folded or node.role in _NAMED_BY_OTHERS or node.element.tag == "input":
        return False
    below = (words for each in node.below() if (words := each.name or each.text))
    titled = node.role == "generic" and not any(words in node.name or node.name in words for words in below)
    return titled or not node.children


def _begin_and_end(node: Node) -> None:
    """Set a node's first place to that of its contents, unless it has one; and its last place to theirs."""
    for child in node.children:
        _begin_and_end(child)
    if node.at < 0:
        node.at = min((child.at for child in node.children), default=0)
    node.ends = max((node.at, *(run.at for run in node.runs), *(child.ends for child in node.children)))


def _place_of(node: Node, entries: list[Entry], place: int) -> int | None:
    """Return the place of the next element with the box of a node; None if there is none."""
    if node.box == Rect():
        return None
    for at in range(place, min(len(entries), place + _LOOK_AHEAD)):
        thing = entries[at].thing
        if isinstance(thing, Element) and entries[at].box == node.box and _fits(node, thing):
            return at
    return None


def _fits(node: Node, element: Element) -> bool:
    if element.role:
        return node.role in element.role.split() or node.role == "generic"
    if element.tag == "input":
        return node.role not in {"generic", "link", "row", "cell", "group"}
    return node.role in _ROLES.get(element.tag, {node.role})


def _runs(node: Node, text: str, entries: list[Entry], place: int) -> tuple[list[TextRun], int]:
    """Return the runs in a node's box that make up a text, without hidden ones, and the place after them.

    Generated words, such as bullets and icons, are in the text and in no run.

    Args:
        node: the node.
        text: its text.
        entries: the script's entries.
        place: the first place to look at.

    Returns:
        The runs, and the place after them; no runs and the same place if less than half of the text was found.
    """
    wanted = UNSEEN.sub("", text)
    best: list[int] = []
    length = tried = 0
    for start in range(place, len(entries) if wanted else place):
        entry = entries[start]
        if not entry.key or entry.key[:200] not in wanted or not _is_within(entry.box, node.box):
            continue
        made = _made(wanted, entries, start)
        if (long := sum(len(entries[at].key) for at in made)) > length:
            best, length = made, long
        tried += 1
        if length == len(wanted) or tried > _LOOK_AHEAD:
            break
    if length * 2 < len(wanted) or not best:
        return [], place
    runs: list[TextRun] = []
    for at in best:
        thing = entries[at].thing
        if isinstance(thing, TextRun) and entries[at].shown:
            thing.at = at
            runs.append(thing)
    return runs, best[-1] + 1


def _is_within(run: Rect, box: Rect) -> bool:
    """Tell whether the middle of a run is in a box; a box without a size may have any run."""
    x, y = run.x + run.width / 2, run.y + run.height / 2
    inside = box.x - _EDGE <= x <= box.right + _EDGE and box.y - _EDGE <= y <= box.bottom + _EDGE
    return inside or not (box.width and box.height)


def _made(wanted: str, entries: list[Entry], start: int) -> list[int]:
    """Return the places of the entries, from `start` on, that make up a text in their order."""
    made: list[int] = []
    position = missed = 0
    for at in range(start, len(entries)):
        key = entries[at].key
        if not key:
            continue
        offset = wanted.find(key, position)
        if offset < 0 or (made and offset - position > 8):  # other words are between: it belongs to another text
            missed += 1
            if missed > 3:
                break
            continue
        made.append(at)
        position = offset + len(key)
        if position >= len(wanted):
            break
    return made
