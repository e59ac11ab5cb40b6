"""Where a page differs from what is known of it: told with what is there instead, or noted where it did all the same."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pages.engine.text.wording import bare, quote
from pages.engine.view.page_view import look_at
from robot.domain.drift import Drift, Found
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.waiting import Patience

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.page_view import PageControl, PageView

_AT_MOST = 6
"""Controls, and headings, that a sentence names: more would not be read."""
_DRAWN_WITHIN_S = 2.0
"""How long a control may come later than its screen."""
_NOTED: WeakKeyDictionary[Page, dict[Drift, None]] = WeakKeyDictionary()


def note_drift(tab: Page, drift: Drift) -> None:
    """Note what was found by a fallback only: it goes on, and whoever reads the run's evidence should know."""
    _NOTED.setdefault(tab, {})[drift] = None


def noted_drifts(tab: Page) -> tuple[Drift, ...]:
    """What has been noted on this tab."""
    return tuple(_NOTED.get(tab, ()))


def note_fallback(tab: Page, control: str, looked_for: str, how: str, *, screen: str = "") -> None:
    """Note a control that was found by a fallback only; `how` completes "was found only"."""
    note_drift(tab, Drift(screen, control, looked_for, Found.FALLBACK, how))


@dataclass(frozen=True)
class ExpectedControl:
    """A control that is known to stand on a screen once.

    Attributes:
        control: the words that name it.
        kind: what it is known to be: "button", "link", "field", "box".
        found: asks the page for it.
        section: the heading under which it stands, where it is looked for only there.
    """

    control: str
    kind: str
    found: ControlQuery
    section: str = ""

    @property
    def looked_for(self) -> str:
        """What a person would look for."""
        where = f' under "{self.section}"' if self.section else ""
        return f'{self.kind} "{self.control}"{where}'

    def drift(self, tab: Page, *, screen: str = "") -> Drift | None:
        """How it differs from what is known of it; `None` where it stands there as it should. Presses nothing."""
        return self._drift_in(look_at(tab), screen)

    def only(self, view: PageView, *, screen: str = "") -> PageControl:
        """Give the one control of a look that is meant.

        Raises:
            WrongScreen: there is none, or there are several: nothing picks among them.
        """
        found = self.found.all(view)
        if len(found) != 1:
            what = Found.TWICE if found else Found.NOWHERE
            raise WrongScreen(drift=Drift(screen, self.control, self.looked_for, what, describe_page(view, self.control)))
        return found[0]

    def _drift_in(self, view: PageView, screen: str) -> Drift | None:
        try:
            found = self.only(view, screen=screen)
        except WrongScreen as wrong:
            return wrong.drift
        how = self._fallback(found, view)
        return Drift(screen, self.control, self.looked_for, Found.FALLBACK, how) if how else None

    def resolve_unique(self, tab: Page, *, screen: str = "") -> ControlQuery:
        """Give back what finds it, which must stand there once; what it was found by only is noted.

        Raises:
            WrongScreen: it does not; the sentence says what is there instead.
        """
        last: list[PageView] = []

        def there() -> bool:
            last[:] = [look_at(tab)]
            return self.found.count(last[0]) > 0

        with contextlib.suppress(Stalled):  # none: told below
            Patience(poll=0.1).until(there, bool, what=self.looked_for, within=_DRAWN_WITHIN_S)
        if drift := self._drift_in(last[0], screen):
            if drift.found is not Found.FALLBACK:
                raise WrongScreen(drift=drift)
            note_drift(tab, drift)
        return self.found

    def _fallback(self, found: PageControl, view: PageView) -> str:
        """By what alone it was found; "" where it was found as it is known."""
        if self.kind == "button":
            return "" if found.kind == "button" else "as a link"
        hint = bare(found.hint) if self.kind == "field" else ""
        if hint and hint in {found.name, *found.group_labels} and (found.name == hint or found.name in view.headings):
            return f'by the hint in the empty field, "{hint}"'
        return ""


def missing_control(view: PageView, control: str, looked_for: str, *, screen: str = "") -> WrongScreen:
    """What to raise where something that must stand there stands nowhere."""
    return WrongScreen(drift=Drift(screen, control, looked_for, Found.NOWHERE, describe_page(view, control)))


def describe_page(view: PageView, like: str = "") -> str:
    """What a page shows, briefly: its controls, those first whose words are most like the wanted ones; and its headings."""
    buttons = [control.name for control in view.controls if control.kind == "button" and control.name]
    links = [control.name for control in view.controls if control.kind == "link" and control.name and not control.menu]
    fields = [control.name for control in view.controls if control.kind not in {"button", "link"} and control.name]
    parts = [
        f"{kind} {quote(_most_like(like, names))}"
        for kind, names in (("buttons", buttons), ("fields", fields), ("links", links))
        if names
    ]
    if view.headings:
        parts.append(f"headings {quote(each[:80] for each in view.headings[:_AT_MOST])}")
    return "; ".join([f'a page called "{view.title}"', *parts]) if view.title else "; ".join(parts) or "an empty page"


def _most_like(wanted: str, names: list[str]) -> list[str]:
    """The first few, those most like the wanted words before the others."""
    each = list(dict.fromkeys(name[:80] for name in names))
    each.sort(key=lambda name: -SequenceMatcher(None, wanted.lower(), name.lower()).ratio() if wanted else 0)
    return each[:_AT_MOST]
