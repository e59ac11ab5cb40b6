"""The end of a run: its pack is signed, its end is attested, and what cannot be signed keeps its outcome and is sealed later."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import PAIR
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.errors import Refused
from robot.evidence.pack.verification import verify
from robot.evidence.record.summary import read
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.settings import load
from robot.signing.evidence_key import OF_THIS_MACHINE, trusted_here
from robot.signing.public_keys import PublicKey
from robot.status.finalize import finalize, seal_by_hand

ALREADY = Ended("already", 0, "")


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def a_run(folder: Path, more: str = "") -> RunState:
    (folder / "pair.toml").write_text(PAIR + more, encoding="utf-8")
    return begun(folder / "pair.toml")


def end(state: RunState, folder: Path) -> Path:
    finalize(state, load(folder / "pair.toml"), ALREADY, STEPS, FAMILY)
    return state.evidence / f"{state.name}.zip"


def test_a_run_that_is_over_leaves_a_signed_pack_and_says_what_its_key_is_worth(tmp_path: Path) -> None:
    state = a_run(tmp_path)
    pack = end(state, tmp_path)
    verdict = verify(pack, trusted_here())
    assert (verdict.word, verdict.findings) == ("verified", ())
    assert read(state.evidence)["signer"] == {"key_id": verdict.facts["signed_by"], "worth": OF_THIS_MACHINE}
    assert seal_by_hand(state, "they are not known here") == pack, "it is made once"


def test_an_authority_that_does_not_answer_is_told_in_the_record_of_a_run_that_ends_as_it_would(tmp_path: Path) -> None:
    state = a_run(tmp_path, '\n[evidence]\ntimestamps = "http://127.0.0.1:9/"\n')
    assert verify(end(state, tmp_path), trusted_here()).word == "verified"
    assert state.history.lines[-1].text.startswith("no time from outside for seal (line 1): 127.0.0.1: ")
    assert read(state.evidence)["outcome"] == "already"


def test_a_device_that_does_not_sign_leaves_the_outcome_and_is_asked_again_by_seal(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "device.pub").write_text(PublicKey.of(key.public_key()).pem, "ascii")
    (tmp_path / "sign").write_text("#!/bin/sh\nexit 1\n", "ascii")
    (tmp_path / "sign").chmod(0o700)
    state = a_run(tmp_path, '\n[evidence]\ncommand = ["./sign"]\npublic_key = "device.pub"\n')
    with pytest.raises(Refused, match="nothing is signed"):
        end(state, tmp_path)
    assert read(state.evidence)["outcome"] == "already"
    assert (state.evidence / "report.html").exists()
    assert not list(state.evidence.glob("*.zip"))
    (tmp_path / "sign").write_text(f"#!/bin/sh\nexec {sys.executable} {tmp_path / 'sign.py'}\n", "ascii")
    (tmp_path / "sign.py").write_text(
        "import sys\nfrom cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n"
        f"sys.stdout.buffer.write(Ed25519PrivateKey.from_private_bytes(bytes.fromhex('{key.private_bytes_raw().hex()}'))"
        ".sign(sys.stdin.buffer.read()))\n",
        "ascii",
    )
    assert verify(seal_by_hand(state, "they are not known here"), trusted_here()).word == "verified"


def test_a_partial_pack_is_signed_with_the_key_that_the_run_was_begun_with(tmp_path: Path) -> None:
    state = a_run(tmp_path)
    (tmp_path / "pair.toml").unlink()
    pack = seal_by_hand(state, "they are not known here")
    assert (verify(pack, trusted_here()).word, verify(pack).word) == ("verified", "intact, signer unknown")
    with zipfile.ZipFile(pack) as archive:
        assert json.loads(archive.read("manifest.json"))["state"] == "OPEN"
