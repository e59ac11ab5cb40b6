"""HTTPS requests from Python, without a browser and never through a proxy: read the certificate, or the answer to a GET.

They trust what the browser trusts: a CA file, or pinned public keys, or the system's CAs. There is no "ignore".
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import socket
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from robot.domain.errors import Unreachable, Untrusted

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
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" if self.port == 443 else f"https://{host}:{self.port}"

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
            raise Unreachable(f"{self.address} does not resolve: {error.strerror}") from error
        return frozenset(str(entry[4][0]) for entry in entries)


def endpoint_of(settings: Settings, unit: Unit) -> Endpoint:
    """Return the endpoint of one appliance at its own unique address."""
    box = settings.of(unit)
    ca = settings.path(box.tls.ca_file) if box.tls.ca_file else None
    return Endpoint(box.tls.name or box.address, box.address, box.port, ca, box.tls.pin)


@dataclass(frozen=True)
class Certificate:
    """The certificate that a TLS server showed.

    Attributes:
        key: the digest of its public key (base64 SHA-256).
        subject: the owner's name, or the names below if it has none.
        valid_until: in UTC, ISO 8601.
        names: the names and addresses for which it is valid.
    """

    key: str
    subject: str
    valid_until: str
    names: tuple[str, ...] = ()


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
    with _connect(endpoint, timeout) as tls:
        return _shown(tls)


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
    with _connect(endpoint, timeout) as tls:
        try:
            request = f"GET {path} HTTP/1.1\r\nHost: {endpoint.host}:{endpoint.port}\r\nConnection: close\r\n\r\n"
            tls.sendall(request.encode())
            response = http.client.HTTPResponse(tls)
            response.begin()
            return HttpResponse(response.status, response.read(65536).decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{endpoint.address} broke off its answer: {error!r}") from error


def key_of(certificate_der: bytes) -> str:
    """Return the pin of a certificate: base64 SHA-256 of its public key (SubjectPublicKeyInfo, RFC 7469)."""
    public = x509.load_der_x509_certificate(certificate_der).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


def _connect(endpoint: Endpoint, timeout: float) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(endpoint.ca_file) if endpoint.ca_file else None)
    if endpoint.pins:  # a pinned key is trusted for itself, whatever its certificate says
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        plain = socket.create_connection((endpoint.address, endpoint.port), timeout=timeout)
    except OSError as error:
        raise Unreachable(
            f"{endpoint.address} port {endpoint.port} does not answer ({error.strerror or error}); "
            "check the address, the network and that the appliance is up"
        ) from error
    try:
        tls = context.wrap_socket(plain, server_hostname=endpoint.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise Untrusted(
            f"the certificate at {endpoint.address} is not to be trusted for {endpoint.host}: {error.verify_message}; "
            "correct tls.ca_file, tls.pin or tls.name, there is no way to ignore it"
        ) from error
    except OSError as error:
        plain.close()
        raise Unreachable(f"{endpoint.address} port {endpoint.port} does not speak TLS with us: {error}") from error
    if endpoint.pins and (key := _shown(tls).key) not in endpoint.pins:
        tls.close()
        raise Untrusted(f"the public key at {endpoint.address} is {key}, which is none of the pinned ones")
    return tls


def _shown(tls: ssl.SSLSocket) -> Certificate:
    der = tls.getpeercert(binary_form=True)
    if der is None:
        raise Untrusted("the server showed no certificate")
    parsed = x509.load_der_x509_certificate(der)
    names = tuple(_names(parsed))
    return Certificate(
        key=key_of(der),
        subject=parsed.subject.rfc4514_string() or ", ".join(names),
        valid_until=parsed.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
        names=names,
    )


def _names(parsed: x509.Certificate) -> list[str]:
    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]
