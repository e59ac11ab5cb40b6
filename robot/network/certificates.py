"""The certificates that servers show, and those of a CA file. What a parser makes of a stranger's bytes is a refusal, told."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from robot.domain.errors import Untrusted, UsageError
from robot.domain.small_files import read_small_file

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """The certificate that a TLS server showed.

    Attributes:
        key: the digest of its public key (base64 SHA-256).
        subject: the owner's name, or the names below if it has none.
        valid_until: in UTC, ISO 8601.
        names: the names and addresses for which it is valid.
        issuer: the name of who issued it.
    """

    key: str
    subject: str
    valid_until: str
    names: tuple[str, ...] = ()
    issuer: str = ""


def read_certificate(der: bytes) -> Certificate:
    """Read the certificate that a server showed.

    Args:
        der: the certificate, as DER.

    Returns:
        What it says.

    Raises:
        Untrusted: it cannot be read.
    """
    with _readable():
        parsed = x509.load_der_x509_certificate(der)
        names = tuple(_names(parsed))
        return Certificate(
            key=key_of(der),
            subject=parsed.subject.rfc4514_string() or ", ".join(names),
            valid_until=parsed.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
            names=names,
            issuer=parsed.issuer.rfc4514_string(),
        )


def key_of(certificate_der: bytes) -> str:
    """Return the pin of a certificate: base64 SHA-256 of its public key (SubjectPublicKeyInfo, RFC 7469).

    Raises:
        Untrusted: it cannot be read.
    """
    with _readable():
        public = x509.load_der_x509_certificate(certificate_der).public_key()
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


def may_sign(der: bytes) -> bool:
    """Return whether a certificate's key may sign, which every TLS handshake of today needs.

    Raises:
        Untrusted: it cannot be read.
    """
    with _readable():
        try:
            return x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
        except x509.ExtensionNotFound:
            return True


def is_for(name: str, names: Sequence[str]) -> bool:
    """Return whether a certificate with these names is valid for a name or an address; `*` stands for one label, the first.

    Args:
        name: the name that is asked for.
        names: the names and addresses of the certificate.
    """
    wanted, rest = name.casefold().rstrip("."), name.casefold().rstrip(".").partition(".")[2]
    return any(each.casefold() in {wanted, f"*.{rest}"} for each in names)


def authorities(ca_file: Path) -> list[x509.Certificate]:
    """Read a CA file: one certificate or several, as PEM or DER.

    Python and Chromium are both given what this returns, so that they trust the same.

    Args:
        ca_file: its path.

    Returns:
        Its certificates.

    Raises:
        UsageError: it cannot be read, or holds no certificate.
    """
    try:
        data = read_small_file(ca_file)
        return x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
    except OSError as error:
        raise UsageError(f"the CA file {ca_file} cannot be read ({error.strerror}): let this user read it") from error
    except Exception as error:  # as in _readable
        raise UsageError(
            f"the CA file {ca_file} holds no certificate, or one that is damaged: save the CA's certificate there, as PEM or DER"
        ) from error


@contextlib.contextmanager
def _readable() -> Generator[None]:
    """Refuse a certificate at which a parser stumbles: its errors are of a dozen classes, and no list of them stays complete."""
    try:
        yield
    except Untrusted:
        raise
    except Exception as error:
        raise Untrusted(
            f"the certificate that was shown cannot be read ({error!r}): see what answers there, and have a new one issued"
        ) from error


def _names(parsed: x509.Certificate) -> list[str]:
    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]
