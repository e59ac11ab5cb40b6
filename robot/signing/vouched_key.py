"""A key for one document, for which the key that seals packs vouches by an X.509 certificate: for programs that read no Ed25519.

The private key signs once and is forgotten; nothing keeps it. So only the sealing key need be known, kept and trusted, and it may
be behind a command: what is asked of it is a signature of the bytes of a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from robot.domain.errors import Refused
from robot.signing.envelope import SIGNATURE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.signing.public_keys import PublicKey

_FOREVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""So RFC 5280 writes that a certificate has no end: the private key does not outlive the signature."""
_ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_NAME: Final = 64


@dataclass(frozen=True)
class VouchedKey:
    """A key on the curve P-256, and who vouches for it.

    Attributes:
        private: the private key.
        certificate: its certificate, in DER.
        root: the sealing key's certificate of itself, in DER, by which other programs know it; the same for each document.
    """

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: bytes
    root: bytes


def vouched_key(public: PublicKey, sign: Callable[[bytes], bytes], subject: str) -> VouchedKey:
    """Make a key for one document, and have the sealing key vouch for it.

    Args:
        public: the sealing key.
        sign: gives its raw signature of bytes.
        subject: what the key is for, at most 64 characters.

    Returns:
        The key. Whoever has signed with it lets it go.

    Raises:
        Refused: the sealing key has not signed.
    """
    private, issuer = ec.generate_private_key(ec.SECP256R1()), _name(f"Evidence key {public.short_id}")
    known = x509.SubjectKeyIdentifier(bytes.fromhex(public.key_id)[:20])
    root = (
        x509.CertificateBuilder(issuer, issuer, public.key, int(public.key_id[:30], 16), _ALWAYS, _FOREVER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(known, critical=False)
    )
    now = datetime.now(UTC).replace(microsecond=0)
    own = (
        x509.CertificateBuilder(issuer, _name(subject), private.public_key(), x509.random_serial_number(), now, _FOREVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), critical=False)
    )
    return VouchedKey(private, _certificate(own, public, sign), _certificate(root, public, sign))


def _certificate(wanted: x509.CertificateBuilder, public: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """Return a certificate that the sealing key has signed, wherever that is.

    `cryptography` signs with keys in memory only: one that is thrown away signs first, and its signature is replaced.

    Raises:
        Refused: what came back is no signature by the key.
    """
    draft = wanted.sign(Ed25519PrivateKey.generate(), None)
    data = draft.tbs_certificate_bytes
    signature = sign(data)
    if len(signature) != SIGNATURE_BYTES or not public.has_signed(data, signature):
        raise Refused(f"what came back is no signature of a certificate by the key {public.short_id}")
    return draft.public_bytes(Encoding.DER).removesuffix(draft.signature) + signature


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:_LONGEST_NAME])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    signs = not signs_certificates
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=signs, key_cert_sign=signs_certificates, crl_sign=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
