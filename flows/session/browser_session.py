"""One browser for one appliance: its tabs, what it receives, and how often it asks."""

from __future__ import annotations

import contextlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.network.chromium import CertificateObserver, NetworkMonitor, launched
from robot.network.courtesy import Courtesy

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import BrowserContext, Page

    from flows.session.browser_driver import Browsers
    from robot.domain.waiting import Poller
    from robot.network.tls import Endpoint

_PLAYWRIGHT_TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class InterfaceTab:
    """The tab in which one interface is signed in to.

    Attributes:
        page: Playwright's page.
        certificate: which certificate it was shown.
    """

    page: Page
    certificate: CertificateObserver


class BrowserSession:
    """A browser that is launched when first needed, and asked politely of an appliance that may be at work.

    Attributes:
        tabs: where an interface is signed in to, by the interface.
    """

    def __init__(self, browsers: Browsers, endpoint: Endpoint, poller: Poller) -> None:
        self.tabs: dict[str, InterfaceTab] = {}
        self._browsers, self._endpoint = browsers, endpoint
        self._courtesy = Courtesy(poller)
        self._is_polite = False
        self._stack = ExitStack()
        self._context: BrowserContext | None = None
        self._answers: NetworkMonitor | None = None

    @property
    def is_open(self) -> bool:
        """Whether a browser is open."""
        return self._context is not None

    @property
    def answers(self) -> NetworkMonitor | None:
        """What the browser receives; `None` while none is open."""
        return self._answers

    def launch(self) -> None:
        """Open the browser."""
        self._context = self._stack.enter_context(launched(self._browsers.playwright, self._endpoint))
        self._context.set_default_timeout(_PLAYWRIGHT_TIMEOUT_MS)
        self._answers = NetworkMonitor.of(self._context)
        self._courtesy.count(self._context)
        if self._is_polite:
            self._courtesy.begin(self._context)

    def new_page(self) -> Page:
        """Open a tab.

        Raises:
            Refused: no browser is open.
        """
        if self._context is None:
            raise Refused("no browser is open")
        return self._context.new_page()

    def owns(self, page: Page) -> bool:
        """Tell whether a page stands in this browser."""
        return self._context is not None and page.context == self._context

    @contextlib.contextmanager
    def politely(self) -> Generator[None]:
        """Ask for about one page a second within, and for none afterwards."""
        self._is_polite = True
        if self._context is not None:
            self._courtesy.begin(self._context)
        try:
            yield
        finally:
            self._is_polite = False
            self._courtesy.hold()

    def count_probe(self) -> None:
        """Wait until one more request, from outside the browser, is polite."""
        self._courtesy.probe()

    def be_impolite(self) -> None:
        """Ask as fast as is needed again, unless a polite look is under way."""
        if not self._is_polite:
            self._courtesy.end()

    def close(self) -> None:
        """Close the browser without a word."""
        self.tabs = {}
        self._context = None
        self._answers = None
        self._courtesy.end()
        self._stack.close()
