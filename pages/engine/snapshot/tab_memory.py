"""What the engine remembers of a tab from one look to the next, so that all of it can be forgotten together."""

from __future__ import annotations

from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from playwright.sync_api import Page

_Remembered = TypeVar("_Remembered")


class TabMemory(WeakKeyDictionary[Page, _Remembered]):
    """What one module remembers of each tab, until the tab is closed or `forget_tab` is called."""

    def __init__(self) -> None:
        super().__init__()
        _ALL.append(self)


_ALL: list[TabMemory[Any]] = []


def forget_tab(tab: Page) -> None:
    """Forget everything that is remembered of a tab, as if it had just been opened."""
    for memory in _ALL:
        memory.pop(tab, None)
