"""The sign-in of either interface, and whatever the appliance puts before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pages.drift import Sought, instead
from pages.menu import LOG_OUT
from pages.pressing import Press
from pages.screen import ACCEPT, asks_for_agreement
from pages.sight import Sight, control_called, field_called, literally, see, tick_called
from robot.errors import WrongScreen

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from robot.browser import Answers

_SUBMIT = r"^(log ?in|sign ?in|log ?on|submit|continue|next|verify|ok)$"
_CONSENT = r"accept|agree|acknowledge|have read"
_USERNAME = r"user ?name|^user$|^login$|^account$"
_CODE = r"\bcode\b|token|one-?time|passcode|second factor|two-?factor|authenticat(or|ion)"
_REFUSED = (
    r"\b(invalid|incorrect|wrong|not (valid|accepted|recognized|recognised)|failed|denied|locked|disabled|expired|unknown user)\b"
)
_POLICY = r"after \d|attempts (before|until|will)|will be (locked|disabled)"
"""What a page says of its rules is no refusal."""
_MENU = r"^(status|management|networking|support|users|security|storage|my account|reports|updates)$"


class Showing(StrEnum):
    """What stands between us and the screens."""

    AGREEMENT = "a login agreement"
    LICENCE = "a licence agreement (EULA)"
    CREDENTIALS = "the sign-in form"
    CODE = "the second factor"
    PASSWORD_CHANGE = "a forced change of the password"  # noqa: S105 - words, not a password
    CONFLICTING_SESSION = "a notice that the account is signed in elsewhere"
    SCREENS = "the screens"
    OTHER = "another page"


@dataclass(frozen=True)
class SignInPage:
    """One look at whatever is shown; `refusal` is what the appliance says of the last attempt."""

    showing: Showing
    refusal: str
    sight: Sight


class SignIn:
    """Reads and fills the pages of a sign-in. It never decides to try again."""

    title = "Sign-in"

    def __init__(self, tab: Page, answers: Answers, interface: str = "") -> None:
        self.tab = tab
        self.answers = answers
        self.interface = interface

    def read(self) -> SignInPage:
        """Say what is shown."""
        sight = see(self.tab)
        return SignInPage(_showing(sight), sight.states(_REFUSED, unlike=_POLICY), sight)

    def accept_agreement(self) -> None:
        """Accept the login agreement that stands before the form."""
        if any(not box.checked for box in see(self.tab).ticks(_CONSENT)):
            tick_called(self.tab, _CONSENT).check()
        self._press(ACCEPT)

    def sign_in(self, username: str, password: str) -> None:
        """Give the user name and the password, once."""
        self._field(_USERNAME, "Username").fill(username)
        self._field(r"password", "Password").fill(password)
        self._press(_SUBMIT)

    def give_code(self, code: str) -> None:
        """Give the code of the second factor, once."""
        self._field(_CODE, "Code").fill(code)
        self._press(_SUBMIT)

    def sign_out(self, username: str) -> None:
        """Log out, where the page offers it: openly, or in what opens beside the user's name (ui.md 2.2)."""
        entry = control_called(self.tab, LOG_OUT)
        mine = control_called(self.tab, rf"(^|\W){literally(username)}(\W|$)")
        if entry.count() == 0 and mine.count() == 1:
            mine.click(timeout=5_000)
        if entry.count() == 1:
            entry.click(timeout=5_000)

    def _field(self, label: str, name: str) -> Locator:
        return Sought(name, "field", field_called(self.tab, label)).the_one(self.tab, screen=self.title)

    def _press(self, words: str) -> None:
        buttons = [control for control in see(self.tab).presses(words) if control.kind == "button" and not control.menu]
        names = list(dict.fromkeys(control.name for control in buttons)) or [
            control.name for control in see(self.tab).presses(words)
        ]
        if len(names) != 1:
            raise WrongScreen(f"{self.title}: no single button to go on at {self.tab.url}; there is: {instead(see(self.tab))}")
        press = Press(
            self.tab,
            control_called(self.tab, f"^{literally(names[0])}$"),
            names[0],
            self.answers,
            inside=False,
            screen=self.title,
        )
        press.trial()
        press.press()


def _showing(sight: Sight) -> Showing:
    passwords = [control for control in sight.controls if control.kind == "password"]
    if len(passwords) >= 2 or (sight.presses(r"^change password$") and passwords and not sight.presses(r"^log ?out$")):
        return Showing.PASSWORD_CHANGE
    if passwords and sight.fields(_USERNAME):
        return Showing.CREDENTIALS
    if sight.presses(LOG_OUT):
        return Showing.SCREENS
    if sight.fields(_CODE) and not passwords:
        return Showing.CODE
    if sight.says(r"end[- ]user licen[sc]e|\bEULA\b"):
        return Showing.LICENCE
    if sight.says(r"already (logged|signed) in|another (session|location)") and sight.presses(ACCEPT):
        return Showing.CONFLICTING_SESSION
    if asks_for_agreement(sight):
        return Showing.AGREEMENT
    if not passwords and len({control.name.lower() for control in sight.presses(_MENU)}) > 1:
        return Showing.SCREENS
    return Showing.OTHER
