"""Erasing a picture from a sealed pack: what stays valid, what is told, and what counts as an alteration all the same."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from a_signed_pack import SigningKey
from forging import Contents, opened, redigest, resign, written
from made_run import a_finished_run

from robot.evidence.pack import sealing, verify_alone
from robot.evidence.pack.erasure import ErasureOrder, erase_from
from robot.evidence.pack.packing import SealRefused
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain

KEY, OFFICER, FORGER = SigningKey(7), SigningKey(9), SigningKey(66)
PICTURE = "shots/002-b-sync-now-after.png"
NOTICE = "erased/002-b-sync-now-after.json"
ORDER = ErasureOrder(PICTURE, "Ada Example", "a customer's name was to be seen", "2027-01-04T09:30:00.000Z")


@pytest.fixture
def pack(sealed: Path, tmp_path: Path) -> Path:
    """A copy of the sealed pack."""
    copy = tmp_path / sealed.name
    copy.write_bytes(sealed.read_bytes())
    return copy


def test_a_pack_from_which_a_picture_was_erased_verifies_and_says_by_whom_when_and_why(pack: Path, tmp_path: Path) -> None:
    before = opened(pack)
    erasure = erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    after = opened(pack)
    assert (erasure.files, erasure.name, erasure.is_new) == ((PICTURE, "report.pdf"), NOTICE, True)
    assert {name: data for name, data in after.items() if name != NOTICE} == {
        name: data for name, data in before.items() if name not in {PICTURE, "report.pdf"}
    }, "manifest, seal, record and every other file are what they were"
    verdict = verify(pack, KEY.trusted())
    assert (verdict.word, verdict.findings) == ("verified", ())
    told = f"{PICTURE} was erased by Ada Example at 2027-01-04T09:30:00.000Z, because: a customer's name was to be seen"
    assert verdict.notices[0] == told
    (tmp_path / "verify.py").write_bytes(after["verify.py"])
    (tmp_path / "key.pem").write_text(KEY.public.pem, "ascii")
    program = [sys.executable, str(tmp_path / "verify.py"), str(pack), "--trust", str(tmp_path / "key.pem")]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, f"{PICTURE} was erased by Ada Example at 2027-01-04" in done.stdout) == (0, True), done


def test_no_byte_of_the_picture_is_left_in_the_pack(pack: Path) -> None:
    data = opened(pack)[PICTURE]
    erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    assert data[40:200] not in pack.read_bytes()
    assert list(pack.parent.iterdir()) == [pack], "nor beside it"


def test_a_picture_that_is_merely_missing_is_an_alteration(pack: Path) -> None:
    contents = opened(pack)
    del contents[PICTURE]
    assert verify(written(contents, pack), KEY.trusted()).word == "NOT verified"
    with pytest.raises(SealRefused, match=r"is not intact: .*002-b-sync-now-after.* Nothing was erased"):
        erase_from(pack, ORDER, KEY.signer, KEY.trusted())


def test_erasing_again_changes_nothing_and_a_second_picture_has_a_notice_of_its_own(pack: Path) -> None:
    first = erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    before = pack.read_bytes()
    again = erase_from(pack, ErasureOrder("002", "Somebody else", "another reason", ORDER.utc), KEY.signer, KEY.trusted())
    assert (again.is_new, again.notice, pack.read_bytes()) == (False, first.notice, before)
    erase_from(pack, ErasureOrder("001", "Bo Example", "the same", ORDER.utc), KEY.signer, KEY.trusted())
    verdict = verify(pack, KEY.trusted())
    assert (verdict.word, {each["by"] for each in verdict.facts["erased"]}) == ("verified", {"Ada Example", "Bo Example"})


def test_what_shows_the_picture_besides_is_erased_with_it(tmp_path: Path) -> None:
    run = a_finished_run(tmp_path)
    (run.folder / "report.pdf").write_bytes(b"%PDF-1.7 with pictures")
    (run.folder / "captioned").mkdir()
    (run.folder / PICTURE.replace("shots", "captioned")).write_bytes((run.folder / PICTURE).read_bytes())
    pack = sealing.seal(run.folder, signer=KEY.signer)
    erasure = erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    assert set(erasure.files) == {PICTURE, PICTURE.replace("shots", "captioned"), "report.pdf"}
    assert verify(pack, KEY.trusted()).word == "verified"


def test_a_pack_whose_report_holds_copies_of_its_pictures_is_left_as_it_is(pack: Path) -> None:
    contents = opened(pack)
    contents["report.html"] += b'<img src="data:image/png;base64,AAAA">'
    resign(contents, redigest(contents), KEY.signer.sign)
    before = written(contents, pack).read_bytes()
    with pytest.raises(SealRefused, match="holds copies of its pictures"):
        erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    assert pack.read_bytes() == before


@pytest.mark.parametrize("named", [PICTURE, "002-b-sync-now-after.png", "002-b-sync-now-after", "002"])
def test_a_picture_is_named_as_people_name_it(pack: Path, named: str) -> None:
    order = ErasureOrder(named, ORDER.by, ORDER.reason, ORDER.utc)
    assert erase_from(pack, order, KEY.signer, KEY.trusted()).files[0] == PICTURE


@pytest.mark.parametrize("named", ["evidence.jsonl", "manifest.json", "attachments/plan.json", "099", "", "*", "shots/"])
def test_nothing_but_one_picture_that_is_there_can_be_erased(pack: Path, named: str) -> None:
    before = pack.read_bytes()
    with pytest.raises(SealRefused, match="holds no picture"):
        erase_from(pack, ErasureOrder(named, ORDER.by, ORDER.reason, ORDER.utc), KEY.signer, KEY.trusted())
    assert pack.read_bytes() == before


def test_another_key_erases_where_it_is_trusted_and_nowhere_else(pack: Path) -> None:
    both = KEY.trusted()
    both.add_text(OFFICER.public.pem, "the officer")
    erase_from(pack, ORDER, OFFICER.signer, both)
    assert verify(pack, both).facts["erased"][0]["key"] == OFFICER.public.key_id
    alone = verify(pack, KEY.trusted())
    assert alone.word == "NOT verified"
    assert alone.findings[0].startswith(f"{NOTICE}: it is no notice of an erasure by anybody whose key counts")


def test_a_notice_by_the_key_that_sealed_counts_for_whoever_trusts_nobody(pack: Path) -> None:
    erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    verdict = verify(pack)
    assert (verdict.word, len(verdict.facts["erased"])) == ("intact, signer unknown", 2)


def test_a_pack_that_nobody_signed_is_erased_from_by_a_trusted_key(tmp_path: Path) -> None:
    pack = sealing.seal(a_finished_run(tmp_path).folder)
    erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    assert verify(pack, KEY.trusted()).word == "intact, not signed"
    assert verify(pack).word == "NOT verified"


def _notice(contents: Contents, sign: Callable[[str, bytes], bytes], change: Callable[[dict[str, Any]], object]) -> None:
    told = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": PICTURE, "digest": {"sha256": chain.digest(contents[PICTURE])}}],
        "predicateType": verify_alone.ERASURE,
        "predicate": {
            "manifest_sha256": chain.digest(contents["manifest.json"]), "by": ORDER.by, "reason": ORDER.reason, "utc": ORDER.utc,
        },
    }  # fmt: skip
    change(told)
    contents[NOTICE] = sign(verify_alone.PAYLOAD_TYPE, json.dumps(told).encode())


_BAD: dict[str, Callable[[dict[str, Any]], object]] = {
    "without a reason": lambda told: told["predicate"].update(reason="  "),
    "without a name": lambda told: told["predicate"].pop("by"),
    "without a day": lambda told: told["predicate"].update(utc="yesterday"),
    "of another pack": lambda told: told["predicate"].update(manifest_sha256="0" * 64),
    "of another kind of statement": lambda told: told.update(predicateType=verify_alone.PREDICATE_TYPE),
    "of nothing": lambda told: told.update(subject=[]),
    "of another digest": lambda told: told["subject"][0]["digest"].update(sha256="0" * 64),
    "no list": lambda told: told.update(subject="shots"),
}
_RECORDS = (
    "evidence.jsonl",
    "manifest.json",
    "summary.json",
    "report.html",
    "seal.dsse.json",
    "verify.py",
    "attachments/plan.json",
)


@pytest.mark.parametrize("bad", _BAD)
def test_a_notice_that_does_not_tell_who_what_when_and_why_erases_nothing_even_with_the_right_key(pack: Path, bad: str) -> None:
    contents = opened(pack)
    _notice(contents, KEY.signer.sign, _BAD[bad])
    del contents[PICTURE]
    require_refused(pack, contents)


@pytest.mark.parametrize("name", _RECORDS)
def test_records_manifest_and_whatever_is_no_picture_are_never_erased_even_with_the_right_key(pack: Path, name: str) -> None:
    contents = opened(pack)
    gone = {"name": name, "digest": {"sha256": chain.digest(contents[name])}}
    _notice(contents, KEY.signer.sign, lambda told: told["subject"].append(gone))
    del contents[PICTURE], contents[name]
    require_refused(pack, contents)


def test_a_forged_notice_a_moved_one_and_a_picture_that_is_there_all_the_same_are_found(pack: Path) -> None:
    whole = opened(pack)
    _notice(contents := dict(whole), FORGER.signer.sign, lambda _: None)
    del contents[PICTURE]
    require_refused(pack, contents)
    _notice(contents := dict(whole), KEY.signer.sign, lambda _: None)
    require_refused(pack, contents)
    del contents[PICTURE]
    contents["erased/001-b-sync-now-before.json"] = contents.pop(NOTICE)
    require_refused(pack, contents)
    contents[NOTICE] = contents["erased/001-b-sync-now-before.json"]
    require_refused(pack, contents)


def test_a_notice_whose_envelope_was_touched_is_found(pack: Path) -> None:
    erase_from(pack, ORDER, KEY.signer, KEY.trusted())
    contents = opened(pack)
    envelope = json.loads(contents[NOTICE])
    payload = base64.b64decode(envelope["payload"]).replace(b"Ada", b"Bob")
    envelope["payload"] = base64.b64encode(payload).decode()
    contents[NOTICE] = json.dumps(envelope, indent=2).encode() + b"\n"
    require_refused(pack, contents)


def require_refused(pack: Path, contents: Contents) -> None:
    """Both verifiers find it, and name a file."""
    written(contents, pack)
    verdict = verify(pack, KEY.trusted())
    findings, facts = verify_alone.check(pack, KEY.trusted())
    assert (verdict.word, verify_alone.verdict_of(findings, facts)) == ("NOT verified", "NOT verified")
    assert verdict.findings
    assert findings
