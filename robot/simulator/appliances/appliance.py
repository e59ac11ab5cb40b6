"""One appliance: its versions, its addresses, its data and its power state.

Facts only; what happens to it by itself is in ``relationship.py``, ``updates.py`` and ``clients.py``.
"""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from robot.simulator.appliances.accounts import Accounts
from robot.simulator.appliances.api_accounts import ApiAccounts
from robot.simulator.domain.names import Unit, parts

SIMULATED = "SIM-"
"""What each serial number begins with: whoever reads it knows that this is no real appliance."""


class Power(StrEnum):
    """How it answers a connection: as usual, not at all, or with a bare web server (ui.md 3.19)."""

    UP = "up"
    REFUSING = "refusing"
    BAD_GATEWAY = "bad gateway"


@dataclass
class Interface:
    """One row of Networking > IP Configuration."""

    ip: str
    enabled: bool
    subnet_mask: str = "255.0.0.0"
    telnet: str = "Disabled"


@dataclass
class FailoverSettings:
    """The settings of Management > Failover that belong to one site instance and are not synchronised (ui.md 3.4.4)."""

    shared_ip_ticked: bool = True
    backup_operations: bool = True
    automatic_failover: bool = True
    test_ips: str = "192.0.2.1"
    timeout_minutes: str = "5"
    interval_hours: str = "12"
    bandwidth_limit: str = "0"


@dataclass
class SiteData:
    """What a data sync carries: counts that stand for the site's configuration and its session records."""

    users: int = 42
    groups: int = 6
    jump_items: int = 128
    sessions: int = 1840
    sessions_while_apart: int = 0


@dataclass
class Connected:
    """Who is connected to one appliance right now."""

    representatives: int = 0
    customers: int = 0
    jump_clients: int = 0

    def anybody(self) -> bool:
        """Whether there is somebody to cut off."""
        return bool(self.representatives or self.customers or self.jump_clients)


@dataclass
class Appliance:
    """One appliance of the pair."""

    unit: Unit
    address: str
    product: str
    base: str
    key: str = field(repr=False)
    login_accounts: Accounts = field(repr=False)
    appliance_accounts: Accounts = field(repr=False)
    api_accounts: ApiAccounts = field(default_factory=ApiAccounts, repr=False)
    interfaces: dict[str, Interface] = field(default_factory=dict[str, Interface])
    booted_at: float = 0.0
    power: Power = Power.UP
    site_down: bool = False
    download_key: str = ""
    patches: set[str] = field(default_factory=set[str])
    serial: str = field(default_factory=lambda: f"{SIMULATED}{secrets.token_hex(5).upper()}")
    guid: str = field(default_factory=lambda: secrets.token_hex(16))
    failover: FailoverSettings = field(default_factory=FailoverSettings)
    data: SiteData = field(default_factory=SiteData)
    connected: Connected = field(default_factory=Connected)

    @property
    def site_running(self) -> bool:
        """Whether /login and the portal are there."""
        return self.power is Power.UP and not self.site_down

    @property
    def merges_sessions(self) -> bool:
        """From 10.6 on, sessions completed while apart survive the next sync (the guide's note)."""
        return parts(self.product) >= (10, 6)

    @property
    def makes_download_keys(self) -> bool:
        """The Appliance Download Key link exists from Base 3.3.2 on (the guide)."""
        return parts(self.base) >= (3, 3, 2)

    def has_enabled(self, ip: str) -> bool:
        """Say whether its IP Configuration has an address enabled."""
        return ip in self.interfaces and self.interfaces[ip].enabled
