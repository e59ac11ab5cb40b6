"""One look each, at one screen of one appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from flows.session.identity import Identity
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.updates import UpdatesScreen
from pages.engine.actions.navigation import menu_words
from pages.login.cluster import is_in_a_cluster
from pages.login.failover import FailoverScreen
from pages.login.security import SecurityScreen
from pages.login.status import StatusScreen
from pages.readings.machine import Basics, SharedAddress
from robot.domain.errors import Unreachable, WrongScreen
from robot.domain.model import Reading
from robot.runs.login_memory import keyed_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from pages.readings.available_updates import Updates
    from pages.readings.failover_status import FailoverStatus
    from pages.readings.site_status import SiteStatus


class Machine(Basics):
    """Status > Basics, with what proves that it is this appliance."""

    key: str = ""
    certificate: str = ""
    valid_until: str = ""
    names: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """What it must prove to be from now on."""
        return Identity(
            serial=self.serial, guid=self.guid, key=self.key, certificate=self.certificate, valid_until=self.valid_until
        )


class InterApplianceKey(Reading):
    """The key's fingerprint under this machine's own key: it tells sameness only. The key itself is kept nowhere."""

    shown: bool
    masked: bool = False
    fingerprint: str = ""


class Guard(Reading):
    """Whether this is a deployment that the robot must leave alone."""

    cluster: bool


class Tabs(Reading):
    """The words of the menu."""

    entries: tuple[str, ...]


class InstallState(Reading):
    """An appliance while a package is being installed. Unreachable is a reading here, not an error.

    `said` is what it says of a patch being installed, by its name; "" where it says nothing, or where that is not asked.
    """

    reachable: bool
    installing: bool = False
    progress: str = ""
    message: str = ""
    base: str = ""
    product: str = ""
    offered: bool = False
    said: str = ""
    uptime: str = ""
    complaints: tuple[str, ...] = ()


def says_nothing(_shown: Updates) -> str:
    """Ask nothing of a patch."""
    return ""


def machine(appliance: Appliance) -> Machine:
    """Status > Basics, and the identity."""
    basics = appliance.basics()
    shown = appliance.identity_by(basics).plain()
    return Machine(**{**basics.plain(), **{name: shown[name] for name in ("key", "certificate", "valid_until", "names")}})


def site_status(appliance: Appliance) -> SiteStatus:
    """Status > Information."""
    return appliance.read(StatusScreen, lambda screen: screen.read())


def failover(appliance: Appliance) -> FailoverStatus:
    """Management > Failover."""
    return appliance.read(FailoverScreen, lambda screen: screen.read())


def shared_address(appliance: Appliance, ip: str) -> SharedAddress:
    """The shared IP in its own form on Networking > IP Configuration."""
    return appliance.read(IpConfigurationScreen, lambda listed: form_of(appliance, listed, ip).read())


def form_of(appliance: Appliance, listed: IpConfigurationScreen, ip: str) -> AddressForm:
    """The form of one address of the list; what is photographed from now on."""
    form = listed.edit(ip)
    appliance.prefer(form)
    return form


def updates(appliance: Appliance) -> Updates:
    """The Updates screen as it stands."""
    return appliance.read(UpdatesScreen, lambda screen: screen.read())


def checked_updates(appliance: Appliance) -> Updates:
    """The Updates screen after Check for updates: a press that alters nothing and disturbs nobody."""
    return checked(appliance.open(UpdatesScreen), appliance)


def checked(screen: UpdatesScreen, appliance: Appliance) -> Updates:
    """The same of an Updates screen that is open."""
    check = screen.available.check_for_updates(appliance.answers)
    check.check_actionable()
    check.press()
    return screen.await_result()


def inter_appliance_key(appliance: Appliance) -> InterApplianceKey:
    """Management > Security; hidden on a backup."""
    try:
        key = appliance.read(SecurityScreen, lambda screen: screen.inter_appliance_key())
    except WrongScreen:
        return InterApplianceKey(shown=False)
    if key is None:
        return InterApplianceKey(shown=True, masked=True)
    appliance.hide(key)
    return InterApplianceKey(shown=True, fingerprint=keyed_digest("inter-appliance key", key))


def guard(appliance: Appliance) -> Guard:
    """Management > Cluster, where there is one."""
    return Guard(cluster=is_in_a_cluster(appliance.open(StatusScreen).tab))


def tabs(appliance: Appliance) -> Tabs:
    """The menu of `/login`."""
    return Tabs(entries=tuple(menu_words(appliance.open(StatusScreen).tab)))


def install_state(appliance: Appliance, package: str, said: Callable[[Updates], str] = says_nothing) -> InstallState:
    """Look whether and how the installation of an offered package proceeds."""
    return _state(appliance, lambda now: any(offer.name == package and offer.enabled for offer in now.offers), said)


def manual_state(appliance: Appliance, said: Callable[[Updates], str] = says_nothing) -> InstallState:
    """Look whether and how the installation of an uploaded file proceeds; offered is whether another could be uploaded."""
    return _state(appliance, lambda now: now.by_hand, said)


def download_key(appliance: Appliance) -> str:
    """The Appliance Download Key: a secret, masked in every picture from now on."""
    key = appliance.open(UpdatesScreen).download_key.read(appliance.answers)
    appliance.hide(key)
    return key


def _state(appliance: Appliance, offered: Callable[[Updates], bool], said: Callable[[Updates], str]) -> InstallState:
    """One look, whatever the appliance does meanwhile.

    While it is down it is only probed; the browser signs in again when it answers.

    Raises:
        WrongScreen: it answers with a page that is none of the expected ones. For how long that may be so, whoever waits knows.
    """
    with appliance.politely():
        if not appliance.is_open and not appliance.is_up():  # where a page stands open, it tells by itself whether it is up
            return InstallState(reachable=False)
        try:
            now = updates(appliance)
            if now.installing:
                return InstallState(reachable=True, installing=True, progress=now.progress)
            basics = appliance.basics()
            return InstallState(
                reachable=True,
                message=now.message,
                base=basics.base,
                uptime=basics.uptime,
                complaints=now.complaints,
                product=site_status(appliance).product,
                offered=offered(now),
                said=said(now),
            )
        except (Unreachable, Error) as error:  # it is going down or coming up: reading on does no harm
            appliance.drop()
            return InstallState(reachable=False, message=str(error).splitlines()[0])
