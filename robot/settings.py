"""The pair file and its `.env`, as frozen settings. Unknown keys are refused; secrets hide themselves.

What this version cannot honour is refused with 2 and named, never ignored: an approval that is not asked for would be worse
than no robot at all.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

from robot.clocks import in_utc, roughly
from robot.errors import Misused
from robot.model import Unit
from robot.tsig import bare_secret
from robot.tsig import key as parse_key

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(value: object) -> float:
    """Read a duration: "90s", "15m", "4h", "2d"; seconds.

    Raises:
        ValueError: it is none; the sentence shows the form.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)  # how our own files carry it
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('is not a duration: write "90s", "15m", "4h" or "2d"')
    return float(found[1]) * _UNITS[found[2]]


def _matching(pattern: str, form: str) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {form}")
        return value

    return BeforeValidator(check)


def _ip(value: object) -> str:
    try:
        return str(ip_address(str(value)))
    except ValueError:
        raise ValueError("must be an IP address, such as 192.0.2.20") from None


def _https(value: object) -> str:
    try:
        url = urlsplit(str(value))
        told = url.scheme == "https" and url.hostname and url.port != 0
    except ValueError:
        told = False
        url = urlsplit("")
    if not told or "@" in url.netloc or url.fragment or not re.fullmatch(r"[!-~]+", str(value)):
        raise ValueError("must be an address such as https://chat.example.com/hooks/1, with no password in it")
    return str(value)


def _moment(value: object) -> datetime:
    """Read a TOML date and time, or how our own files carry it, as UTC: an offset is not guessed."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise ValueError("must be a date and time with its offset, such as 2026-12-01T22:00:00Z")  # noqa: TRY004 - pydantic's
    if moment.utcoffset() is None:
        raise ValueError("has no offset: write Z for UTC, or an offset such as +01:00, after the time")
    if not 2000 <= moment.year < 3000:
        raise ValueError("must lie between the years 2000 and 2999")
    return moment.astimezone(UTC)


_SERVER = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(?P<port>\d{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f.]*(?::[0-9A-Fa-f.]*){2,})"
)


def host_and_port(text: str) -> tuple[str, int]:
    """Read where a name server is: "192.0.2.53", "ns1.example.com:5353", "2001:db8::53", "[2001:db8::53]:5353".

    Without a port it is 53.

    Raises:
        ValueError: it is none; the sentence shows the form.
    """
    found = _SERVER.fullmatch(text)
    port = int((found and found["port"]) or 53)
    if not found or not 1 <= port <= 65535:
        raise ValueError("must be a name server, such as 192.0.2.53, ns1.example.com:53 or [2001:db8::53]:53")
    return found["v6"] or found["host"] or found["bare"], port


def _server(value: object) -> str:
    host_and_port(str(value))
    return str(value)


_LABELS = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?"
Duration = Annotated[float, BeforeValidator(seconds)]
Span = Annotated[Duration, Field(ge=0, allow_inf_nan=False)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Host = Annotated[str, _matching(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?", "a host name or an IP address")]
Ip = Annotated[str, BeforeValidator(_ip)]
ServerPlace = Annotated[str, BeforeValidator(_server)]
ZoneName = Annotated[str, _matching(rf"(?=.{{1,254}}$){_LABELS}", "the name of a zone, such as example.com")]
RecordName = Annotated[str, _matching(rf"@|(?=.{{1,254}}$){_LABELS}", "a record's name, such as support or support.example.com")]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Version = Annotated[str, _matching(r"\d+(\.\d+){1,3}", "a version in numbers, such as 15.1.3")]
Mailbox = Annotated[str, _matching(r"[^\s@<>,;:\"()]{1,64}@[A-Za-z0-9.-]{1,253}", "an address such as oncall@example.com")]
Https = Annotated[str, BeforeValidator(_https)]
Name = Annotated[str, _matching(r"[A-Z][A-Z0-9_]{0,63}", "the name of an environment variable: capitals, digits, _")]


class Section(BaseModel):
    """A part of the pair file: frozen, and without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangeTicket(Section):
    """`[change]`: what goes on every page of the evidence."""

    ticket: Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "1 to 64 letters, digits, dots, dashes or underscores")]
    summary: str = ""
    requested_by: str = ""


class Site(Section):
    """`[site]`: the name that representatives and customers use, and the release both must show at the end."""

    hostname: Host
    port: Port = 443
    target_version: Version
    target_base: Version | None = None


class Trust(Section):
    """How an appliance's certificate is checked. There is no "ignore"."""

    ca_file: Path | None = None
    pin: tuple[Annotated[str, _matching(r"[A-Za-z0-9+/]{43}=", "the base64 SHA-256 of a public key")], ...] = ()
    name: Host | None = None


class ApplianceSettings(Section):
    """`[a]` and `[b]`: where an appliance is, by its own unique address."""

    address: Host
    port: Port = 443
    peer_address: Host | None = None
    credentials: Name
    tls: Trust = Trust()


class Backup(Section):
    """`[backup]`: where the settings' backup goes."""

    directory: Path
    password: Name | None = None
    include_history: bool = True


class UpdateFiles(Section):
    """`files`: each appliance's own update files, in order."""

    a: tuple[Path, ...] = ()
    b: tuple[Path, ...] = ()


class Update(Section):
    """`[update]`: how the appliances are updated."""

    method: Literal["automatic", "manual"] = "automatic"
    files: UpdateFiles = UpdateFiles()
    installers: Literal["keep", "none"] = "none"
    accept_agreement: bool = False


class View(Section):
    """`views` of `[swing]`: the same record as another name server, or another side of it, tells it; swung and proved as well.

    Attributes:
        server: where this view is asked and changed.
        tsig: the environment variable that holds the key for it.
        a: what this view's record shows for A, where that is not A's own address.
        b: the same for B.
    """

    server: ServerPlace
    tsig: Name
    a: Ip | None = None
    b: Ip | None = None


class Swing(Section):
    """`[swing]`: how B becomes the appliance that serves the site.

    Attributes:
        method: what is changed, where.
        shared_ip: shared-ip: the address that moves.
        server: dns: where the record is changed and asked, host or host:port.
        zone: dns: the zone that the record is in.
        record: dns: its name, within the zone or whole.
        ttl: dns: seconds that the record may be kept by others, from the swing on.
        tsig: dns: the environment variable that holds the key.
        views: dns: where else the record must be changed.
        command: nat: the command that points the site's entry to `{address}`.
        a: dns, nat: how the record or the router knows A, where that is not A's own address.
        b: dns, nat: the same for B.
        address: dns, nat, person: where the site's name leads from outside, where this machine cannot resolve it.
    """

    method: Literal["shared-ip", "dns", "nat", "person"]
    shared_ip: Ip | None = None
    server: ServerPlace | None = None
    zone: ZoneName | None = None
    record: RecordName | None = None
    ttl: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)] | None = None
    tsig: Name | None = None
    views: tuple[View, ...] = ()
    command: tuple[str, ...] = ()
    a: Ip | None = None
    b: Ip | None = None
    address: Ip | None = None


_SWING_NEEDS = {
    "shared-ip": {"shared_ip": "the address that moves"},
    "dns": {
        "server": "the name server that takes the change",
        "zone": "the zone that the record is in",
        "record": "the record's name",
        "ttl": "the seconds that the record may be kept",
        "tsig": "the name of the environment variable with the key",
    },
    "nat": {"command": "the command that points the site's entry to {address}"},
    "person": {},
}
_SWING_ALLOWS = {"shared-ip": (), "dns": ("views", "a", "b", "address"), "nat": ("a", "b", "address"), "person": ("address",)}


class Window(Section):
    """One maintenance window: from `opens` up to, and without, `closes`; both in UTC once they are read."""

    opens: Moment
    closes: Moment

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError(f"closes at {in_utc(self.closes)}, and opens only at {in_utc(self.opens)}")
        return self


class Interim(Section):
    """Between the windows: long enough to confirm the release in production, short enough without failover (PL7); seconds."""

    at_least: Span
    at_most: Annotated[Span, Field(gt=0)]

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.at_least > self.at_most:
            raise ValueError(f"has at_least ({roughly(self.at_least)}) longer than at_most ({roughly(self.at_most)})")
        return self


class Windows(Section):
    """`[windows]`: when the two parts of the change may be pressed (PL3, PL5).

    Attributes:
        first: backup, synchronisation, break, B, swing.
        second: A, and re-establishing.
        interim: from the swing to the second window's work at least; from the break to failover again at most.
        overtime: seconds past a window's close for a way back, or a finish, that a person asks for by name.
    """

    first: Window
    second: Window
    interim: Interim
    overtime: Span = 0.0

    def named(self, name: str) -> Window:
        """The window of one part: "first" or "second"."""
        return dict(self)[name]

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        first, second, interim = self.named("first"), self.second, self.interim
        if second.opens < first.opens:
            raise ValueError(f"are exchanged: second opens at {in_utc(second.opens)}, first at {in_utc(first.opens)}")
        if second.opens < first.closes:
            raise ValueError(f"overlap: second opens at {in_utc(second.opens)}, first closes at {in_utc(first.closes)}")
        apart = (second.opens - first.closes).total_seconds()
        if apart > interim.at_most:
            raise ValueError(f"are {roughly(apart)} apart, longer than interim.at_most ({roughly(interim.at_most)})")
        whole = (second.closes - first.opens).total_seconds()
        if whole < interim.at_least:
            raise ValueError(
                f"leave no room for interim.at_least ({roughly(interim.at_least)}): both are over after {roughly(whole)}"
            )
        if self.overtime > apart:
            raise ValueError(f"are {roughly(apart)} apart, shorter than overtime ({roughly(self.overtime)})")
        return self


class Check(Section):
    """One thing that a browser cannot do: a command, a sentence for a person, or a reason to skip it."""

    command: tuple[str, ...] = ()
    person: str = ""
    skip: str = ""


class Checks(Section):
    """`[checks]`, by name."""

    tested_elsewhere: Check | None = None
    notice: Check | None = None
    snapshots: Check | None = None
    directory_sign_in: Check | None = None
    rep_console: Check | None = None
    customer_client: Check | None = None
    jump_client: Check | None = None
    integration_client: Check | None = None
    session_data: Check | None = None
    same_key: Check | None = None

    def named(self, name: str) -> Check | None:
        """The check `name`, or `None` where the pair file says nothing of it."""
        return dict(self).get(name)


class Limits(Section):
    """`[limits]`: seconds, and how many people may be cut off."""

    sync: Duration = 4 * 3600.0
    sync_age: Duration = 600.0
    install: Duration = 90 * 60.0
    swing: Duration = 60.0
    establish: Duration = 600.0
    poll: Duration = 30.0
    settle: Duration | None = None
    sessions: Annotated[int, Field(strict=True, ge=0)] = 0
    jump_clients_back: Annotated[int, Field(strict=True, ge=0, le=100)] = 95


class Approval(Section):
    """`[approval]`: whether a signed approval is needed."""

    required: bool = False
    approvers: tuple[Path, ...] = ()


class Mail(Section):
    """`smtp`: a mail server, by name, and who is written to. Its certificate is checked for that name."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    server: Host
    port: Port = 25
    sender: Mailbox = Field(alias="from")
    to: tuple[Mailbox, ...]
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: Name | None = None
    ca_file: Path | None = None


class Webhook(Section):
    """`webhook`: where messages are posted as JSON."""

    url: Https
    token: Name | None = None
    ca_file: Path | None = None


class Notify(Section):
    """`[notify]`: who is told at each turn of the run, in any of three ways."""

    command: tuple[str, ...] = ()
    smtp: Mail | None = None
    webhook: Webhook | None = None


class Settings(Section):
    """One pair file, checked. Holds no secret; `credentials()` fetches those when they are needed."""

    change: ChangeTicket
    site: Site
    a: ApplianceSettings
    b: ApplianceSettings
    backup: Backup | None = None
    update: Update = Update()
    swing: Swing
    windows: Windows | None = None
    checks: Checks = Checks()
    approval: Approval | None = None
    notify: Notify | None = None
    limits: Limits = Limits()
    folder: Path = Field(default=Path(), description="the pair file's own folder; relative paths start there")

    def of(self, unit: Unit) -> ApplianceSettings:
        """The section of one appliance."""
        return self.a if unit is Unit.A else self.b

    def swung_to(self, unit: Unit) -> str:
        """The address that the swing's record or router leads to when `unit` serves the site."""
        told = self.swing.a if unit is Unit.A else self.swing.b
        return told or self.of(unit).address

    def path(self, relative: Path) -> Path:
        """Find a path of the pair file."""
        return self.folder / relative.expanduser()


class Account(BaseModel):
    """A user name, a password and where there is one the seed of a second factor; printed, they hide."""

    model_config = ConfigDict(frozen=True)

    username: str
    password: SecretStr
    totp: SecretStr | None = None


class Credentials(BaseModel):
    """The two accounts of one appliance; each interface has a store of its own."""

    model_config = ConfigDict(frozen=True)

    login: Account
    appliance: Account


class Secrets(BaseModel):
    """Everything secret that a run needs: in memory only."""

    model_config = ConfigDict(frozen=True)

    a: Credentials
    b: Credentials
    backup_password: SecretStr | None = None
    mail_password: SecretStr | None = None
    webhook_token: SecretStr | None = None
    tsig: dict[str, SecretStr] = {}
    """The keys of the DNS swing, by the names of their variables."""

    def of(self, unit: Unit) -> Credentials:
        """The accounts of one appliance."""
        return self.a if unit is Unit.A else self.b

    def texts(self) -> tuple[str, ...]:
        """Every secret as text, for masking."""
        accounts = [self.a.login, self.a.appliance, self.b.login, self.b.appliance]
        kept = [account.password for account in accounts] + [account.totp for account in accounts if account.totp]
        kept += [secret for secret in (self.backup_password, self.mail_password, self.webhook_token) if secret]
        texts = [secret.get_secret_value() for secret in kept]
        for text in (key.get_secret_value() for key in self.tsig.values()):
            texts += [text, bare_secret(text)]  # what shows anywhere would be the secret without its name
        return tuple(dict.fromkeys(texts))

    def mask(self, text: str) -> str:
        """A text without any of these secrets; one of fewer than four characters would mask half of the language."""
        for secret in self.texts():
            text = text.replace(secret, "[secret]") if len(secret) >= 4 else text
        return text


def load(pair_file: Path, *, single: bool = False) -> Settings:
    """Read and check a pair file.

    Args:
        pair_file: its path.
        single: it describes one appliance, in [a], without [b] and [swing].

    Raises:
        Misused: it is missing, malformed, or asks for what this version cannot do; one sentence names the place.
    """
    try:
        document = tomllib.loads(pair_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misused(f"{pair_file} does not exist: `failover-robot init` writes one to fill in") from None
    except IsADirectoryError:
        raise Misused(f"{pair_file} is a folder: name the pair file in it, usually {pair_file / 'pair.toml'}") from None
    except OSError as error:
        raise Misused(f"{pair_file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Misused(f"{pair_file} is not a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"{pair_file} is not valid TOML: {error}") from None
    if single:
        document = _of_one(document, pair_file)
    if "folder" in document:
        raise Misused(f"{pair_file}: folder is not a section of a pair file; remove it")
    try:
        settings = Settings.model_validate({**document, "folder": pair_file.resolve().parent})
    except ValidationError as error:
        raise Misused(f"{pair_file}: {_sentence(error)}") from None
    if not single:
        _refuse_two_that_are_one(settings, pair_file)
    _refuse_nonsense(settings, pair_file, single=single)
    _refuse_what_cannot_be_honoured(settings, pair_file)
    return settings


def secrets(settings: Settings, environment: Mapping[str, str] | None = None) -> Secrets:
    """Fetch the secrets from the environment, or else from `.env` in the pair file's folder.

    Raises:
        Misused: one is missing; the sentence names the variable and both places.
    """
    env_file = settings.folder / ".env"
    try:  # a password may hold ${...}: it is taken as it stands
        known = {name: value for name, value in dotenv_values(env_file, interpolate=False).items() if value is not None}
    except OSError as error:
        raise Misused(f"{env_file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Misused(f"{env_file} is not a text file in UTF-8") from None
    known |= dict(os.environ if environment is None else environment)

    def need(name: str) -> str:
        if not known.get(name):
            raise Misused(f"{name} is missing: set it in the environment or in {env_file}")
        return known[name]

    def account(prefix: str, interface: str) -> Account:
        stem = f"{prefix}_{interface}"
        totp = known.get(f"{stem}_TOTP")
        return Account(
            username=need(f"{stem}_USERNAME"),
            password=SecretStr(need(f"{stem}_PASSWORD")),
            totp=SecretStr(totp) if totp else None,
        )

    def key(name: str) -> SecretStr:
        parse_key(name, need(name))  # malformed, it is refused now, not at the swing
        return SecretStr(known[name])

    def both(prefix: str) -> Credentials:
        return Credentials(login=account(prefix, "LOGIN"), appliance=account(prefix, "APPLIANCE"))

    def named(name: str | None) -> SecretStr | None:
        return SecretStr(need(name)) if name else None

    swing = settings.swing
    keys = [swing.tsig, *(view.tsig for view in swing.views)]
    return Secrets(
        a=both(settings.a.credentials),
        b=both(settings.b.credentials),
        backup_password=named(_backup_password(settings)),
        mail_password=named(_mail_password(settings)),
        webhook_token=named(_webhook_token(settings)),
        tsig={name: key(name) for name in keys if name},
    )


def secret_names(settings: Settings) -> frozenset[str]:
    """Every environment variable that a pair file's secrets come from: no program that we start needs to see them."""
    accounts = {
        f"{prefix}_{interface}_{kind}"
        for prefix in (settings.a.credentials, settings.b.credentials)
        for interface in ("LOGIN", "APPLIANCE")
        for kind in ("USERNAME", "PASSWORD", "TOTP")
    }
    keys = (settings.swing.tsig, *(view.tsig for view in settings.swing.views))
    others = (_backup_password(settings), _mail_password(settings), _webhook_token(settings), *keys)
    return frozenset(accounts | {name for name in others if name})


def _backup_password(settings: Settings) -> str | None:
    return settings.backup.password if settings.backup else None


def _mail_password(settings: Settings) -> str | None:
    return settings.notify.smtp.password if settings.notify and settings.notify.smtp else None


def _webhook_token(settings: Settings) -> str | None:
    return settings.notify.webhook.token if settings.notify and settings.notify.webhook else None


def _sentence(error: ValidationError) -> str:
    """Turn the first fault into one sentence; for an unknown key, name the nearest known one."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        *inside, key = fault["loc"]
        known = _known_keys(inside)
        near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known there: {', '.join(known)}"
        return f"{place} is not known; {hint}"
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] in {"model_type", "dict_type"}:
        return f"{place} must be a section with keys of its own, such as [{place}]"
    if fault["type"] == "literal_error":
        return f"{place} must be {fault.get('ctx', {}).get('expected', 'one of a few words')}, not {fault['input']!r}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{place} {message[0].lower()}{message[1:]}"


def _known_keys(inside: list[int | str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in inside:
        if isinstance(part, int):
            continue  # a number in a list: the list's own model goes for each
        field = model.model_fields.get(str(part))
        found = [] if field is None else _models_in(field.annotation)
        if not found:
            return []
        model = found[0]
    return [field.alias or name for name, field in model.model_fields.items() if name != "folder"]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _of_one(document: dict[str, Any], pair_file: Path) -> dict[str, Any]:
    """The sections of a single appliance; what would have no meaning is refused. There is no second one: [b] is [a] again."""
    for section in ("b", "swing", "windows"):
        if section in document:
            raise Misused(f"{pair_file}: --procedure single works on one appliance, in [a]; leave out [{section}]")
    if document.get("update", {}).get("files", {}).get("b"):
        raise Misused(f"{pair_file}: --procedure single works on one appliance, in [a]; leave out update.files.b")
    return {**document, "b": document["a"], "swing": {"method": "person"}} if "a" in document else document


def _refuse_two_that_are_one(settings: Settings, pair_file: Path) -> None:
    a, b = settings.a, settings.b
    if (a.address.lower(), a.port) == (b.address.lower(), b.port):
        raise Misused(f"{pair_file}: a and b are the same appliance ({a.address}); each needs its own unique address")


def _refuse_nonsense(settings: Settings, pair_file: Path, *, single: bool) -> None:
    """Refuse what is well-formed and cannot be meant."""
    a, b = settings.a, settings.b
    refuse_odd_swing(settings, pair_file)
    for name, appliance in (("a", a), ("b", b)):
        _refuse_odd_appliance(name, appliance, settings, pair_file)
    for name, check in settings.checks:
        if check is not None and sum(map(bool, (check.command, check.person, check.skip))) != 1:
            raise Misused(f"{pair_file}: checks.{name} needs exactly one of command, person or skip")
    if settings.backup is None:
        raise Misused(f"{pair_file}: [backup] is missing; without a backup nothing is changed (BS8)")
    if settings.notify is not None:
        _refuse_odd_notify(settings.notify, settings, pair_file)
    _refuse_odd_files(settings, pair_file, {"b"} if single else set())


def _refuse_odd_files(settings: Settings, pair_file: Path, spared: set[str]) -> None:
    """Refuse update files that cannot be meant. They need not be there yet: a person may still have to bring them."""
    seen: set[Path] = set()
    for name, paths in settings.update.files:
        if settings.update.method == "manual" and not paths and name not in spared:
            raise Misused(
                f'{pair_file}: update.files.{name} is missing; method = "manual" needs each appliance\'s own files, in order'
            )
        for path in map(settings.path, paths):
            if path in seen:
                raise Misused(f"{pair_file}: update.files names {path} twice; each appliance has files made for its own key")
            seen.add(path)


def refuse_odd_swing(settings: Settings, pair_file: Path) -> None:
    """Refuse a `[swing]` that lacks what its method needs, or says what its method would ignore.

    Raises:
        Misused: naming the key.
    """
    swing = settings.swing
    needs, allows = _SWING_NEEDS[swing.method], _SWING_ALLOWS[swing.method]
    values = dict(swing)
    for key, meaning in needs.items():
        if not values[key]:
            raise Misused(f"{pair_file}: swing.{key} is missing; the {swing.method} method needs {meaning}")
    for key in sorted(set(values) - {"method", *needs, *allows}):
        if values[key]:
            raise Misused(f"{pair_file}: swing.{key} means nothing to the {swing.method} method; remove it")
    if swing.method == "nat" and not any("{address}" in word for word in swing.command):
        raise Misused(f"{pair_file}: swing.command must have {{address}} in it, for the address that the site is to lead to")
    if swing.method == "dns":
        _refuse_odd_record(settings, pair_file)


def _refuse_odd_record(settings: Settings, pair_file: Path) -> None:
    swing = settings.swing
    zone, record = (swing.zone or "").rstrip(".").lower(), (swing.record or "").lower()
    if record.endswith(".") and not f".{record}".endswith(f".{zone}."):
        raise Misused(f"{pair_file}: swing.record {swing.record} is not in the zone {swing.zone}")
    servers: list[tuple[str, str]] = []
    for place, server, tsig, addresses in record_places(settings):
        for unit, address in addresses.items():
            if not _is_ip(address):
                raise Misused(f"{pair_file}: {place}.{unit} is missing; the record needs an IP address, and {address} is a name")
        a, b = map(ip_address, addresses.values())
        if a == b:
            raise Misused(f"{pair_file}: {place} leads to {a} for A and for B; each needs an address of its own")
        if a.version != b.version:
            raise Misused(f"{pair_file}: {place} mixes IPv4 and IPv6 ({a}, {b}); the swing changes one record of one kind")
        if (server.lower(), tsig) in servers:
            raise Misused(f"{pair_file}: {place} is there twice ({server}, {tsig}); each view once")
        servers.append((server.lower(), tsig))


def record_places(settings: Settings) -> list[tuple[str, str, str, dict[Unit, str]]]:
    """Where the record is kept: the place in the pair file, the server, the key's variable, the address for each appliance."""
    swing = settings.swing
    own = {unit: settings.swung_to(unit) for unit in Unit}
    places = [("swing", swing.server or "", swing.tsig or "", own)]
    for number, view in enumerate(swing.views):
        told = {Unit.A: view.a or own[Unit.A], Unit.B: view.b or own[Unit.B]}
        places.append((f"swing.views.{number}", view.server, view.tsig, told))
    return places


def _is_ip(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _refuse_odd_appliance(name: str, appliance: ApplianceSettings, settings: Settings, pair_file: Path) -> None:
    for key, address in (("address", appliance.address), ("peer_address", appliance.peer_address)):
        if address is not None and address in {settings.swing.shared_ip, settings.site.hostname}:
            what = "the shared IP" if address == settings.swing.shared_ip else "the site's own hostname"
            raise Misused(f"{pair_file}: {name}.{key} is {what} {address}; name the appliance's own unique address")
    if appliance.tls.ca_file and appliance.tls.pin:
        raise Misused(f"{pair_file}: {name}.tls has both ca_file and pin; keep one of them")
    if appliance.tls.ca_file and not settings.path(appliance.tls.ca_file).is_file():
        raise Misused(f"{pair_file}: {name}.tls.ca_file {settings.path(appliance.tls.ca_file)} does not exist")


def _refuse_odd_notify(notify: Notify, settings: Settings, pair_file: Path) -> None:
    mail, hook = notify.smtp, notify.webhook
    if not (notify.command or mail or hook):
        raise Misused(f"{pair_file}: [notify] needs at least one of command, smtp or webhook")
    for name, ca_file in (("smtp", mail and mail.ca_file), ("webhook", hook and hook.ca_file)):
        if ca_file and not settings.path(ca_file).is_file():
            raise Misused(f"{pair_file}: notify.{name}.ca_file {settings.path(ca_file)} does not exist")
    if mail is None:
        return
    if not mail.to:
        raise Misused(f"{pair_file}: notify.smtp.to is empty; name at least one address")
    if bool(mail.username) != bool(mail.password):
        raise Misused(f"{pair_file}: notify.smtp has only one of username and password; give both, or none")
    if mail.tls == "none" and (mail.password or mail.ca_file):
        raise Misused(f'{pair_file}: notify.smtp.tls = "none" sends everything in clear; remove password and ca_file, or use TLS')


def _refuse_what_cannot_be_honoured(settings: Settings, pair_file: Path) -> None:
    """Refuse, by its name, the first thing that this version would have to ignore."""
    asked = [
        (
            settings.approval is not None and settings.approval.required,
            "[approval] required",
            "have the change approved elsewhere and set it to false",
        ),
    ]
    for is_asked, place, way in asked:
        if is_asked:
            raise Misused(f"{pair_file}: {place} cannot be honoured by this version; {way}")
    policy = Path(os.environ.get("FAILOVER_ROBOT_POLICY", "/etc/failover-robot/policy.toml"))
    if policy.exists():
        raise Misused(f"{policy} exists, and this version cannot honour a policy; use a version that can")
