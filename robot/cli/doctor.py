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
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from flows.session.browser_driver import Browsers, end_session
from pages.appliance_family import FAMILY
from pages.engine.actions.navigation import open_url
from pages.engine.snapshot.page_status import error_status
from robot.domain.clocks import wall_clock
from robot.domain.errors import Refused, Stop, Unreachable, Untrusted, UsageError
from robot.domain.model import Unit
from robot.evidence.scan import eyes
from robot.network import chromium, tls
from robot.network.syslog.sockets import plain_address
from robot.network.tls import Endpoint, endpoint_of
from robot.network.vault import vault_of
from robot.runs import store
from robot.settings import PairFileError, load
from robot.settings.secrets import require_own_accounts, secrets
from robot.settings.sections.contact import MAY_ASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from robot.settings import Settings

ROOM = 300 * 1024 * 1024
"""Bytes that must be free for evidence, state and backups before a run begins."""
PACKAGES = ("chromium-headless-shell", "fonts-liberation", "libnss3-tools")
_READS = f"{eyes.PROGRAM} reads them before a pack is sealed, so that none shows a secret"
_DOES_NOT_READ = f"not read for secrets before a pack is sealed: install {eyes.PROGRAM}-ocr for that"
_FONTS = Path("/usr/share/fonts")
_NOWHERE = Endpoint("localhost", "localhost", 443, pins=("none",))
"""Where the browser of this machine's own check may go: to no appliance, and without a CA file that it would have to trust."""


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        check: what was checked.
        code: 0, or the exit code of what is wrong; `None` if it was not tried.
        result: what was found, or what to do, or why it was not tried.
    """

    check: str
    code: int | None
    result: str

    @property
    def mark(self) -> str:
        """How its line begins."""
        return "--" if self.code is None else "NO" if self.code else "ok"


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


def require_backup_folder(settings: Settings, artifacts: Path) -> Path | None:
    """Require that backups can be saved, and that none gets among the evidence.

    Args:
        settings: the pair file.
        artifacts: the folder that runs leave their evidence in.

    Returns:
        The folder for backups; `None` if the pair file names none.

    Raises:
        UsageError: the folder lies inside the artifacts folder, cannot be written, or has no room.
    """
    if settings.backup is None:
        return None
    folder = settings.path(settings.backup.directory).resolve()
    if folder.is_relative_to(artifacts.resolve()):
        raise UsageError(f"[backup] directory {folder} lies inside the artifacts folder; a backup never goes into evidence")
    require_room(folder)
    require_writable(folder)
    return folder


def _standing(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def look(pair: Path | None, artifacts: Path) -> Iterator[Finding]:
    """Check this machine and, if a pair is given, its file and both appliances, without signing in.

    Args:
        pair: the pair file; None for this machine alone.
        artifacts: the folder that runs leave their evidence in.

    Yields:
        Each result as soon as it is known.
    """
    with contextlib.closing(Browsers()) as browsers:
        yield _ask("Python", lambda: f"{sys.version.split()[0]} at {sys.executable}")
        browser = _ask("Chromium", lambda: _starts(browsers))
        yield browser
        yield _ask("certutil", lambda: shutil.which("certutil") or _missing("libnss3-tools"))
        yield _ask("fonts", lambda: "Liberation" if any(_FONTS.glob("**/Liberation*")) else _missing("fonts-liberation"))
        yield Finding("pictures", *((0, _READS) if eyes.can_read() else (None, _DOES_NOT_READ)))
        yield _ask("state folder", lambda: _fit(store.state_folder()))
        yield _ask("artifacts folder", lambda: _fit(artifacts))
        yield _ask("temporary folder", lambda: _fit(_temporary()))
        yield _ask("proxy", _proxy)
        if pair is not None:
            yield from _pair(pair, artifacts, None if browser.code else browsers)


def _pair(pair: Path, artifacts: Path, browsers: Browsers | None) -> Iterator[Finding]:
    """Check a pair file and what it names; `browsers` is `None` if Chromium does not start."""
    try:
        settings = load(pair)
    except PairFileError as odd:
        yield from (Finding("pair file", odd.code, sentence) for sentence in odd.sentences)
        return
    except Stop as stop:
        yield Finding("pair file", stop.code, str(stop))
        return
    yield Finding("pair file", 0, str(pair))
    yield _ask("credentials", lambda: _credentials(settings))
    if settings.api:
        yield Finding("API account", None, "not tried: nobody signs in here; observe and plan try it")
    for waiver in settings.waivers:
        yield Finding("waiver", 0, f"{waiver}; {_left(waiver.until - wall_clock())}")
    yield _ask("backup folder", lambda: _described(require_backup_folder(settings, artifacts)))
    if settings.update.may_lack_contact:
        yield Finding("agreement before a download", 0, MAY_ASK)
    for unit in Unit:
        yield from _appliance(unit, settings, browsers)
    yield _ask("way to the appliances", lambda: not_through_the_site(settings))


def _appliance(unit: Unit, settings: Settings, browsers: Browsers | None) -> Iterator[Finding]:
    """Check one appliance, by this program's own connection first and then by the browser, as a run does."""
    name, way = unit.upper(), endpoint_of(settings, unit)
    in_browser = f"{name}'s /login in Chromium"
    trusted = _ask(f"{name} reachable and trusted", lambda: _certificate(way))
    yield trusted
    if trusted.code:
        yield Finding(in_browser, None, f"not tried before {name} is reached and trusted")
        return
    yield _ask(f"{name} healthy", lambda: _health(way))
    if browsers is None:
        yield Finding(in_browser, None, "not tried before Chromium starts")
        return
    yield _ask(in_browser, lambda: _opens(way, browsers))


def _ask(check: str, answer: Callable[[], str]) -> Finding:
    try:
        return Finding(check, 0, answer())
    except Stop as stop:
        return Finding(check, stop.code, str(stop))
    except OSError as error:
        return Finding(
            check, UsageError.code, f"{error.filename or check} cannot be used: {error.strerror or error}; set it right"
        )
    except Exception as fault:  # noqa: BLE001 - the other checks are made all the same
        return Finding(check, 1, f"a fault of the robot's own: {fault!r}; report it")


def _starts(browsers: Browsers) -> str:
    """Start Chromium as a run does, and open a page in it."""
    context = browsers.begin_session(_NOWHERE)
    try:
        context.new_page()
        return f"{context.browser.version if context.browser else ''} at {chromium.find()} starts"
    finally:
        browsers.end(_NOWHERE)


def _opens(way: Endpoint, browsers: Browsers) -> str:
    """Open an appliance's sign-in page in Chromium, and compare who answers there with who answers here; nobody signs in."""
    context = browsers.begin_session(way)
    try:
        answers, tab = chromium.NetworkMonitor.of(context), context.new_page()
        certificate = chromium.CertificateObserver(tab)
        status, here = open_url(tab, f"{way.origin}/login"), tls.certificate(way)
        ip = answers.verify_remote_address(way)
        if (key := certificate.key(way.origin)) != here.key:
            raise Untrusted(
                f"Chromium was shown the public key {key}, and this program {here.key}: two machines answer at {way.address}; "
                "find out which"
            )
        if status := error_status(tab) or (status if status >= 400 else 0):
            raise Unreachable(f"{way.origin}/login answers with the HTTP status {status}: see that the appliance is up")
        return f"{way.origin}/login opens, from {ip}, with the same public key"
    finally:
        end_session(context)
        browsers.end(way)


def _missing(package: str) -> str:
    raise UsageError(f"missing: run `failover-robot browser install`, or install {package}")


def _fit(folder: Path) -> str:
    require_room(folder)
    require_writable(folder)
    return _described(folder)


def _credentials(settings: Settings) -> str:
    """Say where the credentials come from; a vault is asked for nothing, since nobody signs in."""
    vault = vault_of(settings)
    require_own_accounts(settings, secrets(settings, vault=vault))
    if settings.secrets is None:
        return f"as {settings.folder / '.env'} or the environment has them"
    return f"{settings.secrets.get[0]} is there, and fetches each when it is needed; none was fetched now"


def _left(time: timedelta) -> str:
    return f"{time.days} day{'' if time.days == 1 else 's'} left" if time.days else "less than a day left"


def _described(folder: Path | None) -> str:
    return f"{folder}, {shutil.disk_usage(_standing(folder)).free // 2**20} MiB free" if folder else "none is named"


def _proxy() -> str:
    variables = sorted(name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy"})
    return f"{', '.join(variables)} set and ignored: the robot goes there directly" if variables else "none in the environment"


def _certificate(way: Endpoint) -> str:
    shown = tls.certificate(way)
    return f"{shown.subject}, until {shown.valid_until}, public key {shown.key}"


def _temporary() -> Path:
    """Return where Chromium and its driver put what they download: unlike Python they use TMPDIR even where it is full."""
    return Path(os.environ.get("TMPDIR") or tempfile.gettempdir())


def _health(way: Endpoint) -> str:
    if (status := tls.get(way, FAMILY.health_path).status) >= 500:
        raise Unreachable(
            f"{FAMILY.health_path} answers {status}: the appliance says that it is not well; see its Status pages, or wait until "
            "it is up"
        )
    return f"{FAMILY.health_path} answers {status}"


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
            yield plain_address(connection.raddr.ip)


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
