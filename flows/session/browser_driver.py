"""The browsers of one thread: their driver, and one running Chromium for each endpoint."""

from __future__ import annotations

import contextlib
import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Error, sync_playwright

from robot.network.chromium import launched, new_session
from robot.network.screenshots.screenshot import PICTURE_WITHOUT_WAITING_FOR_FONTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

    from robot.network.tls import Endpoint

MOST_RUNNING: Final = 3
"""How many Chromium a run keeps running: for A, for B, and for the site; those with an open session always stay."""


@dataclass(frozen=True)
class _Running:
    browser: Browser
    home: ExitStack


class Browsers:
    """Playwright of this thread, and the Chromium that it runs; all of them started when first needed.

    A session is a context of its own. A Chromium outlives its sessions, since starting one costs more than most looks at a
    page, and a new session must not be shunned for its price.

    Args:
        playwright: the driver, if this thread has one already, as in a pytest session: it is used, and not stopped.
    """

    def __init__(self, playwright: Playwright | None = None) -> None:
        self._stack = ExitStack()
        self._playwright = playwright
        self._running: dict[Endpoint, _Running] = {}

    def begin_session(self, endpoint: Endpoint) -> BrowserContext:
        """Begin a session with an endpoint, in the Chromium that reaches nothing else.

        Returns:
            A browser context of its own, without pages.

        Raises:
            UsageError: no Chromium, or no certutil where a CA file must be trusted.
        """
        try:
            return new_session(self._chromium(endpoint))
        except Error:  # it has died since it was last asked for
            self.end(endpoint)
            return new_session(self._chromium(endpoint))

    def rest(self) -> None:
        """Close every Chromium, as before a long wait; their sessions end."""
        for endpoint in list(self._running):
            self.end(endpoint)

    def end(self, endpoint: Endpoint) -> None:
        """Close the Chromium of an endpoint, if one runs; its sessions end."""
        if running := self._running.pop(endpoint, None):
            running.home.close()

    def close(self) -> None:
        """Close every Chromium, and stop the driver."""
        self.rest()
        self._stack.close()
        self._playwright = None

    def _driver(self) -> Playwright:
        """Return the driver; a new one where it has died, for a dead one never starts a browser again."""
        if self._playwright is not None and not _answers(self._playwright):
            self.close()
        if self._playwright is None:
            os.environ.setdefault(*PICTURE_WITHOUT_WAITING_FOR_FONTS)
            self._playwright = self._stack.enter_context(sync_playwright())
        return self._playwright

    def _chromium(self, endpoint: Endpoint) -> Browser:
        """Return the running Chromium of an endpoint, or launch it; who was asked for last stands last."""
        driver = self._driver()
        if endpoint not in self._running:
            self._make_room()
            home = ExitStack()
            self._running[endpoint] = _Running(home.enter_context(launched(driver, endpoint)), home)
        self._running[endpoint] = running = self._running.pop(endpoint)
        return running.browser

    def _make_room(self) -> None:
        """Close those Chromium that have had no session for longest, so that one more may start."""
        idle = [endpoint for endpoint, running in self._running.items() if not running.browser.contexts]
        for endpoint in idle[: max(0, len(self._running) + 1 - MOST_RUNNING)]:
            self.end(endpoint)


def end_session(context: BrowserContext | None) -> None:
    """End a session without a word to the appliance."""
    if context is not None:
        with contextlib.suppress(Error):  # its Chromium may have crashed already; then there is nothing left to close
            context.close()


def _answers(playwright: Playwright) -> bool:
    """Return whether the driver's process still answers the smallest request there is."""
    try:
        playwright.request.new_context().dispose()
    except Error:
        return False
    return True
