"""What a page is read as: things in reading order, controls among them, as plain data in English."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pages.engine.snapshot.accessibility_tree import Node

What = Literal["heading", "pair", "row", "text", "label", "foot", "control", "progress"]


@dataclass(frozen=True)
class PageControl:
    """Something that can be pressed, filled or ticked.

    Attributes:
        kind: button, link, text, password, file, select, checkbox or radio.
        name: the words on it, or those nearest to it.
        checked: of a tick box; `None` where what draws it says otherwise than the box itself.
        ref: what finds the very element again (`aria-ref=`).
        group_labels: of a field, the words further off: of its row, its group.
        item_lines: of one of several like buttons, the lines of the item to which it belongs.
        sibling_items: the lines of the items of the same list that have no such button.
        form_text: of a tick box, what stands in the form around it: words, and the values of its fields.
        folded: whether it is the head of a section that is folded away.
        is_inline: whether it is a link in the middle of a sentence.
        sends: what pressing it would send, as far as its own names and addresses tell.
        hint: of a field, the hint that stands in it while it is empty.
        submits: whether it sends a form.
        opens: whether it opens a menu, or what is folded away.
        at_head: whether it stands at the head of the page, by its markup or by its place.
        invalid: whether its form cannot be sent as it is filled.
        node: its node in the tree of the look.
        menu_node: the node of the menu in which it stands.
    """

    kind: str
    name: str
    enabled: bool = True
    checked: bool | None = None
    value: str | None = None
    readonly: bool = False
    href: str = ""
    menu: bool = False
    under: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    group_labels: tuple[str, ...] = ()
    item_lines: tuple[str, ...] = ()
    sibling_items: tuple[tuple[str, ...], ...] = ()
    form_text: tuple[str, ...] = ()
    is_inline: bool = False
    folded: bool = False
    sends: tuple[str, ...] = ()
    hint: str = ""
    submits: bool = False
    opens: bool = False
    at_head: bool = False
    invalid: bool = False
    ref: str = field(default="", compare=False)
    node: Node | None = field(default=None, compare=False, repr=False)
    menu_node: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Item:
    """One thing on a page.

    Attributes:
        under: the headings that govern it, outermost first.
        columns: the names of the columns of tables in which it stands, innermost first.
        text: the words of a heading, a line, a bar.
        label: of a labelled value.
        value: beside the label.
        cells: of a row, the words of each.
        head: whether a row names the columns.
        controls: of a row, or of a control the one.
    """

    what: What
    under: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    text: str = ""
    label: str = ""
    value: str = ""
    cells: tuple[str, ...] = ()
    head: bool = False
    controls: tuple[PageControl, ...] = ()

    @property
    def around(self) -> tuple[str, ...]:
        """All that it stands under: headings, and the names of its columns."""
        return (*self.under, *self.columns)
