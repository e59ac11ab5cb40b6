"""Readings of one appliance: each function reads one screen, once."""

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
    """Status > Basics, and the appliance's certificate as in `Identity`."""

    key: str = ""
    certificate: str = ""
    valid_until: str = ""
    names: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """The identity that it must prove from now on."""
        return Identity(
            serial=self.serial, guid=self.guid, key=self.key, certificate=self.certificate, valid_until=self.valid_until
        )


class InterApplianceKey(Reading):
    """Whether the Inter-Appliance key is shown; the key itself is kept nowhere.

    Attributes:
        shown: whether the appliance shows the page at all; a backup hides it.
        masked: whether the page masks the key.
        fingerprint: the key's digest under this machine's own key, which tells only whether two keys are the same; "" if unknown.
    """

    shown: bool
    masked: bool = False
    fingerprint: str = ""


class Guard(Reading):
    """Whether the appliance is in a cluster, which this procedure must not touch."""

    cluster: bool


class Tabs(Reading):
    """The words of the menu."""

    entries: tuple[str, ...]


class InstallState(Reading):
    """An appliance while a package is being installed. Unreachable is a reading here, not an error.

    Attributes:
        message: what the page says, or why the appliance cannot be read.
        offered: whether the package is still offered; by the manual method, whether another file could be uploaded.
        said: the line that names the patch as installed; "" if there is none, or if no patch is asked about.
        complaints: every line that mentions a failure.
        automatic: the words of the box by which the appliance updates itself; "" if it does not, or as long as it installs.
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
    automatic: str = ""


def says_nothing(_shown: Updates) -> str:
    """Return "": no patch is asked about."""
    return ""


def machine(appliance: Appliance) -> Machine:
    """Read Status > Basics, and the appliance's identity."""
    basics = appliance.basics()
    shown = appliance.identity_by(basics).plain()
    return Machine(**{**basics.plain(), **{name: shown[name] for name in ("key", "certificate", "valid_until", "names")}})


def site_status(appliance: Appliance) -> SiteStatus:
    """Read Status > Information."""
    return appliance.read(StatusScreen, lambda screen: screen.read())


def failover(appliance: Appliance) -> FailoverStatus:
    """Read Management > Failover."""
    return appliance.read(FailoverScreen, lambda screen: screen.read())


def shared_address(appliance: Appliance, ip: str) -> SharedAddress:
    """Read the shared IP in its own form on Networking > IP Configuration."""
    return appliance.read(IpConfigurationScreen, lambda listed: form_of(appliance, listed, ip).read())


def form_of(appliance: Appliance, listed: IpConfigurationScreen, ip: str) -> AddressForm:
    """Return the form of one address, opened; pictures show this form from now on.

    Args:
        appliance: the appliance.
        listed: its IP Configuration screen, open.
        ip: the address.
    """
    form = listed.edit(ip)
    appliance.prefer(form)
    return form


def updates(appliance: Appliance) -> Updates:
    """Read the Updates screen, without checking for updates."""
    return appliance.read(UpdatesScreen, lambda screen: screen.read())


def checked_updates(appliance: Appliance) -> Updates:
    """Press Check for updates, which alters nothing, and read the Updates screen."""
    return checked(appliance.open(UpdatesScreen), appliance)


def checked(screen: UpdatesScreen, appliance: Appliance) -> Updates:
    """Press Check for updates on an Updates screen that is open, and read its result."""
    check = screen.available.check_for_updates(appliance.answers)
    check.check_actionable()
    check.press()
    return screen.await_result()


def inter_appliance_key(appliance: Appliance) -> InterApplianceKey:
    """Read the Inter-Appliance key's fingerprint on Management > Security, which a backup hides."""
    try:
        return appliance.read(SecurityScreen, lambda screen: key_on(screen, appliance))
    except WrongScreen:
        return InterApplianceKey(shown=False)


def key_on(screen: SecurityScreen, appliance: Appliance) -> InterApplianceKey:
    """Read the Inter-Appliance key's fingerprint on a Security screen that is open; no picture shows the key from now on."""
    if (key := screen.inter_appliance_key()) is None:
        return InterApplianceKey(shown=True, masked=True)
    appliance.learn(key, "the Inter-Appliance key")
    return InterApplianceKey(shown=True, fingerprint=keyed_digest("inter-appliance key", key))


def guard(appliance: Appliance) -> Guard:
    """Read whether the appliance is in a cluster."""
    return Guard(cluster=is_in_a_cluster(appliance.open(StatusScreen).tab))


def tabs(appliance: Appliance) -> Tabs:
    """Read the menu of `/login`."""
    return Tabs(entries=tuple(menu_words(appliance.open(StatusScreen).tab)))


def install_state(appliance: Appliance, package: str, patch_line: Callable[[Updates], str] = says_nothing) -> InstallState:
    """Return how the installation of an offered package proceeds, by one reading.

    Args:
        appliance: the appliance.
        package: the package's name in the list.
        patch_line: returns the line that names the patch as installed, or "".

    Raises:
        WrongScreen: the appliance answers with a page that is none of the expected ones.
    """
    return _state(appliance, lambda shown: any(offer.name == package and offer.enabled for offer in shown.offers), patch_line)


def manual_state(appliance: Appliance, patch_line: Callable[[Updates], str] = says_nothing) -> InstallState:
    """Read how the installation of an uploaded file proceeds; `offered` tells whether another file could be uploaded."""
    return _state(appliance, lambda shown: shown.by_hand, patch_line)


def download_key(appliance: Appliance) -> str:
    """Read the Appliance Download Key: a secret, which is masked from now on."""
    key = appliance.open(UpdatesScreen).download_key.read(appliance.answers)
    appliance.learn(key, f"the download key of {appliance.name}")
    return key


def _state(appliance: Appliance, offered: Callable[[Updates], bool], patch_line: Callable[[Updates], str]) -> InstallState:
    """Read the installation once, whatever the appliance does meanwhile.

    While it is down it is only probed; the browser signs in again when it answers.

    Returns:
        The state; with `reachable=False` if the appliance is down or cannot be read.

    Raises:
        WrongScreen: it answers with a page that is none of the expected ones. The caller decides how long that may last.
    """
    with appliance.politely():
        if not appliance.is_open and not appliance.is_up():  # an open page tells by itself whether it is up
            return InstallState(reachable=False)
        try:
            shown = updates(appliance)
            if shown.installing:
                return InstallState(reachable=True, installing=True, progress=shown.progress)
            basics = appliance.basics()
            return InstallState(
                reachable=True,
                message=shown.message,
                base=basics.base,
                uptime=basics.uptime,
                complaints=shown.complaints,
                automatic=shown.automatic,
                product=site_status(appliance).product,
                offered=offered(shown),
                said=patch_line(shown),
            )
        except (Unreachable, Error) as error:  # it is going down or coming up: reading on does no harm
            appliance.drop()
            return InstallState(reachable=False, message=str(error).splitlines()[0])
