"""The tree of Playwright's accessibility snapshot, read from its text (`aria_snapshot(mode="ai", boxes=True)`).

Roles, names, states and values are computed by Playwright by the ARIA specifications; open shadow roots and frames are in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, Union

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r'(?P<role>[a-z]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?(?P<states>(?: \[[^\]]*\])*)$')
Yaml: TypeAlias = Union[str, "list[Yaml]", "dict[str, Yaml]"]
_STATE = re.compile(r"\[([a-z-]+)(?:=([^\]]*))?\]")


@dataclass(frozen=True)
class Rect:
    """A rectangle, in CSS pixels from the corner of what is seen of the page."""

    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0

    @property
    def right(self) -> int:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn in it."""
        return not (self.width and self.height)

    def moved(self, by: Rect) -> Rect:
        """Return the same box, counted from the corner that another one is counted from."""
        return Rect(self.x + by.x, self.y + by.y, self.width, self.height)

    def around(self, other: Rect) -> Rect:
        """Return the smallest box around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def is_beside(self, other: Rect) -> bool:
        """Whether they are drawn side by side: they share more than half of the lower one's height, and no width."""
        high = min(self.bottom, other.bottom) - max(self.y, other.y) > 0.5 * min(self.height, other.height)
        narrower = min(self.width, other.width)
        return high and not (narrower and min(self.right, other.right) - max(self.x, other.x) > 0.5 * narrower)

    def holds(self, other: Rect) -> bool:
        """Whether another box lies within this one."""
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.bottom >= other.bottom


@dataclass(frozen=True)
class Element:
    """What the snapshot does not tell of an element; `supplement.js` does.

    Attributes:
        tag: its name in HTML.
        block: the number of the box in whose lines it flows; -1 where it has a line of its own.
        breaks: how many line breaks stand before it in the document.
        kind: the type of a field or button.
        role: the role that is written on it, not the one that follows from its name.
        folded: whether it is the head of something that is folded away.
        popup: what it opens: "menu", "true" (a menu too), "listbox", "dialog", ...; "" for nothing.
        grey: the nearest box, from it upwards, that is drawn greyed out.
        sends: what pressing it would send, as far as its own names and addresses tell.
        shown: whether a person sees it.
        labelled: whether a person sees a label that is tied to it.
        icons: of a tick box, the class names in its label: one of them may draw it.
        pressable: whether its own markup says that it can be pressed.
        progress: what a progress bar shows.
    """

    tag: str = ""
    block: int = -1
    breaks: int = 0
    kind: str = ""
    role: str = ""
    title: str = ""
    placeholder: str = ""
    aria_label: str = ""
    folded: bool = False
    popup: str = ""
    readonly: bool = False
    invalid: bool = False
    required: bool = False
    grey: Rect | None = None
    sends: tuple[str, ...] = ()
    href: str = ""
    shown: bool = True
    labelled: bool = False
    icons: str = ""
    pressable: bool = False
    progress: str = ""


@dataclass(eq=False)
class TextRun:
    """Words that are drawn in one piece, in one way.

    Attributes:
        block: the number of the box in whose lines they flow.
        inline: the number of the outermost element within that box; "" for the box's own words.
        breaks: how many line breaks stand before it in the document.
        size: of its letters, in CSS pixels.
        moment: the exact time behind it, such as that behind "5 minutes ago"; a line each.
        titled: whether the page's authors call it a title, a head, a caption.
        icon: whether its letters may only draw a picture.
        at: its place in the order of the document.
    """

    text: str
    box: Rect
    block: int
    inline: str
    breaks: int
    bold: bool
    size: float
    moment: str = ""
    titled: bool = False
    icon: bool = False
    at: int = -1


@dataclass(eq=False)
class Node:
    """A node of the accessibility tree.

    Attributes:
        states: what stands in brackets: disabled, checked, expanded, ref, ... with its value, or "".
        text: the words of a text node (role "text"), as the snapshot tells them.
        runs: the words of a text node, or of a node that is named by its content, as they are drawn.
        at: its place in the order of the document.
        ends: the last place of what is in it.
        order: its number among all nodes, in the order of the document.
        until: the number after that of the last node in it.
    """

    role: str
    name: str = ""
    states: dict[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    box: Rect = field(default_factory=Rect)
    children: list[Node] = field(default_factory=list["Node"])
    parent: Node | None = field(default=None, repr=False)
    runs: list[TextRun] = field(default_factory=list[TextRun])
    element: Element = field(default_factory=Element)
    at: int = -1
    ends: int = -1
    order: int = 0
    until: int = 0

    @property
    def ref(self) -> str:
        """What finds the very element again: `page.locator("aria-ref=" + ref)`; "" for what cannot be pointed at."""
        return self.states.get("ref", "")

    @property
    def value(self) -> str:
        """What a field holds."""
        return " ".join(child.text for child in self.children if child.role == "text")

    def above(self) -> Iterator[Node]:
        """Give every node around it, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def below(self) -> Iterator[Node]:
        """Give every node in it, in the order of the document."""
        for child in self.children:
            yield child
            yield from child.below()

    def within(self, *roles: str) -> Node | None:
        """Find the nearest node, itself or around it, that has one of these roles."""
        node: Node | None = self
        while node is not None and node.role not in roles:
            node = node.parent
        return node

    def is_in(self, box: Node) -> bool:
        """Whether it is in another node, or is it."""
        return box.order <= self.order < box.until


def parse_snapshot(snapshot: str) -> Node:
    """Read a snapshot's text as a tree. No scalar is guessed to be a date, a number or a truth value.

    Raises:
        ValueError: it is written in a form that is not known; Playwright has changed it.
    """
    tree: Yaml = yaml.load(snapshot, Loader=yaml.CBaseLoader) or []  # noqa: S506 - it makes nothing but text, lists and mappings
    root = Node("document")
    _grow(root, tree, Rect())
    return number_nodes(root)


def _grow(parent: Node, tree: Yaml, corner: Rect) -> None:
    """Add what a list of the snapshot tells; boxes in a frame count from its corner."""
    for item in tree:
        key, below = next(iter(item.items())) if isinstance(item, dict) else (item, "")
        if not isinstance(key, str) or key.startswith(
            "/"
        ):  # where a link leads, the hint in a field: the supplement tells these of every element
            continue
        if key == "text" and isinstance(below, str):
            parent.children.append(Node("text", text=below, parent=parent, box=parent.box))
            continue
        if (found := _KEY.match(key)) is None:
            raise ValueError(f"the accessibility snapshot has a line in a form that is not known: {key[:80]!r}")
        states = dict(_STATE.findall(found["states"]))
        box = Rect(*map(int, states["box"].split(","))).moved(corner) if "box" in states else Rect()
        node = Node(found["role"], json.loads(found["name"]) if found["name"] else "", states, parent=parent, box=box)
        parent.children.append(node)
        if isinstance(below, str):
            node.children += [Node("text", text=below, parent=node, box=box)] if below else list[Node]()
        else:
            _grow(node, below, box if node.role == "iframe" else corner)


def number_nodes(root: Node) -> Node:
    """Number all nodes of a tree in the order of the document; give the tree."""
    _number(root, 0)
    return root


def _number(node: Node, number: int) -> int:
    """Number a node and all in it; give the next number."""
    node.order = number
    number += 1
    for child in node.children:
        number = _number(child, number)
    node.until = number
    return number
