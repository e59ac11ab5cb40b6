"""An appliance's own screens: Status > Basics, its addresses, its disks and health, its TCP Connection Test."""

from __future__ import annotations

from pydantic import Field

from robot.domain.model import Reading


class Basics(Reading):
    """Status > Basics of /appliance: the machine itself; "" for what the page does not tell."""

    serial: str
    guid: str = ""
    base: str
    uptime: str = ""
    system_time: str = ""
    zone: str = ""
    hosted: dict[str, str] = Field(default_factory=dict[str, str])


class TcpConnection(Reading):
    """The result of an appliance's own TCP Connection Test; `reached` is `None` where it is unclear."""

    reached: bool | None
    said: str = ""


class SharedAddress(Reading):
    """The shared IP on one appliance; `enabled` is `None` where the page could not be read."""

    ip: str
    enabled: bool | None


class Addresses(Reading):
    """The addresses of one appliance, the shared IP among them; for each whether it is enabled, `None` if that is not told."""

    enabled: dict[str, bool | None] = Field(default_factory=dict[str, "bool | None"])


class Disks(Reading):
    """How much of each disk or partition is used, in per cent, by the page's word for it."""

    used_percent: dict[str, int] = Field(default_factory=dict[str, int])


class Health(Reading):
    """The checks of a virtual appliance's health, and the result of each in the page's words."""

    checks: dict[str, str] = Field(default_factory=dict[str, str])
