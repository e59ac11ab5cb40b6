"""The sections of a pair file, frozen. Unknown keys are refused."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from robot.domain.clocks import in_utc
from robot.domain.model import Unit
from robot.settings.sections.api import Api
from robot.settings.sections.contact import Contact
from robot.settings.sections.evidence import EvidenceSettings
from robot.settings.sections.notify import Notify
from robot.settings.sections.section import PairFileSection
from robot.settings.sections.smoke import Smoke
from robot.settings.sections.ticket import TicketSettings
from robot.settings.sections.windows import Windows
from robot.settings.values import (
    AgeRecipient,
    Duration,
    Expiry,
    Host,
    Ip,
    Name,
    PatchName,
    Pin,
    PlainName,
    Port,
    Reason,
    RecordName,
    ServerPlace,
    Ticket,
    Version,
    ZoneName,
)


class ChangeTicket(PairFileSection):
    """`[change]`: the ticket, which stands on every page of the evidence."""

    ticket: Ticket
    summary: str = ""
    requested_by: str = ""


class Site(PairFileSection):
    """`[site]`: the hostname that representatives and customers use, and the release that both must show at the end."""

    hostname: Host
    port: Port = 443
    target_version: Version
    target_base: Version | None = None


class Trust(PairFileSection):
    """`tls`: how an appliance's certificate is checked. There is no "ignore".

    Attributes:
        ca_file: the CA to trust.
        pin: base64 SHA-256 of the public keys to trust instead; with neither, the system's CAs are trusted.
        name: the name for which the certificate is valid; `None` if that is the address.
    """

    ca_file: Path | None = None
    pin: tuple[Pin, ...] = ()
    name: Host | None = None


class ApplianceSettings(PairFileSection):
    """`[a]` and `[b]`: one appliance, by its own unique address.

    Attributes:
        address: its own name or IP address, never the shared one.
        port: TCP port.
        peer_address: what the other appliance uses to reach it; `None` if that is the address.
        credentials: the prefix of the variables that hold its accounts: "A" for A_LOGIN_USERNAME and so on.
        tls: how its certificate is checked.
    """

    address: Host
    port: Port = 443
    peer_address: Host | None = None
    credentials: Name
    tls: Trust = Trust()


class Backup(PairFileSection):
    """`[backup]`: where the backup of the site's settings is saved.

    Attributes:
        directory: the folder.
        password: the variable that holds the backup file's password.
        include_history: whether the file includes the logged session reporting data.
        recipient: the age recipient to whom the file is encrypted as soon as it is fetched; None leaves it as it came.
    """

    directory: Path
    password: Name | None = None
    include_history: bool = True
    recipient: AgeRecipient | None = None


class UpdateFilePaths(PairFileSection):
    """`files`: the update files of each appliance, in the order of their installation."""

    a: tuple[Path, ...] = ()
    b: tuple[Path, ...] = ()


class Update(PairFileSection):
    """`[update]`: how the appliances are updated.

    Attributes:
        method: "automatic": the appliance downloads its updates; "manual": a person has brought the files.
        files: those files, for "manual".
        installers: whether the installers of the console are kept.
        accept_agreement: whether an agreement before a download may be accepted.
        agreement_contact: the name and the e-mail address that such an agreement may ask for.
        patch: the name of a package without a version of its own, which is the whole change; the target version runs already.
    """

    method: Literal["automatic", "manual"] = "automatic"
    files: UpdateFilePaths = UpdateFilePaths()
    installers: Literal["keep", "none"] = "none"
    accept_agreement: bool = False
    agreement_contact: Contact | None = None
    patch: PatchName | None = None

    @property
    def may_lack_contact(self) -> bool:
        """Whether an agreement that asks for a contact may be accepted, and no contact is configured."""
        return self.accept_agreement and self.method == "automatic" and self.agreement_contact is None


class View(PairFileSection):
    """`views` of `[swing]`: the same record at another name server, or in another view of it; it is changed and proved as well.

    Attributes:
        server: the server that this view is read from and changed at.
        tsig: the environment variable that holds its key.
        a: the record's address while A serves; `None` if it is the same as that of `[swing]` itself.
        b: the same for B.
    """

    server: ServerPlace
    tsig: Name
    a: Ip | None = None
    b: Ip | None = None


class SwingSettings(PairFileSection):
    """`[swing]`: how B becomes the appliance that serves the site. Most keys belong to one method, which is named first.

    Attributes:
        method: how the site moves.
        shared_ip: shared-ip: the address that moves.
        server: dns: the server that the record is read from and changed at, host or host:port.
        zone: dns: the record's zone.
        record: dns: the record's name, relative to the zone or fully qualified.
        ttl: dns: the record's TTL from the swing on, in seconds.
        tsig: dns: the environment variable that holds the key.
        views: dns: where else the record must be changed.
        command: nat: the command that makes the router lead the site to `{address}`.
        a: dns, nat: the address of A for the record or the router; `None` if it is A's own address.
        b: dns, nat: the same for B.
        address: dns, nat, person: where the site's name leads from outside, if this machine cannot resolve it.
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


class Check(PairFileSection):
    """A check that a browser cannot make: a command, a question for a person, or a reason to skip it."""

    command: tuple[str, ...] = ()
    person: str = ""
    skip: str = ""


class Checks(PairFileSection):
    """`[checks]`: the checks by their names."""

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
        """Return the check `name`, or `None` if the pair file does not have it."""
        return dict(self).get(name)


class Limits(PairFileSection):
    """`[limits]`: deadlines and times in seconds, and how many people may be cut off.

    Attributes:
        sync: deadline of a synchronisation.
        sync_age: the longest time from the end of the synchronisation to the break.
        install: deadline of the install of one package.
        swing: deadline of each change of the swing, and of the site's answer afterwards.
        establish: deadline of the new relationship, and of what an appliance does by itself around it.
        poll: the time between two readings.
        settle: the settling time of every change; `None` for each change's own.
        sessions: how many representatives and sessions together may be cut off.
        jump_clients_back: per cent of the Jump Clients online before the swing that must be online on B again.
    """

    sync: Duration = 4 * 3600.0
    sync_age: Duration = 600.0
    install: Duration = 90 * 60.0
    swing: Duration = 60.0
    establish: Duration = 600.0
    poll: Duration = 30.0
    settle: Duration | None = None
    sessions: Annotated[int, Field(strict=True, ge=0)] = 0
    jump_clients_back: Annotated[int, Field(strict=True, ge=0, le=100)] = 95


class Approval(PairFileSection):
    """`[approval]`: whether a signed approval is required."""

    required: bool = False
    approvers: tuple[Path, ...] = ()


class SecretCommands(PairFileSection):
    """`[secrets]`: how a secret is fetched from a vault when it is needed; `{name}` is the name of its variable.

    Attributes:
        get: the command that prints the secret, alone, on its stdout.
        give_back: the command by which it is given back; empty if the vault wants nothing back.
    """

    get: tuple[str, ...]
    give_back: tuple[str, ...] = ()


class Waiver(PairFileSection):
    """`[[waivers]]`: a readiness check that need not pass.

    Attributes:
        check: its name.
        by: who answers for that.
        reason: why it need not pass.
        until: when the waiver expires.
    """

    check: str
    by: PlainName
    reason: Reason
    until: Expiry

    def __str__(self) -> str:
        return f"{self.check}, by {self.by} until {in_utc(self.until)}: {self.reason}"

    def has_expired(self, now: datetime) -> bool:
        """Return whether it is over at this moment."""
        return now > self.until


class Settings(PairFileSection):
    """A pair file, checked. It holds no secrets, only the names of their variables."""

    change: ChangeTicket
    site: Site
    a: ApplianceSettings
    b: ApplianceSettings
    backup: Backup | None = None
    update: Update = Update()
    swing: SwingSettings
    windows: Windows | None = None
    checks: Checks = Checks()
    approval: Approval | None = None
    notify: Notify | None = None
    evidence: EvidenceSettings | None = None
    secrets: SecretCommands | None = None
    api: Api | None = None
    ticket: TicketSettings | None = None
    waivers: tuple[Waiver, ...] = ()
    limits: Limits = Limits()
    smoke: Smoke = Smoke()
    folder: Path = Field(default=Path(), description="the pair file's own folder; relative paths start there")

    @property
    def wanted(self) -> str:
        """What both appliances must run at the end, in words."""
        target = f"{self.site.target_version}{f' on base {self.site.target_base}' if self.site.target_base else ''}"
        return f"{self.update.patch} on {target}" if self.update.patch else target

    def for_readers(self) -> dict[str, Any]:
        """Return it as plain JSON for what others read: without its folder, and of each rule of redaction its digest."""
        document = self.model_dump(mode="json", exclude={"folder"})
        if self.evidence:
            document["evidence"]["redact"] = [hashlib.sha256(rule.encode()).hexdigest() for rule in self.evidence.redact]
        return document

    def of(self, unit: Unit) -> ApplianceSettings:
        """Return the section of one appliance."""
        return self.a if unit is Unit.A else self.b

    def waiver_of(self, check: str) -> Waiver | None:
        """Return the waiver by which a readiness check need not pass, or `None`."""
        return next((waiver for waiver in self.waivers if waiver.check == check), None)

    def swung_to(self, unit: Unit) -> str:
        """Return the address that the record or the router leads to while `unit` serves the site."""
        configured = self.swing.a if unit is Unit.A else self.swing.b
        return configured or self.of(unit).address

    def record_places(self) -> list[tuple[str, str, str, dict[Unit, str]]]:
        """List where the DNS record is kept.

        Returns:
            For each view: its place in the pair file, its server, the variable of its key, and the address of each appliance.
        """
        swing = self.swing
        own = {unit: self.swung_to(unit) for unit in Unit}
        places = [("swing", swing.server or "", swing.tsig or "", own)]
        for number, view in enumerate(swing.views):
            addresses = {Unit.A: view.a or own[Unit.A], Unit.B: view.b or own[Unit.B]}
            places.append((f"swing.views.{number}", view.server, view.tsig, addresses))
        return places

    def path(self, relative: Path) -> Path:
        """Resolve a path of the pair file against its folder."""
        return self.folder / relative.expanduser()
