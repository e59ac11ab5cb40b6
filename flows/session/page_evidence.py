"""The pictures and notes of one appliance's pages, for the record of a run."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from playwright.sync_api import Page

from pages.appliance_family import FAMILY
from pages.engine.screen import Screen
from pages.engine.view.drift import noted_drifts
from pages.login.lists import ListScreen
from robot.domain.errors import Refused
from robot.evidence.record.line import NO_PICTURE
from robot.network.screenshots.screenshot import photograph_and_learn
from robot.settings.secrets.ordinary import why_ordinary

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from pages.engine.meaning.obstacles import Obstacle
    from pages.sign_in import SignIn
    from robot.domain.drift import Drift
    from robot.domain.model import Unit
    from robot.domain.secret_registry import SecretRegistry
    from robot.runs.evidence_log import EvidenceLog


_ONLY_COUNTED = "no picture shows a list of people or of customers' computers: it is only counted"
_SHORTEST_COOKIE = 12
"""Letters. A shorter cookie is a choice, as of a language, and no session can be taken over by it."""


class PageEvidence:
    """Takes pictures of an appliance's pages with every secret masked, and notes where the pages are not as known.

    Args:
        unit: which appliance of the pair.
        secrets: what no picture and no text may show; it grows meanwhile.
    """

    def __init__(self, unit: Unit, secrets: SecretRegistry) -> None:
        self._unit = unit
        self._secrets, self._hidden = secrets, list[str]()
        self._drifts: dict[Drift, None] = {}
        self._listing = WeakSet[Page]()

    @contextlib.contextmanager
    def opening(self, screen: Screen) -> Generator[None]:
        """Learn the cookies of a screen that is opened within. From a list of people to the next screen, no picture."""
        if isinstance(screen, ListScreen):
            self._listing.add(screen.tab)
        yield
        if not isinstance(screen, ListScreen):
            self._listing.discard(screen.tab)
        self.learn_cookies(screen.tab)  # each page may set another

    def prepare(self, screen: Screen | SignIn | None) -> None:
        """Hide what a screen that is to be photographed shows of secrets."""
        if isinstance(screen, Screen):
            self.hide(screen.secrets())

    def hide(self, texts: Iterable[str]) -> None:
        """Mask in pictures, from now on, what may be a secret: in texts it may be a word by which a run goes on."""
        self._hidden += [each for each in texts if each not in self._hidden]

    def learn(self, secret: str, name: str) -> None:
        """Mask a secret that a page has shown from now on: in pictures, and in whatever is written unless it is an ordinary word.

        Args:
            secret: the secret.
            name: what it is, told where it is found.
        """
        self.hide([secret])
        if not why_ordinary(secret):
            self._secrets.learn(secret, name)

    def learn_cookies(self, tab: Page) -> None:
        """Mask the cookies of a tab's session from now on."""
        for cookie in tab.context.cookies():
            if len(value := str(cookie.get("value", ""))) >= _SHORTEST_COOKIE and not why_ordinary(value):
                self._secrets.learn(value, f"a session cookie of {self._unit.upper()}")

    def photograph(self, tab: Page, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Take a picture of a tab.

        Args:
            tab: the page.
            record: the record that it belongs to.
            step: the step's name.
            when: the moment within the step, as "before" or "after".

        Returns:
            `file`, `sha256`, `bytes`, `moment` and `masked` for its line.

        Raises:
            Refused: no picture could be taken, or it might show a list of people or of customers' computers.
        """
        if tab in self._listing:
            raise Refused(_ONLY_COUNTED)
        self.learn_cookies(tab)
        shot = photograph_and_learn(tab, self._secrets, FAMILY.secret_labels, *self._hidden)
        return {**record.keep_picture(step, when, shot.png), **shot.fields()}

    def tell_in_the_way(self, tab: Page, obstacle: Obstacle, record: EvidenceLog, place: dict[str, Any]) -> None:
        """Take a picture of what covers a screen, and note its words, before it is dismissed.

        There is no second picture if it comes back, and none if it covers a list of people.

        Args:
            tab: the page that shows it.
            obstacle: what covers the screen.
            record: where it is noted.
            place: the place, for the line: `Appliance.where()`.

        Raises:
            Refused: no picture could be taken; it is not dismissed then.
        """
        step, title = f"{self._unit}-in-the-way", "What stood in the way of the screens"
        name, words = self._unit.upper(), obstacle.words[:600]
        text = f'on {name} something stood in the way, and was put away with "{obstacle.control}": "{words}"'
        first = next((line for line in record.history.of_step(step) if line.text == text), None)
        if first is not None:
            record.append(
                "note", step, **place, title=title, text=f"{text}; it came back{f', as in {first.file}' if first.file else ''}"
            )
            return
        shot = {NO_PICTURE: _ONLY_COUNTED} if tab in self._listing else self.photograph(tab, record, step, "before")
        record.append("note", step, **place, title=title, text=text, **shot)

    def drifts_of(self, tabs: Iterable[Page], screen: str) -> list[Drift]:
        """Return where the pages have differed so far from what is known of them, although everything could be done."""
        for tab in tabs:
            for drift in noted_drifts(tab):
                self._drifts.setdefault(drift.on(screen=screen, unit=self._unit.value))
        return list(self._drifts)

    @staticmethod
    def note_drifts(drifts: Iterable[Drift], record: EvidenceLog, step: str, place: dict[str, Any]) -> None:
        """Write each drift into the record, unless it is recorded already."""
        known = [line.drift for line in record.history.lines if line.drift]
        for drift in drifts:
            if drift.plain() not in known:
                record.append("note", step, **place, text=drift.sentence, drift=drift.plain())
