"""One snapshot, with what has been worked out of it; which roles are fields, presses and parts; where nodes stand.

Pure functions on one snapshot: nothing is asked of the browser. Roles and names come first, then groups, terms and rows; what
only the drawing tells (side by side, one below the other, bold, large) is asked last.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pages.engine.snapshot.accessibility_tree import Node
    from pages.engine.snapshot.snapshot import Snapshot
    from pages.engine.snapshot.supplement_entries import Bounds

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


def remembered(work: Callable[Concatenate[Layout, P], R]) -> Callable[Concatenate[Layout, P], R]:
    """Have a function of a layout work out each of its answers once."""

    @functools.wraps(work)
    def once(layout: Layout, *given: P.args, **named: P.kwargs) -> R:
        key = (work, given, tuple(named.items())) if named else (work, given)
        if key not in layout.memory:
            layout.memory[key] = work(layout, *given, **named)
        return layout.memory[key]  # pyright: ignore[reportReturnType] - it was put there two lines above

    return once


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
