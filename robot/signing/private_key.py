"""An Ed25519 private key, read from its owner's file: PEM (PKCS #8) or OpenSSH, with a passphrase where it has one."""

from __future__ import annotations

import re
import shlex
import stat
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from robot.domain.errors import UsageError
from robot.domain.small_files import read_with_mode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NO_KEY = "is no private key in PEM (PKCS #8) or OpenSSH form: name an Ed25519 key"
_PUBLIC = re.compile(rb"-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----|^(ssh|ecdsa|sk)-\S+ AAAA", re.MULTILINE)


def read_private_key(path: Path, passphrase: Callable[[], str]) -> Ed25519PrivateKey:
    """Read a private key; nobody but its owner may be able to open the file.

    Args:
        path: the file.
        passphrase: asked only if the key is encrypted; gives "" where nobody can tell it.

    Returns:
        The key. It stays in memory.

    Raises:
        UsageError: the file is open to others, is no Ed25519 key, or is encrypted and the passphrase is missing or wrong.
    """
    data = _read_owned(path)
    try:
        return _of_ed25519(_load(data, None), path)
    except TypeError:  # so `cryptography` says that it is encrypted
        word = passphrase()
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path} {_NO_KEY}") from None
    if not word:
        raise UsageError(
            f"{path} is encrypted and its passphrase is missing: name the variable that holds it with --passphrase-variable, "
            "or type it at a terminal"
        )
    try:
        return _of_ed25519(_load(data, word.encode()), path)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path} cannot be decrypted with this passphrase") from None


def _load(data: bytes, word: bytes | None) -> object:
    load = load_ssh_private_key if b"BEGIN OPENSSH PRIVATE KEY" in data else load_pem_private_key
    return load(data, word)


def _read_owned(path: Path) -> bytes:
    try:
        data, mode = read_with_mode(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name the file of a private key") from None
    if b"PRIVATE KEY-----" not in data:  # told before anybody is sent to close a file that needs not be closed
        if _PUBLIC.search(data):
            raise UsageError(
                f"{path} holds a public key, which signs nothing: name the file of the private key that belongs to it"
            )
        raise UsageError(f"{path} {_NO_KEY}")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path} is open to others than its owner (mode {mode:04o}): chmod 600 {shlex.quote(str(path))}")
    return data


def _of_ed25519(key: object, path: Path) -> Ed25519PrivateKey:
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is a private key of another kind: only Ed25519 keys count")
    return key
