"""Notes, for the record and the report, where a page differed from what is known of it and could be used all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.snapshot.tab_memory import TabMemory
from robot.domain.drift import Drift, DriftKind

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NOTED = TabMemory[dict[Drift, None]]()


def note_drift(tab: Page, drift: Drift) -> None:
    """Note a drift on a tab: the run goes on, and the readers of its evidence should know."""
    _NOTED.setdefault(tab, {})[drift] = None


def noted_drifts(tab: Page) -> tuple[Drift, ...]:
    """Return what has been noted on a tab.

    Returns:
        Each drift once, in the order in which it was first noted.
    """
    return tuple(_NOTED.get(tab, ()))


def note_fallback(tab: Page, control: str, looked_for: str, fallback: str, *, screen: str = "") -> None:
    """Note a control that was found by a fallback only.

    Args:
        tab: the page on which it was found.
        control: the words that name it.
        looked_for: what a person would have looked for.
        fallback: how it was found, in words that complete "was found only".
        screen: the screen's title.
    """
    note_drift(tab, Drift(screen, control, looked_for, DriftKind.FALLBACK, fallback))
