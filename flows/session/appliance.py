"""One appliance of the pair, with its browser: signed in, proved to be the one that was meant, photographed."""

from __future__ import annotations

import contextlib
import os
import re
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from playwright.sync_api import Error, sync_playwright

from pages.appliance.basics import BasicsScreen
from pages.appliance_family import SECRET_LABELS
from pages.drift import instead, noted
from pages.engine.guarded_click import put_away
from pages.engine.in_the_way import Obstacle, came_back_too_often, witness
from pages.engine.no_page import broke_off, error_status
from pages.engine.starting import says_that_it_starts
from pages.menu import go
from pages.screen import BRIEFLY, Screen, is_drawn, known_addresses
from pages.sight import see
from pages.sign_in import Showing, SignIn, SignInPage
from robot.domain.errors import (
    Momentary,
    Refused,
    Rejected,
    SignedOut,
    Stalled,
    Stop,
    Unanswered,
    Unreachable,
    Untrusted,
    WrongScreen,
)
from robot.domain.model import Basics, Reading, Unit
from robot.domain.waiting import nothing_interrupts
from robot.network import tls
from robot.network.chromium import CertificateObserver, NetworkMonitor, launched
from robot.network.courtesy import Courtesy
from robot.network.screenshots import PICTURE_WITHOUT_WAITING_FOR_FONTS, photograph
from robot.runs.remembered import remember_rejected, spend_code, was_rejected
from robot.settings import totp

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from playwright.sync_api import BrowserContext, Page, Playwright

    from robot.domain.drift import Drift
    from robot.domain.waiting import Patience
    from robot.network.tls import Endpoint
    from robot.recording.record import Record
    from robot.settings.secrets import Account, Credentials

S = TypeVar("S", bound=Screen)
R = TypeVar("R")
_PRODUCT = r"bomgar|beyondtrust|remote support|privileged"
_OF_THE_ACCOUNT = r"locked|disabled|expired|^(?!.*password).*\b(code|token)\b"
"""A refusal that speaks of the account says nothing of the password."""
_OF_THE_PASSWORD = {Showing.CREDENTIALS, Showing.USERNAME}
_NOT = r"\bnot an?\b|\bno\b"
_FOR_A_PERSON = {Showing.CONFLICTING_SESSION, Showing.LICENCE, Showing.PASSWORD_CHANGE}
_LOOKS = 4
"""How often a page is looked for that a web server answers for: often enough for a moment, far from often enough for a start."""
_A_MOMENT = 1.0
_COOKIES = {"nsbase_session", "ns_s"}


class Identity(Reading):
    """What tells one box from another: serial number, GUID, and the public key of its certificate; and what else that says."""

    serial: str
    guid: str = ""
    key: str
    certificate: str = ""
    valid_until: str = ""
    names: tuple[str, ...] = ()


class Browsers:
    """Playwright of this thread, started when first needed, taught to find things by their words."""

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


class Appliance:
    """A or B: the stage on which changes take place.

    Attributes:
        unit: which box of the pair.
        endpoint: the way to it.
        login_account: the account for `/login`; after a synchronisation the backup has the primary's accounts.
        identity: what it must prove to be; `None` until it was read for the first time in this run.
        record: where what was put away on its pages is pictured and noted; `None` where nobody keeps one.
        addresses: where the menu has led, by the titles of the screens: asked for directly, as long as they last.
    """

    def __init__(
        self,
        unit: Unit,
        endpoint: Endpoint,
        credentials: Credentials,
        browsers: Browsers,
        secrets: Sequence[str],
        patience: Patience,
    ) -> None:
        self.unit = unit
        self.endpoint = endpoint
        self.login_account = credentials.login
        self.identity: Identity | None = None
        self._appliance_account = credentials.appliance
        self._browsers = browsers
        self._secrets = list(secrets)
        self._patience = patience
        self._courtesy = Courtesy(patience)
        self._polite = False
        self._stack = ExitStack()
        self._context: BrowserContext | None = None
        self._answers: NetworkMonitor | None = None
        self._tabs: dict[str, tuple[Page, CertificateObserver]] = {}
        self._proved_serial = ""
        self._screen: Screen | SignIn | None = None
        self._noticed: dict[Drift, None] = {}
        self.record: Record | None = None
        self.addresses: dict[str, str] = {}
        self.ip = ""

    @property
    def name(self) -> str:
        """A or B, as a person says it."""
        return self.unit.upper()

    @property
    def answers(self) -> NetworkMonitor:
        """What this appliance's browser receives."""
        if self._answers is None:
            raise Refused(f"no browser is open for {self.name}")
        return self._answers

    def open(self, kind: type[S]) -> S:
        """Go to a screen by the menu's words, signing in where that is needed.

        Raises:
            WrongScreen: it is not there. Rejected, Untrusted, Unreachable: as told.
        """
        return self.read(kind, lambda screen: screen)

    def read(self, kind: type[S], reading: Callable[[S], R]) -> R:
        """Go to a screen and read there, which may take more pages than one; once more where the session ends on the way.

        Args:
            kind: the screen.
            reading: reads it, and presses nothing: it may be done again.

        Raises:
            WrongScreen: it is not there. Rejected, Untrusted, Unreachable: as told.
        """
        if (known := self._tabs.get(kind.interface)) and broke_off(known[0]):
            self._leave(kind.interface)  # the browser's own page of an answer that never came leads nowhere
        with self.looked_at():
            try:
                try:
                    return self._once_it_comes(lambda: reading(self._opened(kind)))
                except SignedOut:  # the session ended, as after an installation; a new visit signs in once
                    self._leave(kind.interface)
                except WrongScreen:
                    if (known := self._tabs.get(kind.interface)) is None or not came_back_too_often(known[0]):
                        raise
                    self._leave(kind.interface)  # what was put away comes back again and again: a new session may not have it
                return self._once_it_comes(lambda: reading(self._opened(kind)))
            except (SignedOut, WrongScreen) as lost:
                self._require_nothing_in_the_way(lost)
                raise

    def _once_it_comes(self, look: Callable[[], R]) -> R:
        """What is read of a page; again a moment later where the web server answers for it, or where it moves on by itself.

        Raises:
            Momentary: it does not come.
        """
        for _ in range(_LOOKS - 1):
            try:
                return look()
            except Momentary:
                replace(self._patience, interrupted=nothing_interrupts).pause(_A_MOMENT)  # also in the middle of a swing
        return look()

    def _opened(self, kind: type[S]) -> S:
        screen = kind(self._signed_in(kind.interface))
        self._screen = screen
        screen.open()
        return screen

    def enter(self, interface: str) -> Page:
        """The tab of one interface, signed in."""
        with self.looked_at():
            return self._signed_in(interface)

    @contextlib.contextmanager
    def looked_at(self) -> Generator[None]:
        """Whatever page turns out wrong within is this appliance's, also where the step is about the other one."""
        try:
            yield
        except WrongScreen as wrong:
            wrong.on(self)
            raise

    def is_signed_in(self, interface: str) -> bool:
        """Whether one interface is signed in to, on a box that has proved its serial number."""
        return interface in self._tabs and bool(self._proved_serial)

    @property
    def shown(self) -> Page | None:
        """The tab that is looked at, or `None` while none is open."""
        return None if self._screen is None or self._screen.tab.is_closed() else self._screen.tab

    def prefer(self, screen: Screen) -> None:
        """Take pictures of this screen from now on."""
        self._screen = screen

    def keep_evidence(self, record: Record) -> None:
        """Picture and note in this record, from now on, whatever is put away because it stands in the way of a screen."""
        self.record = record

    def tell_in_the_way(self, tab: Page, found: Obstacle) -> None:
        """Picture what stands in the way, and note its words, before it is put away; what comes back is pictured once.

        Raises:
            Refused: no picture could be taken. It is not put away then.
        """
        if self.record is None:
            return  # nobody keeps a record: an observation
        step, title = f"{self.unit}-in-the-way", "What stood in the way of the screens"
        text = f'on {self.name} something stood in the way, and was put away with "{found.control}": "{found.words[:600]}"'
        first = next((line for line in self.record.lines if line["step"] == step and line.get("text") == text), None)
        if first is not None:
            self.record.note("note", step, **self.where(), title=title, text=f"{text}; it came back, as in {first['file']}")
            return
        shot = photograph(tab, self.record.next_picture(step, "before"), self._secrets, SECRET_LABELS)
        self.record.note("note", step, **self.where(), title=title, text=text, **shot)

    def hide(self, secret: str) -> None:
        """Mask this text too from now on."""
        if secret not in self._secrets:
            self._secrets.append(secret)

    def where(self) -> dict[str, Any]:
        """Say where we are, for a line of the record."""
        screen = self._screen
        url = ""
        if screen is not None and not screen.tab.is_closed():
            url = screen.tab.url.split("?", 1)[0]
        return {
            "unit": self.unit.value,
            "address": self.ip or self.endpoint.address,
            "serial": self.identity.serial if self.identity else self._proved_serial,
            "interface": screen.interface if screen else "",
            "screen": screen.title if screen else "",
            "url": url,
        }

    def noticed(self) -> list[Drift]:
        """Where its pages differ from what is known of them, as far as it could be done all the same."""
        for tab, _ in self._tabs.values():
            for drift in noted(tab):
                self._noticed.setdefault(drift.on(screen=self.where()["screen"], unit=self.unit.value))
        return list(self._noticed)

    def prove_identity(self) -> None:
        """See that the last answer came from this very box, over its own certificate, in a session signed in here.

        Raises:
            Untrusted: it did not.
        """
        if self._screen is None or self._context is None or self._screen.tab.context != self._context:
            raise Untrusted(f"no signed-in page of {self.name} is open")
        if self._screen.interface not in self._tabs or not self._proved_serial:
            raise Untrusted(f"{self.name} has not proved its serial number in this session")
        if self.identity:
            self._require_certificate(tls.certificate(self.endpoint, timeout=5))  # what the press itself will meet
        try:
            self.ip = self.answers.verify_remote_address(self.endpoint)
            self._require_key(self._tabs[self._screen.interface][1])
        except Error as error:
            raise Untrusted(f"{self.name} cannot prove itself: {error.message.splitlines()[0]}") from error

    def picture(self, record: Record, step: str, when: str) -> dict[str, Any]:
        """Take a picture of the screen that is open."""
        if (tab := self.shown) is None:
            raise Refused(f"no page of {self.name} is open to be photographed")
        if isinstance(self._screen, Screen):
            for secret in self._screen.secrets():
                self.hide(secret)
        self._write_down(record, step)
        return photograph(tab, record.next_picture(step, when), self._secrets, SECRET_LABELS)

    def _write_down(self, record: Record, step: str) -> None:
        """Write into the record, once, where a page differs from what is known of it."""
        told = [line["drift"] for line in record.lines if line.get("drift")]
        for drift in self.noticed():
            if drift.plain() not in told:
                record.note("note", step, **self.where(), text=drift.sentence, drift=drift.plain())

    def afresh(self) -> None:
        """Sign out and close the browser; the next reading begins with a new session."""
        if self._context is not None:
            self._courtesy.end()
            for interface, (tab, _) in self._tabs.items():
                with contextlib.suppress(Stop, Error):  # good manners, no more: the session ends by itself too
                    SignIn(tab, self.answers, interface).sign_out()
        self.drop()

    def drop(self) -> None:
        """Close the browser without a word, as before a long wait."""
        self.noticed()  # the tabs and what was noted on them go
        self._tabs = {}
        self._screen = None
        self._context = None
        self._answers = None
        self._proved_serial = ""
        self._courtesy.end()
        self._stack.close()

    @property
    def is_open(self) -> bool:
        """Whether a browser is open."""
        return self._context is not None

    @contextlib.contextmanager
    def politely(self) -> Generator[None]:
        """One look at an appliance that may be at work: it is asked for about one page a second, and for none afterwards."""
        self._polite = True
        if self._context is not None:
            self._courtesy.begin(self._context)
        try:
            yield
        finally:
            self._polite = False
            self._courtesy.hold()

    def is_up(self) -> bool:
        """Whether it answers at all: its health page, or else its sign-in page; plain probes without a session."""
        try:
            self._courtesy.probe()
            if tls.get(self.endpoint, "/check_health", timeout=5).status == 200:
                return True
            self._courtesy.probe()
            return tls.get(self.endpoint, "/appliance", timeout=5).status < 500
        except Unreachable:
            return False

    def read_identity(self) -> Identity:
        """Read what tells this box from another, by a fresh look at Status > Basics."""
        basics = self.basics()
        shown = tls.certificate(self.endpoint)
        key = self._tabs["appliance"][1].key(self.endpoint.origin) or shown.key
        if key != shown.key:
            raise Untrusted(f"{self.name} shows one certificate to the browser and another to a plain connection")
        return Identity(
            serial=basics.serial, guid=basics.guid, key=key,
            certificate=shown.subject, valid_until=shown.valid_until, names=shown.names,
        )  # fmt: skip

    def expect(self, identity: Identity) -> None:
        """From now on it must prove to be this one."""
        self.identity = identity

    def basics(self) -> Basics:
        """Status > Basics."""
        return self.read(BasicsScreen, lambda screen: screen.read())

    def _require_nothing_in_the_way(self, lost: SignedOut | WrongScreen) -> None:
        """Where a screen is not shown since something stands before it, say what a person must settle."""
        if not isinstance(self._screen, Screen):
            return
        showing = SignIn(self._screen.tab, self.answers, self._screen.interface).read().showing
        if showing in _FOR_A_PERSON and not self._screen.is_offered:  # beside its menu it is a screen, with passwords of its own
            raise WrongScreen(
                f"{self.name}'s /{self._screen.interface} shows {showing.value}, which a person must settle: {lost}"
            ) from lost

    # -- sessions ------------------------------------------------------------------------------------------------

    def _signed_in(self, interface: str) -> Page:
        if self._context is None:
            self._launch()
        elif not self._polite:
            self._courtesy.end()
        if landed := interface not in self._tabs:
            if interface != "appliance" and not self._proved_serial:
                self._signed_in("appliance")  # the serial number stands only there: it is proved before anything else
            self._sign_in(interface)
        if interface == "appliance" and not self._proved_serial:
            try:
                self._prove_serial(landed=landed)
            except SignedOut:  # this session has ended too
                self._leave(interface)
                self._sign_in(interface)
                self._prove_serial(landed=True)
        return self._tabs[interface][0]

    def _launch(self) -> None:
        self._require_certificate(tls.certificate(self.endpoint))
        self._context = self._stack.enter_context(launched(self._browsers.playwright, self.endpoint))
        self._context.set_default_timeout(15_000)
        self._answers = NetworkMonitor.of(self._context)
        self._courtesy.count(self._context)
        if self._polite:
            self._courtesy.begin(self._context)

    def _leave(self, interface: str) -> None:
        self.noticed()
        tab, _ = self._tabs.pop(interface)
        self._proved_serial = ""  # what has forgotten us may be another box by now: it proves its serial number again
        tab.close()

    def _account(self, interface: str) -> Account:
        return self._appliance_account if interface == "appliance" else self.login_account

    def _sign_in(self, interface: str) -> None:
        if self._context is None:
            raise Refused(f"no browser is open for {self.name}")
        account = self._account(interface)
        place = f"{self.name}'s /{interface}"
        tried = (self.endpoint.address, interface, account.username, account.password.get_secret_value())
        if was_rejected(*tried):
            raise Rejected(f"{place} refused this password before; it is not tried again until it changes in .env")
        tab = self._context.new_page()
        shown_certificate = CertificateObserver(tab)
        witness(tab, lambda found: self.tell_in_the_way(tab, found))
        known_addresses(tab, self.addresses)
        status = self._front_door(tab, interface)
        self.ip = self.answers.verify_remote_address(self.endpoint)
        self._require_key(shown_certificate)
        sign_in = SignIn(tab, self.answers, interface)
        self._screen = sign_in
        page = self._shown(sign_in, {Showing.OTHER})
        if said := says_that_it_starts(page.sight):
            raise Unreachable(f'{place} says "{said}": it is not ready, and was given no password')
        if page.showing is Showing.OTHER and self._is_the_product(tab, page):
            page = self._past_what_stands_in_the_way(sign_in, page)
        page = self._agreed(sign_in, page)
        self._require_product(tab, interface, status, page)
        self._walk(sign_in, page, account, place, tried)
        self._tabs[interface] = (tab, shown_certificate)

    def _past_what_stands_in_the_way(self, sign_in: SignIn, page: SignInPage) -> SignInPage:
        """Put away the news or notices that stand in the place of a page; give what they lead to."""
        while page.showing is Showing.OTHER and put_away(sign_in.tab):
            page = self._shown(sign_in, {Showing.OTHER})
        return page

    def _front_door(self, tab: Page, interface: str) -> int:
        """Open an interface's first page, and give its HTTP status; again a moment later where it is an error page, or blank.

        Raises:
            Unreachable: it stays one.
        """

        def opened() -> int:
            status = go(tab, f"{self.endpoint.origin}/{interface}")
            if error_status(tab):
                raise Momentary(f"{self.name}'s /{interface} answers {status}: it is not ready")
            if not is_drawn(tab):
                raise Momentary(f"{self.name}'s /{interface} stays blank: it is not ready")
            return status

        try:
            return self._once_it_comes(opened)
        except Momentary as lost:
            raise Unreachable(str(lost)) from lost

    def _agreed(self, sign_in: SignIn, page: SignInPage) -> SignInPage:
        """Accept the login agreement that may stand first, in the customer's own words, and give what it leads to."""
        if page.showing is not Showing.AGREEMENT:
            return page
        sign_in.accept_agreement()
        after = self._shown(sign_in, {Showing.OTHER, Showing.AGREEMENT})
        if after.showing is Showing.AGREEMENT:
            raise WrongScreen(f"{self.name} shows its login agreement again, once it was accepted: {instead(after.sight)}")
        return after

    def _walk(self, sign_in: SignIn, page: SignInPage, account: Account, place: str, tried: tuple[str, ...]) -> None:
        """Go through whatever stands before the screens; the password is given once, and each code once."""
        given: dict[Showing, float] = {}
        sign_in.disregard(page.sight)
        while page.showing is not Showing.SCREENS:
            if page.showing in given:
                self._tell_unaccepted(page, given[page.showing], account, place, tried)
            given[page.showing] = page.sight.stamp
            if page.showing is Showing.CREDENTIALS:
                given.setdefault(Showing.USERNAME, page.sight.stamp)  # the password would be asked for again behind it
            if not self._gave(sign_in, page, account, place):
                del given[page.showing]  # something else may stand behind it
            page = self._shown(sign_in, {Showing.OTHER, *given})
            if error_status(sign_in.tab) or page.sight.is_blank:  # only the page is asked for again: what was given is given once
                try:
                    self._front_door(sign_in.tab, sign_in.interface)
                except Unreachable as lost:
                    raise Unanswered(f"{place} has not answered the sign-in that was sent: {lost}") from lost
                page = self._shown(sign_in, {Showing.OTHER})
            if broke_off(sign_in.tab):
                raise Unanswered(f"{place} does not open: the connection broke off, or led nowhere, once the sign-in was sent")

    def _gave(self, sign_in: SignIn, page: SignInPage, account: Account, place: str) -> bool:
        """Give a page of the sign-in what it asks for; `False` where something only stood in the way, and was put away."""
        match page.showing:
            case Showing.AGREEMENT:
                sign_in.accept_agreement()
            case Showing.METHOD:
                sign_in.choose_password_method()
            case Showing.USERNAME:
                sign_in.give_username(account.username)
            case Showing.CREDENTIALS:
                beside = self._code(account.totp.get_secret_value()) if account.totp and page.asks_for_code else ""
                sign_in.sign_in(account.username, account.password.get_secret_value(), beside)
            case Showing.CODE:
                if account.totp is None:
                    raise Rejected(f"{place} asks for a second factor: give its seed in .env")
                sign_in.give_code(self._code(account.totp.get_secret_value()))
            case _:
                self._require_put_away(sign_in.tab, page, place)
                return False
        return True

    @staticmethod
    def _require_put_away(tab: Page, page: SignInPage, place: str) -> None:
        """Put away what stands in the place of the screens.

        Raises:
            Unanswered: the appliance is starting. WrongScreen: a person must settle it.
        """
        if page.showing is Showing.STARTING:
            raise Unanswered(f"{place} says that the appliance is starting, after the sign-in was sent; it was sent once")
        if page.showing is not Showing.OTHER or not put_away(tab):
            raise WrongScreen(f"{place} shows {page.showing.value}, which a person must settle: {instead(page.sight)}")

    @staticmethod
    def _tell_unaccepted(page: SignInPage, given: float, account: Account, place: str, tried: tuple[str, ...]) -> NoReturn:
        """What was given did not lead on: say whether it was refused, or not answered.

        Raises:
            Rejected: it says that it was refused. Unanswered: it says nothing.
        """
        if page.sight.stamp == given and not page.refusal:
            raise Unanswered(f"{place} has not answered the sign-in within 30 s; whether it was accepted is not known")
        if not page.refusal:
            raise Unanswered(
                f"{place} shows {page.showing.value} again without a word: it did not accept {account.username}, or has "
                "just been restarted; it was tried once"
            )
        if page.showing in _OF_THE_PASSWORD and not re.search(_OF_THE_ACCOUNT, page.refusal, re.IGNORECASE):
            remember_rejected(*tried)
        raise Rejected(
            f'{place} did not accept {account.username} at {page.showing.value}: "{page.refusal}"; '
            "it was tried once and is not tried again: correct the credentials",
        )

    def _shown(self, sign_in: SignIn, passing: set[Showing]) -> SignInPage:
        """Wait briefly until the page shows something else than these, or says that it refused."""
        with contextlib.suppress(Stalled):
            return BRIEFLY.until(
                sign_in.read,
                lambda page: (
                    (page.showing not in passing and page.sight.ready != "loading")
                    or bool(page.refusal and page.sight.ready == "complete")
                    or bool(error_status(sign_in.tab))
                ),
                what="the page after a sign-in step",
                within=5,
            )
        return sign_in.read()

    def _code(self, seed: str) -> str:
        """The next code of the second factor that nobody has used."""
        spent: list[int] = []

        def spend() -> bool:
            counter = int(time.time()) // totp.STEP
            spent.append(counter)
            return spend_code(seed, counter)

        replace(self._patience, interrupted=nothing_interrupts).until(
            spend, bool, what="a fresh code of the second factor", within=2.0 * totp.STEP
        )
        return totp.code(seed, spent[-1])

    def _prove_serial(self, *, landed: bool) -> None:
        """See that this is the box that it was.

        Args:
            landed: whether the sign-in has led to the page that is shown, so that it need not be asked for anew.
        """
        tab = self._tabs["appliance"][0]
        screen = BasicsScreen(tab)
        self._screen = screen
        if not landed or not screen.is_shown(see(tab)):
            screen.open()
        serial = screen.read().serial
        if self.identity and serial != self.identity.serial:
            raise Untrusted(
                f"the box at {self.endpoint.address} has the serial number {serial}, "
                f"not {self.identity.serial} as {self.name} had: nothing is pressed"
            )
        self._proved_serial = serial

    def _require_certificate(self, shown: tls.Certificate) -> None:
        if self.identity and shown.key != self.identity.key:
            raise Untrusted(
                f"{self.name}'s certificate has changed since this run began (its public key is {shown.key} now); "
                "have somebody confirm it, then begin a new run"
            )

    def _require_key(self, witness: CertificateObserver) -> None:
        key = witness.key(self.endpoint.origin)
        if self.identity and key and key != self.identity.key:
            raise Untrusted(f"{self.name}'s browser was shown another certificate than at the beginning; nothing is pressed")

    @staticmethod
    def _is_the_product(tab: Page, page: SignInPage) -> bool:
        """Whether a page is this product's, by its cookies or its words."""
        cookies = {cookie.get("name") for cookie in tab.context.cookies()}
        told = [page.sight.title, *page.sight.headings, *page.sight.text.splitlines()]
        named = any(re.search(_PRODUCT, line, re.IGNORECASE) and not re.search(_NOT, line, re.IGNORECASE) for line in told)
        return bool(cookies & _COOKIES) or named

    def _require_product(self, tab: Page, interface: str, status: int, page: SignInPage) -> None:
        """Give no password to what is not this product."""
        if status == 404 and interface == "appliance":
            raise WrongScreen(
                f"{self.endpoint.address} has no /appliance: a cloud site, which has no failover pair of its own, "
                "or not this product"
            )
        if not self._is_the_product(tab, page) or page.showing is Showing.OTHER:
            raise WrongScreen(
                f"{self.endpoint.address}/{interface} does not look like this product's sign-in (HTTP {status}); "
                f"no password was given. There is: {instead(page.sight)}"
            )
