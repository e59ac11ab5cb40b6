"""The secrets of a run, from the environment or the `.env` beside the pair file: in memory only, and hidden when printed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, SecretStr

from robot.domain.errors import UsageError
from robot.domain.model import Unit
from robot.settings import totp
from robot.settings.tsig import bare_secret
from robot.settings.tsig import key as parse_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from robot.settings.sections import Settings


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

    def mask(self, text: str) -> str:
        """Replace each secret in a text by "[secret]", but none of fewer than four characters: it may be part of any word."""
        for secret in self.texts():
            text = text.replace(secret, "[secret]") if len(secret) >= 4 else text
        return text


def secrets(settings: Settings, environment: Mapping[str, str] | None = None) -> Secrets:
    """Fetch the secrets from the environment, or else from `.env` in the pair file's folder.

    Args:
        settings: the pair file, which names the variables.
        environment: the variables to use; this process's own if `None`.

    Returns:
        The secrets; an optional one that the pair file does not name is `None`.

    Raises:
        UsageError: one is missing or malformed; the sentence names the variable and both places.
    """
    env_file = settings.folder / ".env"
    known = _variables(env_file) | dict(os.environ if environment is None else environment)

    def need(name: str) -> str:
        if not known.get(name):
            raise UsageError(f"{name} is missing: set it in the environment or in {env_file}")
        return known[name]

    def account(prefix: str, interface: str) -> Account:
        stem = f"{prefix}_{interface}"
        totp = known.get(f"{stem}_TOTP")
        return Account(
            username=need(f"{stem}_USERNAME"),
            password=SecretStr(need(f"{stem}_PASSWORD")),
            totp=_seed(f"{stem}_TOTP", totp) if totp else None,
        )

    def key(name: str) -> SecretStr:
        parse_key(name, need(name))  # a malformed key is refused now, not at the swing
        return SecretStr(known[name])

    def both(prefix: str) -> Credentials:
        return Credentials(login=account(prefix, "LOGIN"), appliance=account(prefix, "APPLIANCE"))

    def named(name: str | None) -> SecretStr | None:
        return SecretStr(need(name)) if name else None

    return Secrets(
        a=both(settings.a.credentials),
        b=both(settings.b.credentials),
        backup_password=named(_backup_password(settings)),
        mail_password=named(_mail_password(settings)),
        webhook_token=named(_webhook_token(settings)),
        tsig={name: key(name) for name in _keys(settings)},
    )


def _variables(env_file: Path) -> dict[str, str]:
    """Read a `.env`; it need not exist."""
    try:  # a password may hold ${...}: it is taken as it stands
        return {name: value for name, value in dotenv_values(env_file, interpolate=False).items() if value is not None}
    except OSError as error:
        raise UsageError(f"{env_file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{env_file} is not a text file in UTF-8") from None


def _seed(name: str, seed: str) -> SecretStr:
    try:
        totp.key_of(seed)  # a malformed seed is refused now, not at the sign-in
    except ValueError as error:
        raise UsageError(f"{name} is no seed of a second factor: {error}") from None
    return SecretStr(seed)


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
