"""A signed document as a DSSE envelope (https://github.com/secure-systems-lab/dsse), which other programs verify too.

What is signed is not the JSON of the envelope but the "pre-authentication encoding" of type and payload, so that one kind of
document can never be taken for another. An envelope of ours holds one signature: whoever signs too makes another one.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from robot.domain.errors import Refused
from robot.signing.canonical_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from robot.signing.public_keys import PublicKey

_PAE = re.compile(rb"DSSEv1 [0-9]+ (\S+) [0-9]+ (.*)", re.DOTALL)
SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Envelope:
    """A payload and one signature of it, which proves nothing before `signer` has been asked.

    Attributes:
        payload_type: what kind of document the payload is.
        payload: its bytes.
        key_id: by which key it says that it is signed; only a hint.
        signature: the raw signature, 64 bytes.
    """

    payload_type: str
    payload: bytes
    key_id: str
    signature: bytes

    def signer(self, keys: Iterable[PublicKey]) -> PublicKey | None:
        """Return which of these keys has signed; None if none has."""
        data = bytes_to_sign(self.payload_type, self.payload)
        return next((key for key in keys if key.has_signed(data, self.signature)), None)

    def as_json(self) -> bytes:
        """Return the envelope as the DSSE specification writes it."""
        signature = {"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}
        payload = base64.b64encode(self.payload).decode()
        document = {"payload": payload, "payloadType": self.payload_type, "signatures": [signature]}
        return json.dumps(document, indent=2).encode() + b"\n"


def bytes_to_sign(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding of a payload: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def read_bytes_to_sign(data: bytes) -> tuple[str, bytes]:
    """Parse what `bytes_to_sign` has made.

    Args:
        data: the bytes.

    Returns:
        The payload's type, and the payload.

    Raises:
        ValueError: they are no such bytes.
    """
    parts = _PAE.fullmatch(data)
    kind, payload = (parts[1].decode("ascii", errors="replace"), parts[2]) if parts else ("", b"")
    if bytes_to_sign(kind, payload) != data:
        raise ValueError("holds no bytes that were exported to be signed")
    return kind, payload


def verified_envelope(payload_type: str, payload: bytes, signature: bytes, public: PublicKey) -> Envelope:
    """Return an envelope with a signature that somebody has made, after it was verified.

    Args:
        payload_type: what kind of document the payload is.
        payload: its bytes.
        signature: what the signer gave.
        public: the key that should have signed.

    Returns:
        The envelope.

    Raises:
        Refused: this is no signature of these bytes by this key.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise Refused(
            f"what came back is no raw Ed25519 signature: it has {len(signature)} bytes, and one has {SIGNATURE_BYTES}; give it "
            "as it was made, neither in hexadecimal nor in base64"
        )
    if not public.has_signed(bytes_to_sign(payload_type, payload), signature):
        raise Refused(
            f"the signature is not one of these bytes by the key {public.short_id}: sign exactly what was given, with the "
            "private key that belongs to this public key"
        )
    return Envelope(payload_type, payload, public.key_id, signature)


def read_envelope(data: bytes) -> Envelope:
    """Parse an envelope. That it can be read proves nothing about its signature.

    Args:
        data: the JSON.

    Returns:
        The envelope.

    Raises:
        ValueError: it is none, or has not exactly one signature of 64 bytes.
    """
    try:
        fields = _EnvelopeFields.model_validate(read_json(data))
    except ValidationError:
        raise ValueError("is no DSSE envelope with exactly one signature") from None
    only = fields.signatures[0]
    signature = _decoded(only.sig)
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("holds no Ed25519 signature")
    return Envelope(fields.payload_type, _decoded(fields.payload), only.keyid, signature)


class _SignatureFields(BaseModel):
    sig: str
    keyid: str = ""


class _EnvelopeFields(BaseModel):
    payload: str
    payload_type: str = Field(alias="payloadType")
    signatures: tuple[_SignatureFields]


def _decoded(text: str) -> bytes:
    """Decode base64 in either alphabet, as the specification lets a writer choose; its spare bits must be 0."""
    plain = text.replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(plain, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != plain:
        raise ValueError("holds damaged base64")
    return data
