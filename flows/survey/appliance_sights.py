"""Look over one appliance: every screen that tells something of it, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flows.areas.area_values import HealthPage, OpenPort
from flows.requirements import counts, reachability
from flows.session import readings
from flows.survey.command_api import api_sight
from flows.survey.witness import Sight
from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.storage import HealthScreen, StorageScreen
from pages.appliance.updates import UpdatesScreen
from pages.appliance.utilities import UtilitiesScreen
from pages.appliance_family import FAMILY
from pages.engine.view.control_query import menu_entry
from pages.engine.view.page_view import look_at
from pages.login.cluster import ClusterScreen
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from pages.menu import tabs_shown
from pages.readings.failover_status import FailoverStatus, Role
from robot.domain.errors import Unreachable, WrongScreen
from robot.network import tls

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.areas.area_values import ApiAnswers
    from flows.requirements.counts import Counts
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.session.readings import Guard, InterApplianceKey, Machine
    from flows.survey.control_inventory import Survey
    from pages.engine.screen import Screen
    from pages.readings.available_updates import Updates
    from pages.readings.machine import Addresses, Disks, Health, SharedAddress
    from pages.readings.site_status import SiteStatus
    from robot.domain.model import Unit


S = TypeVar("S", bound="Screen")
T = TypeVar("T")
NO_SUCH_PAGE = "its menu has no such page"


@dataclass(frozen=True)
class MayPress:
    """What an observation may press; neither alters anything.

    Attributes:
        check_updates: Check for updates.
        test_connections: each appliance's TCP Connection Test.
    """

    check_updates: bool = False
    test_connections: bool = False


@dataclass(frozen=True)
class ApplianceSights:
    """What was seen of one appliance, look by look; `shared` is `None` if the site has no shared IP, `api` without an account."""

    unit: Unit
    address: str
    may: MayPress
    machine: Sight[Machine]
    appliance_menu: Sight[tuple[str, ...]]
    addresses: Sight[Addresses]
    shared: Sight[SharedAddress] | None
    updates: Sight[Updates]
    disks: Sight[Disks]
    health: Sight[Health]
    reach: Sight[OpenPort]
    site: Sight[SiteStatus]
    site_menu: Sight[tuple[str, ...]]
    cluster: Sight[Guard]
    counts: Sight[Counts]
    failover: Sight[FailoverStatus]
    key: Sight[InterApplianceKey]
    health_page: Sight[HealthPage]
    api: Sight[ApiAnswers] | None = None

    @property
    def is_backup(self) -> bool:
        """Whether it shows that it is the backup, which hides most of its tabs."""
        return self.failover.value is not None and self.failover.value.role is Role.BACKUP


def look_over(survey: Survey, pair: Pair, may: MayPress, known: Callable[[Machine], None]) -> ApplianceSights:
    """Look over one appliance.

    Args:
        survey: goes through its screens.
        pair: both appliances.
        may: what may be pressed.
        known: called with its identity, once that is read.

    Returns:
        What was seen.
    """
    appliance = survey.appliance
    machine = survey.of(BasicsScreen, lambda _: readings.machine(appliance))
    appliance_menu = survey.beside(machine, lambda tab: tabs_shown(tab, "appliance"))
    if machine.value:
        known(machine.value)
    addresses, shared = _addresses(survey, pair.settings.swing.shared_ip)
    updates = survey.of(
        UpdatesScreen,
        lambda screen: readings.checked(screen, appliance) if may.check_updates else screen.read(),
        lambda screen, reading: () if reading.installing else screen.available.controls(reading.offers, appliance.answers),
    )
    survey.of(UtilitiesScreen, lambda _: None, needed=False)
    reach = _reach(survey, pair, tested=may.test_connections)
    disks = survey.aside(StorageScreen, "Storage", lambda: _if_there(appliance, StorageScreen, lambda screen: screen.read()))
    health = survey.aside(HealthScreen, "Health", lambda: _if_there(appliance, HealthScreen, lambda screen: screen.read()))
    site = survey.of(StatusScreen, lambda screen: screen.read())
    site_menu = survey.beside(site, lambda tab: tabs_shown(tab, "login"))
    cluster = survey.aside(ClusterScreen, "Cluster", lambda: readings.guard(appliance))
    numbers = survey.aside(StatusScreen, "Holdings", lambda: counts.counted(appliance))
    failover = survey.of(
        FailoverScreen, lambda screen: screen.read(), lambda screen, reading: screen.controls(reading.role, appliance.answers)
    )
    api = api_sight(appliance, pair, survey.witness)
    hides = failover.value is not None and failover.value.role is Role.BACKUP  # a backup may show neither of the two
    survey.of(SoftwareManagementScreen, lambda _: None, lambda screen, _: screen.controls(), needed=not hides)
    key = survey.of(SecurityScreen, lambda screen: readings.key_on(screen, appliance), needed=False, recorded=_without_key)
    return ApplianceSights(
        unit=appliance.unit, address=appliance.endpoint.address, may=may, machine=machine, appliance_menu=appliance_menu,
        addresses=addresses, shared=shared, updates=updates, disks=disks, health=health, reach=reach, site=site,
        site_menu=site_menu, cluster=cluster, counts=numbers, failover=failover, key=key, health_page=_health_page(survey),
        api=api,
    )  # fmt: skip


def _if_there(appliance: Appliance, kind: type[S], read: Callable[[S], T]) -> T:
    """Read a screen that not every generation has.

    Returns:
        What `read` returns.

    Raises:
        WrongScreen: the menu does not have it, or leads elsewhere.
    """
    try:
        return appliance.read(kind, read)
    except WrongScreen as lost:
        tab = appliance.shown
        if tab is None or any(menu_entry(tab, way[-1]).count(look_at(tab)) for way in kind.breadcrumbs):
            raise
        raise WrongScreen(NO_SUCH_PAGE) from lost


def _addresses(survey: Survey, shared_ip: str | None) -> tuple[Sight[Addresses], Sight[SharedAddress] | None]:
    """Read the list of addresses, and the form of the shared IP if the site has one."""
    listed = survey.of(
        IpConfigurationScreen, lambda screen: screen.addresses(),
        lambda screen, _: screen.controls(shared_ip) if shared_ip else (), needed=shared_ip is not None,
    )  # fmt: skip
    if shared_ip is None or listed.says:
        return listed, Sight(None, listed.says, listed.seq, listed.picture, listed.no_picture) if shared_ip else None
    appliance = survey.appliance
    form = survey.of(
        AddressForm,
        lambda form: form.read(),
        lambda form, _: form.controls(appliance.answers),
        opened=lambda: appliance.read(IpConfigurationScreen, lambda listed: listed.edit(shared_ip)),
    )
    return listed, form


def _reach(survey: Survey, pair: Pair, *, tested: bool) -> Sight[OpenPort]:
    """Learn whether the other appliance's port is open: from here, and by the appliance's own test if that may be pressed."""
    appliance = survey.appliance
    other = pair.appliance(appliance.unit.other)
    way = reachability.as_peer(other, pair)

    def learn(from_appliance: bool | None) -> OpenPort:
        from_here = reachability.answers_tls(way)
        return OpenPort(host=way.address, port=way.port, from_appliance=from_appliance, from_here=from_here)

    title = "TCP Connection Test"
    if tested:
        return survey.aside(UtilitiesScreen, title, lambda: learn(reachability.reach(appliance, other, pair).reached))
    return survey.witness.tell_unseen(appliance.unit.value, "Port of the other", learn(None))


def _health_page(survey: Survey) -> Sight[HealthPage]:
    appliance, value, says = survey.appliance, None, ""
    try:
        value = HealthPage(status=tls.get(appliance.endpoint, FAMILY.health_path).status)
    except Unreachable as silent:
        says = str(silent)
    return survey.witness.tell_unseen(appliance.unit.value, "Health page", value, says)


def _without_key(key: InterApplianceKey) -> dict[str, Any]:
    """Return what the record is given: not even the key's digest."""
    return {"shown": key.shown, "masked": key.masked}
