"""What observing looks at besides the screens of a run, on paper: disks, health, menus, the site's name, open ports."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from paper_screens import PAPER, OnPaper, PaperTab
from paper_world import World
from typing_extensions import override

from flows.requirements import reachability
from pages.appliance.storage import HealthScreen, StorageScreen
from pages.readings.machine import Disks, Health
from robot.domain.errors import Unreachable
from robot.network.tls import Endpoint, HttpResponse

if TYPE_CHECKING:
    import pytest


class PaperStorage(OnPaper, StorageScreen):
    @override
    def read(self) -> Disks:
        return Disks(used_percent={"System": 34, "Data": 41})


class PaperHealth(OnPaper, HealthScreen):
    @override
    def read(self) -> Health:
        return Health(checks={"Memory": "Pass", "Storage": "Pass"})


PAPER.update({StorageScreen: PaperStorage, HealthScreen: PaperHealth})


def tabs_shown(tab: PaperTab, interface: str) -> tuple[str, ...]:
    """Stands for `pages.menu.tabs_shown`."""
    return tuple(dict.fromkeys(tab.words())) if interface == "login" else ("Status", "Networking", "Storage", "Updates")


class PaperNetwork:
    """Stands for `robot.network.tls` and for the resolver, where an observation asks them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get(self, _endpoint: Endpoint, _path: str) -> HttpResponse:
        return HttpResponse(200, "")

    def answers_tls(self, endpoint: Endpoint) -> bool:
        try:
            self._world.answering(endpoint.address, "appliance")
        except Unreachable:
            return False
        return True

    def site_addresses(self, _host: str, _address: str, _port: int) -> Resolved:
        return Resolved(self._world.name_leads_to or (self._world.shared,))


class Resolved:
    """An `Endpoint` of which only the addresses are asked for."""

    def __init__(self, ips: tuple[str, ...]) -> None:
        self.ips = frozenset(ips)


def observe_on_paper(patch: pytest.MonkeyPatch, world: World) -> None:
    """Put paper wherever an observation would look at the pair from outside."""
    network = PaperNetwork(world)
    patch.setattr("flows.survey.appliance_sights.tabs_shown", tabs_shown)
    patch.setattr("flows.survey.appliance_sights.tls", network)
    asked = SimpleNamespace(reach=reachability.reach, as_peer=reachability.as_peer, answers_tls=network.answers_tls)
    patch.setattr("flows.survey.appliance_sights.reachability", asked)
    patch.setattr("flows.survey.site_areas.Endpoint", network.site_addresses)
