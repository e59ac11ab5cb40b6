"""The browser driver of one thread."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from robot.network.screenshots import PICTURE_WITHOUT_WAITING_FOR_FONTS

if TYPE_CHECKING:
    from playwright.sync_api import Playwright


class Browsers:
    """Playwright's driver in this thread; it is started when it is first needed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._playwright: Playwright | None = None

    @property
    def playwright(self) -> Playwright:
        """The driver; a new one if it has died, because a dead one never starts a browser again."""
        if self._playwright is not None and not _answers(self._playwright):
            self.close()
        if self._playwright is None:
            os.environ.setdefault(*PICTURE_WITHOUT_WAITING_FOR_FONTS)
            self._playwright = self._stack.enter_context(sync_playwright())
        return self._playwright

    def close(self) -> None:
        """Stop the driver."""
        self._stack.close()
        self._playwright = None


def _answers(playwright: Playwright) -> bool:
    """Return whether the driver's process still answers the smallest request there is."""
    try:
        playwright.request.new_context().dispose()
    except Error:
        return False
    return True
