"""What the robot reads and speaks of: frozen values, plain enough to stand in a record as JSON."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Unit(StrEnum):
    """The two boxes. A and B are names for the whole run; primary and backup are readings."""

    A = "a"
    B = "b"

    @property
    def other(self) -> Unit:
        """The other appliance of the pair."""
        return Unit.B if self is Unit.A else Unit.A


class Role(StrEnum):
    """What an appliance says it is in the failover relationship."""

    PRIMARY = "primary"
    BACKUP = "backup"
    NONE = "none"
    CONFLICT = "conflict"


class Reading(BaseModel):
    """One look at a screen: frozen, and the same again after a journey through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """Give the reading as plain JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_plain(cls, plain: object) -> Self:
        """Give back what `plain()` gave."""
        return cls.model_validate(plain)


_NUMBER = re.compile(r"\d+(?:\.\d+){1,3}")
_BUILD = re.compile(r"\d\.\d[\d.]*\W{0,3}(?:build\W{0,2})?(\d{3,})\b", re.IGNORECASE)


class Release(BaseModel):
    """A version as the pages word it: `13.1.2`, `13.1.2-38227`, `Base 3.4.1`. Compared by its numbers only."""

    model_config = ConfigDict(frozen=True)

    text: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """The dotted numbers, without the build; empty where there are none."""
        found = _NUMBER.search(self.text)
        return tuple(int(part) for part in found[0].split(".")) if found else ()

    @property
    def dotted(self) -> str:
        """The same as it is written."""
        return ".".join(map(str, self.numbers))

    @property
    def build(self) -> str:
        """The number of the build, however it is worded: `13.1.2-38227`, `13.1.2 (build 38227)`; "" where none is told."""
        found = _BUILD.search(self.text)
        return found[1] if found else ""

    def is_(self, target: str) -> bool:
        """Whether this is the release `target`; a target of fewer numbers is met by any release within it."""
        wanted = Release(text=target).numbers
        return bool(wanted) and self.numbers[: len(wanted)] == wanted

    def is_before(self, other: str) -> bool:
        """Whether this release is older than `other`. The one place where versions are ordered."""
        return self.numbers < Release(text=other).numbers

    @property
    def merges_sessions_made_while_apart(self) -> bool:
        """From 10.6 on, sessions completed on either appliance while apart are synchronised afterwards (MP3, MP4)."""
        return not self.is_before("10.6")

    @property
    def makes_its_own_download_key(self) -> bool:
        """Of a base software: from 3.3.2 on it makes its Appliance Download Key itself; before, support gives it (UM3, UM4)."""
        return not self.is_before("3.3.2")

    def __str__(self) -> str:
        return self.text


class FailoverStatus(Reading):
    """The Failover screen, as one appliance tells it.

    Attributes:
        last_sync: when the last synchronisation was completed, as worded.
        last_sync_unread: what stands there instead of a moment that could be read, or "".
        sync_status: what stands beside a label such as "Data Sync Status".
        message: what it says of a failure, as far as that can be told without a look before; "" where it says nothing.
        alerts: its failover alerts that stand, in its own words.
        complaints: every line that speaks of failure, help and history among them: which of them are new, a later look tells.
    """

    role: Role
    peer: str = ""
    last_sync: str = ""
    last_sync_unread: str = ""
    sync_status: str = ""
    syncing: bool = False
    progress: str = ""
    conflict: bool = False
    message: str = ""
    alerts: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    settings: dict[str, str] = {}


_ADVISORY = re.compile(r"(?<![\w-])[A-Z]{2,5}\d{2}-\d{2}(?:-\w+)*(?![\w-])")
"""How the vendor names its advisories, and the patches for them: BT26-02-RS, BT24-10-ONPREM1."""
_PATCH = re.compile(r"\b(?:patch|hot-?fix|security (?:update|fix))\b", re.IGNORECASE)
_MEANT_FOR = re.compile(r"\b(?:for|of|on|to)\b", re.IGNORECASE)


def bears(text: str, name: str) -> bool:
    """Whether a text has this name in it, whole: BT26-02-RS is neither BT26-02-RS2 nor a part of X-BT26-02-RS."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))


class UpdateOffer(Reading):
    """One package under Available Updates."""

    name: str
    version: str = ""
    enabled: bool = True
    requires: str = ""

    @property
    def is_base(self) -> bool:
        """Whether it is the machine's base software rather than the site's product."""
        return bool(re.search(r"\bbase\b", self.name, re.IGNORECASE))

    @property
    def is_patch(self) -> bool:
        """Whether it has no version of its own: once it is installed the appliance shows the versions that it showed before.

        What its name says it is for is not its own: "BT26-02-RS Security Patch for Remote Support 25.3.2".
        """
        if _ADVISORY.search(self.name):
            return True
        if _PATCH.search(self.name):
            return not _NUMBER.search(_MEANT_FOR.split(self.name)[0])
        return not _NUMBER.search(f"{self.name} {self.version}")

    @property
    def called(self) -> str:
        """Its name as a person says it: of a patch, the advisory's, where it bears one."""
        found = _ADVISORY.search(self.name)
        return found[0] if found and self.is_patch else self.name

    def is_called(self, name: str) -> bool:
        """Whether it bears this name, whole, at any place of its own."""
        return bears(self.name, name)


class Lack(StrEnum):
    """Why nothing is offered, as far as the page's own words tell."""

    UNTOLD = ""
    CHECK_FAILED = "the check failed"
    DOWNLOADED = "downloaded before"
    NOT_BUILT = "not built"
    MAINTENANCE = "maintenance"
    SAID_CURRENT = "said to be up to date"


class Updates(Reading):
    """The Updates screen.

    Attributes:
        lack: why an empty list is empty.
        by_hand: whether it takes files.
        installed: what it says of what is installed, a line each, in its own words.
        complaints: every line that speaks of failure, help among them: which of them are new, a later look tells.
    """

    offers: tuple[UpdateOffer, ...] = ()
    checked: bool = False
    installing: bool = False
    progress: str = ""
    message: str = ""
    lack: Lack = Lack.UNTOLD
    by_hand: bool = False
    installed: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def patches(self) -> tuple[UpdateOffer, ...]:
        """The packages without a version of their own."""
        return tuple(offer for offer in self.offers if offer.is_patch)


class Basics(Reading):
    """Status > Basics of /appliance: the machine itself."""

    serial: str
    guid: str = ""
    base: str
    uptime: str = ""
    system_time: str = ""
    hosted: dict[str, str] = {}


class Contents(Reading):
    """How much a site holds, as far as its pages tell; `None` where they do not."""

    users: int | None = None
    groups: int | None = None
    jump_items: int | None = None
    recorded_sessions: int | None = None

    @property
    def configured(self) -> dict[str, int | None]:
        """What people configure, by its name in words; recorded sessions come by themselves."""
        return {"users": self.users, "group policies": self.groups, "Jump Items": self.jump_items}


_JUMP_CLIENTS = r"jump clients?"
_REPRESENTATIVES = (r"representatives?", r"\busers?\b")
_SESSIONS = (r"sessions?", r"customers?|attendees?")


class SiteStatus(Reading):
    """Status > Information of /login: the site's software.

    Attributes:
        state: what it says of itself.
        product: the version.
        hostname: the site's name.
        clients: how many are connected, by the page's words for them.
        contents: what it tells of the site's contents.
        licences: how many of each licence there are, by the page's words for them.
        maintenance: until when the maintenance contract runs, as worded; "" where that is not told.
    """

    state: str = ""
    product: str
    hostname: str = ""
    clients: dict[str, int] = {}
    contents: Contents = Contents()
    licences: dict[str, int] = {}
    maintenance: str = ""

    @property
    def connected(self) -> int | None:
        """Everybody who would be cut off; `None` where the page does not tell."""
        return sum(self.clients.values()) if self.clients else None

    @property
    def representatives(self) -> int | None:
        """Representatives who are signed in; `None` where the page does not tell."""
        return self._clients_called(*_REPRESENTATIVES)

    @property
    def sessions(self) -> int | None:
        """Running sessions, or else their customers; `None` where the page does not tell."""
        return self._clients_called(*_SESSIONS)

    @property
    def jump_clients(self) -> int | None:
        """Jump Clients that are online; `None` where the page does not tell."""
        found = [number for label, number in self.clients.items() if re.search(_JUMP_CLIENTS, label, re.IGNORECASE)]
        return sum(found) if found else None

    def _clients_called(self, *ways: str) -> int | None:
        """How many are connected under the first of these words that the page uses."""
        people = {label: n for label, n in self.clients.items() if not re.search(_JUMP_CLIENTS, label, re.IGNORECASE)}
        found = ([n for label, n in people.items() if re.search(way, label, re.IGNORECASE)] for way in ways)
        return next((sum(numbers) for numbers in found if numbers), None)


class TcpConnection(Reading):
    """What an appliance's own TCP Connection Test said; `reached` is `None` where that cannot be told."""

    reached: bool | None
    said: str = ""


class SharedAddress(Reading):
    """The shared IP as one appliance has it; `enabled` is `None` where the page could not be read."""

    ip: str
    enabled: bool | None
