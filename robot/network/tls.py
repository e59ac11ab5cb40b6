"""HTTPS requests from Python, without a browser and never through a proxy: read the certificate, or the answer to a GET.

They trust what the browser trusts: a CA file, or pinned public keys, or the system's CAs. There is no "ignore".
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from robot.domain.clocks import in_utc, wall_clock
from robot.domain.errors import Unreachable, Untrusted
from robot.network.certificates import Certificate, authorities, key_of, may_sign, read_certificate

if TYPE_CHECKING:
    from pathlib import Path

    from robot.domain.model import Unit
    from robot.settings import Settings


@dataclass(frozen=True)
class Endpoint:
    """How one appliance is reached, and what is trusted there.

    Attributes:
        host: the name in the URL, for which the certificate must be valid.
        address: where it is really reached: a name or an IP address.
        port: TCP port.
        ca_file: the CA to trust; `None` for the system's, if there are no pins.
        pins: base64 SHA-256 of the public keys to trust instead of any CA.
    """

    host: str
    address: str
    port: int
    ca_file: Path | None = None
    pins: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in the address bar."""
        return f"https://{bracketed(self.host)}" if self.port == 443 else f"https://{bracketed(self.host)}:{self.port}"

    @property
    def is_mapped(self) -> bool:
        """Whether `host` is not looked up, but mapped to `address`."""
        return self.host != self.address

    @cached_property
    def ips(self) -> frozenset[str]:
        """Every IP address of `address`; it is resolved at the first use.

        Raises:
            Unreachable: the name does not resolve.
        """
        try:
            entries = socket.getaddrinfo(self.address, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Unreachable(_unresolved(self.address, error)) from error
        return frozenset(str(entry[4][0]) for entry in entries)


def bracketed(host: str) -> str:
    """Return a host as it is written before a port: an IPv6 address in brackets, anything else as it is."""
    return f"[{host}]" if ":" in host else host


def endpoint_of(settings: Settings, unit: Unit) -> Endpoint:
    """Return the endpoint of one appliance at its own unique address."""
    box = settings.of(unit)
    ca = settings.path(box.tls.ca_file) if box.tls.ca_file else None
    return Endpoint(box.tls.name or box.address, box.address, box.port, ca, box.tls.pin)


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response; its body is cut after 64 KiB."""

    status: int
    body: str


def certificate(endpoint: Endpoint, *, timeout: float = 10) -> Certificate:
    """Return the certificate that a server shows.

    Args:
        endpoint: the server, and what is trusted there.
        timeout: seconds for the connection.

    Raises:
        Untrusted: it is not to be trusted, or not valid for the name.
        Unreachable: there is no connection.
    """
    try:
        with connect(endpoint, timeout) as tls:
            return read_certificate(_der(tls))
    except Untrusted as refusal:
        if not isinstance(refusal.__cause__, ssl.SSLCertVerificationError) or not (shown := _shown_unverified(endpoint, timeout)):
            raise
        raise Untrusted(_why_untrusted(endpoint, refusal.__cause__, shown)) from refusal.__cause__


def get(endpoint: Endpoint, path: str, *, timeout: float = 10) -> HttpResponse:
    """Make one GET request, and return its response. No redirect is followed.

    Args:
        endpoint: the server, and what is trusted there.
        path: the path that is asked for, with its leading slash.
        timeout: seconds for the connection, and for each part of the answer.

    Returns:
        The response, whatever its status.

    Raises:
        Untrusted: the certificate is not to be trusted; nothing was sent.
        Unreachable: there is no connection, or no whole answer.
    """
    with connect(endpoint, timeout) as tls:
        try:
            request = f"GET {path} HTTP/1.1\r\nHost: {bracketed(endpoint.host)}:{endpoint.port}\r\nConnection: close\r\n\r\n"
            tls.sendall(request.encode())
            response = http.client.HTTPResponse(tls)
            response.begin()
            return HttpResponse(response.status, response.read(65536).decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{endpoint.address} broke off its answer: {error!r}") from error


def connect(endpoint: Endpoint, timeout: float) -> ssl.SSLSocket:
    """Open a connection to a server that is trusted.

    Args:
        endpoint: the server, and what is trusted there.
        timeout: seconds for the connection, and for each part of what is sent and received afterwards.

    Returns:
        The connection, which the caller closes.

    Raises:
        Untrusted: the certificate is not to be trusted; nothing was sent.
        Unreachable: there is no connection.
    """
    tls = _handshake(endpoint, _context(endpoint), timeout)
    try:
        _require_usable(endpoint, _der(tls))
    except Untrusted:
        tls.close()
        raise
    return tls


def _require_usable(endpoint: Endpoint, der: bytes) -> None:
    """Require the pinned key, and a certificate with which Chromium works too."""
    if endpoint.pins and (key := key_of(der)) not in endpoint.pins:
        raise Untrusted(
            f"the public key at {endpoint.address} is {key}, which is none of the pinned ones; see which certificate the "
            "appliance has before you pin another key: another machine may answer there"
        )
    if not may_sign(der):
        raise Untrusted(
            f"the certificate at {endpoint.address} does not allow digital signatures (its key usage lacks digitalSignature), "
            "and Chromium refuses that whatever is trusted: have a new one issued, with digitalSignature"
        )


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the trust of an endpoint, no wider and no narrower than what Chromium makes of it."""
    trusted = authorities(endpoint.ca_file) if endpoint.ca_file and not endpoint.pins else []
    context = ssl.create_default_context(cadata=b"".join(each.public_bytes(Encoding.DER) for each in trusted) or None)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # what the CA file holds is trusted, be it no root
    context.hostname_checks_common_name = False  # no browser takes a name from there any more
    if endpoint.pins:  # a pinned key is trusted for itself, whatever its certificate says
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _handshake(endpoint: Endpoint, context: ssl.SSLContext, timeout: float) -> ssl.SSLSocket:
    where = f"{endpoint.address} port {endpoint.port}"
    try:
        plain = socket.create_connection((endpoint.address, endpoint.port), timeout=timeout)
    except socket.gaierror as error:
        raise Unreachable(_unresolved(endpoint.address, error)) from error
    except OSError as error:
        raise Unreachable(
            f"{where} does not answer ({error.strerror or error}); check the address, the network and that the appliance is up"
        ) from error
    try:
        return context.wrap_socket(plain, server_hostname=endpoint.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise Untrusted(_why_untrusted(endpoint, error, None)) from error
    except OSError as error:
        plain.close()
        raise Unreachable(f"{where} does not speak TLS with us: {error}; check that it is the appliance's HTTPS port") from error


def _unresolved(name: str, error: OSError) -> str:
    return f"{name} does not resolve ({error.strerror}): correct the address, or this machine's DNS or /etc/hosts"


def _shown_unverified(endpoint: Endpoint, timeout: float) -> Certificate | None:
    """Return the certificate that is not trusted, only to tell of it; nothing is sent to whoever shows it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with _handshake(endpoint, context, timeout) as tls:
            return read_certificate(_der(tls))
    except (Unreachable, Untrusted):
        return None


_DATES = {9, 10}
_NAMES = {62, 64}
_SELF_SIGNED = 18
_ISSUERS = {2, 19, 20, 21}
"""OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_*)."""
_NO_NAME = "it has no name in its subjectAltName, and a CN does not count"


def _why_untrusted(endpoint: Endpoint, error: ssl.SSLCertVerificationError, shown: Certificate | None) -> str:
    """Say why a certificate is not trusted, and what to do about just that."""
    reason, told = error.verify_message.rstrip("."), ""
    if error.verify_code in _DATES:
        told = f"valid until {shown.valid_until}; by the clock of this machine it is {in_utc(wall_clock())}" if shown else ""
        way = "have a new one installed on the appliance, or set this clock right"
    elif error.verify_code in _NAMES:
        if shown:
            reason = f"it is valid for {', '.join(shown.names)} only" if shown.names else _NO_NAME
        way = "set tls.name to a name that it has, or have a new one issued for this one"
    elif error.verify_code == _SELF_SIGNED:
        way = "name a file with this certificate in tls.ca_file, or its public key in tls.pin"
    elif error.verify_code in _ISSUERS:
        told = f"issued by {shown.issuer}" if shown else ""
        way = "name in tls.ca_file a file with that CA, and with every CA between that the appliance does not send"
    else:
        way = "correct tls.ca_file, tls.pin or tls.name"
    reason += f" ({told})" if told else ""
    return (
        f"the certificate at {endpoint.address} is not to be trusted for {endpoint.host}: {reason}; {way}; "
        "there is no way to ignore it"
    )


def _der(tls: ssl.SSLSocket) -> bytes:
    if (der := tls.getpeercert(binary_form=True)) is None:
        raise Untrusted("the server showed no certificate")
    return der
