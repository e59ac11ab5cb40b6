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
    """Playwright of this thread, started when first needed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._playwright: Playwright | None = None

    @property
    def playwright(self) -> Playwright:
        """The driver; a new one where it has died, for a dead one never starts a browser again."""
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
    """Whether the driver's process still answers: the smallest thing that it can be asked for."""
    try:
        playwright.request.new_context().dispose()
    except Error:
        return False
    return True
