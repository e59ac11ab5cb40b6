"""Who seals: the key of the pair file, a device behind a command, or a key that the machine makes; and a seal that is cut off."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from a_signed_pack import SigningKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from forging import opened
from made_run import MadeRun, a_finished_run

from robot.domain.errors import Refused, UsageError
from robot.evidence.pack import sealing
from robot.evidence.pack.packing import SealRefused
from robot.evidence.pack.verification import verify
from robot.settings.sections.evidence import EvidenceSettings
from robot.signing.evidence_key import OF_A_DEVICE, OF_A_FILE, OF_THIS_MACHINE, pack_signer, trusted_here

KEY = SigningKey(7)
OPENSSL = """#!/bin/sh
cat > bytes && openssl pkeyutl -sign -inkey key.pem -rawin -in bytes
"""


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def private(path: Path, passphrase: bytes = b"") -> Path:
    protection = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    path.touch(0o600)
    path.write_bytes(KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return path


def test_a_key_made_on_first_use_is_its_owners_alone_and_trusted_where_it_was_made(
    run: MadeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = sealing.seal(run.folder, signer=pack_signer(None, tmp_path))
    made = tmp_path / "state" / "failover-robot" / "evidence-key.pem"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert pack_signer(None, tmp_path).key_id == verify(pack).facts["signed_by"], "it is made once"
    here = verify(pack, trusted_here())
    assert (here.word, here.code) == ("verified", 0)
    assert "trusted on this machine" in here.facts["trusted"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    elsewhere = verify(pack, trusted_here())
    assert (elsewhere.word, elsewhere.code) == ("intact, signer unknown", 7)


def test_packs_are_verified_where_nothing_can_be_kept(run: MadeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert verify(sealing.seal(run.folder, signer=KEY.signer), trusted_here()).word == "intact, signer unknown"


def test_what_stands_among_the_trusted_keys_and_is_none_is_named(tmp_path: Path) -> None:
    pack_signer(None, tmp_path)
    odd = tmp_path / "state" / "failover-robot" / "trusted" / "odd.pem"
    odd.write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "ascii")
    with pytest.raises(UsageError, match="neither an Ed25519 public key nor a certificate; take it out of "):
        trusted_here()


def test_what_a_key_made_on_first_use_is_worth_stands_in_the_pack(run: MadeRun, tmp_path: Path) -> None:
    contents = opened(sealing.seal(run.folder, signer=pack_signer(None, tmp_path)))
    assert json.loads(contents["manifest.json"])["signer"]["worth"] == OF_THIS_MACHINE
    assert OF_THIS_MACHINE in contents["VERIFYING.txt"].decode()
    assert (
        "follows no intermediate time authorities, does not say that the retention is over" in contents["VERIFYING.txt"].decode()
    )
    assert b"PRIVATE KEY" not in b"".join(contents.values())


def test_a_key_in_a_file_and_a_device_behind_a_command_make_the_same_pack(tmp_path: Path) -> None:
    private(tmp_path / "key.pem")
    (tmp_path / "sign").write_text(OPENSSL, "ascii")
    (tmp_path / "sign").chmod(0o700)
    (tmp_path / "key.pub").write_text(KEY.public.pem, "ascii")
    sections = {
        OF_A_FILE: EvidenceSettings(key=Path("key.pem")),
        OF_A_DEVICE: EvidenceSettings(command=("./sign",), public_key=Path("key.pub")),
    }
    for place, (worth, section) in enumerate(sections.items()):
        pack = sealing.seal(a_finished_run(tmp_path / str(place)).folder, signer=pack_signer(section, tmp_path))
        assert verify(pack, KEY.trusted()).code == 0
        assert json.loads(opened(pack)["manifest.json"])["signer"] == {"key_id": KEY.public.key_id, "worth": worth}
        assert verify(pack, trusted_here()).code == 0, "what this machine has sealed with is trusted here"


def test_a_key_that_cannot_sign_unattended_is_refused_in_one_sentence(tmp_path: Path) -> None:
    private(tmp_path / "locked.pem", b"secret")
    with pytest.raises(UsageError, match="is encrypted, and a pack is sealed when nobody may be there"):
        pack_signer(EvidenceSettings(key=Path("locked.pem")), tmp_path)
    private(tmp_path / "open.pem").chmod(0o644)
    with pytest.raises(UsageError, match=r"is open to others than its owner"):
        pack_signer(EvidenceSettings(key=Path("open.pem")), tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        pack_signer(EvidenceSettings(command=("true",), public_key=Path("none.pub")), tmp_path)


@pytest.mark.parametrize(("command", "words"), [("false", "ended with 1"), ("true", "has 0 bytes"), ("none", "cannot be run")])
def test_a_device_that_does_not_sign_leaves_no_pack(run: MadeRun, tmp_path: Path, command: str, words: str) -> None:
    (tmp_path / "key.pub").write_text(KEY.public.pem, "ascii")
    section = EvidenceSettings(command=(command,), public_key=Path("key.pub"))
    with pytest.raises(Refused, match=words):
        sealing.seal(run.folder, signer=pack_signer(section, tmp_path))
    assert not [path.name for path in run.folder.iterdir() if ".zip" in path.name]


def test_the_same_folder_and_key_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = (sealing.seal(a_finished_run(tmp_path / name).folder, signer=KEY.signer) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_partial_pack_is_signed_as_open(run: MadeRun) -> None:
    verdict = verify(sealing.seal(run.folder, partial=True, signer=KEY.signer), KEY.trusted())
    assert (verdict.word, verdict.facts["state"]) == ("verified", "OPEN")


def test_a_pack_that_nobody_signed_is_intact_and_not_signed(run: MadeRun) -> None:
    verdict = verify(sealing.seal(run.folder), KEY.trusted())
    assert (verdict.word, verdict.code, verdict.findings) == ("intact, not signed", 7, ())


def test_a_file_that_changes_while_the_pack_is_made_ends_it(run: MadeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    write = sealing.write_archive

    def change_first(*given: object) -> None:
        run.edit("shots/001-b-sync-now-before.png", lambda data: data[:-1] + b"?")
        write(*given)  # pyright: ignore[reportArgumentType] - as it was called

    monkeypatch.setattr(sealing, "write_archive", change_first)
    with pytest.raises(SealRefused, match=r"001-b-sync-now-before\.png was changed while the pack was made"):
        sealing.seal(run.folder, signer=KEY.signer)
    assert not [path.name for path in run.folder.iterdir() if ".zip" in path.name]


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[3]]
from a_signed_pack import SigningKey
from robot.evidence.pack import sealing
from robot.evidence.record import durable

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def half(stream, names, read):
    sealing_write(stream, sorted(names)[: len(names) // 2], read)
    stream.flush()
    killed()

def linked(*given):
    link(*given)
    killed()

sealing_write, link, sync = sealing.write_archive, os.link, durable._sync
at = sys.argv[2]
if at == "half of it is written":
    sealing.write_archive = half
elif at == "it is on the disk":
    durable._sync = lambda path: killed() if ".zip." in path.name else sync(path)
elif at == "it gets its name":
    os.link = killed
elif at == "it has its name":
    os.link = linked
elif at == "summary":
    sealing.name_in_summary = killed
signer = SigningKey(7).signer
if at == "it is signed":
    object.__setattr__(signer, "sign", killed)
sealing.seal(Path(sys.argv[1]), signer=signer)
"""


@pytest.mark.parametrize(
    "moment",
    [
        "it is signed",
        "half of it is written",
        "it is on the disk",
        "it gets its name",
        "it has its name",
        "summary",
    ],
)
def test_a_seal_that_is_killed_leaves_no_pack_or_a_whole_one(run: MadeRun, moment: str) -> None:
    program = [sys.executable, "-c", _KILLED, str(run.folder), moment, str(Path(__file__).parent)]
    done = subprocess.run(program, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pack = run.folder / f"{run.folder.name}.zip"
    assert pack.exists() == (moment in {"it has its name", "summary"})
    before = pack.read_bytes() if pack.exists() else None
    assert verify(sealing.seal(run.folder, signer=KEY.signer), KEY.trusted()).word == "verified"
    assert before in {None, pack.read_bytes()}
    assert [path.name for path in run.folder.iterdir() if ".zip" in path.name] == [pack.name], "nothing is left over"
    assert json.loads(opened(pack)["manifest.json"])["left_out"] == []
