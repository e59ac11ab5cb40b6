"""Whoever signs: a private key in a file, or a command in front of a device from which no private key ever comes."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.evidence.wording import duration
from robot.network.commands import run_to_end
from robot.signing.envelope import SIGNATURE_BYTES, Envelope, bytes_to_sign, verified_envelope
from robot.signing.private_key import read_private_key
from robot.signing.public_keys import PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_WITHIN_S = 120.0
"""Seconds for a command: a person may have to touch a device, or to type its PIN there."""

_MOST = 4096
"""Bytes that it may write: a raw signature has 64."""


@dataclass(frozen=True)
class Signer:
    """A public key, and what makes signatures that it verifies.

    Attributes:
        public: the key by which others know the signer.
        make_signature: gives the raw signature of the bytes that it is given.
    """

    public: PublicKey
    make_signature: Callable[[bytes], bytes]

    def sign(self, payload_type: str, payload: bytes) -> Envelope:
        """Sign a payload, and verify the signature at once.

        Args:
            payload_type: what kind of document it is.
            payload: its bytes.

        Returns:
            The envelope.

        Raises:
            Refused: the signature cannot be made, or is not one by the public key.
        """
        return verified_envelope(payload_type, payload, self.make_signature(bytes_to_sign(payload_type, payload)), self.public)


def signer_with_key(path: Path, passphrase: Callable[[], str]) -> Signer:
    """Return the signer who owns a private key; the arguments, and what is raised, are those of `read_private_key`."""
    key = read_private_key(path, passphrase)
    return Signer(PublicKey.of(key.public_key()), key.sign)


def signer_by_command(words: Sequence[str], public: PublicKey, folder: Path) -> Signer:
    """Return the signer in front of whom a command stands.

    Args:
        words: the command: it reads the bytes on its stdin, and writes the raw signature, 64 bytes, to its stdout.
        public: the public key of the device behind it.
        folder: the command's working folder.
    """
    return Signer(public, lambda data: _signature_by(words, data, folder))


def _signature_by(words: Sequence[str], data: bytes, folder: Path) -> bytes:
    with tempfile.TemporaryFile() as answer:
        try:
            result = run_to_end(words, folder=folder, deadline=_WITHIN_S, stdin=data, answer=answer, most=_MOST)
        except OSError as error:
            raise Refused(f"{words[0]} cannot be run in {folder}: {error.strerror}; correct the command") from None
        except subprocess.TimeoutExpired:
            raise Refused(f"{words[0]} did not sign within {duration(_WITHIN_S)} and was killed; nothing is signed") from None
        result.require_success("nothing is signed")
        answer.seek(0)
        return answer.read(SIGNATURE_BYTES + 1)
