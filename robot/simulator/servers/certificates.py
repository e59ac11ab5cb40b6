"""A throw-away authority, and a certificate for each appliance.

An appliance's certificate is usually the site's (ui.md 2.4): each one here holds for the site's name, and for the
appliance's own address too.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme

from robot.simulator.appliances.pair import Addresses
from robot.simulator.domain.names import UNITS, Unit


@dataclass(frozen=True)
class Certificates:
    """The authority's certificate, and what each appliance needs to serve TLS; others: the same with another key."""

    authority: bytes
    contexts: dict[Unit, ssl.SSLContext]
    others: dict[Unit, ssl.SSLContext]
    expires: datetime

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
        return cls(authority.cert_pem.bytes(), contexts, others, expires)


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Make the TLS context of a server; OpenSSL reads certificates from files only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    with certificate.private_key_and_cert_chain_pem.tempfile() as file:
        context.load_cert_chain(file)
    return context
