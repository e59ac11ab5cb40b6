"""The end of a run: its pack is signed, its end is attested, and what cannot be signed keeps its outcome and is sealed later."""

import hashlib
import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from a_begun_run import begun
from a_pair_file import PAIR
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from spoken import Here

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.cli import evidence_commands
from robot.domain.errors import Refused
from robot.evidence.exports import export_files
from robot.evidence.pack import packing
from robot.evidence.pack.verification import verify
from robot.evidence.record.chain import file_digest
from robot.evidence.record.layout import CUSTODY
from robot.evidence.record.summary import read, written
from robot.evidence.report import html_page
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.settings import load
from robot.signing.evidence_key import OF_THIS_MACHINE, trusted_here
from robot.signing.public_keys import PublicKey
from robot.status import report_pdf
from robot.status.finalize import finalize, seal_by_hand

sys.path.append(str(Path(__file__).parents[1] / "evidence"))
from a_pdf import PDF
from a_signed_pack import SigningKey
from a_time_authority import TimeAuthority, serving

PACKS_ONLY = """#!/bin/sh
cat > bytes
head -c 6 bytes | grep -q DSSEv1 || exit 3
exec openssl pkeyutl -sign -inkey key.pem -rawin -in bytes
"""
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
    assert seal_by_hand(state, lambda: "they are not known here") == pack, "it is made once"


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
    assert verify(seal_by_hand(state, lambda: "they are not known here"), trusted_here()).word == "verified"


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A printer without a browser; the pages that it was given."""
    pages = list[str]()

    def printed(page: str, **_: object) -> bytes:
        pages.append(page)
        return PDF

    monkeypatch.setattr(report_pdf, "pdf_of", printed)
    return pages


def vouching_key(pdf: bytes) -> str:
    """Return the id of the key that vouches for the only signature of a PDF."""
    (signature,) = cast("Any", PdfFileReader(io.BytesIO(pdf))).embedded_signatures
    return re.findall(r"evidence key ([0-9a-f]{64}) vouches", str(signature.sig_object["/Reason"]))[0]


@pytest.mark.pdf
@pytest.mark.usefixtures("printer")
def test_the_pdf_of_a_run_that_is_over_is_signed_with_a_time_and_its_digest_stands_in_the_pack(tmp_path: Path) -> None:
    authority, queries = TimeAuthority(tmp_path / "authority"), list[bytes]()

    def answer(query: bytes) -> tuple[int, bytes]:
        queries.append(query)
        return 200, authority.answer(query)

    with serving(answer) as address:
        pack = end(a_run(tmp_path, f'\n[evidence]\ntimestamps = "{address}"\n'), tmp_path)
    verdict = verify(pack, trusted_here())
    assert (verdict.word, verdict.findings) == ("verified", ())
    with zipfile.ZipFile(pack) as archive:
        pdf, manifest = archive.read("report.pdf"), json.loads(archive.read("manifest.json"))
    assert vouching_key(pdf) == verdict.facts["signed_by"]
    assert manifest["files"]["report.pdf"]["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert len(queries) == 2, "for the end of the run, and for the PDF"
    assert set(read(pack.parent)["signer"]) == {"key_id", "worth"}, "nothing is missing"


def test_page_and_exports_are_written_once_when_a_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written_by = list[str]()
    for module in (html_page, export_files):
        write = module.write

        def counted(folder: Path, name: str = module.__name__, write: Callable[[Path], object] = write) -> object:
            written_by.append(name)
            return write(folder)

        monkeypatch.setattr(module, "write", counted)
    assert end(a_run(tmp_path), tmp_path).is_file()
    assert written_by == [html_page.__name__, export_files.__name__]


@pytest.mark.pdf
def test_a_run_that_was_killed_when_its_pack_was_made_keeps_pack_and_pdf_as_they_are(tmp_path: Path, printer: list[str]) -> None:
    state = a_run(tmp_path, '\n[evidence]\ntimestamps = "http://127.0.0.1:9/"\n')
    before = end(state, tmp_path).read_bytes()
    told = read(state.evidence)
    assert "Connection refused" in told["signer"]["no_pdf_time"]
    (state.evidence / "summary.json").write_bytes(written(told, pack_sha256=None))  # killed before it could be named there
    again = finalize(state, load(tmp_path / "pair.toml"), ALREADY, STEPS, FAMILY)
    assert again == told
    assert (state.evidence / f"{state.name}.zip").read_bytes() == before
    assert len(printer) == 1


@pytest.mark.pdf
def test_a_device_that_signs_packs_and_no_certificate_leaves_a_pdf_that_says_so(tmp_path: Path, printer: list[str]) -> None:
    key = SigningKey(7)
    (tmp_path / "device.pub").write_text(key.public.pem, "ascii")
    (tmp_path / "key.pem").write_bytes(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "sign").write_text(PACKS_ONLY, "ascii")
    (tmp_path / "sign").chmod(0o700)
    state = a_run(tmp_path, '\n[evidence]\ncommand = ["./sign"]\npublic_key = "device.pub"\n')
    assert verify(end(state, tmp_path), trusted_here()).word == "verified"
    assert (state.evidence / "report.pdf").read_bytes() == PDF
    why = read(state.evidence)["signer"]["no_pdf_signature"]
    assert "ended with 3" in why
    assert f"This report as a PDF is not signed: {why}" in html.unescape(printer[0])


@pytest.mark.pdf
def test_a_pdf_that_was_not_signed_when_the_run_ended_is_signed_by_seal(tmp_path: Path, printer: list[str]) -> None:
    (tmp_path / "evidence.pem").touch(0o644)
    state = a_run(tmp_path, '\n[evidence]\nkey = "evidence.pem"\n')
    with pytest.raises(Refused, match="cannot be signed"):
        end(state, tmp_path)
    assert (state.evidence / "report.pdf").read_bytes() == PDF
    assert "no key: this report is not signed" in printer[0]
    private = SigningKey(7).private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "evidence.pem").write_bytes(private)
    (tmp_path / "evidence.pem").chmod(0o600)
    assert verify(seal_by_hand(state, lambda: "they are not known here"), trusted_here()).word == "verified"
    assert vouching_key((state.evidence / "report.pdf").read_bytes()) == SigningKey(7).public.key_id
    assert "no key" not in printer[1]


@pytest.mark.pdf
def test_sealing_an_open_run_twice_gives_the_same_pack_with_a_signed_pdf(tmp_path: Path, printer: list[str]) -> None:
    state = a_run(tmp_path)
    pack = seal_by_hand(state, lambda: "they are not known here")
    before = pack.read_bytes()
    assert vouching_key((state.evidence / "report.pdf").read_bytes()) == verify(pack).facts["signed_by"]
    assert (seal_by_hand(state, lambda: "they are not known here"), pack.read_bytes(), len(printer)) == (pack, before, 1)


def test_a_partial_pack_is_signed_with_the_key_that_the_run_was_begun_with(tmp_path: Path) -> None:
    state = a_run(tmp_path)
    (tmp_path / "pair.toml").unlink()
    pack = seal_by_hand(state, lambda: "they are not known here")
    assert (verify(pack, trusted_here()).word, verify(pack).word) == ("verified", "intact, signer unknown")
    with zipfile.ZipFile(pack) as archive:
        assert json.loads(archive.read("manifest.json"))["state"] == "OPEN"


def test_what_seal_hands_out_stands_in_the_custody_log_each_time_with_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    state, here = a_run(tmp_path), Here(monkeypatch, capfd)
    for wanted in ((), (), ("--grade", "shareable")):
        if wanted:
            end(state, tmp_path)
        said = here("seal", state.name, *wanted)
        assert said.code == 0, said
    made = [
        each for each in map(json.loads, (state.evidence / CUSTODY).read_text("utf-8").splitlines()) if each["kind"] == "made"
    ]
    assert [each["name"].removeprefix(state.name) for each in made] == ["-partial-0.zip", "-partial-0.zip", "-shareable.zip"]
    for each in made:
        pack = state.evidence / each["name"]
        assert (each["sha256"], each["bytes"]) == (file_digest(pack), pack.stat().st_size)


def test_seal_offers_the_grades_that_packs_have() -> None:
    assert evidence_commands.GRADES == (packing.RESTRICTED, packing.SHAREABLE)


def test_a_folder_that_is_no_runs_is_refused_and_told_that_a_smoke_verification_has_no_shareable_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here, folder = Here(monkeypatch, capfd), tmp_path / "20261122T220000Z-ab12"
    said = here("seal", str(folder), "--grade", "shareable")
    assert (said.code, "no run" in said.err, "smoke" in said.err) == (2, True, False)
    folder.mkdir()
    said = here("seal", str(folder), "--grade", "shareable")
    assert (said.code, "there is no shareable one of it" in said.err) == (2, True)
    assert list(folder.iterdir()) == []
