"""How B becomes the appliance that serves the site, and how it goes back: by shared IP, DNS, NAT, or a person (MP1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.swings.shared_ip import BySharedIp
from robot.errors import Misused

if TYPE_CHECKING:
    from flows.swings.swing import Swing
    from robot.settings import Settings

METHODS = {"shared-ip": BySharedIp}


def swing_of(settings: Settings) -> Swing:
    """The way that the pair file names."""
    if settings.swing.method not in METHODS:
        raise Misused(f"[swing] method {settings.swing.method} is not in this version yet")
    return METHODS[settings.swing.method](settings)
