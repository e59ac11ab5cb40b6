"""The tree of Playwright's accessibility snapshot, parsed from its text (`aria_snapshot(mode="ai", boxes=True)`).

Playwright computes roles, names, states and values by the ARIA specifications; it includes open shadow roots and frames.
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
    """A rectangle, in CSS pixels from the upper left corner of the visible part of the page."""

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
        """Whether it has no area."""
        return not (self.width and self.height)

    def moved(self, by: Rect) -> Rect:
        """Return this box moved by the corner of another one, as from a frame's corner to the page's."""
        return Rect(self.x + by.x, self.y + by.y, self.width, self.height)

    def around(self, other: Rect) -> Rect:
        """Return the smallest box around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def is_beside(self, other: Rect) -> bool:
        """Tell whether boxes are side by side: they share over half of the smaller height, at most half of the smaller width."""
        high = min(self.bottom, other.bottom) - max(self.y, other.y) > 0.5 * min(self.height, other.height)
        narrower = min(self.width, other.width)
        return high and not (narrower and min(self.right, other.right) - max(self.x, other.x) > 0.5 * narrower)

    def holds(self, other: Rect) -> bool:
        """Tell whether another box is within this one."""
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.bottom >= other.bottom


@dataclass(frozen=True)
class Element:
    """What `supplement.js` tells about an element and the snapshot does not.

    Attributes:
        tag: its name in HTML.
        block: the number of the box in whose lines it flows; -1 if it has a line of its own.
        breaks: how many line breaks the document has before it.
        kind: the type of a field or button.
        role: the role that the markup gives it, not the one that follows from its tag.
        title: the text of its title attribute.
        placeholder: the hint in an empty field.
        aria_label: the text of its aria-label attribute.
        folded: whether it is the head of something that is folded away.
        popup: what it opens: "menu", "true" (also a menu), "listbox", "dialog", ...; an empty string for nothing.
        grey: the box of the nearest element, itself or around it, that is drawn greyed out; None if there is none.
        sends: what pressing it would send, as far as its own names and addresses show.
        href: the address that a link leads to.
        shown: whether a person sees it.
        labelled: whether a person sees a label that is tied to it.
        icons: the class names in the label of a tick box; one of them may draw the box.
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
    """Words that are drawn in one piece, in one style.

    Attributes:
        block: the number of the box in whose lines they flow.
        inline: the number of the outermost element within that box; an empty string for the box's own words.
        breaks: how many line breaks the document has before them.
        size: the size of the letters, in CSS pixels.
        moment: the exact times behind words such as "5 minutes ago", line by line.
        titled: whether the page's markup calls them a title, a head or a caption.
        icon: whether the letters may only draw a picture.
        at: their place in the order of the document.
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
        states: what the snapshot has in brackets: disabled, checked, expanded, ref, ... with its value or an empty string.
        text: the words of a text node (role "text"), as the snapshot has them.
        runs: the words of a text node, or of a node that is named by its content, as they are drawn.
        at: its place in the order of the document.
        ends: the last place of its contents.
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
        """The reference that finds this element again, `page.locator("aria-ref=" + ref)`; an empty string if it has none."""
        return self.states.get("ref", "")

    @property
    def value(self) -> str:
        """What a field holds."""
        return " ".join(child.text for child in self.children if child.role == "text")

    def above(self) -> Iterator[Node]:
        """Yield every node around this one, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def below(self) -> Iterator[Node]:
        """Yield every node in this one, in the order of the document."""
        for child in self.children:
            yield child
            yield from child.below()

    def within(self, *roles: str) -> Node | None:
        """Return the nearest node with one of these roles, this one or one around it; None if there is none."""
        node: Node | None = self
        while node is not None and node.role not in roles:
            node = node.parent
        return node

    def is_in(self, box: Node) -> bool:
        """Tell whether this node is in another one, or is that node."""
        return box.order <= self.order < box.until


def parse_snapshot(snapshot: str) -> Node:
    """Return the tree of a snapshot's text. Every scalar stays text: none is taken for a date, a number or a truth value.

    Raises:
        ValueError: the text has an unknown form; Playwright has changed it.
    """
    tree: Yaml = yaml.load(snapshot, Loader=yaml.CBaseLoader) or []
    root = Node("document")
    _grow(root, tree, Rect())
    return number_nodes(root)


def _grow(parent: Node, tree: Yaml, corner: Rect) -> None:
    """Add the nodes of a list of the snapshot to a node; boxes in a frame are counted from the frame's corner.

    Raises:
        ValueError: a line has an unknown form.
    """
    for item in tree:
        key, below = next(iter(item.items())) if isinstance(item, dict) else (item, "")
        if not isinstance(key, str) or key.startswith("/"):  # a link's address or a field's hint: the supplement has them all
            continue
        if key == "text" and isinstance(below, str):
            parent.children.append(Node("text", text=below, parent=parent, box=parent.box))
            continue
        if (match := _KEY.match(key)) is None:
            raise ValueError(f"the accessibility snapshot has a line in a form that is not known: {key[:80]!r}")
        states = dict(_STATE.findall(match["states"]))
        box = Rect(*map(int, states["box"].split(","))).moved(corner) if "box" in states else Rect()
        node = Node(match["role"], json.loads(match["name"]) if match["name"] else "", states, parent=parent, box=box)
        parent.children.append(node)
        if isinstance(below, str):
            node.children += [Node("text", text=below, parent=node, box=box)] if below else list[Node]()
        else:
            _grow(node, below, box if node.role == "iframe" else corner)


def number_nodes(root: Node) -> Node:
    """Number all nodes of a tree in the order of the document; return its root."""
    _number(root, 0)
    return root


def _number(node: Node, number: int) -> int:
    """Number a node and all nodes in it; return the next number."""
    node.order = number
    number += 1
    for child in node.children:
        number = _number(child, number)
    node.until = number
    return number
