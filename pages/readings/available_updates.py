"""The packages that an appliance offers, and what its Updates screen says of them."""

from __future__ import annotations

import re
from enum import StrEnum

from robot.domain.model import Reading
from robot.domain.versions import version_in

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
            return version_in(_MEANT_FOR.split(self.name)[0]) is None
        return version_in(f"{self.name} {self.version}") is None

    @property
    def called(self) -> str:
        """Its short name: for a patch, the name of its advisory where it has one."""
        found = _ADVISORY.search(self.name)
        return found[0] if found and self.is_patch else self.name

    @property
    def title(self) -> str:
        """Its name with its version: some pages tell the version apart from the name."""
        return self.name if self.version in self.name else f"{self.name} {self.version}"

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
        automatic: the words of the ticked box that lets the appliance install updates by itself; "" if it does not.
        has_automatic: whether the page has such a box at all, ticked or not.
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
    automatic: str = ""
    has_automatic: bool = False

    @property
    def running(self) -> str:
        """What it says of the installation that is running; "" if none is."""
        return (self.progress or "it does not say what") if self.installing else ""

    @property
    def patches(self) -> tuple[UpdateOffer, ...]:
        """The packages without a version of their own."""
        return tuple(offer for offer in self.offers if offer.is_patch)
