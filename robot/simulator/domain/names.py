"""What this simulated pair is called: names given from outside, and what is made up at start."""

import secrets
import zlib
from dataclasses import dataclass, field
from typing import Literal

import pyotp

Unit = Literal["a", "b"]
UNITS: tuple[Unit, Unit] = ("a", "b")


def peer_of(unit: Unit) -> Unit:
    """The other one."""
    return "b" if unit == "a" else "a"


def build_of(version: str) -> int:
    """A build number that belongs to a version, the same in every run (``12.3.5`` shows as ``12.3.5-NNNNN``)."""
    return 20000 + zlib.crc32(version.encode()) % 40000


def shown(version: str) -> str:
    """A product version as the Status page shows it, with its build."""
    return f"{version}-{build_of(version)}"


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare."""
    return tuple(int(part) for part in version.split("."))


@dataclass(frozen=True)
class Names:
    """What can be given from outside."""

    hostname: str = "support.example.com"
    ticket: str = "CHG0031337"
    summary: str = "Upgrade of a simulated pair"
    requested_by: str = "Simulation"
    from_version: str = "12.3.5"
    target_version: str = "13.1.2"
    from_base: str = "3.3.2"
    target_base: str = "3.4.1"
    port: int = 0  # 0: a free one

    def stepping_stone(self) -> str:
        """The product version between old and target in a chain of three: the target's own first release."""
        first, second = (*parts(self.target_version), 0, 0)[:2]
        return f"{first}.{second}.0" if f"{first}.{second}.0" != self.target_version else f"{first}.0.9"


@dataclass(frozen=True)
class Credentials:
    """An account as its owner knows it. The password hides itself."""

    username: str
    password: str = field(repr=False)
    totp: str | None = field(default=None, repr=False)


def new_credentials(username: str, *, totp: bool = False) -> Credentials:
    """An account with a password that nobody else has."""
    return Credentials(username, secrets.token_urlsafe(15), pyotp.random_base32() if totp else None)
