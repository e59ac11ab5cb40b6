"""The items that a page is read as, in reading order and with its controls, as plain data in English."""

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
        name: the words on it, or the nearest words.
        enabled: whether it can be used.
        checked: whether a box is ticked; None if it is no box, or if an icon draws it in the other state.
        value: the value of a field; None for other controls.
        readonly: whether a field cannot be changed.
        href: the address that a link leads to.
        menu: whether it is an entry of a menu.
        under: the headings that govern it, the outermost first.
        columns: the names of the columns that it is in, the innermost first.
        group_labels: the further labels of a field: of its row, of its group.
        item_lines: the lines of the item that an install button belongs to.
        sibling_items: the lines of the items of the same list that have no such button.
        form_text: the words in the form around a tick box, and the values of its fields.
        is_inline: whether it is a link in the middle of a sentence.
        folded: whether it is the head of a section that is folded away.
        sends: what pressing it would send, as far as its own names and addresses show.
        hint: the hint in a field while it is empty.
        submits: whether it sends a form.
        opens: whether it opens a menu, or something that is folded away.
        at_head: whether it is at the head of the page, by its markup or by its place.
        invalid: whether its form cannot be sent as it is filled.
        ref: the reference that finds the element again (`aria-ref=`).
        node: its node in the tree of the snapshot.
        menu_node: the node of the menu that it is in; None if it is in none.
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
        what: its kind.
        under: the headings that govern it, the outermost first.
        columns: the names of the columns that it is in, the innermost first.
        text: the words of a heading, a line or a bar.
        label: the label of a labelled value.
        value: the value beside that label.
        cells: the words of each cell of a row.
        head: whether a row names the columns.
        controls: the controls of a row, or the control that it is.
        own_words: what it says in the page's own words: text, label and value, or each cell of a row.
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
    own_words: tuple[str, ...] = field(default=(), compare=False)

    @property
    def around(self) -> tuple[str, ...]:
        """The headings that govern it, and the names of its columns."""
        return (*self.under, *self.columns)
