"""One session with one appliance: its tabs, what it receives, and how often it asks."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from flows.session.browser_driver import end_session
from pages.sign_in import SignIn
from robot.domain.errors import Refused, Stop
from robot.network.chromium import CertificateObserver, NetworkMonitor
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
        certificate: the certificate that it was shown.
    """

    page: Page
    certificate: CertificateObserver


class BrowserSession:
    """A session that is begun when first needed, and asks politely of an appliance that may be at work.

    Attributes:
        tabs: the signed-in tab of each interface, by the interface: `login`, `appliance`.
    """

    def __init__(self, browsers: Browsers, endpoint: Endpoint, poller: Poller) -> None:
        self.tabs: dict[str, InterfaceTab] = {}
        self._browsers, self._endpoint = browsers, endpoint
        self._courtesy = Courtesy(poller)
        self._is_polite = False
        self._context: BrowserContext | None = None
        self._answers: NetworkMonitor | None = None

    @property
    def is_open(self) -> bool:
        """Whether a session is open."""
        return self._context is not None

    @property
    def answers(self) -> NetworkMonitor | None:
        """What the session receives; `None` while none is open."""
        return self._answers

    def begin(self) -> None:
        """Begin the session."""
        self._context = self._browsers.begin_session(self._endpoint)
        self._context.set_default_timeout(_PLAYWRIGHT_TIMEOUT_MS)
        self._answers = NetworkMonitor.of(self._context)
        self._courtesy.count(self._context)
        if self._is_polite:
            self._courtesy.begin(self._context)

    def new_page(self) -> Page:
        """Return a new tab.

        Raises:
            Refused: no browser is open.
        """
        if self._context is None:
            raise Refused("no browser is open")
        return self._context.new_page()

    def owns(self, page: Page) -> bool:
        """Tell whether a page stands in this session."""
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
        """Wait until one more request from outside the browser keeps to the pace."""
        self._courtesy.probe()

    def be_impolite(self) -> None:
        """Ask as fast as needed again, unless `politely` is in force."""
        if not self._is_polite:
            self._courtesy.end()

    def end(self) -> None:
        """Sign out, which is good manners and no more, and end the session."""
        try:
            self._sign_out()
        except Error:  # the browser does not do what it is asked
            self.close()
        else:
            end_session(self._context)
            self._forget()

    def close(self) -> None:
        """Close the browser without a word, and with it the session: a browser that hangs goes too."""
        self._browsers.end(self._endpoint)
        self._forget()

    def _sign_out(self) -> None:
        if self._answers is not None:
            self.be_impolite()
            for interface, tab in self.tabs.items():
                with contextlib.suppress(Stop):
                    SignIn(tab.page, self._answers, interface).sign_out()

    def _forget(self) -> None:
        self.tabs = {}
        self._context = None
        self._answers = None
        self._courtesy.end()
