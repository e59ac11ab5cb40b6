"""Queries for controls by their words: a query finds its controls anew in each view, and the newest match is pressed."""

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
    """A query for controls.

    Attributes:
        tab: the page.
        choose: returns the controls of a view that match.
    """

    tab: Page
    choose: Callable[[PageView], Sequence[PageControl]]

    def all(self, view: PageView | None = None) -> list[PageControl]:
        """Return every match in a view; in the current one if none is given."""
        return list(self.choose(view or current_view(self.tab)))

    def count(self, view: PageView | None = None) -> int:
        """Return the number of matches in a view; in the current one if none is given."""
        return len(self.all(view))

    def only(self, view: PageView | None = None) -> PageControl | None:
        """Return the only match; None if there is none, or if there are several: nothing picks among them."""
        matches = self.all(view)
        return matches[0] if len(matches) == 1 else None

    def both(self, other: ControlQuery) -> ControlQuery:
        """Return the query for the controls that match this query and another one."""

        def choose(view: PageView) -> list[PageControl]:
            theirs = {control.ref for control in other.choose(view)}
            return [control for control in self.choose(view) if control.ref in theirs]

        return ControlQuery(self.tab, choose)


def control_called(tab: Page, name: str, section: str = "") -> ControlQuery:
    """Return the query for the button or link with these words on it, in its section.

    Buttons come before links, and links before the heads of sections, the entries of the menu and the links in sentences, which
    may have the same words. Nothing picks among several buttons, or several links.

    Args:
        tab: the page.
        name: a pattern for the words on it, without regard to capitals.
        section: a pattern for the heading above it; an empty string if it may be anywhere.
    """
    return ControlQuery(tab, lambda view: find_commands(_in(view, section), name))


def find_commands(view: PageView, name: str) -> list[PageControl]:
    """Return the buttons with these words; if there are none, the links; last the heads of sections and entries of the menu."""
    return _by_role(view.clickables(name))


def _by_role(clickables: list[PageControl]) -> list[PageControl]:
    named = [control for control in clickables if not control.is_inline]
    heads = [control for control in named if control.folded]
    buttons = [control for control in named if control.kind == "button" and not control.folded]
    links = [control for control in named if control.kind == "link" and not control.menu]
    return buttons or links or heads or named or clickables


def field_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Return the query for the field with these words beside it.

    Args:
        tab: the page.
        label: a pattern for the words beside it, without regard to capitals.
        section: a pattern for the heading above it; an empty string if it may be anywhere.
    """
    return ControlQuery(tab, lambda view: _in(view, section).fields(label))


def tick_called(tab: Page, label: str, section: str = "") -> ControlQuery:
    """Return the query for the tick box with these words beside it.

    Args:
        tab: the page.
        label: a pattern for the words beside it, without regard to capitals.
        section: a pattern for the heading above it; an empty string if it may be anywhere.
    """
    return ControlQuery(tab, lambda view: _in(view, section).checkboxes(label))


def menu_entry(tab: Page, name: str) -> ControlQuery:
    """Return the query for a menu entry with these words, in the first menu that has one; links to one address count once."""
    return ControlQuery(tab, lambda view: _entries(view, name))


def button_in_form_of(tab: Page, tick: ControlQuery, name: str) -> ControlQuery:
    """Return the query for the button with these words in the form that has a tick box, as a person sees it.

    Args:
        tab: the page.
        tick: the query for the tick box.
        name: a pattern for the words on the button, without regard to capitals.
    """

    def choose(view: PageView) -> list[PageControl]:
        layout, node = view.layout, (control.node if (control := tick.only(view)) else None)
        form = form_of(layout, node) if layout is not None and node is not None else None
        inside = {press.ref for press in presses_in(layout, form)} if layout is not None and form is not None else set[str]()
        return _by_role([control for control in view.clickables(name) if control.ref in inside])

    return ControlQuery(tab, choose)


def words_beside(view: PageView, control: PageControl) -> list[str]:
    """Return the lines of the item that a control belongs to, in English."""
    if view.layout is None or control.node is None:
        return []
    return [in_english(line) for line in item_lines_of(view.layout, control.node)]


def _in(view: PageView, section: str) -> PageView:
    return view.section(section) if section else view


def _entries(view: PageView, name: str) -> list[PageControl]:
    wanted = ignorecase(name)
    presses = [control for control in view.controls if control.kind in {"button", "link"}]
    named = [
        control for control in presses if wanted.search(uncounted(control.name))
    ]  # two links may be a menu that was not recognised as one
    entries = [control for control in named if control.menu]
    first = [control for control in entries if control.menu_node is entries[0].menu_node] or named
    places: dict[str, PageControl] = {}
    for control in first:
        leads = control.href and not control.href.startswith("javascript:") and not control.href.endswith("#")
        places.setdefault(control.href if leads else control.ref, control)
    return list(places.values())
