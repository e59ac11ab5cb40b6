"""One appliance of the pair, with its browser: it signs in, proves that it is the appliance that is meant, and takes pictures."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from playwright.sync_api import Error

from flows.session.browser_session import BrowserSession, InterfaceTab
from flows.session.identity import Identity, require_simulated
from flows.session.page_evidence import PageEvidence
from flows.session.sign_in_walk import SignInWalk, read_once_it_comes, require_no_person_is_needed
from pages.appliance.basics import BasicsScreen
from pages.engine.meaning.obstacles import Obstacle, has_come_back_too_often, report_dismissals_to
from pages.engine.screen import Screen, share_known_addresses
from pages.engine.snapshot.page_status import broke_off
from pages.sign_in import SignIn
from robot.domain.errors import Refused, SignedOut, Unreachable, Untrusted, WrongScreen
from robot.network import tls
from robot.network.chromium import CertificateObserver, NetworkMonitor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page

    from flows.session.browser_driver import Browsers
    from pages.readings.machine import Basics
    from robot.domain.drift import Drift
    from robot.domain.model import Unit
    from robot.domain.secret_registry import SecretRegistry
    from robot.domain.waiting import Poller
    from robot.network.certificates import Certificate
    from robot.network.tls import Endpoint
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings.secrets import Credentials

S = TypeVar("S", bound=Screen)
R = TypeVar("R")


class Appliance:
    """A or B: the place where changes are made.

    Attributes:
        unit: which appliance of the pair.
        endpoint: the way to it.
        login_account: the account for `/login`; after a synchronisation the backup has the primary's accounts.
        identity: what it must prove to be; `None` until it is read for the first time in this run.
        record: where what is dismissed on its pages is noted, with a picture; `None` if no record is kept.
        learn: masks a secret that a page has shown, in pictures and texts, from now on.
        addresses: the address of each screen, by its title, as the menu led to it; used directly while it is valid.
        must_be_simulated: whether only a simulated appliance is worked on, as in a rehearsal.
    """

    def __init__(
        self, unit: Unit, endpoint: Endpoint, credentials: Credentials, browsers: Browsers, known: SecretRegistry, poller: Poller
    ) -> None:
        self.unit, self.endpoint = unit, endpoint
        self.login_account = credentials.login
        self.identity: Identity | None = None
        self._appliance_account = credentials.appliance
        self._browser = BrowserSession(browsers, endpoint, poller)
        self._evidence = PageEvidence(unit, known)
        self.learn = self._evidence.learn
        self._poller = poller
        self._proved_serial = self.ip = ""
        self._screen: Screen | SignIn | None = None
        self.record: EvidenceLog | None = None
        self.addresses: dict[str, str] = {}
        self.must_be_simulated = False

    @property
    def name(self) -> str:
        """A or B, as a person says it."""
        return self.unit.upper()

    @property
    def answers(self) -> NetworkMonitor:
        """The monitor of what this appliance's browser receives.

        Raises:
            Refused: no browser is open.
        """
        if (answers := self._browser.answers) is None:
            raise Refused(f"no browser is open for {self.name}")
        return answers

    def open(self, kind: type[S]) -> S:
        """Return a screen, opened by the menu's words; sign in first if that is needed.

        Raises:
            WrongScreen: it is not there. LoginRejected, Untrusted, Unreachable: from the sign-in.
        """
        return self.read(kind, lambda screen: screen)

    def read(self, kind: type[S], reading: Callable[[S], R]) -> R:
        """Open a screen (signing in if needed) and read it; do so once more, in a new session, if the session ends meanwhile.

        Args:
            kind: the screen.
            reading: reads the open screen; it presses nothing, because it may be called twice.

        Returns:
            What `reading` returns.

        Raises:
            SignedOut: the new session ended too.
            WrongScreen: the screen is not there. LoginRejected, Untrusted, Unreachable: from the sign-in.
        """
        if (tab := self._browser.tabs.get(kind.interface)) and broke_off(tab.page):
            self._leave(kind.interface)  # the browser's own error page leads nowhere
        with self.looked_at():
            try:
                try:
                    return read_once_it_comes(lambda: reading(self._opened(kind)), self._poller)
                except SignedOut:  # the session ended, as after an installation; a new visit signs in once
                    self._leave(kind.interface)
                except WrongScreen:
                    if (tab := self._browser.tabs.get(kind.interface)) is None or not has_come_back_too_often(tab.page):
                        raise
                    self._leave(kind.interface)  # what was dismissed comes back again and again: a new session may not show it
                return read_once_it_comes(lambda: reading(self._opened(kind)), self._poller)
            except (SignedOut, WrongScreen) as lost:
                if isinstance(self._screen, Screen):
                    require_no_person_is_needed(self.name, self._screen, self.answers, lost)
                raise

    def _opened(self, kind: type[S]) -> S:
        landed = kind.interface not in self._browser.tabs
        screen = self._screen = kind(self._signed_in(kind.interface))
        with self._evidence.opening(screen):
            if not (landed and screen.has_just_come()):
                screen.open()
        return screen

    def enter(self, interface: str) -> Page:
        """Sign in to one interface if needed, and return its tab."""
        with self.looked_at():
            return self._signed_in(interface)

    @contextlib.contextmanager
    def looked_at(self) -> Generator[None]:
        """Name this appliance in every `WrongScreen` that is raised within, even if the step is about the other one."""
        try:
            yield
        except WrongScreen as wrong:
            wrong.on(self)
            raise

    def is_signed_in(self, interface: str) -> bool:
        """Return whether the interface is signed in to and the appliance has proved its serial number."""
        return interface in self._browser.tabs and bool(self._proved_serial)

    @property
    def shown(self) -> Page | None:
        """The tab that is read now; `None` while none is open."""
        return None if self._screen is None or self._screen.tab.is_closed() else self._screen.tab

    def prefer(self, screen: Screen) -> None:
        """Take pictures of this screen from now on."""
        self._screen = screen

    def keep_evidence(self, record: EvidenceLog) -> None:
        """From now on note in this record, with a picture, whatever is dismissed because it covers a screen."""
        self.record = record

    def tell_in_the_way(self, tab: Page, obstacle: Obstacle) -> None:
        """Take a picture of what covers a screen, and note its words, before it is dismissed.

        Raises:
            Refused: no picture could be taken; it is not dismissed then.
        """
        if self.record is not None:  # an observation keeps no record
            self._evidence.tell_in_the_way(tab, obstacle, self.record, self.where())

    def where(self) -> dict[str, Any]:
        """Return the place, for a line of the record.

        Returns:
            `unit`, `address`, `serial`, `interface`, `screen` and `url` (without its query); "" for what is not known.
        """
        screen = self._screen
        url = tab.url.split("?", 1)[0] if (tab := self.shown) else ""
        return {
            "unit": self.unit.value, "address": self.ip or self.endpoint.address,
            "serial": self.identity.serial if self.identity else self._proved_serial,
            "interface": screen.interface if screen else "", "screen": screen.title if screen else "", "url": url,
        }  # fmt: skip

    def noticed(self) -> list[Drift]:
        """Return where its pages have differed from what is known of them, although everything could be done."""
        return self._evidence.drifts_of((tab.page for tab in self._browser.tabs.values()), self.where()["screen"])

    def prove_identity(self) -> None:
        """Check that the last answer came from this appliance, with its own certificate, in a session signed in here.

        Raises:
            Untrusted: it did not.
        """
        if self._screen is None or not self._browser.owns(self._screen.tab):
            raise Untrusted(f"no signed-in page of {self.name} is open")
        if self._screen.interface not in self._browser.tabs or not self._proved_serial:
            raise Untrusted(f"{self.name} has not proved its serial number in this session")
        if self.identity:
            self._require_certificate(tls.certificate(self.endpoint, timeout=5))  # what the press itself will meet
        try:
            self.ip = self.answers.verify_remote_address(self.endpoint)
            self._require_key(self._browser.tabs[self._screen.interface].certificate)
        except Error as error:
            raise Untrusted(f"{self.name} cannot prove itself: {error.message.splitlines()[0]}") from error

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Take a picture of the screen that is open, and note its drifts.

        Args:
            record: the record that it belongs to.
            step: the step's name.
            when: the moment within the step, as "before" or "after".

        Returns:
            `file`, `sha256`, `bytes` and `masked` for its line.

        Raises:
            Refused: no page is open, or no picture could be taken.
        """
        if (tab := self.shown) is None:
            raise Refused(f"no page of {self.name} is open to be photographed")
        self._evidence.prepare(self._screen)
        self._evidence.note_drifts(self.noticed(), record, step, self.where())
        return self._evidence.photograph(tab, record, step, when)

    def afresh(self) -> None:
        """Sign out and end the session; the next reading begins a new one."""
        self._forget()
        self._browser.end()

    def drop(self) -> None:
        """Close the browser without a word; the next reading begins a new session in a new one."""
        self._forget()
        self._browser.close()

    def _forget(self) -> None:
        self.noticed()  # the tabs and what was noted on them go
        self._screen = None
        self._proved_serial = ""

    @property
    def is_open(self) -> bool:
        """Whether a session is open."""
        return self._browser.is_open

    def politely(self) -> AbstractContextManager[None]:
        """Ask an appliance that may be at work for about one page a second within, and for none afterwards."""
        return self._browser.politely()

    def is_up(self) -> bool:
        """Return whether its health page, or else its sign-in page, answers a plain probe without a session."""
        try:
            self._browser.count_probe()
            if tls.get(self.endpoint, "/check_health", timeout=5).status == 200:
                return True
            self._browser.count_probe()
            return tls.get(self.endpoint, "/appliance", timeout=5).status < 500
        except Unreachable:
            return False

    def identity_by(self, basics: Basics) -> Identity:
        """Return what tells this appliance from another: its Status > Basics, just read, and the certificate that it shows."""
        key = self._browser.tabs["appliance"].certificate.key(self.endpoint.origin)
        return Identity.of(self.name, basics, tls.certificate(self.endpoint), browser_key=key)

    def expect(self, identity: Identity) -> None:
        """Require this identity from now on."""
        self.identity = identity

    def basics(self) -> Basics:
        """Read Status > Basics."""
        return self.read(BasicsScreen, lambda screen: screen.read())

    def _signed_in(self, interface: str) -> Page:
        if self._browser.is_open:
            self._browser.be_impolite()
        else:
            self._require_certificate(tls.certificate(self.endpoint))
            self._browser.begin()
        if landed := interface not in self._browser.tabs:
            if interface != "appliance" and not self._proved_serial:
                self._signed_in("appliance")  # only this interface shows the serial number, which is proved before anything else
            self._sign_in(interface)
        if interface == "appliance" and not self._proved_serial:
            try:
                self._prove_serial(landed=landed)
            except SignedOut:  # this session has ended too
                self._leave(interface)
                self._sign_in(interface)
                self._prove_serial(landed=True)
        return self._browser.tabs[interface].page

    def _leave(self, interface: str) -> None:
        self.noticed()
        tab = self._browser.tabs.pop(interface).page
        self._proved_serial = ""  # another appliance may answer by now: it must prove its serial number again
        tab.close()

    def _sign_in(self, interface: str) -> None:
        account = self._appliance_account if interface == "appliance" else self.login_account
        walk = SignInWalk(self.name, self.endpoint, interface, account, self._poller)
        walk.require_not_rejected()
        tab = self._browser.new_page()
        certificate = CertificateObserver(tab)
        report_dismissals_to(tab, lambda obstacle: self.tell_in_the_way(tab, obstacle))
        share_known_addresses(tab, self.addresses)
        status = walk.open_front_door(tab)
        self.ip = self.answers.verify_remote_address(self.endpoint)
        self._require_key(certificate)
        self._screen = SignIn(tab, self.answers, interface)
        walk.go(self._screen, status)
        self._browser.tabs[interface] = InterfaceTab(tab, certificate)

    def _prove_serial(self, *, landed: bool) -> None:
        """Check that this is the appliance that it was; `landed`: the sign-in has just led to its first page."""
        screen = self._screen = BasicsScreen(self._browser.tabs["appliance"].page)
        if not (landed and screen.has_just_come()):
            screen.open()
        self.accept_serial(screen.read().serial)

    def accept_serial(self, serial: str) -> None:
        """Take a serial number, just read, as the one of this session.

        Raises:
            Untrusted: it is not the one that was read at the beginning.
            Refused: this is a rehearsal, and the appliance is not a simulated one.
        """
        if self.must_be_simulated:
            require_simulated(self.name, self.endpoint, serial)
        if self.identity:
            self.identity.require_serial(self.name, self.endpoint, serial)
        self._proved_serial = serial

    def _require_certificate(self, shown: Certificate) -> None:
        if self.identity:
            self.identity.require_certificate(self.name, shown)

    def _require_key(self, shown: CertificateObserver) -> None:
        if self.identity:
            self.identity.require_key(self.name, shown.key(self.endpoint.origin))
