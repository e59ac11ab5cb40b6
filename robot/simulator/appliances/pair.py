"""The simulated pair: two appliances, their relationship, and what happens by itself."""

import math
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from robot.simulator.appliances.accounts import Accounts
from robot.simulator.appliances.api_accounts import ApiAccounts, ApiClient
from robot.simulator.appliances.appliance import Appliance, Interface
from robot.simulator.appliances.clients import Clients
from robot.simulator.appliances.relationship import Relationship, Role
from robot.simulator.appliances.shared_ip import SharedIp
from robot.simulator.appliances.updates import Updates, catalogue
from robot.simulator.domain.clock import Agenda, Clock, Pace
from robot.simulator.domain.journal import SERVING, Journal
from robot.simulator.domain.names import UNITS, Credentials, Names, Unit, new_credentials
from robot.simulator.faults.knobs import Knobs, at

if TYPE_CHECKING:
    from collections.abc import Callable

UP_SINCE = 41 * 86400.0  # both have run for weeks when the story begins
LAST_SYNC_AGE = 5 * 3600.0
OTHER_SITE = "support.another-customer.example"


@dataclass(frozen=True)
class Addresses:
    """The three addresses, on one port."""

    a: str
    b: str
    shared: str
    port: int

    def of(self, unit: Unit) -> str:
        """Return the own address of an appliance."""
        return self.a if unit == "a" else self.b


@dataclass(frozen=True)
class Secrets:
    """What the owner of the pair knows: an account for each interface of each appliance and its API, the backup's password."""

    login: dict[Unit, Credentials]
    appliance: dict[Unit, Credentials]
    api: dict[Unit, ApiClient]
    backup: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)

    @classmethod
    def new(cls, *, totp: bool, own_accounts: bool) -> "Secrets":
        """Make up the secrets. A pair that was synchronised before has one set of /login accounts (design: section 4)."""
        shared, client = new_credentials("robot", totp=totp), ApiClient.new()
        return cls(
            login={"a": shared, "b": new_credentials("robot-of-b", totp=totp) if own_accounts else shared},
            appliance={unit: new_credentials(f"robot-{unit}") for unit in UNITS},
            api={"a": client, "b": ApiClient.new() if own_accounts else client},
        )


class Pair:
    """Everything that is simulated, below HTTP."""

    def __init__(self, names: Names, knobs: Knobs, addresses: Addresses, clock: Clock, pace: Pace, journal: Journal) -> None:
        self.names = names
        self.knobs = knobs
        self.addresses = addresses
        self.pace = pace
        self.journal = journal
        self.agenda = Agenda(clock)
        self.began = self.agenda.utc()  # by it contracts and certificates end: not a day later because midnight has passed
        self.secrets = Secrets.new(totp=knobs.totp, own_accounts=knobs.own_accounts)
        self.paths = secrets.token_hex(8)  # of which every page's address is made: nobody can guess it, and both have the same
        self.on_change: Callable[[], None] = lambda: None
        self.on_drop: Callable[[Unit], None] = lambda _: None
        serves: Unit = "b" if knobs.roles_swapped else "a"
        key = secrets.token_urlsafe(18)
        self.appliances: dict[Unit, Appliance] = {unit: self._appliance(unit, key, serves) for unit in UNITS}
        self.relationship = Relationship(self.appliances, addresses.port, self.agenda, pace, knobs, self.changed)
        self._instead: dict[tuple[Unit, str], object] = {}
        packages = catalogue(names, knobs.chain, knobs.patch)
        self.updates: dict[Unit, Updates] = {
            unit: Updates(self.appliances[unit], packages, addresses.shared, self.agenda, pace, knobs, self.changed)
            for unit in UNITS
        }
        self.shared = SharedIp(addresses.shared)
        self.clients = Clients(self.appliances, self._is_apart, self.agenda, pace, knobs)
        self._begin(serves)

    def _is_apart(self) -> bool:
        return not self.relationship.exists

    def _appliance(self, unit: Unit, key: str, serves: Unit) -> Appliance:
        upgraded = self.knobs.both_upgraded or (self.knobs.b_upgraded and unit == "b")
        base_there = upgraded or self.knobs.chain == 1
        shared_here = unit == serves
        own = self.addresses.of(unit)
        return Appliance(
            unit=unit,
            address=own,
            product=self.names.target_version if upgraded else self.names.from_version,
            base=self.names.target_base if base_there else self.names.from_base,
            key=key,
            login_accounts=Accounts(self.secrets.login[unit]),
            appliance_accounts=Accounts(self.secrets.appliance[unit]),
            api_accounts=ApiAccounts(*[self.secrets.api[unit]] * self.knobs.api_account),
            interfaces={
                own: Interface(own, enabled=True),
                self.addresses.shared: Interface(self.addresses.shared, enabled=shared_here),
            },
            booted_at=self.agenda.now() - UP_SINCE,
        )

    def _begin(self, serves: Unit) -> None:
        broken = self.knobs.broken
        age = float(broken) if broken is not True and broken is not False else LAST_SYNC_AGE
        self.relationship.begin_as(serves, last_sync_age=age)
        self.shared.reconsider(self.appliances, self.agenda.now())
        self.journal.write(SERVING, serving=self.shared.serving)
        self.clients.begin_on(self.led_to)
        if broken is not False:
            self.relationship.part()
        elif self.knobs.conflict:
            self.relationship.roles = {"a": Role.PRIMARY, "b": Role.PRIMARY}
        self.knobs_changed()

    def generation(self, unit: Unit, interface: str) -> str:
        """Return the generation of pages that an interface shows: perhaps another one, once its software is the target's."""
        appliance, names = self.appliances[unit], self.names
        site = interface == "site" or self.knobs.chain == 1  # without a base update both interfaces come with the product
        updated = appliance.product == names.target_version if site else appliance.base == names.target_base
        return (updated and self.knobs.generation_after) or self.knobs.generation

    @property
    def led_to(self) -> Unit | None:
        """The appliance that the site's name leads to from outside."""
        return self.knobs.name_leads_to or self.shared.holder

    @property
    def instant(self) -> bool:
        """Whether nothing takes long."""
        return math.isinf(self.pace.speed)

    def changed(self) -> None:
        """Apply the consequences of a change: who listens, and who is connected where."""
        down: set[Unit] = {unit for unit in UNITS if at(self.knobs.down, unit)}
        another = self.shared.reconsider(self.appliances, self.agenda.now(), down)
        self.on_change()
        if another:
            self.journal.write(SERVING, serving=self.shared.serving)
        there = self.led_to
        accepts = there is not None and self.relationship.roles[there] is not Role.BACKUP
        self.clients.follow(there if accepts else None)

    def knobs_changed(self) -> None:
        """Apply the consequences of a changed knob."""
        a, b = self.appliances["a"], self.appliances["b"]
        if self.knobs.keys_differ and a.key == b.key:
            b.key = secrets.token_urlsafe(18)
        for unit in UNITS:
            self._pretend(unit, "product", self.names.from_version, wanted=at(self.knobs.old_product, unit))
            self._pretend(unit, "base", self.names.from_base, wanted=at(self.knobs.old_base, unit))
            self._pretend(unit, "site_down", True, wanted=at(self.knobs.site_stopped, unit))
        self.relationship.knobs_changed()
        for updates in self.updates.values():
            updates.knobs_changed()
        self.changed()

    def _pretend(self, unit: Unit, field: str, value: object, *, wanted: bool) -> None:
        """Have a field of an appliance say something else as long as a knob wants it."""
        appliance = self.appliances[unit]
        key: tuple[Unit, str] = (unit, field)
        if wanted and key not in self._instead:
            self._instead[key] = getattr(appliance, field)
            setattr(appliance, field, value)
        elif not wanted and key in self._instead:
            setattr(appliance, field, self._instead.pop(key))

    def hostname(self, unit: Unit) -> str:
        """Return the site's name as an appliance knows it."""
        return OTHER_SITE if at(self.knobs.other_site, unit) else self.names.hostname

    def set_ip(self, unit: Unit, ip: str, *, enabled: bool) -> str:
        """Save the form of an address; return the journal's word for the change."""
        interface = self.appliances[unit].interfaces[ip]
        if interface.enabled == enabled:
            return f"ip-save {ip}"

        def apply() -> None:
            interface.enabled = enabled
            self.changed()

        if self.knobs.ip_save_takes and at(self.knobs.ip_save_takes_at, unit):
            self.agenda.after(self.knobs.ip_save_takes, apply)
        elif not at(self.knobs.ip_save_ignored, unit):
            apply()
        return f"ip-{'enable' if enabled else 'disable'} {ip}"
