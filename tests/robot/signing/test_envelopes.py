"""Signed documents: what other programs make of them, and what is no envelope."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from robot.domain.errors import Refused
from robot.signing.canonical_json import canonical, digest, read_json
from robot.signing.envelope import bytes_to_sign, read_bytes_to_sign, read_envelope, verified_envelope
from robot.signing.public_keys import PublicKey
from robot.signing.signer import Signer, signer_by_command, signer_with_key

NONE = "is no DSSE envelope with exactly one signature"
KIND = "application/vnd.example+json"


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def in_file(key: Ed25519PrivateKey, folder: Path) -> Path:
    path = folder / "key.pem"
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_what_is_signed_is_what_the_specification_of_the_envelope_gives_as_its_example() -> None:
    assert bytes_to_sign("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert read_bytes_to_sign(bytes_to_sign(KIND, b"a b\nc")) == (KIND, b"a b\nc")
    for data in (b"", b"hello world", b"DSSEv1 29 http://example.com/HelloWorld 12 hello world", b"DSSEv1 3 \xff\xff\xff 1 x"):
        with pytest.raises(ValueError, match="holds no bytes that were exported to be signed"):
            read_bytes_to_sign(data)


def test_openssl_verifies_our_envelope_and_we_verify_what_openssl_has_signed(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    signer = signer_with_key(in_file(key, tmp_path), str)
    (tmp_path / "public.pem").write_text(signer.public.pem, encoding="utf-8")
    ours: dict[str, Any] = json.loads(signer.sign(KIND, b'{"a":1}').as_json())
    (tmp_path / "sig").write_bytes(base64.b64decode(ours["signatures"][0]["sig"]))
    (tmp_path / "data").write_bytes(bytes_to_sign(ours["payloadType"], base64.b64decode(ours["payload"])))

    def openssl(*words: str) -> str:
        command = ["openssl", "pkeyutl", *words, "-rawin", "-in", "data"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "Signature Verified Successfully" in openssl("-verify", "-pubin", "-inkey", "public.pem", "-sigfile", "sig")
    openssl("-sign", "-inkey", "key.pem", "-out", "theirs")
    envelope = verified_envelope(KIND, b'{"a":1}', (tmp_path / "theirs").read_bytes(), signer.public)
    assert read_envelope(envelope.as_json()) == envelope
    assert envelope.signer([PublicKey(bytes(32)), signer.public]) == signer.public


def test_a_command_in_front_of_a_device_signs_and_is_held_to_its_public_key(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    in_file(key, tmp_path)
    (tmp_path / "sign").write_text(
        "#!/bin/sh\necho touch the device >&2\ncat > given\nopenssl pkeyutl -sign -inkey key.pem -rawin -in given\n",
        encoding="utf-8",
    )
    (tmp_path / "sign").chmod(0o700)
    public = PublicKey.of(key.public_key())
    envelope = signer_by_command(["./sign"], public, tmp_path).sign(KIND, b"x")
    assert envelope.signer([public]) == public
    assert (tmp_path / "given").read_bytes() == bytes_to_sign(KIND, b"x")
    with pytest.raises(Refused, match="the signature is not one of these bytes by the key"):
        signer_by_command(["./sign"], PublicKey.of(Ed25519PrivateKey.generate().public_key()), tmp_path).sign(KIND, b"x")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["./none"], r"./none cannot be run in .*: No such file or directory; correct the command"),
        (["sh", "-c", "echo no device >&2; exit 3"], "nothing is signed: sh ended with 3: no device"),
        (["true"], "what came back is no raw Ed25519 signature: it has 0 bytes"),
        (["head", "-c", "70", "/dev/zero"], "what came back is no raw Ed25519 signature: it has 65 bytes"),
        (["head", "-c", "64", "/dev/zero"], "the signature is not one of these bytes by the key"),
    ],
)
def test_a_command_that_does_not_sign_is_told_in_one_sentence(
    words: list[str], sentence: str, tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    with pytest.raises(Refused, match=sentence):
        signer_by_command(words, PublicKey.of(key.public_key()), tmp_path).sign(KIND, b"x")


def test_no_payload_type_or_hint_can_be_exchanged_after_the_signature(key: Ed25519PrivateKey) -> None:
    signer = Signer(PublicKey.of(key.public_key()), key.sign)
    document = json.loads(signer.sign(KIND, b"x").as_json())
    assert read_envelope(json.dumps({**document, "payloadType": "text/plain"}).encode()).signer([signer.public]) is None
    assert read_envelope(json.dumps({**document, "payload": "eQ=="}).encode()).signer([signer.public]) is None


def test_what_is_no_envelope_is_refused(key: Ed25519PrivateKey) -> None:
    good = json.loads(Signer(PublicKey.of(key.public_key()), key.sign).sign(KIND, b"x").as_json())
    twice = {**good, "signatures": good["signatures"] * 2}
    for document, sentence in (
        ("[]", NONE),
        ("{}", NONE),
        ("", "is no JSON, by its line 1"),
        ("\xff", "is not text in UTF-8"),
        ('{"payload": "eA==", "payload": "eQ=="}', "holds the key 'payload' twice"),
        (json.dumps(twice), NONE),
        (json.dumps({**good, "signatures": []}), NONE),
        (json.dumps({**good, "signatures": [{"keyid": "", "sig": "eA=="}]}), "holds no Ed25519 signature"),
        (json.dumps({**good, "payload": "x"}), "holds damaged base64"),
        (json.dumps({**good, "payload": 1}), NONE),
        ("[" * 100_000, "is nested too deeply"),
    ):
        with pytest.raises(ValueError, match=sentence):
            read_envelope(document.encode("latin-1"))


def test_the_canonical_form_is_that_of_the_standard_and_what_has_none_is_refused() -> None:
    # RFC 8785, 3.2.2 and 3.2.3
    given = (
        rb'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        rb'"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    )
    wanted = rb'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"' + (
        '\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )
    assert canonical(read_json(given)) == wanted
    assert digest({"b": 1, "a": "é"}) == digest(read_json(b' {"a": "\\u00e9", "b": 1.0}'))
    for odd in (b"[NaN]", b"[Infinity]"):
        with pytest.raises(ValueError, match="is no number of JSON"):
            read_json(odd)
    for odd in (b"[9007199254740993]", b'["\\ud800"]', b"[1e400]"):
        with pytest.raises(ValueError, match=r"."):
            canonical(read_json(odd))
