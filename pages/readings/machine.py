"""An appliance's own screens: Status > Basics, its shared IP, its TCP Connection Test."""

from __future__ import annotations

from pydantic import Field

from robot.domain.model import Reading


class Basics(Reading):
    """Status > Basics of /appliance: the machine itself."""

    serial: str
    guid: str = ""
    base: str
    uptime: str = ""
    system_time: str = ""
    hosted: dict[str, str] = Field(default_factory=dict[str, str])


class TcpConnection(Reading):
    """The result of an appliance's own TCP Connection Test; `reached` is `None` where it is unclear."""

    reached: bool | None
    said: str = ""


class SharedAddress(Reading):
    """The shared IP on one appliance; `enabled` is `None` where the page could not be read."""

    ip: str
    enabled: bool | None
