"""Public keys: the two usual forms, several to a file or folder, and what is none."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from robot.domain.errors import UsageError
from robot.signing.public_keys import PublicKey, parse_public_keys, read_public_keys

# RFC 8032, 7.1, TEST 2
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def openssh(private: Ed25519PrivateKey, comment: str = "") -> str:
    return f"{private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} {comment}".strip() + "\n"


def test_a_signature_of_the_standard_is_verified_and_no_altered_one() -> None:
    key = PublicKey(PUBLIC)
    assert key.has_signed(bytes.fromhex("72"), SIGNATURE)
    assert not key.has_signed(bytes.fromhex("73"), SIGNATURE)
    assert not key.has_signed(bytes.fromhex("72"), SIGNATURE[:-1] + b"\1")
    assert not key.has_signed(bytes.fromhex("72"), b"")


def test_a_key_is_named_by_the_digest_that_openssl_gives_of_it(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PublicKey(PUBLIC).pem, encoding="utf-8")
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", "key.pem", "-outform", "DER"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert PublicKey(PUBLIC).key_id == hashlib.sha256(der).hexdigest()
    assert PublicKey(PUBLIC).key_id.startswith(PublicKey(PUBLIC).short_id)
    assert len(PublicKey(PUBLIC).short_id) == 16


def test_both_forms_several_to_a_file_and_files_to_a_folder_are_read_each_key_once(tmp_path: Path) -> None:
    one, two, three = (Ed25519PrivateKey.generate() for _ in range(3))
    folder = tmp_path / "approvers"
    folder.mkdir()
    pem = PublicKey.of(one.public_key()).pem
    (folder / "board.pub").write_text(f"# the board\n{pem}\n{openssh(two, 'jane@desk')}{openssh(one)}", encoding="utf-8")
    (folder / "desk.pem").write_text(PublicKey.of(three.public_key()).pem, encoding="utf-8")
    (folder / "README.md").write_text("not a key", encoding="utf-8")
    assert read_public_keys(folder) == tuple(PublicKey.of(each.public_key()) for each in (one, two, three))
    assert [key.comment for key in read_public_keys(folder / "board.pub")] == ["", "jane@desk"]


def test_what_is_no_ed25519_public_key_is_refused_in_one_sentence_that_repeats_nothing_of_it(tmp_path: Path) -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1())
    private = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    other = elliptic.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    line = elliptic.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    cases = {
        "": "the.pub holds no public key: write it as PEM",
        "# nothing\n": "the.pub holds no public key: write it as PEM",
        "jane's key\n": "the.pub has a line that is no public key",
        "ssh-ed25519 AAAA damaged\n": "the.pub has an ssh-ed25519 line that is damaged",
        "ssh-ed25519\n": "the.pub has an ssh-ed25519 line that is damaged",
        line: "the.pub holds a key of another kind (ecdsa-sha2-nistp256): only Ed25519",
        other: "the.pub holds a key of another kind: only Ed25519",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n": "the.pub holds PEM that is no public key",
        private: "the.pub holds a private key, which belongs to nobody but its owner",
    }
    for text, sentence in cases.items():
        with pytest.raises(UsageError) as refused:
            parse_public_keys(text.encode(), "the.pub")
        assert str(refused.value).startswith(sentence)
        assert not [word for word in text.split() if len(word) > 30 and word in str(refused.value)]
    for path, sentence in ((tmp_path / "none.pub", "does not exist"), (tmp_path, "holds no file that ends with .pub or .pem")):
        with pytest.raises(UsageError, match=sentence):
            read_public_keys(path)
