"""The secrets of a run, in memory only: of the environment or the `.env` beside the pair file, or lent by a vault when needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import UsageError
from robot.domain.model import Unit
from robot.domain.readiness import ADMIN_ACCOUNT
from robot.domain.redaction_rules import NO_RULES
from robot.domain.secret_registry import SecretRegistry
from robot.evidence.scan.finder import SecretFinder, SecretForms
from robot.settings.env_file import read_env_file
from robot.settings.secrets import names
from robot.settings.secrets.names import secret_names
from robot.settings.secrets.ordinary import why_ordinary
from robot.settings.secrets.variables import Variables, refuse_admin

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic import SecretStr

    from robot.settings.secrets.variables import Vault
    from robot.settings.sections.pair_file import Settings
    from robot.settings.tsig import Key

__all__ = ["Account", "ApiAccount", "Credentials", "Secrets", "require_own_accounts", "secret_names", "secrets"]


class Account:
    """The account of one interface. From a vault its values come only when they are asked for, and may have changed since."""

    def __init__(self, stem: str, variables: Variables) -> None:
        self._stem, self._variables = stem, variables

    @property
    def username(self) -> str:
        """The user name."""
        return self._variables.username(f"{self._stem}_USERNAME")

    @property
    def password(self) -> SecretStr:
        """The password."""
        return self._variables.secret(f"{self._stem}_PASSWORD")

    @property
    def totp(self) -> SecretStr | None:
        """The seed of the second factor, if there is one."""
        return self._variables.seed(f"{self._stem}_TOTP")

    def hide_code(self, code: str) -> None:
        """Mask a code of the second factor from now on, also before it is given."""
        self._variables.texts.add_code(code)


@dataclass(frozen=True)
class ApiAccount:
    """An API account: the client ID and the client secret by which a token is had."""

    client_id: SecretStr
    client_secret: SecretStr


@dataclass(frozen=True)
class Credentials:
    """The two accounts of one appliance: each of its web interfaces has its own user store."""

    login: Account
    appliance: Account


class Secrets:
    """All secrets of a run, in memory only.

    Attributes:
        a: the accounts of A.
        b: the accounts of B.
    """

    def __init__(self, settings: Settings, variables: Variables) -> None:
        self._settings, self._variables = settings, variables
        self.a, self.b = (
            Credentials(*(Account(f"{settings.of(unit).credentials}_{interface}", variables) for interface in names.INTERFACES))
            for unit in Unit
        )

    def of(self, unit: Unit) -> Credentials:
        """Return the accounts of one appliance."""
        return self.a if unit is Unit.A else self.b

    @property
    def backup_password(self) -> SecretStr | None:
        """The backup file's password; `None` if the pair file names none."""
        return self._named(names.of_backup(self._settings))

    @property
    def mail_password(self) -> SecretStr | None:
        """The mail server's password; `None` if the pair file names none."""
        return self._named(names.of_mail(self._settings))

    @property
    def webhook_token(self) -> SecretStr | None:
        """The webhook's token; `None` if the pair file names none."""
        return self._named(names.of_webhook(self._settings))

    def api_account(self, unit: Unit) -> ApiAccount | None:
        """Return the API account of one appliance; `None` if the pair file names none."""
        if self._settings.api is None:
            return None
        named = self._settings.api.of(unit)
        return ApiAccount(self._variables.secret(named.client_id), self._variables.secret(named.client_secret))

    def of_ticket(self, name: str) -> SecretStr:
        """Return what the ticket system asks for, by the name of its variable."""
        return self._variables.secret(name)

    def key(self, name: str) -> Key:
        """Return a key of the DNS swing, by the name of its variable."""
        return self._variables.key(name)

    def texts(self) -> SecretRegistry:
        """Return every secret in play, for masking: a sequence that grows while secrets are fetched, and learned of pages.

        Returns:
            Each secret once; of a TSIG key also the secret part alone.
        """
        return self._variables.texts

    def learn(self, text: str, name: str) -> None:
        """Mask from now on what was learned in mid-run, as a token that was given for a secret.

        Args:
            text: the secret.
            name: what it is, told where it is found.
        """
        if not why_ordinary(text):
            self.texts().learn(text, name)

    def usernames(self) -> dict[str, str]:
        """Return the user names that can be told without asking a vault, by their variables."""
        wanted = sorted(name for name in secret_names(self._settings) if name.endswith("_USERNAME"))
        return {name: self._variables.text(name) for name in wanted if self._variables.holds(name)}

    def fetch(self, name: str) -> str:
        """Return what the vault has under a name, for the process that performs the run, and mask it here from now on.

        Raises:
            Refused: it cannot be had.
        """
        return self._variables.fetch(name)

    def give_back(self, only: Collection[str] | None = None) -> list[str]:
        """Give back to the vault what is on loan.

        Args:
            only: the names of the secrets; all if `None`.

        Returns:
            A sentence for each that could not be given back.
        """
        vault = self._variables.vault
        return vault.give_back(only) if vault else []

    def give_back_what_messages_need(self) -> None:
        """Give back the mail server's password and the webhook's token: between two messages may lie a day."""
        self.give_back([name for name in (names.of_mail(self._settings), names.of_webhook(self._settings)) if name])

    def require_all(self) -> None:
        """Read every secret once.

        Raises:
            UsageError: one is missing, malformed, or no better than an ordinary word.
        """
        for account in (self.a.login, self.a.appliance, self.b.login, self.b.appliance):
            _ = account.username, account.password, account.totp
        _ = self.backup_password, self.mail_password, self.webhook_token
        for name in names.of_keys(self._settings):
            self.key(name)
        for name in names.of_ticket(self._settings):
            self.of_ticket(name)
        for unit in Unit:
            self.api_account(unit)

    def _named(self, name: str | None) -> SecretStr | None:
        return self._variables.secret(name) if name else None


def secrets(
    settings: Settings, environment: Mapping[str, str] | None = None, *, vault: Vault | None = None, whole: bool = True
) -> Secrets:
    """Return the secrets: of the environment, or else of `.env` in the pair file's folder; with `[secrets]` those of a vault.

    Args:
        settings: the pair file, which names the variables.
        environment: the variables to use; this process's own if `None`.
        vault: what lends them where the pair file has `[secrets]`; nothing is fetched yet. `None` if none will be asked for.
        whole: whether each must be there; else only those that are asked for.

    Returns:
        The secrets; an optional one that the pair file does not name is `None`.

    Raises:
        UsageError: one is missing, malformed, or no better than an ordinary word; the sentence names the variable, and where
            it belongs. The same if `.env` is not as it must be, or if a secret stands there that the vault is to lend.
    """
    env_file = settings.folder / ".env"
    known = read_env_file(env_file, secret_names(settings)) | dict(os.environ if environment is None else environment)
    if settings.secrets is None:
        found = Secrets(settings, Variables(known, env_file, texts=registry_of(settings)))
        if whole:
            found.require_all()
            _refuse_in_pair_file(settings, found.texts())
        return found
    command = settings.secrets.get[0]
    for name in sorted(secret_names(settings)):
        if known.get(name) and not name.endswith("_USERNAME"):
            raise UsageError(
                f"{name} is set in the environment or in {env_file}, and [secrets] get fetches it with {command}: "
                "remove it there, or remove [secrets]"
            )
    is_allowed = settings.waiver_of(ADMIN_ACCOUNT) is not None
    variables = Variables(known, env_file, vault, command, admin_allowed=is_allowed, texts=registry_of(settings))
    found = Secrets(settings, variables)
    found.usernames()  # a malformed one is refused now
    return found


def registry_of(settings: Settings, secrets: Collection[str] = ()) -> SecretRegistry:
    """Return the registry of a pair, with the rules of its `[evidence]`.

    What stands in the pair file itself stays readable, as the site's name: it goes on every page of the evidence.

    Args:
        settings: the pair file.
        secrets: the first secrets.
    """
    known = settings.model_dump_json(exclude={"folder"}).casefold()
    return SecretRegistry(
        secrets,
        settings.evidence.rules if settings.evidence else NO_RULES,
        lambda text: text.casefold() in known or bool(why_ordinary(text)),
    )


def _refuse_in_pair_file(settings: Settings, texts: SecretRegistry) -> None:
    """Refuse a pair file that holds a secret itself: it goes on every page of the evidence."""
    finder = SecretFinder(SecretForms.of(text, name) for text, name in texts.lasting().items())
    if names := sorted(finder.names_in(settings.model_dump_json(exclude={"folder"}))):
        raise UsageError(
            f"the pair file holds the value of {', '.join(names)}: take it out; it belongs into .env or the vault only"
        )


def require_own_accounts(settings: Settings, known: Secrets) -> None:
    """Require that no account is the one that the product is delivered with, unless the pair file waives that.

    A run that has begun goes on with the accounts that it began with, so this is required at its beginning only.

    Raises:
        UsageError: one is, by the user names that can be told without asking a vault.
    """
    if settings.waiver_of(ADMIN_ACCOUNT) is None:
        for name, username in known.usernames().items():
            refuse_admin(name, username)
