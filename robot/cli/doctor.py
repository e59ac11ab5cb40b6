"""Checks whether this machine, and a pair, can be worked with. Every failed check says what to do."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pages.appliance_family import FAMILY
from robot.domain.errors import Refused, Stop, UsageError
from robot.domain.model import Unit
from robot.network import chromium, tls
from robot.network.tls import endpoint_of
from robot.runs import store
from robot.settings.contact import MAY_ASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from robot.network.tls import Endpoint
    from robot.settings import Settings

ROOM = 300 * 1024 * 1024
"""Bytes that must be free for evidence, state and backups before a run begins."""
PACKAGES = ("chromium-headless-shell", "fonts-liberation", "libnss3-tools")
_FONTS = Path("/usr/share/fonts")


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        check: what was checked.
        code: 0, or the exit code of what is wrong.
        result: what was found, or what to do.
    """

    check: str
    code: int
    result: str


def require_room(folder: Path) -> None:
    """Require that a folder's disk has `ROOM` bytes free.

    Raises:
        UsageError: it does not.
    """
    existing = _standing(folder)
    free = shutil.disk_usage(existing).free
    if free < ROOM:
        raise UsageError(
            f"the disk of {existing} has {free // 2**20} MiB left and a run needs {ROOM // 2**20}: make room, or choose "
            "another folder"
        )


def require_writable(folder: Path) -> None:
    """Require that a file can be made in a folder, or in the nearest existing folder above it, by making one.

    Raises:
        UsageError: it cannot.
    """
    existing = _standing(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=existing, prefix=".failover-robot-") as file:
            file.write(b"x")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({existing}: {error.strerror}); choose another folder") from None


def _standing(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def look(settings: Settings | None, artifacts: Path) -> Iterator[Finding]:
    """Check this machine and, if a pair is given, both appliances, without signing in.

    Args:
        settings: the pair file; None for this machine alone.
        artifacts: the folder that runs leave their evidence in.

    Yields:
        Each result as soon as it is known.
    """
    yield _ask("Python", lambda: f"{sys.version.split()[0]} at {sys.executable}")
    yield _ask("Chromium", _chromium)
    yield _ask("certutil", lambda: shutil.which("certutil") or _missing("libnss3-tools"))
    yield _ask("fonts", lambda: "Liberation" if any(_FONTS.glob("**/Liberation*")) else _missing("fonts-liberation"))
    yield _ask("state folder", lambda: _writable(store.state_folder()))
    yield _ask("artifacts folder", lambda: _writable(artifacts))
    yield _ask("proxy", _proxy)
    if settings is not None:
        if settings.update.may_lack_contact:
            yield Finding("agreement before a download", 0, MAY_ASK)
        yield from _appliances(settings)


def _appliances(settings: Settings) -> Iterator[Finding]:
    for unit in Unit:
        name, way = unit.upper(), endpoint_of(settings, unit)
        yield _ask(f"{name} reachable and trusted", lambda way=way: _certificate(way))
        yield _ask(f"{name} healthy", lambda way=way: f"{FAMILY.health_path} answers {tls.get(way, FAMILY.health_path).status}")
    yield _ask("way to the appliances", lambda: not_through_the_site(settings))


def _ask(check: str, answer: Callable[[], str]) -> Finding:
    try:
        return Finding(check, 0, answer())
    except Stop as stop:
        return Finding(check, stop.code, str(stop))


def _chromium() -> str:
    path = chromium.find()
    done = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False, timeout=30)
    if done.returncode:
        raise UsageError(f"{path} does not run: {done.stderr.strip()[:200]}")
    return f"{done.stdout.strip()} at {path}"


def _missing(package: str) -> str:
    raise UsageError(f"missing: run `failover-robot browser install`, or install {package}")


def _writable(folder: Path) -> str:
    require_writable(folder)
    require_room(folder)
    return f"{folder}, {shutil.disk_usage(_standing(folder)).free // 2**20} MiB free"


def _proxy() -> str:
    variables = sorted(name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy"})
    return f"{', '.join(variables)} set and ignored: the robot goes there directly" if variables else "none in the environment"


def _certificate(way: Endpoint) -> str:
    shown = tls.certificate(way)
    return f"{shown.subject}, until {shown.valid_until}, public key {shown.key}"


def not_through_the_site(settings: Settings) -> str:
    """Require that no connection of this machine runs through the site: the swing would cut it off, and the robot with it."""
    site = {settings.swing.shared_ip} if settings.swing.shared_ip else set[str | None]()
    with contextlib.suppress(OSError):  # the name need not resolve here: the robot leads it to the appliances itself
        site |= {str(entry[4][0]) for entry in socket.getaddrinfo(settings.site.hostname, None)}
    connected = site & set(_peers())
    if connected:
        raise Refused(
            f"this machine has a connection open to the site itself ({', '.join(sorted(map(str, connected)))}): if you work "
            "through it, the swing cuts you off; come another way"
        )
    return "no connection of this machine runs through the site"


def _peers() -> Iterator[str]:
    """Yield the remote addresses of this machine's established connections; a socket of IPv6 may carry one of IPv4."""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_ESTABLISHED and connection.raddr:
            peer = ip_address(connection.raddr.ip)
            yield str(getattr(peer, "ipv4_mapped", None) or peer)


def install_browser() -> int:
    """Install Chromium and what it needs with apt-get.

    Returns:
        The exit code: 0.

    Raises:
        UsageError: it cannot be installed from here; the sentence has the command to run.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
            raise UsageError(f"only root may install it. Run once: sudo {' '.join(command)}")
        command = ["sudo", "-n", *command]
    if shutil.which("apt-get") is None:
        raise UsageError("there is no apt-get here: install Chromium by this system's own means and set CHROMIUM_PATH")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    prefix = command[: command.index("apt-get")]
    subprocess.run([*prefix, "apt-get", "update", "-qq"], check=False, env=environment, stdout=sys.stderr)
    done = subprocess.run(command, check=False, env=environment, stdout=sys.stderr)
    if done.returncode:
        raise UsageError(f"apt-get ended with {done.returncode}; run it by hand: {' '.join(command)}")
    return 0
