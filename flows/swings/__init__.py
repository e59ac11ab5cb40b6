"""The ways in which the site is led to B, and back to A: by shared IP, DNS, NAT, or a person (MP1)."""

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
    """Return the way of swinging that the pair file names."""
    return METHODS[settings.swing.method](settings, known)


def pair_of(settings: Settings, known: Secrets, poller: Poller) -> Pair:
    """Return the pair that the pair file names, with its way of swinging; nothing is opened yet.

    Args:
        settings: the pair file.
        known: its secrets.
        poller: how to wait.
    """
    return Pair.of(settings, known, poller, swing_of(settings, known))
