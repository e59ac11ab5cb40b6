"""A control that is known to stand on a screen once: found strictly, or told with what is there instead."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.engine.text.wording import bare
from pages.engine.view.drift import note_drift
from pages.engine.view.page_description import describe_page
from pages.engine.view.page_view import look_at
from robot.domain.drift import Drift, DriftKind
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.waiting import Poller

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.layout.items import PageControl
    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.page_view import PageView

_DRAWN_WITHIN_S = 2.0
"""How long a control may come later than its screen."""


@dataclass(frozen=True)
class ExpectedControl:
    """A control that is known to stand on a screen once.

    Attributes:
        control: the words that name it.
        kind: what it is known to be: "button", "link", "field", "box".
        query: asks the page for it.
        section: the heading under which it stands, where it is looked for only there.
    """

    control: str
    kind: str
    query: ControlQuery
    section: str = ""

    @property
    def looked_for(self) -> str:
        """What a person would look for."""
        where = f' under "{self.section}"' if self.section else ""
        return f'{self.kind} "{self.control}"{where}'

    def drift(self, tab: Page, *, screen: str = "") -> Drift | None:
        """Say how it differs from what is known of it; `None` where it stands there as it should. Presses nothing."""
        return self._drift_in(look_at(tab), screen)

    def only(self, view: PageView, *, screen: str = "") -> PageControl:
        """Return the one control of a view that is meant.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        found = self.query.all(view)
        if len(found) != 1:
            what = DriftKind.TWICE if found else DriftKind.NOWHERE
            raise WrongScreen(drift=Drift(screen, self.control, self.looked_for, what, describe_page(view, self.control)))
        return found[0]

    def _drift_in(self, view: PageView, screen: str) -> Drift | None:
        try:
            found = self.only(view, screen=screen)
        except WrongScreen as wrong:
            return wrong.drift
        how = self._fallback(found, view)
        return Drift(screen, self.control, self.looked_for, DriftKind.FALLBACK, how) if how else None

    def resolve_unique(self, tab: Page, *, screen: str = "") -> ControlQuery:
        """Return the query that finds it, which must stand on the page once, within two seconds; a fallback is noted.

        Raises:
            WrongScreen: it does not; the sentence says what is there instead.
        """
        last: list[PageView] = []

        def there() -> bool:
            last[:] = [look_at(tab)]
            return self.query.count(last[0]) > 0

        with contextlib.suppress(Stalled):  # none: told below
            Poller(poll=0.1).poll_until(there, bool, what=self.looked_for, within=_DRAWN_WITHIN_S)
        if drift := self._drift_in(last[0], screen):
            if drift.found is not DriftKind.FALLBACK:
                raise WrongScreen(drift=drift)
            note_drift(tab, drift)
        return self.query

    def _fallback(self, found: PageControl, view: PageView) -> str:
        """Say by what alone it was found; "" where it was found as it is known."""
        if self.kind == "button":
            return "" if found.kind == "button" else "as a link"
        hint = bare(found.hint) if self.kind == "field" else ""
        if hint and hint in {found.name, *found.group_labels} and (found.name == hint or found.name in view.headings):
            return f'by the hint in the empty field, "{hint}"'
        return ""


def missing_control(view: PageView, control: str, looked_for: str, *, screen: str = "") -> WrongScreen:
    """Return what to raise where something that must stand on a page stands nowhere.

    Args:
        view: the look.
        control: the words that name it.
        looked_for: what a person would look for.
        screen: what people call the screen.
    """
    return WrongScreen(drift=Drift(screen, control, looked_for, DriftKind.NOWHERE, describe_page(view, control)))
