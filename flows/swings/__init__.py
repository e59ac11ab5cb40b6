"""How B becomes the appliance that serves the site, and how it goes back: by shared IP, DNS, NAT, or a person (MP1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.session.pair import Pair
from flows.swings.dns import ByDns
from flows.swings.nat import ByNat
from flows.swings.person import ByPerson
from flows.swings.shared_ip import BySharedIp

if TYPE_CHECKING:
    from flows.session.pair import Swing
    from robot.domain.waiting import Poller
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

METHODS: dict[str, type[Swing]] = {"shared-ip": BySharedIp, "dns": ByDns, "nat": ByNat, "person": ByPerson}


def swing_of(settings: Settings, known: Secrets) -> Swing:
    """The way that the pair file names."""
    return METHODS[settings.swing.method](settings, known)


def pair_of(settings: Settings, known: Secrets, poller: Poller) -> Pair:
    """The pair that the pair file names, with its way to swing."""
    return Pair.of(settings, known, poller, swing_of(settings, known))
