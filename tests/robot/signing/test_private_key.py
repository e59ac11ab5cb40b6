"""A private key: whose file it is, in which form, and with which passphrase; and that no sentence tells a secret."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from robot.domain.errors import UsageError
from robot.signing.private_key import read_private_key

WORD = "a long passphrase"
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes, mode: int = 0o600) -> Path:
        path = tmp_path / "my key"
        path.write_bytes(data)
        path.chmod(mode)
        return path

    return written


def never() -> str:
    raise AssertionError("nobody is asked for the passphrase of a key that has none")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH])
def test_both_forms_are_read_with_a_passphrase_and_without(form: PrivateFormat, write: Write) -> None:
    key = Ed25519PrivateKey.generate()
    assert read_private_key(write(key.private_bytes(Encoding.PEM, form, NoEncryption())), never).sign(b"x") == key.sign(b"x")
    encrypted = write(key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(WORD.encode())))
    assert read_private_key(encrypted, lambda: WORD).sign(b"x") == key.sign(b"x")
    for word, sentence in (("", "is encrypted and its passphrase is missing"), ("wrong", "cannot be decrypted with this")):
        with pytest.raises(UsageError, match=sentence) as refused:
            read_private_key(encrypted, lambda word=word: word)
        assert "wrong" not in str(refused.value)


def test_a_key_that_ssh_keygen_has_made_is_read(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", WORD, "-f", str(tmp_path / "id")], check=True)
    assert read_private_key(tmp_path / "id", lambda: WORD)


def test_a_key_that_others_may_open_is_refused_with_the_command_that_closes_it(write: Write) -> None:
    path = write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o640)
    with pytest.raises(UsageError, match=rf"is open to others than its owner \(mode 0640\): chmod 600 '{path}'"):
        read_private_key(path, never)


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_public_key_is_called_what_it_is_whoever_may_read_it(mode: int, write: Write) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    for form, encoding in ((PublicFormat.SubjectPublicKeyInfo, Encoding.PEM), (PublicFormat.OpenSSH, Encoding.OpenSSH)):
        path = write(key.public_bytes(encoding, form))
        path.chmod(mode)
        with pytest.raises(UsageError, match=f"{path} holds a public key, which signs nothing: name the file of the private key"):
            read_private_key(path, never)


def test_what_is_no_ed25519_private_key_is_refused(tmp_path: Path, write: Write) -> None:
    other = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for data, sentence in (
        (other, "is a private key of another kind: only Ed25519 keys count"),
        (b"", "is no private key in PEM"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "is no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is no private key in PEM"),
    ):
        with pytest.raises(UsageError, match=sentence):
            read_private_key(write(data), never)
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        read_private_key(tmp_path / "none", never)
