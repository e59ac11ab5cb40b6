"""A screen: where it stands in the menu, how it is recognised, and one look at it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pages.drift import fallback, instead
from pages.engine.boxes import covered
from pages.engine.control_query import ControlQuery, menu_entry
from pages.engine.guarded_click import GuardedClick, put_away
from pages.engine.in_the_way import obstacle, page_as_box, times_put_away
from pages.engine.no_page import error_status
from pages.engine.sign_in_forms import asks_for_sign_in
from pages.engine.starting import says_that_it_starts
from pages.menu import go, settled, words_of_menu
from pages.sight import Sight, at_hand, just_seen, pages_before, see
from robot.domain.drift import Drift, Found
from robot.domain.errors import Momentary, Refused, SignedOut, Stalled, Unreachable, WrongScreen
from robot.domain.waiting import Patience
from robot.network.chromium import born

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.page_items import Item

BRIEFLY = Patience(poll=0.1)
"""How a page that is still being drawn is waited for."""
_ELSEWHERE = 4.0
"""Seconds after which a screen is looked for where else the menu may lead to it."""
_PASSING_S = 1.5
"""Seconds for which what looks like a notice may only be a page that draws itself."""
_FOUND: WeakKeyDictionary[Page, dict[str, str]] = WeakKeyDictionary()
"""The addresses of screens by their titles, as the menu has led to them in a tab, or in earlier ones of the same appliance."""


def known_addresses(tab: Page, known: dict[str, str]) -> None:
    """Let a tab know where the menu has led in earlier sessions of the same appliance, and learn more.

    Args:
        tab: the tab, at the same origin as those sessions.
        known: the addresses of screens by their titles; more are added, and what has not lasted is taken away.
    """
    _FOUND[tab] = known


def is_drawn(tab: Page) -> bool:
    """Whether anything is drawn on a page within some seconds: one that a script draws is blank for a while."""
    with contextlib.suppress(Stalled):
        BRIEFLY.until(lambda: see(tab), lambda sight: not sight.is_blank, what="a page to be drawn", within=_ELSEWHERE)
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
        drawn_within: seconds for which a page that is not recognised is given to draw itself.
        known_anywhere: whether what it is known by stands on no other screen; else its own entry of the menu is followed.
    """

    title: ClassVar[str]
    interface: ClassVar[str]
    breadcrumbs: ClassVar[tuple[tuple[str, ...], ...]]
    documented: ClassVar[int] = 1
    known_by: ClassVar[str] = "page of this name"
    folds: ClassVar[str] = r"(?!)"
    drawn_within: ClassVar[float] = 8.0
    known_anywhere: ClassVar[bool] = True

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self._unfolded = 0.0
        self._just_opened = False
        self._notice: tuple[Item, ...] = ()
        self._notice_since = 0.0

    def is_shown(self, sight: Sight) -> bool:
        """Whether this is the screen, told by what is there."""
        raise NotImplementedError

    def secrets(self) -> tuple[str, ...]:
        """What this screen shows and no picture may show; none on most."""
        return ()

    def open(self) -> Sight:
        """Go there by the words of the menu, always by a fresh request, and give the first look.

        Where they have led in this session, its address is asked for directly the next time.

        Raises:
            WrongScreen: the menu does not lead there. SignedOut: it asks for a sign-in instead.
            Unreachable: the appliance does not answer.
        """
        self._just_opened = False
        put_away_before = times_put_away(self.tab)
        while True:
            try:
                sight = self._opened()
            except WrongScreen:
                if put_away(self.tab):  # news, a notice: it stands in the place of the screen
                    continue
                if times_put_away(self.tab) == put_away_before:
                    raise
            else:
                self._just_opened = True
                return sight
            put_away_before = times_put_away(self.tab)
            self._by_the_front_door()  # behind it the page may be another one than its menu believes, whose entry does nothing

    def _by_the_front_door(self) -> None:
        parts = urlsplit(self.tab.url)
        go(self.tab, f"{parts.scheme}://{parts.netloc}/{self.interface}")

    def _opened(self) -> Sight:
        if sight := self._where_it_was():
            return sight
        sight, ways = (Sight(), []) if error_status(self.tab) else self._ways_once_drawn()
        if not ways or covered(sight, menu_entry(self.tab, ways[0][0]).only(sight)):
            # a page without a menu, such as one that tells progress, or a form over the menu: by the front door again
            self._by_the_front_door()
            _, ways = self._ways_once_drawn()
        for way in ways[:-1]:  # another generation may have moved the screen: its old place is then another one
            try:
                return self._at_the_end_of(way, min(self.drawn_within, _ELSEWHERE))
            except WrongScreen:
                continue
        return self._at_the_end_of(ways[-1] if ways else (), self.drawn_within)

    @property
    def is_offered(self) -> bool:
        """Whether the menu that is shown now leads there, as far as its first word tells."""
        return bool(self._ways(see(self.tab)))

    def _where_it_was(self) -> Sight | None:
        """The screen at the address to which the menu has led before; `None` where it is not there, or was not looked for."""
        if (address := _FOUND.get(self.tab, {}).get(self.title)) is None:
            return None
        put_away_before = times_put_away(self.tab)
        try:
            with contextlib.suppress(WrongScreen):
                return self._look_at(address)
            if times_put_away(self.tab) == put_away_before:
                raise self.not_shown(see(self.tab))
            return self._look_at(address)  # news in its place: what puts them away has led elsewhere
        except Unreachable as lost:  # it may be this address that does not answer any more, or ends the session
            del _FOUND[self.tab][self.title]
            if not isinstance(lost, Momentary) or error_status(self.tab):
                raise
            return None
        except WrongScreen:  # such addresses do not last here
            known = _FOUND[self.tab]
            while known:
                known.popitem()
            return None

    def _look_at(self, address: str) -> Sight:
        go(self.tab, address)
        return self.look(min(self.drawn_within, _ELSEWHERE))

    def _ways(self, sight: Sight) -> list[tuple[str, ...]]:
        return [way for way in self.breadcrumbs if menu_entry(self.tab, way[0]).count(sight)]

    def _ways_once_drawn(self) -> tuple[Sight, list[tuple[str, ...]]]:
        """A look at the menu, and the ways that it offers."""
        sight = Sight()
        with contextlib.suppress(Stalled):  # a page may have no menu
            sight = BRIEFLY.until(
                lambda: see(self.tab),
                lambda now: bool(self._ways(now) or words_of_menu(now)),
                what="the menu",
                within=_ELSEWHERE,
            )
        if not (ways := self._ways(sight)):
            sight = settled(self.tab)
            ways = self._ways(sight)
        return sight, ways

    def _at_the_end_of(self, way: tuple[str, ...], within: float) -> Sight:
        stamp = born(self.tab)
        for number, word in enumerate(way):
            entry = menu_entry(self.tab, word)
            found = self._offered(entry, menu_entry(self.tab, way[0]) if number else None)
            came = number > 0 and self.known_anywhere and born(self.tab) != stamp
            if (found == 0 or came) and self.is_shown(at_hand(self.tab)):
                break  # the first entry already leads to the screen, as its default
            if found != 1:
                raise self.not_shown(see(self.tab))
            GuardedClick(self.tab, entry, word.strip("^$")).follow()
        sight = self.look(within)
        if way and not re.search(r"[?#]", self.tab.url):  # neither a token nor a place within a page
            _FOUND.setdefault(self.tab, {})[self.title] = self.tab.url
        if way and self.breadcrumbs.index(way) >= self.documented:
            how = f"elsewhere in the menu: {' > '.join(word.strip('^$') for word in way)}"
            fallback(self.tab, self.title, "its menu entry", how, screen=self.title)
        return sight

    def _offered(self, entry: ControlQuery, first: ControlQuery | None) -> int:
        """How many entries have these words, as soon as there is one or the screen is shown already; else after some seconds.

        The entries below the first may stand in the content, which is drawn later; and may drop down only under the pointer.
        """

        def there() -> int:
            if not (found := entry.count()) and first is not None and first.count() == 1:
                GuardedClick(self.tab, first, "the menu").point()
                found = entry.count()
            return found

        def done(found: int) -> bool:
            return bool(found) or self.is_shown(sight := see(self.tab)) or self._is_noticed(sight)

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(there, done, what="the menu", within=_ELSEWHERE)
        return there()

    def look(self, within: float | None = None) -> Sight:
        """Look at the screen as it stands now, waiting only until it is drawn; at most `within` seconds.

        What stands in its way, and may be put away, is. The look with which it was opened serves the first reading too.
        """
        just_opened, self._just_opened = self._just_opened, False
        if just_opened and (sight := just_seen(self.tab)) is not None and self.is_shown(sight):
            return sight
        while True:
            try:
                return self._look(within)
            except WrongScreen:
                if not put_away(self.tab):
                    raise

    def _look(self, within: float | None) -> Sight:
        at_most = self.drawn_within if within is None else within
        try:
            return BRIEFLY.until(self._drawn, self._recognised, what=f"the screen {self.title}", within=at_most)
        except Stalled:
            raise self.not_shown(see(self.tab)) from None

    def named_section(self, sight: Sight, heading: str, name: str) -> str:
        """The heading of a section, to look for controls under; "" where the page has none, which is noted."""
        if sight.heading(heading):
            return heading
        fallback(self.tab, name, f'section "{name}"', "by its button: it has no heading", screen=self.title)
        return ""

    def not_shown(self, sight: Sight) -> Refused:
        """What to say when something else is shown."""
        return (
            self._unanswered(sight)
            or self._blank(sight)
            or WrongScreen(drift=Drift(self.title, "", self.known_by, Found.NOWHERE, instead(sight)))
        )

    def _unanswered(self, sight: Sight) -> Refused | None:
        """What to say where it is no page of the appliance's screens: of the web server's own, or the sign-in."""
        if status := error_status(self.tab):
            return Momentary(f"{self.title}: the appliance answers {status} at {sight.url}; there is: {instead(sight)}")
        if said := says_that_it_starts(sight):
            return Unreachable(f'{self.title}: the appliance says "{said}"')
        if asks_for_sign_in(sight):
            return SignedOut(f"{self.title}: the appliance asks for a sign-in at {sight.url}")
        return None

    def _blank(self, sight: Sight) -> Refused | None:
        """What to say where nothing has been drawn, as where a page's script has not come."""
        return Momentary(f"{self.title}: the page at {sight.url} stays blank") if sight.is_blank else None

    def _drawn(self) -> Sight:
        sight = see(self.tab)
        if sight.stamp != self._unfolded and not self.is_shown(sight) and any(each.folded for each in sight.presses(self.folds)):
            self._unfolded = sight.stamp  # once in each document: what does not open at once is left shut
            self._unfold()
            sight = see(self.tab)
        return sight

    def _unfold(self) -> None:
        """Open the section behind which the screen hides what it is known by. Alters nothing; a head that stays shut is left."""
        for head in [control.ref for control in see(self.tab).presses(self.folds) if control.folded]:
            query = ControlQuery(self.tab, lambda sight, ref=head: [each for each in sight.controls if each.ref == ref])
            GuardedClick(self.tab, query, "the head of a section").unfold()

    def _recognised(self, sight: Sight) -> bool:
        if self.is_shown(sight):
            return sight.ready != "loading"
        if lost := self._unanswered(sight):
            raise lost
        if self._is_noticed(sight):
            raise self.not_shown(sight)
        return False

    def _is_noticed(self, sight: Sight) -> bool:
        """Whether news or a notice has stood in the place of the screen for a moment, and is not only passing."""
        if sight.ready != "complete" or obstacle(page_as_box(sight), pages_before(self.tab)) is None:
            self._notice = ()
        elif self._notice != sight.items:
            self._notice, self._notice_since = sight.items, BRIEFLY.clock()
        return bool(self._notice) and BRIEFLY.clock() - self._notice_since >= _PASSING_S


class Section:
    """A part of a screen, with controls of its own."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.tab = screen.tab
