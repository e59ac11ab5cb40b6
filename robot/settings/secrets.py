"""The secrets of a run, from the environment or the `.env` beside the pair file: in memory only, and hidden when printed."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, SecretStr

from robot.domain.errors import UsageError
from robot.domain.model import Unit
from robot.settings import totp
from robot.settings.env_file import control_character, read_env_file
from robot.settings.tsig import bare_secret
from robot.settings.tsig import key as parse_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from robot.settings.sections import Settings


_SHORTEST = 6
"""Characters. A shorter secret may be a part of any word, so that masking it would tear what the record says."""


class Account(BaseModel):
    """A user name, a password, and the TOTP seed if there is one; the two secrets are hidden when printed."""

    model_config = ConfigDict(frozen=True)

    username: str
    password: SecretStr
    totp: SecretStr | None = None


class Credentials(BaseModel):
    """The two accounts of one appliance: each of its web interfaces has its own user store."""

    model_config = ConfigDict(frozen=True)

    login: Account
    appliance: Account


class Secrets(BaseModel):
    """All secrets of a run, in memory only."""

    model_config = ConfigDict(frozen=True)

    a: Credentials
    b: Credentials
    backup_password: SecretStr | None = None
    mail_password: SecretStr | None = None
    webhook_token: SecretStr | None = None
    tsig: dict[str, SecretStr] = {}
    """The keys of the DNS swing, by the names of their variables."""

    def of(self, unit: Unit) -> Credentials:
        """Return the accounts of one appliance."""
        return self.a if unit is Unit.A else self.b

    def texts(self) -> tuple[str, ...]:
        """Return every secret as text, for masking.

        Returns:
            Each secret once; of a TSIG key also the secret part alone.
        """
        accounts = [self.a.login, self.a.appliance, self.b.login, self.b.appliance]
        kept = [account.password for account in accounts] + [account.totp for account in accounts if account.totp]
        kept += [secret for secret in (self.backup_password, self.mail_password, self.webhook_token) if secret]
        texts = [secret.get_secret_value() for secret in kept]
        for text in (key.get_secret_value() for key in self.tsig.values()):
            texts += [text, bare_secret(text)]  # a page would show the secret without its name
        return tuple(dict.fromkeys(texts))


def secrets(settings: Settings, environment: Mapping[str, str] | None = None) -> Secrets:
    """Fetch the secrets from the environment, or else from `.env` in the pair file's folder.

    Args:
        settings: the pair file, which names the variables.
        environment: the variables to use; this process's own if `None`.

    Returns:
        The secrets; an optional one that the pair file does not name is `None`.

    Raises:
        UsageError: one is missing, malformed, or no better than an ordinary word; the sentence names the variable, and where
            it belongs. The same if `.env` is not as it must be.
    """
    env_file = settings.folder / ".env"
    known = read_env_file(env_file, secret_names(settings)) | dict(os.environ if environment is None else environment)
    variables = _Variables(known, env_file)

    def named(name: str | None) -> SecretStr | None:
        return variables.secret(name) if name else None

    return Secrets(
        a=variables.credentials(settings.a.credentials),
        b=variables.credentials(settings.b.credentials),
        backup_password=named(_backup_password(settings)),
        mail_password=named(_mail_password(settings)),
        webhook_token=named(_webhook_token(settings)),
        tsig={name: variables.key(name) for name in _keys(settings)},
    )


@dataclass(frozen=True)
class _Variables:
    """The variables of the environment and of `.env`, each refused in a sentence with its name where it is of no use."""

    known: Mapping[str, str] = field(repr=False)
    env_file: Path

    def text(self, name: str) -> str:
        if not self.known.get(name):
            raise UsageError(f"{name} is missing: set it in the environment or in {self.env_file}")
        if character := control_character(self.known[name]):
            raise UsageError(f"{name} holds a control character ({character}): set it without")
        return self.known[name]

    def secret(self, name: str) -> SecretStr:
        if reason := _why_ordinary(self.text(name)):
            raise UsageError(
                f"{name} cannot be told from ordinary words or figures ({reason}), so it cannot be masked: set a better one"
            )
        return SecretStr(self.known[name])

    def key(self, name: str) -> SecretStr:
        parse_key(name, self.text(name))  # a malformed key is refused now, not at the swing
        return self.secret(name)

    def account(self, stem: str) -> Account:
        seed = f"{stem}_TOTP"
        return Account(
            username=self.text(f"{stem}_USERNAME"),
            password=self.secret(f"{stem}_PASSWORD"),
            totp=_seed(seed, self.secret(seed)) if self.known.get(seed) else None,
        )

    def credentials(self, prefix: str) -> Credentials:
        return Credentials(login=self.account(f"{prefix}_LOGIN"), appliance=self.account(f"{prefix}_APPLIANCE"))


def _seed(name: str, seed: SecretStr) -> SecretStr:
    try:
        totp.key_of(seed.get_secret_value())  # a malformed seed is refused now, not at the sign-in
    except ValueError as error:
        raise UsageError(f"{name} is no seed of a second factor: {error}") from None
    return seed


def _why_ordinary(secret: str) -> str:
    """Return why a secret cannot be told from what a record says anyway; "" if it can."""
    parts = re.findall(r"[^\W_]+", secret.casefold())
    if len(secret) < _SHORTEST:
        return f"it has fewer than {_SHORTEST} characters"
    if not parts or re.search(r"[^\w\s.,:/-]", secret):
        return ""  # no word and no figure is written with such characters
    if all(map(str.isdecimal, parts)):
        return "it is made of digits only"
    if all(part.isdecimal() or part in _record_words() for part in parts):
        return "it is made only of words that every record holds"
    return ""


@functools.cache
def _record_words() -> frozenset[str]:
    lines = Path(__file__).with_name("record_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def secret_names(settings: Settings) -> frozenset[str]:
    """Return the names of all variables that hold a pair file's secrets; no program that we start may see them."""
    accounts = {
        f"{prefix}_{interface}_{kind}"
        for prefix in (settings.a.credentials, settings.b.credentials)
        for interface in ("LOGIN", "APPLIANCE")
        for kind in ("USERNAME", "PASSWORD", "TOTP")
    }
    others = (_backup_password(settings), _mail_password(settings), _webhook_token(settings), *_keys(settings))
    return frozenset(accounts | {name for name in others if name})


def _keys(settings: Settings) -> list[str]:
    """Return the names of the variables that hold the DNS swing's keys."""
    swing = settings.swing
    return [name for name in (swing.tsig, *(view.tsig for view in swing.views)) if name]


def _backup_password(settings: Settings) -> str | None:
    return settings.backup.password if settings.backup else None


def _mail_password(settings: Settings) -> str | None:
    return settings.notify.smtp.password if settings.notify and settings.notify.smtp else None


def _webhook_token(settings: Settings) -> str | None:
    return settings.notify.webhook.token if settings.notify and settings.notify.webhook else None
