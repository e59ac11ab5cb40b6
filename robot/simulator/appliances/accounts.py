"""The accounts of one interface, and a visitor's session on its sign-in pages.

Source: ui.md 3.1 (agreement, then sign-in, then a second factor, then a forced password change, then the EULA) and 3.10;
accounts are locked after so many wrong passwords (Account Lockout After, 3.5). Three is ours.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pyotp.totp import TOTP

from robot.simulator.domain.names import Credentials

LOCKED_AFTER = 3
CODES_UNTIL_A_NEW_ONE = 3  # ui.md 3.1


@dataclass
class Account:
    """One account."""

    username: str
    password: str = field(repr=False)
    totp: str | None = field(default=None, repr=False)
    wrong_passwords: int = 0

    @property
    def locked(self) -> bool:
        """Whether it must be unlocked by an administrator."""
        return self.wrong_passwords >= LOCKED_AFTER


class Accounts:
    """The accounts of one interface."""

    def __init__(self, *credentials: Credentials) -> None:
        self._accounts = {c.username: Account(c.username, c.password, c.totp) for c in credentials}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def take_over(self, other: "Accounts") -> None:
        """Take over the accounts of another appliance, as a data sync does."""
        self._accounts = {account.username: replace(account, wrong_passwords=0) for account in other}

    def sign_in(self, username: str, password: str) -> tuple[Account | None, str]:
        """Return the account whose password this is, and the result: ``accepted``, ``rejected`` or ``locked``."""
        account = self._accounts.get(username)
        if account is None:
            return None, "rejected"
        if account.locked:
            return None, "locked"
        if not hmac.compare_digest(account.password.encode(), password.encode()):
            account.wrong_passwords += 1
            return None, "locked" if account.locked else "rejected"
        account.wrong_passwords = 0
        return account, "accepted"

    def code_fits(self, username: str, code: str) -> bool:
        """Say whether this is the account's present TOTP code."""
        account = self._accounts.get(username)
        if account is None or account.totp is None:
            return False
        return TOTP(account.totp).verify(code.strip(), valid_window=1)


class Stage(StrEnum):
    """How far a visitor has come through the sign-in."""

    AGREEMENT = "agreement"
    CREDENTIALS = "credentials"
    CODE = "code"
    EXPIRED = "expired"
    EULA = "eula"
    SIGNED_IN = "signed in"


@dataclass
class Session:
    """One visitor of one interface, known by a cookie."""

    number: str = field(default_factory=lambda: secrets.token_hex(16))
    stage: Stage = Stage.AGREEMENT
    account: str = ""
    client: str = ""
    notice: str = ""
    wrong_codes: int = 0
    pages: int = 0
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def token(self, form: str) -> str:
        """Return the hidden token of one form, without which its post is refused (ui.md 2.4, recalled)."""
        return hmac.new(self.secret, form.encode(), hashlib.sha256).hexdigest()[:32]

    def token_fits(self, form: str, token: str) -> bool:
        """Say whether a post comes from the form that this visitor was shown."""
        return hmac.compare_digest(self.token(form).encode(), token.encode())
