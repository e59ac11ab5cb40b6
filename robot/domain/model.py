"""The values that are read from appliances: frozen, and plain enough to stand in a record as JSON."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Unit(StrEnum):
    """The two appliances. A and B are their names for the whole run; primary and backup are readings."""

    A = "a"
    B = "b"

    @property
    def other(self) -> Unit:
        """The other appliance of the pair."""
        return Unit.B if self is Unit.A else Unit.A


class Role(StrEnum):
    """The role that an appliance shows in the failover relationship."""

    PRIMARY = "primary"
    BACKUP = "backup"
    NONE = "none"
    CONFLICT = "conflict"


class Reading(BaseModel):
    """One reading of a screen: frozen, and equal to itself after a round trip through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """Return the reading as plain JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_plain(cls, plain: object) -> Self:
        """Make a reading again from what `plain()` returned."""
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
        """The dotted numbers as text."""
        return ".".join(map(str, self.numbers))

    @property
    def build(self) -> str:
        """The build number, in either form: `13.1.2-38227`, `13.1.2 (build 38227)`; "" where there is none."""
        found = _BUILD.search(self.text)
        return found[1] if found else ""

    def is_(self, target: str) -> bool:
        """Say whether this is the release `target`; a target of fewer numbers is met by any release within it."""
        wanted = Release(text=target).numbers
        return bool(wanted) and self.numbers[: len(wanted)] == wanted

    def is_before(self, other: str) -> bool:
        """Say whether this release is older than `other`. This is the only place where versions are ordered."""
        return self.numbers < Release(text=other).numbers

    @property
    def merges_sessions_made_while_apart(self) -> bool:
        """From 10.6 on, sessions completed on either appliance while apart are synchronised afterwards (MP3, MP4)."""
        return not self.is_before("10.6")

    @property
    def makes_its_own_download_key(self) -> bool:
        """From 3.3.2 on base software makes its Appliance Download Key itself; for older ones support provides it (UM3, UM4)."""
        return not self.is_before("3.3.2")

    def __str__(self) -> str:
        return self.text


class FailoverStatus(Reading):
    """The Failover screen of one appliance.

    Attributes:
        last_sync: when the last synchronisation was completed, in the page's words.
        last_sync_unread: the text in its place that could not be read as a time, or "".
        sync_status: the text beside a label such as "Data Sync Status".
        message: what it says of a failure, as far as one reading can tell; "" where it says nothing.
        alerts: its active failover alerts, in its own words.
        complaints: every line that mentions a failure, in help texts and the history too; a later reading tells which are new.
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
"""The vendor's names of advisories and of their patches: BT26-02-RS, BT24-10-ONPREM1."""
_PATCH = re.compile(r"\b(?:patch|hot-?fix|security (?:update|fix))\b", re.IGNORECASE)
_MEANT_FOR = re.compile(r"\b(?:for|of|on|to)\b", re.IGNORECASE)


def bears(text: str, name: str) -> bool:
    """Say whether a text contains this name as a whole word: BT26-02-RS is neither BT26-02-RS2 nor part of X-BT26-02-RS."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))


class UpdateOffer(Reading):
    """One package under Available Updates."""

    name: str
    version: str = ""
    enabled: bool = True
    requires: str = ""

    @property
    def is_base(self) -> bool:
        """Whether it is the base software of the machine rather than the product of the site."""
        return bool(re.search(r"\bbase\b", self.name, re.IGNORECASE))

    @property
    def is_patch(self) -> bool:
        """Whether it has no version of its own: after its installation the appliance shows the same versions as before.

        The version that it is made for is not its own: "BT26-02-RS Security Patch for Remote Support 25.3.2".
        """
        if _ADVISORY.search(self.name):
            return True
        if _PATCH.search(self.name):
            return not _NUMBER.search(_MEANT_FOR.split(self.name)[0])
        return not _NUMBER.search(f"{self.name} {self.version}")

    @property
    def called(self) -> str:
        """Its short name: for a patch, the name of its advisory where it has one."""
        found = _ADVISORY.search(self.name)
        return found[0] if found and self.is_patch else self.name

    def is_called(self, name: str) -> bool:
        """Say whether its name contains this name as a whole word."""
        return bears(self.name, name)


class Lack(StrEnum):
    """Why nothing is offered, as far as the page says."""

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
        by_hand: whether update files can be uploaded.
        installed: its lines about installed packages, in its own words.
        complaints: every line that mentions a failure, also in help texts; a later reading tells which are new.
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
    """How much a site holds; `None` where its pages do not show it."""

    users: int | None = None
    groups: int | None = None
    jump_items: int | None = None
    recorded_sessions: int | None = None

    @property
    def configured(self) -> dict[str, int | None]:
        """What people configure, by its name in words: without the recorded sessions, which accumulate by themselves."""
        return {"users": self.users, "group policies": self.groups, "Jump Items": self.jump_items}


_JUMP_CLIENTS = r"jump clients?"
_REPRESENTATIVES = (r"representatives?", r"\busers?\b")
_SESSIONS = (r"sessions?", r"customers?|attendees?")


class SiteStatus(Reading):
    """Status > Information of /login: the site's software.

    Attributes:
        state: its status, in its own words.
        product: the version of the product.
        hostname: the site's name.
        clients: how many clients are connected, by the page's words for them.
        contents: how much the site holds.
        licences: how many of each licence there are, by the page's words for them.
        maintenance: the end of the maintenance contract, in the page's words; "" where it is not shown.
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
        """How many clients would be cut off; `None` where the page does not show it."""
        return sum(self.clients.values()) if self.clients else None

    @property
    def representatives(self) -> int | None:
        """How many representatives are signed in; `None` where the page does not show it."""
        return self._clients_called(*_REPRESENTATIVES)

    @property
    def sessions(self) -> int | None:
        """How many sessions are running, or else their customers; `None` where the page does not show it."""
        return self._clients_called(*_SESSIONS)

    @property
    def jump_clients(self) -> int | None:
        """How many Jump Clients are online; `None` where the page does not show it."""
        found = [number for label, number in self.clients.items() if re.search(_JUMP_CLIENTS, label, re.IGNORECASE)]
        return sum(found) if found else None

    def _clients_called(self, *ways: str) -> int | None:
        """Return how many are connected under the first of these patterns that matches a label of the page."""
        people = {label: n for label, n in self.clients.items() if not re.search(_JUMP_CLIENTS, label, re.IGNORECASE)}
        found = ([n for label, n in people.items() if re.search(way, label, re.IGNORECASE)] for way in ways)
        return next((sum(numbers) for numbers in found if numbers), None)


class TcpConnection(Reading):
    """The result of an appliance's own TCP Connection Test; `reached` is `None` where it is unclear."""

    reached: bool | None
    said: str = ""


class SharedAddress(Reading):
    """The shared IP on one appliance; `enabled` is `None` where the page could not be read."""

    ip: str
    enabled: bool | None
