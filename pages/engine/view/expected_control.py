"""A control that a screen is known to have exactly once: it is found strictly, or an error says what is there instead."""

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
"""Seconds by which a control may come later than its screen."""


@dataclass(frozen=True)
class ExpectedControl:
    """A control that a screen is known to have exactly once.

    Attributes:
        control: the words that name it.
        kind: what it is known to be: "button", "link", "field", "box".
        query: the query that finds it.
        section: the heading of the section in which alone it is looked for; an empty string if it may be anywhere.
    """

    control: str
    kind: str
    query: ControlQuery
    section: str = ""

    @property
    def looked_for(self) -> str:
        """What a person would look for, in words."""
        section = f' under "{self.section}"' if self.section else ""
        return f'{self.kind} "{self.control}"{section}'

    def drift(self, tab: Page, *, screen: str = "") -> Drift | None:
        """Return how the control differs from what is known of it; None if it does not. It presses nothing."""
        return self._drift_in(look_at(tab), screen)

    def only(self, view: PageView, *, screen: str = "") -> PageControl:
        """Return the only control of a view that matches.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        matches = self.query.all(view)
        if len(matches) != 1:
            kind = DriftKind.TWICE if matches else DriftKind.NOWHERE
            raise WrongScreen(drift=Drift(screen, self.control, self.looked_for, kind, describe_page(view, self.control)))
        return matches[0]

    def _drift_in(self, view: PageView, screen: str) -> Drift | None:
        try:
            control = self.only(view, screen=screen)
        except WrongScreen as wrong:
            return wrong.drift
        fallback = self._fallback(control, view)
        return Drift(screen, self.control, self.looked_for, DriftKind.FALLBACK, fallback) if fallback else None

    def resolve_unique(self, tab: Page, *, screen: str = "") -> ControlQuery:
        """Return the query after checking that it has exactly one match within two seconds; a fallback is noted.

        Raises:
            WrongScreen: it has not; the sentence says what is there instead.
        """
        last: list[PageView] = []

        def has_match() -> bool:
            last[:] = [look_at(tab)]
            return self.query.count(last[0]) > 0

        with contextlib.suppress(Stalled):  # without a match, the drift below says so
            Poller(poll=0.1).poll_until(has_match, bool, what=self.looked_for, within=_DRAWN_WITHIN_S)
        if drift := self._drift_in(last[0], screen):
            if drift.found is not DriftKind.FALLBACK:
                raise WrongScreen(drift=drift)
            note_drift(tab, drift)
        return self.query

    def _fallback(self, control: PageControl, view: PageView) -> str:
        """Return in what other way the control was found, in words; an empty string if it was found as it is known."""
        if self.kind == "button":
            return "" if control.kind == "button" else "as a link"
        hint = bare(control.hint) if self.kind == "field" else ""
        if hint and hint in {control.name, *control.group_labels} and (control.name == hint or control.name in view.headings):
            return f'by the hint in the empty field, "{hint}"'
        return ""


def missing_control(view: PageView, control: str, looked_for: str, *, screen: str = "") -> Drift:
    """Return the drift of a control that must be on a page and is nowhere on it.

    Args:
        view: what a person sees on the page.
        control: the words that name the control.
        looked_for: what a person would look for.
        screen: the screen's title.
    """
    return Drift(screen, control, looked_for, DriftKind.NOWHERE, describe_page(view, control))
