"""The sign-in of either interface, and the pages that the appliance shows before and after it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.layout.field_values import options_of
from pages.engine.meaning.sign_in_forms import ACCEPT, LOG_OUT, USERNAME, asks_for_agreement, asks_for_username
from pages.engine.meaning.startup import startup_notice
from pages.engine.text.wording import ignorecase, quote
from pages.engine.view.control_query import ControlQuery, control_called, field_called, tick_called
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_description import describe_page
from pages.engine.view.page_view import PageControl, PageView, look_at
from pages.translations import in_english
from robot.domain.errors import Stalled, WrongScreen
from robot.domain.waiting import Poller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

    from robot.network.chromium import NetworkMonitor

_SUBMIT = r"^(log ?in|sign ?in|log ?on|submit|continue|next|verify|ok)$"
_CONSENT = r"accept|agree|acknowledge|have read"
_CODE = r"\bcode\b|token|one-?time|passcode|second factor|two-?factor|authenticat(or|ion)"
_REFUSED = (
    r"\b(invalid|incorrect|wrong|not (valid|accepted|recogni[sz]ed|set up)|failed|denied|locked|disabled|expired|unknown user)\b"
)
_METHOD = r"authenticat|(sign|log)[- ]?(in|on) (method|using|with)|^method$"
_WITHOUT_PASSWORD = r"fido|passwordless|passkey|security key|smart ?card|saml|single sign|\bsso\b|certificate"  # noqa: S105 - words, not a password
_WITH_PASSWORD = r"^(user ?name\b.*\bpassword|password|local\b.*)$"  # noqa: S105 - words, not a password
_DRAWN_WITHIN_S = 3.0
"""Seconds within which the field for the password must appear after the method was chosen."""
_POLICY = r"after \d|attempts (before|until|will)|will be (locked|disabled)"
"""Words by which a page explains its rules, which are no refusal."""
_MENU = r"^(status|management|networking|support|users|security|storage|my account|reports|updates)$"


class Showing(StrEnum):
    """What a page shows on the way to the screens."""

    AGREEMENT = "a login agreement"
    USERNAME = "the user name's own page"
    LICENCE = "a licence agreement (EULA)"
    METHOD = "a sign-in without a password"
    CREDENTIALS = "the sign-in form"
    CODE = "the second factor"
    PASSWORD_CHANGE = "a forced change of the password"  # noqa: S105 - words, not a password
    CONFLICTING_SESSION = "a notice that the account is signed in elsewhere"
    STARTING = "a page that says that the appliance is starting"
    SCREENS = "the screens"
    OTHER = "another page"


@dataclass(frozen=True)
class SignInPage:
    """What a page of the sign-in shows.

    Attributes:
        showing: what kind of page it is.
        refusal: what the appliance says against the last attempt; an empty string if it says nothing.
        view: what a person sees on the page.
    """

    showing: Showing
    refusal: str
    view: PageView

    @property
    def asks_for_code(self) -> bool:
        """Whether this page asks for a code, beside the password or alone."""
        named = [control for control in self.view.controls if control.kind in {"text", "password"} and _is_a_code(control)]
        return len(named) == 1


class SignIn:
    """Reads and fills the pages of a sign-in. It never decides to try again.

    Args:
        tab: the browser's page.
        answers: watches the appliance's answers, by which each press is judged.
        interface: `login` or `appliance`.
    """

    title = "Sign-in"

    def __init__(self, tab: Page, answers: NetworkMonitor, interface: str = "") -> None:
        self.tab = tab
        self.answers = answers
        self.interface = interface
        self._standing: tuple[str, ...] = ()

    def read(self) -> SignInPage:
        """Read which page is shown, and what the appliance says against the last attempt."""
        view = look_at(self.tab)
        refusals = (each for each in view.current_statements(_REFUSED, unlike=_POLICY) if each not in self._standing)
        return SignInPage(_showing(view), next(refusals, ""), view)

    def disregard(self, view: PageView) -> None:
        """Ignore from now on what a page says before anything was entered: it is a legal notice, and no answer to an attempt."""
        self._standing = tuple(view.current_statements(_REFUSED, unlike=_POLICY))

    def accept_agreement(self) -> None:
        """Tick and accept the login agreement that is shown before the form."""
        if any(not box.checked for box in look_at(self.tab).checkboxes(_CONSENT)):
            GuardedField(self.tab, tick_called(self.tab, _CONSENT), "the agreement").tick()
        self._press(ACCEPT)

    def choose_password_method(self) -> None:
        """Choose the sign-in with a password in a form that has another method chosen.

        Raises:
            WrongScreen: the form does not offer exactly one such method, or does not keep the choice.
        """
        chosen = ExpectedControl("Authentication method", "list", ControlQuery(self.tab, _other_method)).resolve_unique(
            self.tab, screen=self.title
        )
        field = chosen.only(look_at(self.tab))
        entries = options_of(field.node) if field is not None and field.node is not None else []
        offered = [each for each in entries if ignorecase(_WITH_PASSWORD).search(in_english(each))]
        if len(offered) != 1:
            raise WrongScreen(f"{self.title}: no single method with a password is offered; there is: {quote(entries)}")
        GuardedField(self.tab, chosen, "Authentication method", screen=self.title).select(offered[0])
        with contextlib.suppress(Stalled):  # it may be asked for on the next page only
            Poller(poll=0.1).poll_until(
                lambda: look_at(self.tab),
                lambda view: any(control.kind == "password" for control in view.controls),
                what="the field for the password",
                within=_DRAWN_WITHIN_S,
            )
        if _other_method(look_at(self.tab)):
            raise WrongScreen(f'{self.title}: the method "{offered[0]}" was chosen, and the page does not keep it')

    def give_username(self, username: str) -> None:
        """Enter the user name on a page of its own and go on to the page that asks for the password."""
        self._field(USERNAME, "Username").write(username)
        self._press(_SUBMIT)

    def sign_in(self, username: str, password: str, code: str = "") -> None:
        """Send the sign-in form, once.

        Args:
            username: entered unless the form has it already and does not let it be changed.
            password: the password, a secret.
            code: the one-time code; an empty string if this form asks for none.
        """
        if any(field.enabled and not field.readonly for field in look_at(self.tab).fields(USERNAME)):
            self._field(USERNAME, "Username").write(username)
        self._field(r"password", "Password").write(password)
        if code:
            self._field(_CODE, "Code").write(code)
        self._press(_SUBMIT)

    def give_code(self, code: str) -> None:
        """Send the code of the second factor, once."""
        self._field(_CODE, "Code").write(code)
        self._press(_SUBMIT)

    def sign_out(self) -> None:
        """Press the page's own Log Out: in its header or menu, or in the menu that opens there (ui.md 2.2).

        If there is none, nothing is pressed and the session is dropped: nothing is ever pressed because the account's name is on
        it.
        """
        log_out = ControlQuery(self.tab, lambda view: _at_the_head(view.clickables(LOG_OUT)))
        if log_out.count() == 0:
            opener = ControlQuery(
                self.tab, lambda view: _at_the_head(each for each in view.controls if each.opens and not each.submits)
            )
            if opener.count() == 1:
                GuardedLink(self.tab, opener, "the user's menu").unfold()
        if log_out.count() == 1:
            press = GuardedClick(self.tab, log_out, "Log Out", self.answers, within_s=10, inside=False, screen=self.title)
            press.press_and_leave()

    def _field(self, label: str, name: str) -> GuardedField:
        field = ExpectedControl(name, "field", field_called(self.tab, label)).resolve_unique(self.tab, screen=self.title)
        return GuardedField(self.tab, field, name, screen=self.title)

    def _press(self, name: str) -> None:
        view = look_at(self.tab)
        clickables = view.clickables(name)
        buttons = [control for control in clickables if control.kind == "button" and not control.menu]
        names = list(dict.fromkeys(control.name for control in buttons)) or [control.name for control in clickables]
        if len(names) != 1:
            raise WrongScreen(f"{self.title}: no single button to go on at {self.tab.url}; there is: {describe_page(view)}")
        press = GuardedClick(
            self.tab,
            control_called(self.tab, f"^{re.escape(names[0])}$"),
            names[0],
            self.answers,
            inside=False,
            screen=self.title,
        )
        press.check_actionable()
        press.press()


def _at_the_head(controls: Iterable[PageControl]) -> list[PageControl]:
    """Return the controls in the page's header, banner or menu, or where old pages draw their header."""
    return [control for control in controls if control.at_head]


def _is_a_code(control: PageControl) -> bool:
    """Tell whether a field's own words ask for a code and not for a password."""
    return bool(ignorecase(_CODE).search(control.name)) and not ignorecase(rf"password|{USERNAME}").search(control.name)


def _showing(view: PageView) -> Showing:
    if startup_notice(view):
        return Showing.STARTING
    if requested := _asked(view):
        return requested
    if view.find_line(r"end[- ]user licen[sc]e|\bEULA\b"):
        return Showing.LICENCE
    if view.find_line(r"already (logged|signed) in|another (session|location)") and view.clickables(ACCEPT):
        return Showing.CONFLICTING_SESSION
    if asks_for_agreement(view):
        return Showing.AGREEMENT
    if len({control.name.lower() for control in view.clickables(_MENU)}) > 1:
        return Showing.SCREENS
    return Showing.OTHER


def _other_method(view: PageView) -> list[PageControl]:
    """Return the lists of sign-in methods that have a method without a password chosen."""
    lists = (field for field in view.fields(_METHOD) if field.kind == "select")
    return [each for each in lists if ignorecase(_WITHOUT_PASSWORD).search(each.value or "")]


def _asked(view: PageView) -> Showing | None:
    """Return what the page's fields ask for, or that the session is signed in; None if neither is clear."""
    hidden = [control for control in view.controls if control.kind == "password"]
    passwords = [control for control in hidden if not _is_a_code(control)]
    inside = bool(view.clickables(LOG_OUT))
    if not inside and view.fields(USERNAME) and _other_method(view):
        return Showing.METHOD
    if len(passwords) >= 2 or (view.clickables(r"^change password$") and passwords and not inside):
        return Showing.PASSWORD_CHANGE
    if passwords and (view.fields(USERNAME) or (view.clickables(_SUBMIT) and not inside)):
        return Showing.CREDENTIALS  # on one page, or on the second of two
    if inside:
        return Showing.SCREENS
    if asks_for_username(view):
        return Showing.USERNAME
    if not passwords and (hidden or view.fields(_CODE)):
        return Showing.CODE
    return Showing.OTHER if passwords else None
