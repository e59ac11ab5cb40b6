"""What is seen of a pair in each area: frozen values of plain JSON; `None` is what could not be seen, people are numbers."""

from typing import Literal

from pages.readings.available_updates import UpdateOffer
from pages.readings.failover_status import Role
from robot.domain.model import Reading


class Product(Reading):
    """The software of the site."""

    version: str
    build: str | None
    state: str | None


class BaseSoftware(Reading):
    """The software of the machine."""

    version: str
    build: str | None


class MachineNumbers(Reading):
    """Which appliance it is."""

    serial: str
    guid: str | None


class Relationship(Reading):
    """Its place in the failover relationship; `peer` is what the page says of the other appliance."""

    role: Role
    peer: str | None
    alerts: tuple[str, ...]


class LastSynchronisation(Reading):
    """The last synchronisation, in the page's words; its age in seconds by the appliance's own clock."""

    last: str | None
    age_s: int | None
    running: bool
    result: str | None


class FailoverSettings(Reading):
    """The failover settings, by their labels."""

    settings: dict[str, str]


class SharedIp(Reading):
    """The shared IP on this appliance."""

    ip: str
    enabled: bool


class OtherAddresses(Reading):
    """Its other addresses: for each "enabled", "disabled" or "not told"."""

    addresses: dict[str, str]


class KeyShown(Reading):
    """Whether its Inter-Appliance key can be read: "shown" or "masked". The key itself stands nowhere."""

    key: Literal["shown", "masked"]


class ShownCertificate(Reading):
    """The certificate that it shows; `public_key` is the digest of its public key."""

    subject: str
    names: tuple[str, ...]
    valid_until: str
    public_key: str


class Licences(Reading):
    """How many of each licence there are, by their labels."""

    numbers: dict[str, int]


class Maintenance(Reading):
    """Until when the maintenance contract runs, in the page's words."""

    until: str


class SignedIn(Reading):
    """Who is signed in, as numbers."""

    representatives: int | None
    sessions: int | None


class Holdings(Reading):
    """What it holds, as numbers; of Jump Clients those that are online."""

    users: int | None
    group_policies: int | None
    jump_items: int | None
    jump_clients: int | None
    recorded_sessions: int | None


class DisksUsed(Reading):
    """How much of each disk is used, in per cent."""

    used_percent: dict[str, int]


class HealthChecks(Reading):
    """The result of each check of its health."""

    checks: dict[str, str]


class OfferedUpdates(Reading):
    """The packages that it is offered, and by name those that lead to the target, in order; or why none do."""

    offers: tuple[UpdateOffer, ...]
    chain: tuple[str, ...] | None
    message: str


class InstalledSoftware(Reading):
    """What is being installed ("" if nothing is), what it says is installed, and whether update files can be uploaded."""

    running: str
    installed: tuple[str, ...]
    takes_files: bool


class AutomaticUpdates(Reading):
    """Whether it installs updates by itself, which it does only out of a failover pair."""

    on: bool


class Clock(Reading):
    """Its time, its zone and its uptime, in the page's words; and the uptime in seconds."""

    time: str | None
    zone: str | None
    uptime: str | None
    uptime_s: int | None


class Menus(Reading):
    """The words of its menus."""

    login: tuple[str, ...]
    appliance: tuple[str, ...]


class OpenPort(Reading):
    """Whether the other appliance's TLS port is open: for this appliance itself, and for this machine."""

    host: str
    port: int
    from_appliance: bool | None
    from_here: bool


class Cluster(Reading):
    """Whether it is in a cluster, which is no failover pair."""

    member: bool


class HealthPage(Reading):
    """What its health page answers to whoever asks: 200 if it serves."""

    status: int


class ApiAnswers(Reading):
    """What its API tells of it, beside its pages.

    Attributes:
        guid: the appliance's GUID.
        problem: what is wrong with its health, in its own words; "" if it names nothing.
        role: its role in the failover relationship: "none", "primary" or "backup".
        shared_ips: the shared IPs that it names as enabled.
        last_sync: when the last synchronisation was completed.
        more_than_reading: what the robot's API account may do besides reading, as "perm_command=full".
    """

    version: str | None
    build: str | None
    guid: str | None
    healthy: bool | None
    problem: str
    role: str | None
    shared_ips: tuple[str, ...]
    last_sync: str | None
    sync_status: str | None
    api_version: str | None
    more_than_reading: tuple[str, ...] | None


class Keys(Reading):
    """How the two Inter-Appliance keys compare."""

    are: Literal["equal", "different"]


class DnsAnswers(Reading):
    """Where the site's name leads: the addresses that each name server answers, and whose they are."""

    answers: dict[str, tuple[str, ...]]
    leads_to: str


class PortalAnswer(Reading):
    """What a customer gets at the site: from which address, with which status; and the health page's status."""

    address: str
    status: int
    is_portal: bool
    health: int
