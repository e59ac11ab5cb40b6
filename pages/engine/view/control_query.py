"""What is looked for on a page, by its words: found anew in each look, and pressed as the newest look has read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.layout.controls import presses_in
from pages.engine.layout.list_items import form_of, item_lines_of
from pages.engine.layout.menus import uncounted
from pages.engine.text.wording import ignorecase
from pages.engine.view.page_view import current_view
from pages.translations import in_english

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageControl, PageView


@dataclass(frozen=True)
class ControlQuery:
    """A question for controls.

    Attributes:
        tab: the page.
        choose: gives those of a look that are meant.
    """

    tab: Page
    choose: Callable[[PageView], Sequence[PageControl]]

    def all(self, view: PageView | None = None) -> list[PageControl]:
        """Give every match, of a look that was taken or of a new one."""
        return list(self.choose(view or current_view(self.tab)))

    def count(self, view: PageView | None = None) -> int:
        """Count the matches."""
        return len(self.all(view))

    def only(self, view: PageView | None = None) -> PageControl | None:
        """Give the one match; `None` where there is none, or where there are several: nothing picks among them."""
        found = self.all(view)
        return found[0] if len(found) == 1 else None

    def both(self, other: ControlQuery) -> ControlQuery:
        """Ask for what both ask for."""

        def choose(view: PageView) -> list[PageControl]:
            theirs = {control.ref for control in other.choose(view)}
            return [control for control in self.choose(view) if control.ref in theirs]

        return ControlQuery(self.tab, choose)


def control_called(tab: Page, name: str, section: str = "") -> ControlQuery:
    """Ask for the button or link with these words on it, in its section.

    What folds a section away, and a link in a sentence or in the menu, only speak of the control that has the same words: a
    control is known by its role first. Of several buttons, or links, none is picked.

    Args:
        tab: the page.
        name: a pattern for the words on it, without regard to capitals.
        section: a pattern for a heading under which it stands; "": anywhere.
    """
    return ControlQuery(tab, lambda view: find_commands(_in(view, section), name))


def find_commands(view: PageView, name: str) -> list[PageControl]:
    """Give the buttons with these words; where there is none, the links; last the entries of the menu."""
    return _by_role(view.clickables(name))


def _by_role(found: list[PageControl]) -> list[PageControl]:
    named = [control for control in found if not control.is_inline]
    heads = [control for control in named if control.folded]
    buttons = [control for control in named if control.kind == "button" and not control.folded]
    links = [control for control in named if control.kind == "link" and not control.menu]
    return buttons or links or heads or named or found


def field_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Ask for the field with these words beside it; the arguments are those of `control_called`."""
    return ControlQuery(tab, lambda view: _in(view, section).fields(label))


def tick_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Ask for the tick box with these words beside it; the arguments are those of `control_called`."""
    return ControlQuery(tab, lambda view: _in(view, section).checkboxes(label))


def menu_entry(tab: Page, name: str) -> ControlQuery:
    """Ask for the entry with these words, of the menu that is read first among those that have one; one place is one entry."""
    return ControlQuery(tab, lambda view: _entries(view, name))


def button_in_form_of(tab: Page, tick: ControlQuery, name: str) -> ControlQuery:
    """Ask for the button with these words in the form in which a tick box stands, as a person sees it."""

    def choose(view: PageView) -> list[PageControl]:
        layout, node = view.layout, (control.node if (control := tick.only(view)) else None)
        form = form_of(layout, node) if layout is not None and node is not None else None
        inside = {press.ref for press in presses_in(layout, form)} if layout is not None and form is not None else set[str]()
        return _by_role([control for control in view.clickables(name) if control.ref in inside])

    return ControlQuery(tab, choose)


def words_beside(view: PageView, control: PageControl) -> list[str]:
    """Give the words of the item to which a control belongs."""
    if view.layout is None or control.node is None:
        return []
    return [in_english(line) for line in item_lines_of(view.layout, control.node)]


def _in(view: PageView, section: str) -> PageView:
    return view.section(section) if section else view


def _entries(view: PageView, name: str) -> list[PageControl]:
    wanted = ignorecase(name)
    presses = [control for control in view.controls if control.kind in {"button", "link"}]
    named = [control for control in presses if wanted.search(uncounted(control.name))]  # two links may be a menu unnoticed
    entries = [control for control in named if control.menu]
    first = [control for control in entries if control.menu_node is entries[0].menu_node] or named
    places: dict[str, PageControl] = {}
    for control in first:
        leads = control.href and not control.href.startswith("javascript:") and not control.href.endswith("#")
        places.setdefault(control.href if leads else control.ref, control)
    return list(places.values())
