"""The screens of an appliance on paper: the same verbs and readings as in `pages/`, taken from the simulator's model.

A control is looked for where it is pressed: a paper screen lists none for the inventory of an observation.

Each one is a subclass of the screen that it stands for, so that a misspelt verb does not pass the types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from paper_world import World
from typing_extensions import override

from pages.appliance.available_updates import AvailableUpdates
from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm, IpConfigurationScreen
from pages.appliance.manual_installation import ManualInstallation
from pages.appliance.updates import UpdatesScreen
from pages.appliance.utilities import UtilitiesScreen
from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.meaning.agreement import AcceptedAgreement
from pages.engine.screen import Screen
from pages.login.failover import FailoverScreen
from pages.login.new_relationship import NewRelationship
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from pages.login.status_history import StatusHistoryScreen, kind_of
from pages.readings.available_updates import UpdateOffer, Updates
from pages.readings.failover_status import FailoverStatus, Role
from pages.readings.machine import Addresses, Basics, SharedAddress, TcpConnection
from pages.readings.site_status import Contents, SiteStatus
from pages.readings.status_history import HistoryEvent, StatusHistory
from robot.domain.errors import AnswerWanted, Surprised, WrongScreen
from robot.network.chromium import NetworkMonitor
from robot.operators.operator_questions import AGREEMENT_CONTACT
from robot.settings.sections.contact import Contact
from robot.simulator.appliances.relationship import Connection
from robot.simulator.appliances.updates import Phase
from robot.simulator.domain.names import Unit, peer_of, shown
from robot.simulator.faults.knobs import at as knob_at
from robot.simulator.pages.site_pages import when

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.control_query import ControlQuery
    from pages.engine.view.expected_control import ExpectedControl

NOBODY = cast("NetworkMonitor", None)
"""What a paper appliance's browser receives."""


@dataclass(frozen=True)
class PaperTab:
    """Which appliance a screen stands on; what else flows ask of a tab."""

    world: World
    unit: Unit
    url: str

    def is_closed(self) -> bool:
        return False

    def words(self) -> list[str]:
        """The menu as it is drawn: every tab, and the entries of the first."""
        menu = self.world.menu(self.unit)
        return list(dict.fromkeys([tab for tab, _ in menu] + [entry for tab, entry in menu if tab == menu[0][0]]))


def menu_words(tab: PaperTab) -> list[str]:
    """Stands for `pages.engine.actions.navigation.menu_words`."""
    return tab.words()


def is_in_a_cluster(tab: PaperTab) -> bool:
    """Stands for `pages.login.cluster.is_in_a_cluster`."""
    return tab.world.knobs.cluster and ("Management", "Cluster") in tab.world.menu(tab.unit)


class PaperPress(GuardedClick):
    """A control of a paper screen."""

    def __init__(self, label: str, there: Callable[[], bool], deed: Callable[[], None]) -> None:
        super().__init__(cast("Page", None), cast("ControlQuery", None), label, NOBODY)
        self._there = there
        self._deed = deed

    @override
    def check_actionable(self) -> None:
        if not self._there():
            raise WrongScreen(f'"{self.label}" stands 0 times on paper')

    @override
    def box(self) -> dict[str, float] | None:
        return {"x": 1.0, "y": 1.0, "width": 12.0, "height": 4.0}

    @override
    def press(self) -> str:
        self._deed()
        return ""


class OnPaper(Screen):
    """What all paper screens have in common."""

    def __init__(self, tab: Page) -> None:
        super().__init__(tab)
        at = cast("PaperTab", tab)
        self.world = at.world
        self.unit: Unit = at.unit
        self.appliance = at.world.pair.appliances[at.unit]

    def require_there(self) -> None:
        """See that the menu leads there.

        Raises:
            WrongScreen: it does not.
        """
        way = tuple(self.title.split(" > "))
        if self.interface == "login" and way not in self.world.menu(self.unit):
            raise WrongScreen(f"{self.title} is not shown on paper; the menu has {self.world.menu(self.unit)}")


class PaperStatus(OnPaper, StatusScreen):
    @override
    def read(self) -> SiteStatus:
        here = self.appliance.connected
        clients = {
            "Representatives": here.representatives,
            "Support Customers": here.customers,
            "Jump Clients": here.jump_clients,
        }
        held = self.appliance.data
        contents = Contents(
            users=held.users, groups=held.groups, jump_items=held.jump_items, recorded_sessions=held.sessions
        )  # fmt: skip
        return SiteStatus(
            state="Running", product=shown(self.appliance.product), clients=clients, contents=contents,
            licences=self.world.licences[self.unit],
        )  # fmt: skip


class PaperSecurity(OnPaper, SecurityScreen):
    @override
    def inter_appliance_key(self) -> str | None:
        return None if self.world.knobs.key_masked else self.appliance.key


class PaperSoftwareManagement(OnPaper, SoftwareManagementScreen):
    @override
    def controls(self) -> tuple[ExpectedControl, ...]:
        return ()

    @override
    def download_backup(self, into: Path, *, password: str | None, include_history: bool) -> str:
        into.write_bytes(f"SIMULATED BACKUP {self.appliance.serial} {self.appliance.product}\n".encode().ljust(4096, b"\0"))
        self.world.fetch(self.unit, "download-backup")
        return "bomgar.nsb"


class PaperFailover(OnPaper, FailoverScreen):
    """All its states: no relationship, primary, backup, conflict."""

    @override
    def controls(self, role: Role, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        return ()

    def __init__(self, tab: Page) -> None:
        super().__init__(tab)
        self.relationship = self.world.pair.relationship
        self.typed: dict[str, str] = {}

    @override
    def read(self) -> FailoverStatus:
        relationship, peer = self.relationship, self.world.pair.appliances[peer_of(self.unit)]
        if not relationship.exists:
            return FailoverStatus(role=Role.NONE, last_sync=self._last_sync())
        progress = "The first data synchronization is about to begin." if relationship.first_sync_pending else ""
        progress = "Data synchronization in progress..." if relationship.syncing else progress
        return FailoverStatus(
            role=Role.CONFLICT if relationship.conflict else Role(relationship.roles[self.unit].value),
            peer=peer.address,
            last_sync=self._last_sync(),
            syncing=progress != "",
            progress=progress,
            conflict=relationship.conflict,
            message="" if peer.product == self.appliance.product else "The product version does not match.",
            alerts=self.world.alerts(self.unit),
            settings=self._settings(),
        )

    def _last_sync(self) -> str:
        shown_ = self.relationship.last_sync_shown
        return when(shown_) if shown_ else ""

    def _settings(self) -> dict[str, str]:
        own = self.appliance.failover
        ticks = {
            self.world.shared: own.shared_ip_ticked,
            "Enable Backup Operations": own.backup_operations,
            "Enable Automatic Failover": own.automatic_failover,
        }
        return {**{name: "on" if ticked else "off" for name, ticked in ticks.items()}, "Timeout": own.timeout_minutes}

    def press(self, label: str, action: str, deed: Callable[[], str | None], *, related: bool) -> GuardedClick:
        def there() -> bool:
            return self.appliance.site_running and self.relationship.exists is related

        return PaperPress(label, there, lambda: self.world.press(self.unit, lambda: (action, deed())))

    @override
    def sync_now(self, answers: NetworkMonitor) -> GuardedClick:
        return self.press("Sync Now", "sync-now", self.relationship.sync_now, related=True)

    @override
    def break_failover_relationships(self, answers: NetworkMonitor) -> GuardedClick:
        part = self.relationship.part
        return self.press("Break Failover Relationships", "break-failover-relationships", part, related=True)

    @property
    @override
    def new_relationship(self) -> NewRelationship:
        return PaperNewRelationship(self)


class PaperStatusHistory(OnPaper, StatusHistoryScreen):
    @override
    def read(self) -> StatusHistory:
        relationship = self.world.pair.relationship
        if not relationship.exists:
            return StatusHistory(unread="no relationship on paper")
        told = [HistoryEvent(time=when(at), text=text, kind=kind_of(text)) for at, text in relationship.history]
        return StatusHistory(events=tuple(told))


class PaperNewRelationship(NewRelationship):
    """What is filled in is kept by the screen on which it stands."""

    def __init__(self, screen: PaperFailover) -> None:
        super().__init__(screen)
        self.paper = screen

    @override
    def fill(self, *, backup: tuple[str, int], reverse: tuple[str, int]) -> None:
        self.paper.typed = {
            "backup host": backup[0], "backup port": str(backup[1]),
            "reverse host": reverse[0], "reverse port": str(reverse[1]),
        }  # fmt: skip

    @override
    def filled(self) -> dict[str, str]:
        return self.paper.typed

    @override
    def establish_relationship(self, answers: NetworkMonitor) -> GuardedClick:
        def deed() -> str | None:
            typed = self.paper.typed
            there = Connection(typed["backup host"], typed["backup port"])
            back = Connection(typed["reverse host"], typed["reverse port"])
            return self.paper.relationship.establish(self.paper.unit, there, back)

        return self.paper.press("Establish Relationship", "establish-relationship", deed, related=False)


class PaperBasics(OnPaper, BasicsScreen):
    @override
    def read(self) -> Basics:
        here, agenda = self.appliance, self.world.pair.agenda
        uptime = f"{agenda.now() - here.booted_at:.0f} seconds"
        return Basics(serial=here.serial, guid=here.guid, base=here.base, uptime=uptime, system_time=when(agenda.utc()))


class PaperIpConfiguration(OnPaper, IpConfigurationScreen):
    @override
    def controls(self, ip: str) -> tuple[ExpectedControl, ...]:
        return ()

    @override
    def addresses(self) -> Addresses:
        return Addresses(enabled={ip: each.enabled for ip, each in self.appliance.interfaces.items()})

    @override
    def edit(self, ip: str) -> AddressForm:
        if ip not in self.appliance.interfaces:
            raise WrongScreen(f"{self.title}: {ip} can be edited in 0 places, not in one")
        return PaperForm(self.tab, ip)


class PaperForm(AddressForm):
    """What is filled in alters nothing before Save Changes."""

    def __init__(self, tab: Page, ip: str) -> None:
        super().__init__(tab, ip)
        at = cast("PaperTab", tab)
        self._pair, self._world = at.world.pair, at.world
        self._unit: Unit = at.unit
        self._ticked = self.read().enabled is True

    @override
    def read(self) -> SharedAddress:
        return SharedAddress(ip=self.ip, enabled=self._pair.appliances[self._unit].has_enabled(self.ip))

    @override
    def controls(self, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        return ()

    @override
    def fill(self, *, enabled: bool) -> None:
        self._ticked = enabled

    @override
    def is_filled(self, *, enabled: bool) -> bool:
        return self._ticked is enabled

    @override
    def save_changes(self, answers: NetworkMonitor) -> GuardedClick:
        def deed() -> tuple[str, str | None]:
            return self._pair.set_ip(self._unit, self.ip, enabled=self._ticked), None

        return PaperPress("Save Changes", lambda: True, lambda: self._world.press(self._unit, deed))


class PaperUpdates(OnPaper, UpdatesScreen):
    def __init__(self, tab: Page) -> None:
        super().__init__(tab)
        self._updates = self.world.pair.updates[self.unit]
        self.chosen: list[Path] = []

    @override
    def read(self) -> Updates:
        now = self._updates
        if now.phase is not Phase.IDLE:
            return Updates(installing=True, progress=f"{now.phase.value}...")
        offers = tuple(
            UpdateOffer(
                name=each.title,
                version=each.version,
                enabled=not needed,
                requires="" if now.waits_for_patch(each) else needed,
            )
            for each in now.offered
            for needed in [now.needs_first(each)]
        )
        said = now.message if now.message.startswith(("An error", "No updates")) else ""
        listed = sorted(self.appliance.patches) if self.world.knobs.patch_told == "list" else []
        told = [now.message] if "has been installed" in now.message else []
        automatic = "Automatically install critical updates" if knob_at(self.world.knobs.automatic_updates, self.unit) else ""
        return Updates(
            offers=offers, checked=bool(offers or said.startswith("No")), message=said, by_hand=True, installed=(*listed, *told),
            automatic=automatic, has_automatic=True,
        )  # fmt: skip

    @override
    def await_result(self) -> Updates:
        return self.read()

    @property
    @override
    def available(self) -> AvailableUpdates:
        return PaperAvailableUpdates(self)

    @property
    @override
    def manual_installation(self) -> ManualInstallation:
        return PaperManualInstallation(self, self.chosen)


class PaperAvailableUpdates(AvailableUpdates):
    def __init__(self, screen: PaperUpdates) -> None:
        super().__init__(screen)
        self._unit: Unit = screen.unit
        self._world = screen.world
        self._updates = screen.world.pair.updates[screen.unit]

    @override
    def controls(self, offers: tuple[UpdateOffer, ...], answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        return ()

    @override
    def check_for_updates(self, answers: NetworkMonitor) -> GuardedClick:
        def deed() -> None:
            if not self._updates.busy:
                self._updates.check()
            self._world.fetch(self._unit, "check-for-updates")

        return PaperPress("Check for updates", lambda: True, deed)

    @override
    def install_this_update(
        self,
        offer: UpdateOffer,
        answers: NetworkMonitor,
        *,
        agree: Callable[[AcceptedAgreement], None] | None = None,
        contact: Contact | None = None,
    ) -> GuardedClick:
        package = next((each for each in self._updates.packages if each.title == offer.name), None)

        def there() -> bool:
            offered = package in self._updates.offered and not self._updates.busy
            return offered and package is not None and not self._updates.needs_first(package)

        def deed() -> tuple[str, str | None]:
            return f"install {offer.name}", self._updates.install(package.number) if package else "There is no such package."

        def press() -> None:
            if self._world.knobs.download_agreement:
                self._agreement(offer, agree, contact)
            self._world.press(self._unit, deed)

        return PaperPress("Install This Update", there, press)

    def _agreement(self, offer: UpdateOffer, agree: Callable[[AcceptedAgreement], None] | None, contact: Contact | None) -> None:
        """Stand before the download, and ask for a contact where the page has not filled it in."""
        self._world.fetch(self._unit, f"download-agreement-shown {offer.name}")
        if agree is None:
            raise Surprised("an agreement stands before the download, and accept_agreement is false: it was not accepted")
        if contact is None and self._world.knobs.agreement_contact != "filled":
            raise AnswerWanted(f'the agreement before "{offer.name}" asks for "Name", "E-mail"', AGREEMENT_CONTACT)
        fields = f'Name "{contact.name}"; E-mail "{contact.email}"' if contact else ""
        agree(AcceptedAgreement("Read it.", fields, (contact.name, contact.email) if contact else ()))


class PaperManualInstallation(ManualInstallation):
    """Takes the files that the simulator has written for this appliance."""

    def __init__(self, screen: PaperUpdates, chosen: list[Path]) -> None:
        super().__init__(screen)
        self._unit: Unit = screen.unit
        self._world = screen.world
        self._chosen = chosen

    @override
    def choose(self, path: Path) -> None:
        self._chosen[:] = [path]

    @override
    def update_software(self, answers: NetworkMonitor, *, within: float) -> GuardedClick:
        number = self._chosen[0].read_text(encoding="utf-8").split()[-1]
        updates = self._world.pair.updates[self._unit]

        def deed() -> tuple[str, str | None]:
            package = updates.find(number)
            return f"install {package.title if package else number}", updates.install(number, by_hand=True)

        return PaperPress("Update Software", lambda: not updates.busy, lambda: self._world.press(self._unit, deed))


class PaperUtilities(OnPaper, UtilitiesScreen):
    @override
    def tcp_connection_test(self, host: str, port: int, answers: NetworkMonitor) -> TcpConnection:
        self.world.fetch(self.unit, "tcp-connection-test")
        return TcpConnection(reached=True, said=f"Connection to {host} port {port} succeeded.")


PAPER: dict[type[Screen], type[OnPaper]] = {
    UtilitiesScreen: PaperUtilities,
    StatusScreen: PaperStatus,
    SecurityScreen: PaperSecurity,
    SoftwareManagementScreen: PaperSoftwareManagement,
    FailoverScreen: PaperFailover,
    StatusHistoryScreen: PaperStatusHistory,
    BasicsScreen: PaperBasics,
    IpConfigurationScreen: PaperIpConfiguration,
    UpdatesScreen: PaperUpdates,
}
"""Which paper screen stands for which."""
