"""A screen: where it stands in the menu, how it is recognised, and one look at it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Error

from pages.drift import fallback, instead
from pages.engine.starting import says_that_it_starts
from pages.menu import LOG_OUT, follow, go, menu_words, settled
from pages.sight import FOLDED, Sight, covered, menu_entry, see
from robot.drift import Drift, Found
from robot.errors import Momentary, Refused, SignedOut, Stalled, Unreachable, WrongScreen
from robot.waiting import Patience

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BRIEFLY = Patience(poll=0.1)
"""How a page that is still being drawn is waited for."""
_ELSEWHERE = 4.0
"""Seconds after which a screen is looked for where else the menu may lead to it."""
_STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
_SERVER_ERROR = 500
_FOUND: WeakKeyDictionary[Page, dict[str, str]] = WeakKeyDictionary()
"""The addresses of screens by their titles, as the menu has led to them in a tab."""


USERNAME = r"user ?name|^user$|^login$|^account$"
ACCEPT = r"^(i )?(accept|agree|acknowledge)( .*)?$|^(continue|ok|yes)$"
_LICENCE = r"licen[sc]e|\bEULA\b|download|install|\bupdates?\b"


def error_status(tab: Page) -> int:
    """The HTTP status of the page that is shown where it is a web server's own error page, else 0."""
    status: int = tab.evaluate(_STATUS)
    return status if status >= _SERVER_ERROR else 0


def asks_for_agreement(sight: Sight) -> bool:
    """Whether it is the login agreement, in the customer's own words (ui.md 2.2: a page before the sign-in)."""
    return bool(sight.says(r"agreement|terms of use|authori[sz]ed use") and sight.presses(ACCEPT))


def asks_for_username(sight: Sight) -> bool:
    """Whether it is the first of two pages of a sign-in, which asks for the user name alone."""
    asked = sight.fields(USERNAME) and sight.presses(r"^(next|continue|log ?in|sign ?in|log ?on)$")
    return bool(asked) and not any(control.kind == "password" for control in sight.controls) and not sight.presses(LOG_OUT)


def asks_for_sign_in(sight: Sight) -> bool:
    """Whether it is the sign-in page, its first page, or the login agreement that may stand before it."""
    if len(sight.controls) >= 20:
        return False
    if (sight.fields(r"password") and sight.presses(r"log ?in|sign ?in")) or asks_for_username(sight):
        return True
    apart = not any(control.menu for control in sight.controls) and not sight.presses(LOG_OUT)
    return apart and asks_for_agreement(sight) and not sight.says(_LICENCE)


class Screen:
    """One screen of one interface.

    Attributes:
        title: what people call it: "Management > Failover".
        breadcrumbs: the menu's words that lead there; of several ways those that the menu offers are tried in turn.
        documented: how many of these ways the product's documents tell; any other one is noted.
        known_by: by what a person would recognise it.
        folds: words of a section's head behind which what it is known by may be folded away.
        drawn_within: seconds for which a page that is not recognised is given to draw itself.
    """

    title: ClassVar[str]
    interface: ClassVar[str]
    breadcrumbs: ClassVar[tuple[tuple[str, ...], ...]]
    documented: ClassVar[int] = 1
    known_by: ClassVar[str] = "page of this name"
    folds: ClassVar[str] = r"(?!)"
    drawn_within: ClassVar[float] = 8.0

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self._unfolded = 0.0

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
        if sight := self._where_it_was():
            return sight
        ways = [] if error_status(self.tab) else self._ways_once_drawn()
        if not ways or covered(menu_entry(self.tab, ways[0][0])):
            # a page without a menu, such as one that tells progress, or a form over the menu: by the front door again
            parts = urlsplit(self.tab.url)
            go(self.tab, f"{parts.scheme}://{parts.netloc}/{self.interface}")
            ways = self._ways_once_drawn()
        for way in ways[:-1]:  # another generation may have moved the screen: its old place is then another one
            try:
                return self._at_the_end_of(way, min(self.drawn_within, _ELSEWHERE))
            except WrongScreen:
                continue
        return self._at_the_end_of(ways[-1] if ways else (), self.drawn_within)

    @property
    def is_offered(self) -> bool:
        """Whether the menu that is shown now leads there, as far as its first word tells."""
        return bool(self._ways())

    def _where_it_was(self) -> Sight | None:
        """The screen at the address to which the menu has led before; `None` where it is not there, or was not looked for."""
        if (address := _FOUND.get(self.tab, {}).get(self.title)) is None:
            return None
        try:
            go(self.tab, address)
            return self.look(min(self.drawn_within, _ELSEWHERE))
        except WrongScreen:  # such addresses do not last here
            _FOUND[self.tab].clear()
            return None

    def _ways(self) -> list[tuple[str, ...]]:
        return [way for way in self.breadcrumbs if menu_entry(self.tab, way[0]).count()]

    def _ways_once_drawn(self) -> list[tuple[str, ...]]:
        with contextlib.suppress(Stalled):  # a page may have no menu
            BRIEFLY.until(lambda: self._ways() or menu_words(self.tab), bool, what="the menu", within=_ELSEWHERE)
        if not (ways := self._ways()):
            settled(self.tab)
            ways = self._ways()
        return ways

    def _at_the_end_of(self, way: tuple[str, ...], within: float) -> Sight:
        for number, word in enumerate(way):
            entry = menu_entry(self.tab, word)
            found = self._offered(entry, menu_entry(self.tab, way[0]) if number else None)
            if found == 0 and self.is_shown(see(self.tab)):
                break  # the first entry already leads to the screen, as its default
            if found != 1:
                raise self.not_shown(see(self.tab))
            follow(self.tab, entry)
        sight = self.look(within)
        if way and not re.search(r"[?#]", self.tab.url):  # neither a token nor a place within a page
            _FOUND.setdefault(self.tab, {})[self.title] = self.tab.url
        if way and self.breadcrumbs.index(way) >= self.documented:
            how = f"elsewhere in the menu: {' > '.join(word.strip('^$') for word in way)}"
            fallback(self.tab, self.title, "its menu entry", how, screen=self.title)
        return sight

    def _offered(self, entry: Locator, first: Locator | None) -> int:
        """How many entries have these words, as soon as there is one or the screen is shown already; else after some seconds.

        The entries below the first may stand in the content, which is drawn later; and may drop down only under the pointer.
        """

        def there() -> int:
            if not (found := entry.count()) and first is not None and first.count() == 1:
                first.hover()
                found = entry.count()
            return found

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(
                there, lambda found: bool(found) or self.is_shown(see(self.tab)), what="the menu", within=_ELSEWHERE
            )
        return there()

    def look(self, within: float | None = None) -> Sight:
        """Look at the screen as it stands now, waiting only until it is drawn; at most `within` seconds."""
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
        return self._unanswered(sight) or WrongScreen(drift=Drift(self.title, "", self.known_by, Found.NOWHERE, instead(sight)))

    def _unanswered(self, sight: Sight) -> Refused | None:
        """What to say where it is no page of the appliance's screens: of the web server's own, or the sign-in."""
        if status := error_status(self.tab):
            return Momentary(f"{self.title}: the appliance answers {status} at {sight.url}; there is: {instead(sight)}")
        if said := says_that_it_starts(sight):
            return Unreachable(f'{self.title}: the appliance says "{said}"')
        if asks_for_sign_in(sight):
            return SignedOut(f"{self.title}: the appliance asks for a sign-in at {sight.url}")
        return None

    def _drawn(self) -> Sight:
        sight = see(self.tab)
        if sight.stamp != self._unfolded and not self.is_shown(sight) and any(each.folded for each in sight.presses(self.folds)):
            self._unfolded = sight.stamp  # once in each document: what does not open at once is left shut
            self._unfold()
            sight = see(self.tab)
        return sight

    def _unfold(self) -> None:
        """Open the section behind which the screen hides what it is known by. Alters nothing; a head that stays shut is left."""
        for head in self.tab.locator(FOLDED).and_(self.tab.locator(f"sight=named /{self.folds}/i")).all():
            with contextlib.suppress(Error):
                head.click(timeout=2_000)

    def _recognised(self, sight: Sight) -> bool:
        if self.is_shown(sight):
            return sight.ready != "loading"
        if lost := self._unanswered(sight):
            raise lost
        return False


class Section:
    """A part of a screen, with controls of its own."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.tab = screen.tab
