"""Ed25519 public keys: read from files and text in the two usual forms, named by their digest, and asked about signatures.

The forms are PEM (`BEGIN PUBLIC KEY`, as `openssl pkey -pubout` writes it) and OpenSSH (`ssh-ed25519 AAAA... comment`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
    load_ssh_public_key,
)

from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SHORT = 16
"""Hexadecimal digits of a key id in a file's name. The name is for people: what counts is the signature in the file."""
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_FORMS = "write it as PEM (BEGIN PUBLIC KEY) or as an OpenSSH line (ssh-ed25519 AAAA... comment)"


@dataclass(frozen=True)
class PublicKey:
    """One Ed25519 public key.

    Attributes:
        raw: its 32 bytes.
        comment: the comment of an OpenSSH line; it proves nothing, and two keys that differ only by it are the same key.
    """

    raw: bytes
    comment: str = field(default="", compare=False)

    @classmethod
    def of(cls, key: Ed25519PublicKey, comment: str = "") -> PublicKey:
        """Return a key as `cryptography` holds it in this form."""
        return cls(key.public_bytes(Encoding.Raw, PublicFormat.Raw), comment)

    @property
    def key_id(self) -> str:
        """Its name everywhere: the SHA-256 of its DER-encoded SubjectPublicKeyInfo, in hexadecimal."""
        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @property
    def short_id(self) -> str:
        """The beginning of its key id, for names of files and for sentences."""
        return self.key_id[:_SHORT]

    @property
    def pem(self) -> str:
        """The key as PEM, for other programs."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Return whether a raw signature of 64 bytes is this key's signature of these bytes."""
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    @property
    def key(self) -> Ed25519PublicKey:
        """The key as `cryptography` holds it."""
        return Ed25519PublicKey.from_public_bytes(self.raw)


def read_public_keys(path: Path) -> tuple[PublicKey, ...]:
    """Read the public keys of a file, or of every `.pub` and `.pem` file in a folder.

    Args:
        path: the file or the folder.

    Returns:
        At least one key; each once.

    Raises:
        UsageError: it cannot be read, or holds something that is no Ed25519 public key.
    """
    try:
        if not path.is_dir():
            return parse_public_keys(read_small_file(path), str(path))
        files = sorted(each for each in path.iterdir() if each.suffix in {".pub", ".pem"})
        if not files:
            raise UsageError(f"{path} holds no file that ends with .pub or .pem: put the public keys there")
        return _each_once(key for file in files for key in parse_public_keys(read_small_file(file), str(file)))
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist: name a file with a public key") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def parse_public_keys(data: bytes, place: str) -> tuple[PublicKey, ...]:
    """Parse the public keys of a text: one or several, in either form; a line that begins with # is a comment.

    Args:
        data: the text.
        place: where it stands, as the beginning of the sentence.

    Returns:
        At least one key; each once.

    Raises:
        UsageError: it holds something that is no Ed25519 public key, or none at all; no sentence repeats what it holds.
    """
    text = data.decode("utf-8", errors="replace")
    if "PRIVATE KEY-----" in text:
        raise UsageError(f"{place} holds a private key, which belongs to nobody but its owner: give the public one")
    keys = [_from_pem(block[0], place) for block in _PEM.finditer(text)]
    lines = (line.strip() for line in _PEM.sub("", text).splitlines())
    keys += [_from_line(line, place) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise UsageError(f"{place} holds no public key: {_FORMS}")
    return _each_once(keys)


def _from_pem(block: str, place: str) -> PublicKey:
    try:
        key = load_pem_public_key(block.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{place} holds PEM that is no public key: {_FORMS}") from None
    return _of_ed25519(key, "", place)


def _from_line(line: str, place: str) -> PublicKey:
    kind, _, rest = line.partition(" ")
    if not kind.startswith(("ssh-", "ecdsa-", "sk-")):
        raise UsageError(f"{place} has a line that is no public key: {_FORMS}")
    if kind != "ssh-ed25519":
        raise UsageError(f"{place} holds a key of another kind ({kind[:40]}): only Ed25519 keys count")
    try:
        key = load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{place} has an ssh-ed25519 line that is damaged: copy the whole line again") from None
    return _of_ed25519(key, rest.partition(" ")[2].strip(), place)


def _of_ed25519(key: object, comment: str, place: str) -> PublicKey:
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{place} holds a key of another kind: only Ed25519 keys count")
    return PublicKey.of(key, comment)


def _each_once(keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    return tuple(dict.fromkeys(keys))
