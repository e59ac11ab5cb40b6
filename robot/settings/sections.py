"""The sections of a pair file, frozen. Unknown keys are refused."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from robot.domain.model import Unit
from robot.settings.contact import Contact
from robot.settings.notify_section import Notify
from robot.settings.section import Section
from robot.settings.values import (
    Duration,
    Host,
    Ip,
    Name,
    PatchName,
    Pin,
    Port,
    RecordName,
    ServerPlace,
    Ticket,
    Version,
    ZoneName,
)
from robot.settings.windows_section import Windows


class ChangeTicket(Section):
    """`[change]`: what goes on every page of the evidence."""

    ticket: Ticket
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
    pin: tuple[Pin, ...] = ()
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
    """`[update]`: how the appliances are updated.

    Attributes:
        method: by themselves, or from files that a person has brought.
        files: manual: those files.
        installers: whether the console's installers are kept.
        accept_agreement: whether an agreement before a download may be accepted.
        agreement_contact: the name and the e-mail address that such an agreement may ask for.
        patch: a package without a version of its own, which is the whole change; the target is what runs already.
    """

    method: Literal["automatic", "manual"] = "automatic"
    files: UpdateFiles = UpdateFiles()
    installers: Literal["keep", "none"] = "none"
    accept_agreement: bool = False
    agreement_contact: Contact | None = None
    patch: PatchName | None = None

    @property
    def may_lack_contact(self) -> bool:
        """Whether an agreement may be accepted and could ask for a contact that nobody has given."""
        return self.accept_agreement and self.method == "automatic" and self.agreement_contact is None


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


class Settings(Section):
    """One pair file, checked. Holds no secret, only the names of their variables."""

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

    @property
    def wanted(self) -> str:
        """What both appliances must show at the end, in words."""
        target = f"{self.site.target_version}{f' on base {self.site.target_base}' if self.site.target_base else ''}"
        return f"{self.update.patch} on {target}" if self.update.patch else target

    def of(self, unit: Unit) -> ApplianceSettings:
        """The section of one appliance."""
        return self.a if unit is Unit.A else self.b

    def swung_to(self, unit: Unit) -> str:
        """The address that the swing's record or router leads to when `unit` serves the site."""
        told = self.swing.a if unit is Unit.A else self.swing.b
        return told or self.of(unit).address

    def record_places(self) -> list[tuple[str, str, str, dict[Unit, str]]]:
        """Where the record is kept: the place in the pair file, the server, the key's variable, each appliance's address."""
        swing = self.swing
        own = {unit: self.swung_to(unit) for unit in Unit}
        places = [("swing", swing.server or "", swing.tsig or "", own)]
        for number, view in enumerate(swing.views):
            told = {Unit.A: view.a or own[Unit.A], Unit.B: view.b or own[Unit.B]}
            places.append((f"swing.views.{number}", view.server, view.tsig, told))
        return places

    def path(self, relative: Path) -> Path:
        """Find a path of the pair file."""
        return self.folder / relative.expanduser()
