"""A screen: where the menu has it, how it is recognised, and how it is opened and looked at."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from pages.engine.actions.dismissal import put_away
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.actions.navigation import menu_words_in, open_url, wait_until_stable
from pages.engine.meaning.obstacles import count_dismissals, find_obstacle, has_come_back_too_often, page_as_box
from pages.engine.meaning.sign_in_forms import asks_for_sign_in
from pages.engine.meaning.startup import startup_notice
from pages.engine.snapshot.page_status import error_status
from pages.engine.snapshot.tab_memory import TabMemory
from pages.engine.view.boxes import describe_cover
from pages.engine.view.control_query import ControlQuery, menu_entry
from pages.engine.view.drift import note_fallback
from pages.engine.view.page_description import describe_page
from pages.engine.view.page_view import PageView, current_view, look_at, previous_views, recent_view
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import Momentary, Refused, SignedOut, Stalled, Unreachable, WrongScreen
from robot.domain.waiting import Poller
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.layout.items import Item

BRIEFLY = Poller(poll=0.1)
"""Waits for a page that is still being drawn."""
_ELSEWHERE_AFTER_S = 4.0
"""Seconds after which a screen is looked for under another entry of the menu."""
_PASSING_S = 1.5
"""Seconds for which something that looks like a notice may only be a page that is being drawn."""
_FOUND = TabMemory[dict[str, str]]()
"""The addresses of screens by title, to which the menu has led in a tab or in earlier tabs of the same appliance."""


def share_known_addresses(tab: Page, addresses: dict[str, str]) -> None:
    """Let a tab use and update the addresses to which the menu has led in earlier sessions of the same appliance.

    Args:
        tab: the tab, at the same origin as those sessions.
        addresses: the addresses of screens by title; new ones are added to it, and stale ones are removed from it.
    """
    _FOUND[tab] = addresses


def is_drawn(tab: Page) -> bool:
    """Tell whether a page shows anything within four seconds: a page that a script draws is blank for a while."""
    with contextlib.suppress(Stalled):
        BRIEFLY.poll_until(
            lambda: look_at(tab), lambda view: not view.is_blank, what="a page to be drawn", within=_ELSEWHERE_AFTER_S
        )
        return True
    return False


class Screen:
    """One screen of one interface.

    Attributes:
        title: what people call it: "Management > Failover".
        interface: `login` or `appliance`.
        breadcrumbs: patterns of the menu's words that lead there, for each way; the ways that the menu has are tried in turn.
        documented: how many of these ways the product's documents tell; the use of any other one is noted as drift.
        known_by: what a person would recognise it by.
        folds: a pattern for the heads of sections that may hide what it is known by.
        drawn_within_s: seconds that a page that is not recognised is given to draw itself.
        known_anywhere: whether no other screen has what it is known by; if one has, its own menu entry is followed to the end.
        is_landing: whether the product is known to lead here after a sign-in; it need not be asked for again then.
    """

    title: ClassVar[str]
    interface: ClassVar[str]
    breadcrumbs: ClassVar[tuple[tuple[str, ...], ...]]
    documented: ClassVar[int] = 1
    known_by: ClassVar[str] = "page of this name"
    folds: ClassVar[str] = r"(?!)"
    drawn_within_s: ClassVar[float] = 8.0
    known_anywhere: ClassVar[bool] = True
    is_landing: ClassVar[bool] = False

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self._unfolded = 0.0
        self._just_opened = False
        self._notice: tuple[Item, ...] = ()
        self._notice_since = 0.0

    def is_shown(self, view: PageView) -> bool:
        """Tell by what a page shows whether it is this screen."""
        raise NotImplementedError

    def secrets(self) -> tuple[str, ...]:
        """Return the texts of this screen that no picture may show; most screens have none."""
        return ()

    def open(self) -> PageView:
        """Return the first view of the screen after going there by the menu, always by a new request.

        Once the menu has led there, the screen's address is asked for directly the next time.

        Raises:
            WrongScreen: the menu does not lead there.
            SignedOut: a sign-in page is shown instead.
            Unreachable: the appliance does not answer.
        """
        self._just_opened = False
        put_away_before = count_dismissals(self.tab)
        while True:
            try:
                view = self._opened()
            except WrongScreen:
                if put_away(self.tab):  # news or a notice was shown in the place of the screen
                    continue
                if count_dismissals(self.tab) == put_away_before:
                    raise
            else:
                self._just_opened = True
                return view
            put_away_before = count_dismissals(self.tab)
            self._by_the_front_door()  # behind the notice the menu may take this page for the screen: its entry then does nothing

    def has_just_come(self) -> bool:
        """Whether this is the screen to which the sign-in has just led, so that it need not be asked for again."""
        view = current_view(self.tab)
        self._just_opened = self.is_landing and self.is_shown(view) and view.ready != "loading"
        return self._just_opened

    def _by_the_front_door(self) -> None:
        parts = urlsplit(self.tab.url)
        open_url(self.tab, f"{parts.scheme}://{parts.netloc}/{self.interface}")

    def _opened(self) -> PageView:
        if view := self._where_it_was():
            return view
        view, ways = (PageView(), []) if error_status(self.tab) else self._ways_once_drawn()
        if not ways or describe_cover(view, menu_entry(self.tab, ways[0][0]).only(view)):
            # a page without a menu, such as one that shows progress, or a form over the menu: by the front door again
            self._by_the_front_door()
            _, ways = self._ways_once_drawn()
        for way in ways[:-1]:  # another generation may have moved the screen, so that this way leads to another one
            try:
                return self._at_the_end_of(way, min(self.drawn_within_s, _ELSEWHERE_AFTER_S))
            except WrongScreen:
                continue
        return self._at_the_end_of(ways[-1] if ways else (), self.drawn_within_s)

    @property
    def is_offered(self) -> bool:
        """Whether the menu that is shown now has the first word of a way there."""
        return bool(self._ways(look_at(self.tab)))

    def _where_it_was(self) -> PageView | None:
        """Open the screen at the address to which the menu has led before; None if there is none, or the screen is not there."""
        if (address := _FOUND.get(self.tab, {}).get(self.title)) is None:
            return None
        put_away_before = count_dismissals(self.tab)
        try:
            try:
                return self._look_at(address)
            except WrongScreen:
                if count_dismissals(self.tab) == put_away_before:
                    raise
                return self._look_at(address)  # news was put away, and its control has led elsewhere
        except Unreachable as lost:  # perhaps only this address does not answer any more, or ends the session
            del _FOUND[self.tab][self.title]
            if not isinstance(lost, Momentary) or error_status(self.tab):
                raise
            return None
        except WrongScreen:
            if has_come_back_too_often(self.tab):
                raise  # the menu would lead to it as well
            # this appliance's addresses do not last: forget them all
            addresses = _FOUND[self.tab]
            while addresses:
                addresses.popitem()
            return None

    def _look_at(self, address: str) -> PageView:
        open_url(self.tab, address)
        return self.look(min(self.drawn_within_s, _ELSEWHERE_AFTER_S))

    def _ways(self, view: PageView) -> list[tuple[str, ...]]:
        return [way for way in self.breadcrumbs if menu_entry(self.tab, way[0]).count(view)]

    def _ways_once_drawn(self) -> tuple[PageView, list[tuple[str, ...]]]:
        """Wait until the menu is drawn; return that view, and the ways that the menu has."""
        view = PageView()
        with contextlib.suppress(Stalled):  # a page may have no menu
            view = BRIEFLY.poll_until(
                lambda: look_at(self.tab),
                lambda seen: bool(self._ways(seen) or menu_words_in(seen)),
                what="the menu",
                within=_ELSEWHERE_AFTER_S,
            )
        if not (ways := self._ways(view)):
            view = wait_until_stable(self.tab)
            ways = self._ways(view)
        return view, ways

    def _at_the_end_of(self, way: tuple[str, ...], within: float) -> PageView:
        stamp = document_id(self.tab)
        for number, word in enumerate(way):
            entry = menu_entry(self.tab, word)
            entries = self._offered(entry, menu_entry(self.tab, way[0]) if number else None)
            is_new_page = number > 0 and self.known_anywhere and document_id(self.tab) != stamp
            if (entries == 0 or is_new_page) and self.is_shown(current_view(self.tab)):
                break  # the first entry already leads to the screen, as its default
            if entries != 1:
                raise self.not_shown(look_at(self.tab))
            GuardedLink(self.tab, entry, word.strip("^$")).follow()
        view = self.look(within)
        if way and not re.search(r"[?#]", self.tab.url):  # an address with neither a token nor a place within the page
            _FOUND.setdefault(self.tab, {})[self.title] = self.tab.url
        if way and self.breadcrumbs.index(way) >= self.documented:
            place = f"elsewhere in the menu: {' > '.join(word.strip('^$') for word in way)}"
            note_fallback(self.tab, self.title, "its menu entry", place, screen=self.title)
        return view

    def _offered(self, entry: ControlQuery, first: ControlQuery | None) -> int:
        """Return how many entries have these words, once there is one or the screen is shown; at the latest after four seconds.

        Entries below the first one may be in the content, which is drawn later, or in a menu that opens only under the pointer.
        """

        def count_entries() -> int:
            if not (count := entry.count()) and first is not None and first.count() == 1:
                GuardedLink(self.tab, first, "the menu").point()
                count = entry.count()
            return count

        def done(entries: int) -> bool:
            return bool(entries) or self.is_shown(view := look_at(self.tab)) or self._is_noticed(view)

        with contextlib.suppress(Stalled):
            return BRIEFLY.poll_until(count_entries, done, what="the menu", within=_ELSEWHERE_AFTER_S)
        return count_entries()

    def look(self, within: float | None = None) -> PageView:
        """Return a view of the screen, once it is drawn; notices in its way are put away if they may be.

        The view with which the screen was opened also serves its first reading.

        Args:
            within: seconds in which the screen must be drawn; None for its own `drawn_within_s`.

        Raises:
            WrongScreen: another page is shown.
        """
        just_opened, self._just_opened = self._just_opened, False
        if just_opened and (view := recent_view(self.tab)) is not None and self.is_shown(view):
            return view
        while True:
            try:
                return self._look(within)
            except WrongScreen:
                if not put_away(self.tab):
                    raise

    def _look(self, within: float | None) -> PageView:
        at_most = self.drawn_within_s if within is None else within
        try:
            return BRIEFLY.poll_until(self._drawn, self._recognised, what=f"the screen {self.title}", within=at_most)
        except Stalled:
            raise self.not_shown(look_at(self.tab)) from None

    def named_section(self, view: PageView, heading: str, name: str) -> str:
        """Return the pattern of a section's heading if the page has it; else note a fallback and return an empty string.

        Args:
            view: what a person sees on the page.
            heading: the pattern.
            name: what people call the section.
        """
        if view.heading(heading):
            return heading
        note_fallback(self.tab, name, f'section "{name}"', "by its button: it has no heading", screen=self.title)
        return ""

    def not_shown(self, view: PageView) -> Refused:
        """Return the error to raise if something else is shown."""
        return (
            self._unanswered(view)
            or self._blank(view)
            or WrongScreen(drift=Drift(self.title, "", self.known_by, DriftKind.NOWHERE, describe_page(view)))
        )

    def _unanswered(self, view: PageView) -> Refused | None:
        """Return the error to raise if the web server's own page, a startup page or the sign-in is shown; else None."""
        if status := error_status(self.tab):
            return Momentary(f"{self.title}: the appliance answers {status} at {view.url}; there is: {describe_page(view)}")
        if notice := startup_notice(view):
            return Unreachable(f'{self.title}: the appliance says "{notice}"')
        if asks_for_sign_in(view):
            return SignedOut(f"{self.title}: the appliance asks for a sign-in at {view.url}")
        return None

    def _blank(self, view: PageView) -> Refused | None:
        """Return the error to raise if the page is blank, for example because its script has not come; else None."""
        return Momentary(f"{self.title}: the page at {view.url} stays blank") if view.is_blank else None

    def _drawn(self) -> PageView:
        view = look_at(self.tab)
        if view.stamp != self._unfolded and not self.is_shown(view) and any(each.folded for each in view.clickables(self.folds)):
            self._unfolded = view.stamp  # once in each document: a section that does not open at once is left shut
            self._unfold()
            view = look_at(self.tab)
        return view

    def _unfold(self) -> None:
        """Open the sections that may hide what the screen is known by. It alters nothing; a section that stays shut is left."""
        for head in [control.ref for control in look_at(self.tab).clickables(self.folds) if control.folded]:
            query = ControlQuery(self.tab, lambda view, ref=head: [each for each in view.controls if each.ref == ref])
            GuardedLink(self.tab, query, "the head of a section").unfold()

    def _recognised(self, view: PageView) -> bool:
        if self.is_shown(view):
            return view.ready != "loading"
        if lost := self._unanswered(view):
            raise lost
        if self._is_noticed(view):
            raise self.not_shown(view)
        return False

    def _is_noticed(self, view: PageView) -> bool:
        """Tell whether news or a notice has been shown instead of the screen for longer than a page needs to be drawn."""
        if view.ready != "complete" or find_obstacle(page_as_box(view), previous_views(self.tab)) is None:
            self._notice = ()
        elif self._notice != view.items:
            self._notice, self._notice_since = view.items, BRIEFLY.clock()
        return bool(self._notice) and BRIEFLY.clock() - self._notice_since >= _PASSING_S


class ScreenSection:
    """A part of a screen, with controls of its own.

    Args:
        screen: the screen, whose tab the part uses.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.tab = screen.tab
