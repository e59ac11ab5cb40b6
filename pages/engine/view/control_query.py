"""What is looked for on a page, by its words: found anew in each look, and pressed as the newest look has read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.layout.controls import presses_in
from pages.engine.layout.list_items import block_of, form_of
from pages.engine.layout.menus import uncounted
from pages.engine.text.wording import ignorecase
from pages.engine.view.page_view import at_hand
from pages.languages import in_english

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from pages.engine.view.page_view import Control, Sight


@dataclass(frozen=True)
class ControlQuery:
    """A question for controls.

    Attributes:
        tab: the page.
        choose: gives those of a look that are meant.
    """

    tab: Page
    choose: Callable[[Sight], Sequence[Control]]

    def all(self, sight: Sight | None = None) -> list[Control]:
        """Give every match, of a look that was taken or of a new one."""
        return list(self.choose(sight or at_hand(self.tab)))

    def count(self, sight: Sight | None = None) -> int:
        """Count the matches."""
        return len(self.all(sight))

    def only(self, sight: Sight | None = None) -> Control | None:
        """Give the one match; `None` where there is none, or where there are several: nothing picks among them."""
        found = self.all(sight)
        return found[0] if len(found) == 1 else None

    def both(self, other: ControlQuery) -> ControlQuery:
        """Ask for what both ask for."""

        def choose(sight: Sight) -> list[Control]:
            theirs = {control.ref for control in other.choose(sight)}
            return [control for control in self.choose(sight) if control.ref in theirs]

        return ControlQuery(self.tab, choose)


def control_called(tab: Page, name: str, section: str = "") -> ControlQuery:
    """Ask for the button or link with these words on it, in its section.

    What folds a section away, and a link in a sentence or in the menu, only speak of the control that has the same words: a
    control is known by its role first. Of several buttons, or links, none is picked.
    """
    return ControlQuery(tab, lambda sight: commands(_in(sight, section), name))


def commands(sight: Sight, name: str) -> list[Control]:
    """Give the buttons with these words; where there is none, the links; last the entries of the menu."""
    return _by_role(sight.presses(name))


def _by_role(found: list[Control]) -> list[Control]:
    named = [control for control in found if not control.prose]
    heads = [control for control in named if control.folded]
    buttons = [control for control in named if control.kind == "button" and not control.folded]
    links = [control for control in named if control.kind == "link" and not control.menu]
    return buttons or links or heads or named or found


def field_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Ask for the field that the words beside it call so, in its section."""
    return ControlQuery(tab, lambda sight: _in(sight, section).fields(label))


def tick_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Ask for the tick box that the words beside it call so, in its section."""
    return ControlQuery(tab, lambda sight: _in(sight, section).ticks(label))


def menu_entry(tab: Page, name: str) -> ControlQuery:
    """Ask for the entry with these words, of the menu that is read first among those that have one; one place is one entry."""
    return ControlQuery(tab, lambda sight: _entries(sight, name))


def in_the_form_of(tab: Page, tick: ControlQuery, name: str) -> ControlQuery:
    """Ask for the button with these words in the form in which a tick box stands, as a person sees it."""

    def choose(sight: Sight) -> list[Control]:
        layout, node = sight.layout, (control.node if (control := tick.only(sight)) else None)
        form = form_of(layout, node) if layout is not None and node is not None else None
        inside = {press.ref for press in presses_in(layout, form)} if layout is not None and form is not None else set[str]()
        return _by_role([control for control in sight.presses(name) if control.ref in inside])

    return ControlQuery(tab, choose)


def said_beside(sight: Sight, control: Control) -> list[str]:
    """Give the words of the item to which a control belongs."""
    if sight.layout is None or control.node is None:
        return []
    return [in_english(line) for line in block_of(sight.layout, control.node)]


def _in(sight: Sight, section: str) -> Sight:
    return sight.section(section) if section else sight


def _entries(sight: Sight, name: str) -> list[Control]:
    wanted = ignorecase(name)
    presses = [control for control in sight.controls if control.kind in {"button", "link"}]
    named = [control for control in presses if wanted.search(uncounted(control.name))]  # two links may be a menu unnoticed
    entries = [control for control in named if control.menu]
    first = [control for control in entries if control.menu_node is entries[0].menu_node] or named
    places: dict[str, Control] = {}
    for control in first:
        leads = control.href and not control.href.startswith("javascript:") and not control.href.endswith("#")
        places.setdefault(control.href if leads else control.ref, control)
    return list(places.values())
