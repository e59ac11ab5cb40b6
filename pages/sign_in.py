"""The sign-in of either interface, and whatever the appliance puts before and after it."""

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
_POLICY = r"after \d|attempts (before|until|will)|will be (locked|disabled)"
"""What a page says of its rules is no refusal."""
_MENU = r"^(status|management|networking|support|users|security|storage|my account|reports|updates)$"


class Showing(StrEnum):
    """What stands between us and the screens."""

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
    """One look at whatever is shown; `refusal` is what the appliance says of the last attempt."""

    showing: Showing
    refusal: str
    view: PageView

    @property
    def asks_for_code(self) -> bool:
        """Whether a code is asked for here, beside the password or alone."""
        named = [control for control in self.view.controls if control.kind in {"text", "password"} and _is_a_code(control)]
        return len(named) == 1


class SignIn:
    """Reads and fills the pages of a sign-in. It never decides to try again."""

    title = "Sign-in"

    def __init__(self, tab: Page, answers: NetworkMonitor, interface: str = "") -> None:
        self.tab = tab
        self.answers = answers
        self.interface = interface
        self._standing: tuple[str, ...] = ()

    def read(self) -> SignInPage:
        """Read what is shown, and what the appliance says of the last attempt."""
        view = look_at(self.tab)
        refusals = (each for each in view.current_statements(_REFUSED, unlike=_POLICY) if each not in self._standing)
        return SignInPage(_showing(view), next(refusals, ""), view)

    def disregard(self, view: PageView) -> None:
        """Take what a page says before anything was given as no answer to what will be given: it speaks of the law."""
        self._standing = tuple(view.current_statements(_REFUSED, unlike=_POLICY))

    def accept_agreement(self) -> None:
        """Accept the login agreement that stands before the form."""
        if any(not box.checked for box in look_at(self.tab).checkboxes(_CONSENT)):
            GuardedField(self.tab, tick_called(self.tab, _CONSENT), "the agreement").tick()
        self._press(ACCEPT)

    def choose_password_method(self) -> None:
        """Have the form ask for a password, where another method stands chosen.

        Raises:
            WrongScreen: it does not offer that just once, or does not keep it.
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
                lambda now: any(control.kind == "password" for control in now.controls),
                what="the field for the password",
                within=_DRAWN_WITHIN_S,
            )
        if _other_method(look_at(self.tab)):
            raise WrongScreen(f'{self.title}: the method "{offered[0]}" was chosen, and the page does not keep it')

    def give_username(self, username: str) -> None:
        """Give the user name where the password is asked for on the next page."""
        self._field(USERNAME, "Username").write(username)
        self._press(_SUBMIT)

    def sign_in(self, username: str, password: str, code: str = "") -> None:
        """Give the password, once; the user name, where it is not given yet; and the code that is asked for beside them."""
        if any(field.enabled and not field.readonly for field in look_at(self.tab).fields(USERNAME)):
            self._field(USERNAME, "Username").write(username)
        self._field(r"password", "Password").write(password)
        if code:
            self._field(_CODE, "Code").write(code)
        self._press(_SUBMIT)

    def give_code(self, code: str) -> None:
        """Give the code of the second factor, once."""
        self._field(_CODE, "Code").write(code)
        self._press(_SUBMIT)

    def sign_out(self) -> None:
        """Log out by the page's own Log Out: in its header or menu, or in what opens there (ui.md 2.2).

        Where there is none, nothing is pressed, and the session is dropped: nothing is ever pressed because it bears the
        account's name.
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
        found = view.clickables(name)
        buttons = [control for control in found if control.kind == "button" and not control.menu]
        names = list(dict.fromkeys(control.name for control in buttons)) or [control.name for control in found]
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


def _at_the_head(found: Iterable[PageControl]) -> list[PageControl]:
    """Return what stands in the page's header, banner or menu; or is drawn where old pages have their header."""
    return [control for control in found if control.at_head]


def _is_a_code(control: PageControl) -> bool:
    """Whether a field's own words ask for a code, and for no password."""
    return bool(ignorecase(_CODE).search(control.name)) and not ignorecase(rf"password|{USERNAME}").search(control.name)


def _showing(view: PageView) -> Showing:
    if startup_notice(view):
        return Showing.STARTING
    if asked := _asked(view):
        return asked
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
    """Return the list of methods, where one without a password stands chosen."""
    lists = (field for field in view.fields(_METHOD) if field.kind == "select")
    return [each for each in lists if ignorecase(_WITHOUT_PASSWORD).search(each.value or "")]


def _asked(view: PageView) -> Showing | None:
    """Return what the fields ask for, or that one is signed in; `None` where neither can be told."""
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
