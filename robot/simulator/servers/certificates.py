"""A throw-away authority, and a certificate for each appliance.

An appliance's certificate is usually the site's (ui.md 2.4): each one here holds for the site's name, and for the
appliance's own address too.
"""

import ipaddress
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from robot.simulator.appliances.pair import OTHER_SITE, Addresses
from robot.simulator.domain.names import UNITS, Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificates:
    """The authority's certificate, and what each appliance needs to serve TLS; others: the same with another key."""

    authority: bytes
    contexts: dict[Unit, ssl.SSLContext]
    others: dict[Unit, ssl.SSLContext]
    expires: datetime
    wrong: Callable[[Unit, str], ssl.SSLContext] = field(repr=False)
    """What an appliance serves TLS with whose certificate is wrong, or another one, in a way of the knob `certificate`."""

    @classmethod
    def new(cls, hostname: str, addresses: Addresses, *, same: bool = False) -> "Certificates":
        """Make an authority and the certificates.

        Args:
            hostname: the site's name.
            addresses: the appliances' own addresses.
            same: both appliances hold one key.

        Returns:
            The authority, and for each appliance what its server needs.
        """
        authority = trustme.CA(organization_name="Simulated appliance - not a BeyondTrust product")
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365)
        contexts: dict[Unit, ssl.SSLContext] = {}
        others: dict[Unit, ssl.SSLContext] = {}
        everywhere = authority.issue_cert(hostname, addresses.a, addresses.b, not_after=expires.replace(tzinfo=None))
        for unit in UNITS:
            own = authority.issue_cert(hostname, addresses.of(unit), not_after=expires.replace(tzinfo=None))
            contexts[unit] = _context(everywhere if same else own)
            others[unit] = _context(authority.issue_cert(hostname, addresses.of(unit), not_after=expires.replace(tzinfo=None)))

        def wrong(unit: Unit, way: str) -> ssl.SSLContext:
            return _wrong(authority, hostname, addresses.of(unit), way)

        return cls(authority.cert_pem.bytes(), contexts, others, expires, wrong)


def _context(certificate: trustme.LeafCert, *, without_chain: bool = False) -> ssl.SSLContext:
    """Make the TLS context of a server from a certificate, with all that lead to its authority or with none of them."""
    chain = certificate.cert_chain_pems[:1] if without_chain else certificate.cert_chain_pems
    return _made_of(certificate.private_key_pem.bytes() + b"".join(each.bytes() for each in chain))


def _made_of(key_and_chain: bytes) -> ssl.SSLContext:
    """Make the TLS context of a server; OpenSSL reads certificates from files only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(key_and_chain)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _wrong(authority: trustme.CA, hostname: str, address: str, way: str) -> ssl.SSLContext:
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    if way == "self-signed":
        return _made_of(_self_signed(hostname, address))
    if way == "other name":
        return _context(authority.issue_cert(OTHER_SITE, not_after=now + 365 * _DAY))
    if way in {"no intermediate", "with intermediate"}:
        leaf = authority.create_child_ca().issue_cert(hostname, address, not_after=now + 365 * _DAY)
        return _context(leaf, without_chain=way == "no intermediate")
    begins, ends = (now - 400 * _DAY, now - _DAY) if way == "expired" else (now + _DAY, now + 365 * _DAY)
    return _context(authority.issue_cert(hostname, address, not_before=begins, not_after=ends))


def _self_signed(hostname: str, address: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hostname)])
    names = x509.SubjectAlternativeName([x509.DNSName(hostname), x509.IPAddress(ipaddress.ip_address(address))])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - _DAY, now + 365 * _DAY)
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + made.public_bytes(pem)
