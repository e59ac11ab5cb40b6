"""The values behind the names: of the environment and of `.env`, or of a vault that lends them when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from robot.domain.errors import InternalError, Refused, Stop, UsageError
from robot.domain.readiness import ADMIN_ACCOUNT
from robot.domain.secret_registry import SecretRegistry
from robot.settings import totp
from robot.settings.env_file import control_character
from robot.settings.secrets.ordinary import why_ordinary
from robot.settings.tsig import bare_secret
from robot.settings.tsig import key as parse_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from robot.settings.tsig import Key


def refuse_admin(name: str, username: str) -> None:
    """Refuse the account that the product is delivered with.

    Args:
        name: the variable that holds the user name.
        username: the user name.

    Raises:
        UsageError: it is that account's.
    """
    if username.strip().casefold() == "admin":
        raise UsageError(
            f"{name} is admin, the account that the product is delivered with, and what it does is put down to nobody: "
            f"use an account made for the robot, or waive {ADMIN_ACCOUNT} in [[waivers]]"
        )


class Vault(Protocol):
    """Lends secrets by the names of their variables."""

    def fetch(self, name: str) -> str:
        """Return a secret; "" if there is none. One that is on loan already is returned as it is.

        Raises:
            Refused: it cannot be had.
        """
        ...

    def give_back(self, only: Collection[str] | None = None) -> list[str]:
        """Give back the secrets of these names, or all, as far as they are on loan.

        Returns:
            A sentence for each that could not be given back, and still is on loan.
        """
        ...


@dataclass(frozen=True)
class Variables:
    """The variables of the environment and of `.env`, or of the vault, each refused by its name where it is of no use.

    Attributes:
        known: those of the environment and of `.env`.
        env_file: where the second is.
        vault: what lends those that are not known.
        command: the first word of the command that fetches them; "" where there is no vault, and each must be known.
        admin_allowed: whether a user name from the vault may be admin.
        texts: the secrets that were read so far, and what was learned since.
    """

    known: Mapping[str, str] = field(repr=False)
    env_file: Path
    vault: Vault | None = None
    command: str = ""
    admin_allowed: bool = True
    texts: SecretRegistry = field(default_factory=SecretRegistry, repr=False)

    def holds(self, name: str) -> bool:
        """Return whether the environment or `.env` has a value for it."""
        return bool(self.known.get(name))

    def fetch(self, name: str) -> str:
        """Return what the vault has under a name, unchecked, and mask it from now on.

        Raises:
            Refused: it cannot be had.
            InternalError: there is no vault.
        """
        if self.vault is None:
            raise InternalError(f"{name} is asked for where no secret is fetched")
        value = self.vault.fetch(name)
        for text in (value, bare_secret(value)):  # of a key a page would show the secret without its name
            if not why_ordinary(text):
                self.texts.add(text, name)
        return value

    def text(self, name: str) -> str:
        """Return a value that is needed.

        Raises:
            UsageError: it is missing, or holds a control character.
            Refused: the same of what comes from the vault.
        """
        value = self._value(name)
        if not value and self.command:
            raise Refused(f"{self.command} has printed nothing for {name}: see that the vault has it, and that it may be read")
        if not value:
            raise UsageError(f"{name} is missing: set it in the environment or in {self.env_file}")
        if (character := control_character(value)) and not self.holds(name):
            raise Refused(
                f"what {self.command} has printed for {name} holds a control character ({character}): it must print the secret "
                "alone, on one line"
            )
        if character:
            raise UsageError(f"{name} holds a control character ({character}): set it without")
        return value

    def username(self, name: str) -> str:
        """Return a user name.

        Raises:
            UsageError: it comes from the vault, is admin, and may not be.
        """
        value = self.text(name)
        if not self.holds(name) and not self.admin_allowed:
            refuse_admin(name, value)
        return value

    def secret(self, name: str) -> SecretStr:
        """Return a secret, which is masked from now on.

        Raises:
            UsageError: it is missing or malformed, or no better than an ordinary word.
            Refused: the same of what comes from the vault.
        """
        value = self.text(name)
        if reason := why_ordinary(value):
            raise self._fault(name)(
                f"{name} cannot be told from ordinary words or figures ({reason}), so it cannot be masked: set a better one"
            )
        self.texts.add(value, name)
        return SecretStr(value)

    def seed(self, name: str) -> SecretStr | None:
        """Return the seed of a second factor, if there is one.

        Raises:
            UsageError: it is malformed.
            Refused: the same of what comes from the vault.
        """
        if not self._value(name):
            return None
        seed = self.secret(name)
        try:
            totp.key_of(seed.get_secret_value())  # a malformed seed is refused now, not by the appliance
        except ValueError as error:
            raise self._fault(name)(f"{name} is no seed of a second factor: {error}") from None
        return seed

    def key(self, name: str) -> Key:
        """Return a key of the DNS swing.

        Raises:
            UsageError: it is missing or malformed.
            Refused: the same of what comes from the vault.
        """
        try:
            key = parse_key(name, self.text(name))
        except UsageError as odd:
            raise self._fault(name)(str(odd)) from None
        self.texts.add(bare_secret(self.secret(name).get_secret_value()), name)
        return key

    def _value(self, name: str) -> str:
        return self.known.get(name) or (self.fetch(name) if self.command else "")

    def _fault(self, name: str) -> type[Stop]:
        return UsageError if self.holds(name) or not self.command else Refused
