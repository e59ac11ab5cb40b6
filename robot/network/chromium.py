"""Find Chromium, and launch it with the trust and the name mapping of one appliance, in a home that is removed afterwards.

Every browser belongs to one endpoint and can reach nothing else: no other name or address resolves in it. It starts without
proxy settings, since a proxy would look the site's name up itself and the wrong appliance would answer.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Error

from robot.domain.errors import BrowserFailed, Untrusted, UsageError
from robot.network.browser_faults import why_not_started
from robot.network.certificates import authorities, key_of
from robot.network.tls import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response

    from robot.network.tls import Endpoint

VIEWPORT = {"width": 1280, "height": 800}
_CANDIDATES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "LD_LIBRARY_PATH")
_EACH_ON_A_CONNECTION_OF_ITS_OWN = {"Connection": "close"}
"""What every request asks for.

If a connection that has served before breaks off before an answer, Chromium sends the request again, a POST too: an appliance
that took an order and broke off would be given it twice. It never does so on a new connection.
"""
_LOCAL_CAS = Path("/usr/local/share/ca-certificates")
STARTS_WITHIN_S = 30.0
"""Seconds within which Chromium must have started."""


def find() -> Path:
    """Return the path of a Chromium: `CHROMIUM_PATH`, or Debian's headless shell, or any other on PATH.

    Raises:
        UsageError: there is none, or `CHROMIUM_PATH` names no program.
    """
    if chosen := os.environ.get("CHROMIUM_PATH"):
        if not os.access(chosen, os.X_OK) or Path(chosen).is_dir():
            raise UsageError(f"CHROMIUM_PATH names {chosen}, which is no program; correct it or unset it")
        return Path(chosen)
    for name in _CANDIDATES:
        if path := shutil.which(name):
            return Path(path)
    raise UsageError("no Chromium here: run `failover-robot browser install`, or set CHROMIUM_PATH")


def build() -> str:
    """Return which build of Chromium is found here, in its own words; "" if it does not say."""
    try:
        command = [find(), "--version"]
        said = subprocess.run(command, capture_output=True, env=_environment(), timeout=STARTS_WITHIN_S, check=False)
    except (UsageError, OSError, subprocess.TimeoutExpired):  # whoever needs a browser will be told so
        return ""
    return " ".join(said.stdout.decode(errors="replace").split())[:100]


@contextlib.contextmanager
def launched(playwright: Playwright, endpoint: Endpoint) -> Generator[Browser]:
    """Launch a browser that trusts and reaches this endpoint only; close it at the end.

    Args:
        playwright: the driver, of this thread.
        endpoint: what it may reach, by which name, and what it trusts there.

    Yields:
        The browser, without a session: `new_session` begins one.

    Raises:
        UsageError: there is no Chromium; or a CA file must be trusted and cannot be, or certutil is missing or fails.
        BrowserFailed: Chromium does not start.
    """
    with home_that_trusts(endpoint) as home:
        browser = _start(playwright, endpoint, home)
        try:
            yield browser
        finally:
            with contextlib.suppress(Exception):  # it may have crashed: then there is nothing to close
                browser.close()


@contextlib.contextmanager
def home_that_trusts(endpoint: Endpoint) -> Generator[Path]:
    """Make a home with the endpoint's trust, where nothing is remembered from an earlier browser; remove it at the end.

    Args:
        endpoint: what is trusted.

    Yields:
        The home.

    Raises:
        UsageError: a CA file must be trusted and cannot be, or certutil is missing or fails.
        BrowserFailed: there is no room for it.
    """
    with contextlib.ExitStack() as stack:
        try:
            folder = tempfile.TemporaryDirectory(prefix="failover-robot-", ignore_cleanup_errors=True)
            home = Path(stack.enter_context(folder))
            _trust(endpoint, home)
        except OSError as error:
            raise BrowserFailed(
                f"Chromium cannot be given a folder of its own ({error.strerror}): make room in the folder for temporary files, "
                "or name another one in TMPDIR"
            ) from error
        yield home


def launch_options(endpoint: Endpoint, home: Path) -> dict[str, Any]:
    """Return how Chromium is launched so that it reaches and trusts this endpoint only.

    Args:
        endpoint: what it may reach.
        home: a home with the endpoint's trust, as `home_that_trusts` makes it.

    Returns:
        The arguments of Playwright's `launch`, by their names.

    Raises:
        UsageError: there is no Chromium.
    """
    return {
        "executable_path": find(),
        "args": _arguments(endpoint),
        "env": {**_environment(), "HOME": str(home)},
        "chromium_sandbox": os.geteuid() != 0,
        "timeout": STARTS_WITHIN_S * 1000,
    }


def _environment() -> dict[str, str]:
    """Return what Chromium is given of this process's environment: no secret, and no proxy."""
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}


def session_options() -> dict[str, Any]:
    """Return how a session is begun that shares nothing with another one of its browser.

    Returns:
        The arguments of Playwright's `new_context`, by their names.
    """
    return {
        "viewport": dict(VIEWPORT),
        "device_scale_factor": 1,
        "locale": "en-US",
        "timezone_id": "UTC",
        "accept_downloads": True,
        "service_workers": "block",
        "extra_http_headers": _EACH_ON_A_CONNECTION_OF_ITS_OWN,
    }


def _start(playwright: Playwright, endpoint: Endpoint, home: Path) -> Browser:
    options = launch_options(endpoint, home)
    try:
        return playwright.chromium.launch(**options)
    except Error as error:
        raise BrowserFailed(why_not_started(options["executable_path"], error.message, within_s=STARTS_WITHIN_S)) from error


def new_session(browser: Browser) -> BrowserContext:
    """Begin a session that shares nothing with another one of this browser: no cookie, no cache, no connection."""
    return browser.new_context(**session_options())


def _arguments(endpoint: Endpoint) -> list[str]:
    # an IPv6 address stands in brackets where a port could follow, and nowhere else: not in a pattern, nor where it is excluded
    rules = f"MAP * ~NOTFOUND, EXCLUDE {endpoint.address}"
    if endpoint.is_mapped:
        rules = f"MAP {endpoint.host} {bracketed(endpoint.address)}, {rules}"
    one_request_each = ["--disable-http2", "--disable-quic"]  # these have many requests share a connection
    arguments = [f"--host-resolver-rules={rules}", "--proxy-server=direct://", *one_request_each]
    if endpoint.pins:
        arguments.append(f"--ignore-certificate-errors-spki-list={','.join(endpoint.pins)}")
    return arguments


def _trust(endpoint: Endpoint, home: Path) -> None:
    """Make the NSS database from which Chromium takes further CAs: the endpoint's own, or else those of this machine.

    What is no CA is trusted as a server's own certificate.

    Raises:
        UsageError: certutil is missing, or a CA file is of no use.
    """
    files = [endpoint.ca_file] if endpoint.ca_file else sorted(_LOCAL_CAS.glob("**/*.crt"))
    if endpoint.pins or not files:
        return
    if shutil.which("certutil") is None:
        raise UsageError("certutil is missing, without which Chromium cannot trust a CA file: install libnss3-tools")
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    _certutil("-N", "--empty-password", database=database)
    for number, ca in enumerate(each for file in files for each in authorities(file)):
        path = home / f"ca-{number}.der"  # of a file with several, certutil itself would take the first one only
        path.write_bytes(ca.public_bytes(Encoding.DER))
        _certutil("-A", "-t", "CP,,", "-n", f"ca-{number}", "-i", str(path), database=database)


def _certutil(*arguments: str, database: Path) -> None:
    result = subprocess.run(["certutil", "-d", f"sql:{database}", *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise UsageError(
            f"a CA cannot be trusted: certutil says {result.stderr.strip() or result.returncode}; correct the CA file"
        )


@dataclass
class NetworkMonitor:
    """Observes the network traffic of a browser context, by which it is proved where the newest response came from.

    Attributes:
        last_response: the newest response to a navigation or to a script's request.
        write_requests: how many requests were sent that may alter something (all but GET and HEAD).
        pending_writes: how many of those have neither been answered nor failed yet.
    """

    last_response: Response | None = None
    write_requests: int = 0
    pending_writes: int = 0

    @classmethod
    def of(cls, context: BrowserContext) -> NetworkMonitor:
        """Return a monitor that observes a context from now on."""
        monitor = cls()

        def received(response: Response) -> None:
            if response.request.resource_type in {"document", "xhr", "fetch"}:
                monitor.last_response = response

        def begun(request: object) -> None:
            if getattr(request, "method", "GET") not in {"GET", "HEAD"}:
                monitor.write_requests += 1
                monitor.pending_writes += 1

        def ended(request: object) -> None:
            if getattr(request, "method", "GET") not in {"GET", "HEAD"}:
                monitor.pending_writes -= 1

        context.on("response", received)
        context.on("request", begun)
        context.on("requestfinished", ended)
        context.on("requestfailed", ended)
        return monitor

    def verify_remote_address(self, endpoint: Endpoint) -> str:
        """Return the IP address that the newest response came from, which must be the endpoint's.

        Raises:
            Untrusted: it came from elsewhere, or its origin is not known.
            Unreachable: the endpoint's name does not resolve.
        """
        server = self.last_response.server_addr() if self.last_response else None
        ip = server["ipAddress"] if server else ""
        if ip.strip("[]") not in endpoint.ips:
            raise Untrusted(
                f"the last answer came from {ip or 'an unknown address'}, not from {endpoint.address}; nothing is pressed"
            )
        return ip


class CertificateObserver:
    """Observes which certificate the browser itself was shown; it must be made before the tab opens its first page."""

    def __init__(self, tab: Page) -> None:
        # Playwright leaves the parameters of its DevTools messages untyped
        self._ask = cast("Callable[..., dict[str, list[str]]]", tab.context.new_cdp_session(tab).send)  # pyright: ignore[reportUnknownMemberType]
        self._ask("Network.enable")

    def key(self, origin: str) -> str:
        """Return the pin (base64 SHA-256 of the public key) of the certificate shown for `origin`; "" if none was shown."""
        chain = self._ask("Network.getCertificate", {"origin": origin}).get("tableNames", [])
        return key_of(base64.b64decode(chain[0])) if chain else ""


def document_id(tab: Page) -> float | None:
    """Return `performance.timeOrigin` of the shown document, in ms, which differs for the next one; `None` if there is none."""
    try:
        stamp: float = tab.evaluate("performance.timeOrigin")
    except Error:
        return None
    return stamp
