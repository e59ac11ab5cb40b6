"""A screen: where it stands in the menu, how it is recognised, and one look at it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pages.engine.actions.dismissal import put_away
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.actions.navigation import menu_words_in, open_url, wait_until_stable
from pages.engine.meaning.obstacles import count_dismissals, find_obstacle, has_come_back_too_often, page_as_box
from pages.engine.meaning.sign_in_forms import asks_for_sign_in
from pages.engine.meaning.startup import startup_notice
from pages.engine.snapshot.page_status import error_status
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
"""How a page that is still being drawn is waited for."""
_ELSEWHERE_AFTER_S = 4.0
"""Seconds after which a screen is looked for where else the menu may lead to it."""
_PASSING_S = 1.5
"""Seconds for which what looks like a notice may only be a page that draws itself."""
_FOUND: WeakKeyDictionary[Page, dict[str, str]] = WeakKeyDictionary()
"""The addresses of screens by their titles, as the menu has led to them in a tab, or in earlier ones of the same appliance."""


def share_known_addresses(tab: Page, addresses: dict[str, str]) -> None:
    """Let a tab know where the menu has led in earlier sessions of the same appliance, and learn more.

    Args:
        tab: the tab, at the same origin as those sessions.
        addresses: the addresses of screens by their titles; more are added, and what has not lasted is taken away.
    """
    _FOUND[tab] = addresses


def is_drawn(tab: Page) -> bool:
    """Whether anything is drawn on a page within some seconds: one that a script draws is blank for a while."""
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
        breadcrumbs: the menu's words that lead there; of several ways those that the menu offers are tried in turn.
        documented: how many of these ways the product's documents tell; any other one is noted.
        known_by: by what a person would recognise it.
        folds: words of a section's head behind which what it is known by may be folded away.
        drawn_within_s: seconds for which a page that is not recognised is given to draw itself.
        known_anywhere: whether what it is known by stands on no other screen; else its own entry of the menu is followed.
    """

    title: ClassVar[str]
    interface: ClassVar[str]
    breadcrumbs: ClassVar[tuple[tuple[str, ...], ...]]
    documented: ClassVar[int] = 1
    known_by: ClassVar[str] = "page of this name"
    folds: ClassVar[str] = r"(?!)"
    drawn_within_s: ClassVar[float] = 8.0
    known_anywhere: ClassVar[bool] = True

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self._unfolded = 0.0
        self._just_opened = False
        self._notice: tuple[Item, ...] = ()
        self._notice_since = 0.0

    def is_shown(self, view: PageView) -> bool:
        """Whether this is the screen, told by what is there."""
        raise NotImplementedError

    def secrets(self) -> tuple[str, ...]:
        """Return what this screen shows and no picture may show; nothing on most."""
        return ()

    def open(self) -> PageView:
        """Go there by the words of the menu, always by a fresh request, and give the first look.

        Where they have led in this session, its address is asked for directly the next time.

        Raises:
            WrongScreen: the menu does not lead there. SignedOut: it asks for a sign-in instead.
            Unreachable: the appliance does not answer.
        """
        self._just_opened = False
        put_away_before = count_dismissals(self.tab)
        while True:
            try:
                view = self._opened()
            except WrongScreen:
                if put_away(self.tab):  # news, a notice: it stands in the place of the screen
                    continue
                if count_dismissals(self.tab) == put_away_before:
                    raise
            else:
                self._just_opened = True
                return view
            put_away_before = count_dismissals(self.tab)
            self._by_the_front_door()  # behind it the page may be another one than its menu believes, whose entry does nothing

    def has_just_come(self) -> bool:
        """Whether this is the screen to which the sign-in has just led, so that it need not be asked for again."""
        view = current_view(self.tab)
        self._just_opened = self.is_shown(view) and view.ready != "loading"
        return self._just_opened

    def _by_the_front_door(self) -> None:
        parts = urlsplit(self.tab.url)
        open_url(self.tab, f"{parts.scheme}://{parts.netloc}/{self.interface}")

    def _opened(self) -> PageView:
        if view := self._where_it_was():
            return view
        view, ways = (PageView(), []) if error_status(self.tab) else self._ways_once_drawn()
        if not ways or describe_cover(view, menu_entry(self.tab, ways[0][0]).only(view)):
            # a page without a menu, such as one that tells progress, or a form over the menu: by the front door again
            self._by_the_front_door()
            _, ways = self._ways_once_drawn()
        for way in ways[:-1]:  # another generation may have moved the screen: its old place is then another one
            try:
                return self._at_the_end_of(way, min(self.drawn_within_s, _ELSEWHERE_AFTER_S))
            except WrongScreen:
                continue
        return self._at_the_end_of(ways[-1] if ways else (), self.drawn_within_s)

    @property
    def is_offered(self) -> bool:
        """Whether the menu that is shown now leads there, as far as its first word tells."""
        return bool(self._ways(look_at(self.tab)))

    def _where_it_was(self) -> PageView | None:
        """Open the screen at the address to which the menu has led before; `None` where there is none, or it is not there."""
        if (address := _FOUND.get(self.tab, {}).get(self.title)) is None:
            return None
        put_away_before = count_dismissals(self.tab)
        try:
            try:
                return self._look_at(address)
            except WrongScreen:
                if count_dismissals(self.tab) == put_away_before:
                    raise
                return self._look_at(address)  # news in its place: what puts them away has led elsewhere
        except Unreachable as lost:  # it may be this address that does not answer any more, or ends the session
            del _FOUND[self.tab][self.title]
            if not isinstance(lost, Momentary) or error_status(self.tab):
                raise
            return None
        except WrongScreen:
            if has_come_back_too_often(self.tab):
                raise  # the menu would lead to it as well
            # such addresses do not last here
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
        """Look at the menu once it is drawn; return that view and the ways that it offers."""
        view = PageView()
        with contextlib.suppress(Stalled):  # a page may have no menu
            view = BRIEFLY.poll_until(
                lambda: look_at(self.tab),
                lambda now: bool(self._ways(now) or menu_words_in(now)),
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
            found = self._offered(entry, menu_entry(self.tab, way[0]) if number else None)
            came = number > 0 and self.known_anywhere and document_id(self.tab) != stamp
            if (found == 0 or came) and self.is_shown(current_view(self.tab)):
                break  # the first entry already leads to the screen, as its default
            if found != 1:
                raise self.not_shown(look_at(self.tab))
            GuardedLink(self.tab, entry, word.strip("^$")).follow()
        view = self.look(within)
        if way and not re.search(r"[?#]", self.tab.url):  # neither a token nor a place within a page
            _FOUND.setdefault(self.tab, {})[self.title] = self.tab.url
        if way and self.breadcrumbs.index(way) >= self.documented:
            how = f"elsewhere in the menu: {' > '.join(word.strip('^$') for word in way)}"
            note_fallback(self.tab, self.title, "its menu entry", how, screen=self.title)
        return view

    def _offered(self, entry: ControlQuery, first: ControlQuery | None) -> int:
        """Count the entries with these words, as soon as there is one or the screen is shown already; else after some seconds.

        The entries below the first may stand in the content, which is drawn later; and may drop down only under the pointer.
        """

        def there() -> int:
            if not (count := entry.count()) and first is not None and first.count() == 1:
                GuardedLink(self.tab, first, "the menu").point()
                count = entry.count()
            return count

        def done(found: int) -> bool:
            return bool(found) or self.is_shown(view := look_at(self.tab)) or self._is_noticed(view)

        with contextlib.suppress(Stalled):
            return BRIEFLY.poll_until(there, done, what="the menu", within=_ELSEWHERE_AFTER_S)
        return there()

    def look(self, within: float | None = None) -> PageView:
        """Look at the screen as it stands now, waiting only until it is drawn; at most `within` seconds.

        What stands in its way, and may be put away, is. The look with which it was opened serves the first reading too.
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
        """Return the heading of a section, to look for controls under; "" where the page has none, which is noted."""
        if view.heading(heading):
            return heading
        note_fallback(self.tab, name, f'section "{name}"', "by its button: it has no heading", screen=self.title)
        return ""

    def not_shown(self, view: PageView) -> Refused:
        """Return what to raise when something else is shown."""
        return (
            self._unanswered(view)
            or self._blank(view)
            or WrongScreen(drift=Drift(self.title, "", self.known_by, DriftKind.NOWHERE, describe_page(view)))
        )

    def _unanswered(self, view: PageView) -> Refused | None:
        """Return what to raise where it is no page of the appliance's screens: the web server's own, or the sign-in."""
        if status := error_status(self.tab):
            return Momentary(f"{self.title}: the appliance answers {status} at {view.url}; there is: {describe_page(view)}")
        if notice := startup_notice(view):
            return Unreachable(f'{self.title}: the appliance says "{notice}"')
        if asks_for_sign_in(view):
            return SignedOut(f"{self.title}: the appliance asks for a sign-in at {view.url}")
        return None

    def _blank(self, view: PageView) -> Refused | None:
        """Return what to raise where nothing has been drawn, as where a page's script has not come."""
        return Momentary(f"{self.title}: the page at {view.url} stays blank") if view.is_blank else None

    def _drawn(self) -> PageView:
        view = look_at(self.tab)
        if view.stamp != self._unfolded and not self.is_shown(view) and any(each.folded for each in view.clickables(self.folds)):
            self._unfolded = view.stamp  # once in each document: what does not open at once is left shut
            self._unfold()
            view = look_at(self.tab)
        return view

    def _unfold(self) -> None:
        """Open the section behind which the screen hides what it is known by. Alters nothing; a head that stays shut is left."""
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
        """Whether news or a notice has stood in the place of the screen for a moment, and is not only passing."""
        if view.ready != "complete" or find_obstacle(page_as_box(view), previous_views(self.tab)) is None:
            self._notice = ()
        elif self._notice != view.items:
            self._notice, self._notice_since = view.items, BRIEFLY.clock()
        return bool(self._notice) and BRIEFLY.clock() - self._notice_since >= _PASSING_S


class ScreenSection:
    """A part of a screen, with controls of its own."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.tab = screen.tab
