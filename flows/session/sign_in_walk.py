"""The sign-in of one interface: every password and every code is given once, and only to this product."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, TypeVar

from pages.engine.actions.dismissal import put_away
from pages.engine.actions.navigation import open_url
from pages.engine.meaning.failure_words import FAILURE, stated_failures
from pages.engine.meaning.startup import startup_notice
from pages.engine.screen import BRIEFLY, is_drawn
from pages.engine.snapshot.page_status import broke_off, error_status
from pages.engine.view.page_description import describe_page
from pages.sign_in import Showing, SignIn
from robot.domain.errors import LoginRejected, LoginUnanswered, Momentary, SignedOut, Stalled, Unreachable, WrongScreen
from robot.domain.waiting import nothing_interrupts
from robot.runs.login_memory import remember_rejected, spend_code, was_rejected
from robot.settings import totp

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from pages.engine.screen import Screen
    from pages.sign_in import SignInPage
    from robot.domain.waiting import Poller
    from robot.network.chromium import NetworkMonitor
    from robot.network.tls import Endpoint
    from robot.settings.secrets import Account

R = TypeVar("R")
_PRODUCT = r"bomgar|beyondtrust|remote support|privileged"
_OF_THE_ACCOUNT = r"locked|disabled|expired|^(?!.*password).*\b(code|token)\b"
"""A refusal with these words is about the account or a code, and does not say that the password is wrong."""
_OF_THE_PASSWORD = {Showing.CREDENTIALS, Showing.USERNAME}
_FOR_A_PERSON = {Showing.CONFLICTING_SESSION, Showing.LICENCE, Showing.PASSWORD_CHANGE}
_NOT = r"\bnot an?\b|\bno\b"
_MOST_LOOKS = 4
"""How often a page is read while the web server answers in its place: enough for a short gap, far too few for a start."""
_MOMENT_S = 1.0
_COOKIES = {"nsbase_session", "ns_s"}


def read_once_it_comes(look: Callable[[], R], poller: Poller) -> R:
    """Read a page; read again after a second, a few times, if the web server answers in its place or the page moves on.

    Args:
        look: reads the page.
        poller: how to wait.

    Returns:
        What `look` returns.

    Raises:
        Momentary: the page does not come.
    """
    for _ in range(_MOST_LOOKS - 1):
        try:
            return look()
        except Momentary:
            replace(poller, interrupted=nothing_interrupts).pause(_MOMENT_S)  # also in the middle of a swing
    return look()


class SignInWalk:
    """One visit's way through the sign-in of one interface.

    Args:
        name: the appliance, as a person says it: "A" or "B".
        endpoint: the way to it.
        interface: `login` or `appliance`.
        account: who signs in.
        poller: how to wait.
    """

    def __init__(self, name: str, endpoint: Endpoint, interface: str, account: Account, poller: Poller) -> None:
        self._name, self._endpoint, self._interface = name, endpoint, interface
        self._account, self._poller = account, poller
        self._place = f"{name}'s /{interface}"

    @property
    def _tried(self) -> tuple[str, ...]:
        account = self._account
        return (self._endpoint.address, self._interface, account.username, account.password.get_secret_value())

    def require_not_rejected(self) -> None:
        """Check that this same password was not rejected before.

        Raises:
            LoginRejected: it was.
        """
        if was_rejected(*self._tried):
            raise LoginRejected(
                f"{self._place} refused this password before; it is not tried again until it changes in .env or in the vault"
            )

    def open_front_door(self, tab: Page) -> int:
        """Open the interface's first page; open it again, a few times, while it is an error page or blank.

        Returns:
            Its HTTP status.

        Raises:
            Unreachable: it stays an error page or blank.
        """

        def opened() -> int:
            status = open_url(tab, f"{self._endpoint.origin}/{self._interface}")
            if error_status(tab):
                raise Momentary(f"{self._place} answers {status}: it is not ready")
            if not is_drawn(tab):
                raise Momentary(f"{self._place} stays blank: it is not ready")
            return status

        try:
            return read_once_it_comes(opened, self._poller)
        except Momentary as lost:
            raise Unreachable(str(lost)) from lost

    def go(self, sign_in: SignIn, status: int) -> None:
        """Sign in: go from the interface's first page, which is open, to its screens.

        Args:
            sign_in: the pages of the sign-in, in the tab that shows the first one.
            status: the HTTP status of that page.

        Raises:
            Unreachable: the appliance is starting; it was given no password.
            WrongScreen: it is not this product, or it shows something that a person must settle.
            LoginRejected: it refused the account, the password or the code.
            LoginUnanswered: it did not answer what was given, which is not given again.
        """
        page = self._shown(sign_in, {Showing.OTHER})
        if notice := startup_notice(page.view):
            raise Unreachable(f'{self._place} says "{notice}": it is not ready, and was given no password')
        if page.showing is Showing.OTHER and self._is_the_product(sign_in.tab, page):
            page = self._past_what_stands_in_the_way(sign_in, page)
        page = self._agreed(sign_in, page)
        self._require_product(sign_in.tab, status, page)
        self._walk(sign_in, page)

    def _past_what_stands_in_the_way(self, sign_in: SignIn, page: SignInPage) -> SignInPage:
        """Dismiss news and notices, one after the other; return the page that they lead to."""
        while page.showing is Showing.OTHER and put_away(sign_in.tab):
            page = self._shown(sign_in, {Showing.OTHER})
        return page

    def _agreed(self, sign_in: SignIn, page: SignInPage) -> SignInPage:
        """Accept the customer's login agreement if it is shown first; return the page that it leads to."""
        if page.showing is not Showing.AGREEMENT:
            return page
        sign_in.accept_agreement()
        after = self._shown(sign_in, {Showing.OTHER, Showing.AGREEMENT})
        if after.showing is Showing.AGREEMENT:
            raise WrongScreen(f"{self._name} shows its login agreement again, once it was accepted: {describe_page(after.view)}")
        return after

    def _walk(self, sign_in: SignIn, page: SignInPage) -> None:
        """Go through every page before the screens; give the password once, and each code once."""
        given: dict[Showing, float] = {}
        sign_in.disregard(page.view)
        while page.showing is not Showing.SCREENS:
            if page.showing in given:
                self._tell_unaccepted(page, given[page.showing])
            given[page.showing] = page.view.stamp
            if page.showing is Showing.CREDENTIALS:
                given.setdefault(Showing.USERNAME, page.view.stamp)  # a username page now would lead to the password again
            if not self._give(sign_in, page):
                del given[page.showing]  # another one may come after it
            page = self._shown(sign_in, {Showing.OTHER, *given})
            if error_status(sign_in.tab) or page.view.is_blank:  # only the page is asked for again: nothing is given twice
                try:
                    self.open_front_door(sign_in.tab)
                except Unreachable as lost:
                    raise LoginUnanswered(f"{self._place} has not answered the sign-in that was sent: {lost}") from lost
                page = self._shown(sign_in, {Showing.OTHER})
            if broke_off(sign_in.tab):
                raise LoginUnanswered(
                    f"{self._place} does not open: the connection broke off, or led nowhere, once the sign-in was sent"
                )

    def _give(self, sign_in: SignIn, page: SignInPage) -> bool:
        """Give a page of the sign-in what it asks for; return `False` if it asked for nothing and was only dismissed."""
        account = self._account
        match page.showing:
            case Showing.AGREEMENT:
                sign_in.accept_agreement()
            case Showing.METHOD:
                sign_in.choose_password_method()
            case Showing.USERNAME:
                sign_in.give_username(account.username)
            case Showing.CREDENTIALS:
                seed = account.totp if page.asks_for_code else None
                beside = self._code(seed.get_secret_value()) if seed else ""
                sign_in.sign_in(account.username, account.password.get_secret_value(), beside)
            case Showing.CODE:
                if (seed := account.totp) is None:
                    raise LoginRejected(f"{self._place} asks for a second factor: give its seed in .env or in the vault")
                sign_in.give_code(self._code(seed.get_secret_value()))
            case _:
                self._require_put_away(sign_in.tab, page)
                return False
        return True

    def _require_put_away(self, tab: Page, page: SignInPage) -> None:
        """Dismiss what is shown in the place of the screens.

        Raises:
            LoginUnanswered: the appliance is starting.
            WrongScreen: a person must settle it.
        """
        if page.showing is Showing.STARTING:
            raise LoginUnanswered(
                f"{self._place} says that the appliance is starting, after the sign-in was sent; it was sent once"
            )
        if page.showing is not Showing.OTHER or not put_away(tab):
            raise WrongScreen(f"{self._place} shows {page.showing.value}, which a person must settle: {describe_page(page.view)}")

    def _tell_unaccepted(self, page: SignInPage, given: float) -> NoReturn:
        """Say of what was given, and did not lead on, whether it was refused or not answered.

        Args:
            page: the page that is shown again.
            given: the stamp of the view in which it was given.

        Raises:
            LoginRejected: the page says that it was refused.
            LoginUnanswered: the page says nothing.
        """
        if page.view.stamp == given and not page.refusal:
            raise LoginUnanswered(f"{self._place} has not answered the sign-in within 30 s; whether it was accepted is not known")
        if not page.refusal and (said := next(stated_failures(page.view, FAILURE), "")):
            raise LoginUnanswered(f'{self._place} shows {page.showing.value} again, and says "{said}"; it was tried once')
        if not page.refusal:
            raise LoginUnanswered(
                f"{self._place} shows {page.showing.value} again without a word: it did not accept {self._account.username}, or "
                "has just been restarted; it was tried once"
            )
        if page.showing in _OF_THE_PASSWORD and not re.search(_OF_THE_ACCOUNT, page.refusal, re.IGNORECASE):
            remember_rejected(*self._tried)
        raise LoginRejected(
            f'{self._place} did not accept {self._account.username} at {page.showing.value}: "{page.refusal}"; '
            "it was tried once and is not tried again: correct the credentials",
        )

    def _shown(self, sign_in: SignIn, passing: set[Showing]) -> SignInPage:
        """Wait briefly until the page shows something that is not in `passing`, or a refusal, or an error; return the page."""
        with suppress(Stalled):
            return BRIEFLY.poll_until(
                sign_in.read,
                lambda page: (
                    (page.showing not in passing and page.view.ready != "loading")
                    or bool(page.refusal and page.view.ready == "complete")
                    or bool(error_status(sign_in.tab))
                ),
                what="the page after a sign-in step",
                within=5,
            )
        return sign_in.read()

    def _code(self, seed: str) -> str:
        """Wait for the next code of the second factor that no run has used, and return it."""
        spent: list[int] = []

        def spend() -> bool:
            counter = int(time.time()) // totp.STEP
            spent.append(counter)
            return spend_code(seed, counter)

        replace(self._poller, interrupted=nothing_interrupts).poll_until(
            spend, bool, what="a fresh code of the second factor", within=2.0 * totp.STEP
        )
        return totp.code(seed, spent[-1])

    @staticmethod
    def _is_the_product(tab: Page, page: SignInPage) -> bool:
        """Return whether a page is this product's, by its cookies or its words."""
        cookies = {cookie.get("name") for cookie in tab.context.cookies()}
        lines = [page.view.title, *page.view.headings, *page.view.text.splitlines()]
        is_named = any(re.search(_PRODUCT, line, re.IGNORECASE) and not re.search(_NOT, line, re.IGNORECASE) for line in lines)
        return bool(cookies & _COOKIES) or is_named

    def _require_product(self, tab: Page, status: int, page: SignInPage) -> None:
        """Check, before a password is given, that this is the product and a known page of its sign-in.

        Raises:
            WrongScreen: it is not.
        """
        if status == 404 and self._interface == "appliance":
            raise WrongScreen(
                f"{self._endpoint.address} has no /appliance: a cloud site, which has no failover pair of its own, "
                "or not this product"
            )
        if not self._is_the_product(tab, page) or page.showing is Showing.OTHER:
            raise WrongScreen(
                f"{self._endpoint.address}/{self._interface} does not look like this product's sign-in (HTTP {status}); "
                f"no password was given. There is: {describe_page(page.view)}"
            )


def require_no_person_is_needed(name: str, screen: Screen, answers: NetworkMonitor, lost: SignedOut | WrongScreen) -> None:
    """Require that the sign-in does not show, in a screen's place, something that a person must settle.

    Args:
        name: the appliance, as a person says it.
        screen: the screen that was lost.
        answers: what the appliance's browser receives.
        lost: how it was lost.

    Raises:
        WrongScreen: it does; the sentence says what.
    """
    showing = SignIn(screen.tab, answers, screen.interface).read().showing
    if showing in _FOR_A_PERSON and not screen.is_offered:  # with the menu it is a screen that has password fields
        raise WrongScreen(f"{name}'s /{screen.interface} shows {showing.value}, which a person must settle: {lost}") from lost
