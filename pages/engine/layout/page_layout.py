"""One snapshot with a memory of what is derived from it; the roles of fields, presses and parts; where nodes are.

The functions on it are pure: nothing is asked of the browser. Roles and names count first, then groups, terms and rows; what only
the drawing shows (side by side, below each other, bold, large) counts last.
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
"""Roles of parts that may have a name of their own that is in no line: a fieldset has that of its legend."""
PARTS = NAMED_PARTS | {"complementary", "navigation", "main", "search", "iframe"}
PART_TAGS = ("form", "section", "article", "aside", "nav", "main", "dialog", "fieldset")
"""Elements that bound a part of the page, with or without a name in the tree."""
SHORT = 80
"""The most letters of a label or a heading."""


class Layout:
    """One snapshot with a memory of what is derived from it: a snapshot does not change.

    Args:
        snapshot: the snapshot.
    """

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
        """The nodes behind an open dialog, as the page itself marks them: nothing in them can be pressed."""
        hidden = [node for node in self.nodes if "aria-hidden" in node.states]
        dialogs = [node for node in self.nodes if node.role in {"dialog", "alertdialog"}] if hidden else []
        return [node for node in hidden if any(not dialog.is_in(node) for dialog in dialogs)]


def remembered(work: Callable[Concatenate[Layout, P], R]) -> Callable[Concatenate[Layout, P], R]:
    """Decorate a function of a layout, so that it computes each result once."""

    @functools.wraps(work)
    def once(layout: Layout, *given: P.args, **named: P.kwargs) -> R:
        key = (work, given, tuple(named.items())) if named else (work, given)
        if key not in layout.memory:
            layout.memory[key] = work(layout, *given, **named)
        return layout.memory[key]  # pyright: ignore[reportReturnType] - it was put there two lines above

    return once


def bounds_of(layout: Layout, node: Node, *tags: str) -> Bounds | None:
    """Return the innermost part with one of these tags that a node begins in; None if there is none."""
    parts = [each for each in layout.bounds if each.tag in tags and each.holds(node)]
    return max(parts, key=lambda each: each.begins, default=None)


def inside(layout: Layout, bound: Bounds) -> Iterator[Node]:
    """Return the nodes in a part, the outermost first: an element around a single thing may have no node of its own."""
    return (node for node in layout.nodes if bound.holds(node) and node.ends <= bound.ends and node.role != "text")


def common(one: Node, other: Node) -> Node:
    """Return the innermost node that has both nodes."""
    return next(box for box in (other, *other.above()) if one.is_in(box))
