"""The shareable pack: what it must not tell, what it still tells, and that it is bound to the restricted one."""

import base64
import html
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from a_signed_pack import SigningKey, a_signed_pack
from a_time_authority import TimeAuthority
from click.testing import CliRunner
from forging import opened, redigest, resign, written
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import MadeRun, a_finished_run, begin

from flows.smoke.results import CheckState
from robot.cli import cli
from robot.evidence.pack import sealing, verify_alone
from robot.evidence.pack.packing import SealRefused
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain
from robot.evidence.report.looks import OUTCOMES, STATES, STATES_OF_CHECKS
from robot.evidence.shared.shareable import make_shareable, origin_faults
from robot.evidence.shared.stand_ins import StandIns

KEY, OTHER = SigningKey(7), SigningKey(8)
RECORDED = Path(__file__).parents[2] / "flows" / "recorded"
SECRETIVE = st.text("abcdefghijklmnopqrstuvwxyzäöüß0123456789 .-@/\\<&'\"", min_size=6, max_size=20).map(
    lambda text: f"Qx{text}Zv"
)
"""What may stand wherever somebody or a page writes; its ends make sure that it is no word of the robot's own."""


def a_run_that_names(folder: Path, words: list[str]) -> MadeRun:
    """A finished run that has these words in every field that a page, a person or a pair file fills."""
    one, two, three = words
    run = begin(folder, ticket="CHG0031337")
    named: dict[str, Any] = {"unit": "a", "address": one, "serial": two, "url": f"https://{one}/login", "screen": three}
    reading = {
        "role": two,
        "product": one,
        "said": two,
        "enabled": True,
        "clients": {three: 7},
        "settings": {one: [two]},
        three: 1,
    }
    run.note("reading", "a-look", **named, **run.shot("a-look", "after", rows={one: two}), procedure=["PL10"], reading=reading)
    run.note("gate", f"b-check-{one}", **{**named, "unit": "b"}, by=three, named=[one, two], text=two, heading=one, title=three)
    press = {"unit": "b", "procedure": ["BS5"], "heading": one}
    run.note("intent", f"b-install-{two}", **press, **run.shot("b-install", "before"), reading={"last_sync": one})
    run.note("proved", f"b-install-{two}", **press, **run.shot("b-install", "after"), reading={"last_sync": two})
    compared = {"unit": "a", "area": one, "weight": "unexpected", "before": two, "after": three, "sentence": one, "owner": two}
    run.note("note", "site-compared", text=one, when=two, differences=[compared], withdrawn="", **{three: one})
    change = {"step": one, "when": two, "utc": three, "line": 4, "numbers": {"unexpected": 1, one: 2}, "unexpected": [compared]}
    run.summarise(
        summary_text=one, requested_by=two, waivers=[three], notes=[one], patch=two, reason=three,
        site={"hostname": one, "target_version": "15.1.3", "target_base": two}, addresses=dict.fromkeys("ab", one),
        serials=dict.fromkeys("ab", two), swing_gap_ms={"value": 4, "error": 1, "from": three}, changes_since_plan=[change],
        backups=[{"unit": "a", "file": one, "bytes": 5, "sha256": "0" * 64}], robot={"version": "0.1.0", "host": two},
        plan={
            "digest": "1" * 64, "made": one, "made_by": two, "emergency": {"incident": one, "reason": three},
            "approvals": [{"by": three, "until": "2026-11-23T00:00:00Z", "sha256": "2" * 64}],
        },
        kept={"retention": "7 years", "until": "2033-11-22", "owner": one, "purpose": two},
    )  # fmt: skip
    (run.folder / "attachments").mkdir()
    (run.folder / "attachments" / "plan.json").write_text(json.dumps(words), "utf-8")
    return run


def encodings(text: str) -> Iterator[bytes]:
    """A text as it may stand in a file."""
    for each in {text, text.lower(), text.upper(), text[::-1]}:
        yield each.encode()
        yield from (each.encode(name) for name in ("utf-16-le", "utf-16-be", "latin-1"))
        yield each.encode().hex().encode()
        yield from (json.dumps(each, ensure_ascii=ascii_only)[1:-1].encode() for ascii_only in (True, False))
        yield from (form.encode() for form in (quote(each, safe=""), quote(each), html.escape(each), re.sub(r"\W", "-", each)))
        yield from (base64.b64encode(b"\0" * pad + each.encode())[pad + 1 : -4] for pad in range(3))


def everything_in(pack: Path) -> bytes:
    """Every byte of a pack, and what its envelope holds, in capitals and in small letters."""
    contents = opened(pack)
    payload = base64.b64decode(json.loads(contents["seal.dsse.json"])["payload"])
    whole = b"\n".join([pack.read_bytes(), *contents.values(), payload, *(name.encode() for name in contents)])
    return whole + whole.lower()


@settings(max_examples=12)
@given(st.lists(SECRETIVE, min_size=3, max_size=3, unique_by=str.casefold))
def test_whatever_a_person_a_page_or_a_pair_file_says_is_in_no_file_of_a_shareable_pack_in_no_encoding(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = a_run_that_names(Path(folder), words)
        pack = sealing.seal(run.folder, signer=KEY.signer)
        shareable = make_shareable(pack, KEY.signer, KEY.trusted())
        whole = everything_in(shareable)
        assert [(word, form) for word in words for form in encodings(word) if form in whole] == []
        assert verify(shareable, KEY.trusted()).word == "verified"


def test_the_search_finds_what_a_restricted_pack_says(tmp_path: Path) -> None:
    words = ["Qx ada@exampleZv", "Qx10.9.8.7Zv", "QxMüller <Zv"]
    whole = everything_in(sealing.seal(a_run_that_names(tmp_path, words).folder, signer=KEY.signer))
    assert all(any(form in whole for form in encodings(word)) for word in words)


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory, authority: TimeAuthority) -> Path:
    return a_signed_pack(tmp_path_factory.mktemp("restricted"), KEY, authority)


@pytest.fixture(scope="module")
def shareable(restricted: Path) -> Path:
    return make_shareable(restricted, KEY.signer, KEY.trusted())


def lines_of(pack: Path) -> list[dict[str, Any]]:
    return [json.loads(raw) for raw in opened(pack)["evidence.jsonl"].splitlines()]


def test_what_remains_shows_outcome_order_times_versions_and_digests(restricted: Path, shareable: Path) -> None:
    whole, told = (json.loads(opened(pack)["summary.json"]) for pack in (restricted, shareable))
    for name in ("run", "outcome", "exit_code", "began", "ended", "versions", "exposure_s", "rehearsal"):
        assert told[name] == whole[name], name
    assert [step["name"] for step in told["steps"]] == [step["name"] for step in whole["steps"]]
    same = ("seq", "utc", "monotonic", "unit", "kind", "step", "procedure")
    for line, origin in zip(lines_of(shareable), lines_of(restricted), strict=True):
        assert [line[name] for name in same] == [origin[name] for name in same]
        if origin["file"]:
            assert line["picture_left_out"] == {"sha256": origin["sha256"], "bytes": origin["bytes"]}
    assert told["backups"] == [{name: whole["backups"][0][name] for name in ("unit", "bytes", "sha256")}]


def test_it_holds_no_picture_no_attachment_and_no_time_from_outside(shareable: Path) -> None:
    assert set(opened(shareable)) == {
        "evidence.jsonl", "summary.json", "report.html", "manifest.json", "SHA256SUMS", "seal.dsse.json", "signer.pem",
        "verify.py", "VERIFYING.txt",
    }  # fmt: skip


def test_the_same_value_has_the_same_stand_in_in_every_line(restricted: Path, shareable: Path) -> None:
    pairs = {(origin["address"], line["address"]) for line, origin in zip(lines_of(shareable), lines_of(restricted), strict=True)}
    assert pairs == {("", ""), ("192.0.2.12", "address-1"), ("192.0.2.13", "address-2")}
    told = json.loads(opened(shareable)["summary.json"])
    assert told["addresses"] == {"a": "address-1", "b": "address-2", "shared": "address-3"}
    assert (told["ticket"], told["site"]["hostname"], told["requested_by"]) == ("ticket-1", "host-1", "person-1")


def test_the_report_tells_it_to_people_and_names_the_restricted_pack(restricted: Path, shareable: Path) -> None:
    page = opened(shareable)["report.html"].decode()
    for words in (
        "Done",
        "15.1.3-38227",
        "b-break",
        "address-1",
        "412 ms",
        chain.digest(opened(restricted)["manifest.json"]),
    ):
        assert words in page, words
    assert "<img" not in page


def test_its_statement_names_the_digest_of_the_restricted_manifest_and_both_verifiers_say_so(
    restricted: Path, shareable: Path, tmp_path: Path
) -> None:
    digest = chain.digest(opened(restricted)["manifest.json"])
    statement = json.loads(base64.b64decode(json.loads(opened(shareable)["seal.dsse.json"])["payload"]))
    assert statement["predicate"]["grade"] == "shareable"
    assert statement["predicate"]["restricted"] == {"manifest.json": {"sha256": digest}}
    verdict = verify(shareable, KEY.trusted())
    assert (verdict.word, verdict.facts["restricted"]) == ("verified", {"manifest.json": {"sha256": digest}})
    (tmp_path / "key.pem").write_text(KEY.public.pem, "ascii")
    (tmp_path / "verify.py").write_bytes(opened(shareable)["verify.py"])
    program = [sys.executable, str(tmp_path / "verify.py"), str(shareable), "--trust", str(tmp_path / "key.pem")]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, digest in done.stdout, "grade: shareable" in done.stdout) == (0, True, True), done


def test_it_is_made_once_and_the_same_pack_and_key_give_the_same_bytes(restricted: Path, shareable: Path, tmp_path: Path) -> None:
    before = shareable.read_bytes()
    assert make_shareable(restricted, KEY.signer, KEY.trusted()) == shareable
    copy = tmp_path / restricted.name
    copy.write_bytes(restricted.read_bytes())
    assert make_shareable(copy, KEY.signer, KEY.trusted()).read_bytes() == before
    with pytest.raises(SealRefused, match="was made before, from another pack or with another key"):
        make_shareable(restricted, OTHER.signer, KEY.trusted())
    assert shareable.read_bytes() == before


def test_whether_it_was_made_from_a_restricted_pack_is_told_with_what_differs(
    restricted: Path, shareable: Path, authority: TimeAuthority, tmp_path: Path
) -> None:
    assert origin_faults(shareable, restricted, KEY.trusted()) == []
    other = a_signed_pack(tmp_path / "other", KEY, authority, reason="another run")
    assert "names another restricted pack" in origin_faults(shareable, other, KEY.trusted())[0]
    contents = opened(shareable)
    contents["summary.json"] = contents["summary.json"].replace(b"12345", b"54321")
    resign(contents, redigest(contents), KEY.signer.sign)
    forged = written(contents, tmp_path / shareable.name)
    assert verify(forged, KEY.trusted()).word == "verified", "whoever has the key may sign anything"
    assert origin_faults(forged, restricted, KEY.trusted()) == [f"summary.json: it is not what {restricted.name} gives."]


def test_verify_with_the_restricted_pack_says_what_does_not_come_from_it(
    restricted: Path, shareable: Path, authority: TimeAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "key.pem").write_text(KEY.public.pem, "ascii")
    other = a_signed_pack(tmp_path / "other", KEY, authority, reason="another run")
    for origin, code, words in (
        (restricted, 0, "verified: "),
        (other, 7, "NO  "),
        (shareable, 7, "is not the sealed pack of a run"),
    ):
        told = CliRunner().invoke(
            cli,
            ["verify", str(shareable), "--trust", str(tmp_path / "key.pem"), "--restricted", str(origin)],
            standalone_mode=False,
        )
        assert (told.return_value, words in told.output) == (code, True), told


def test_nothing_is_shared_of_a_pack_that_is_altered_open_or_shareable_itself(
    restricted: Path, shareable: Path, tmp_path: Path
) -> None:
    contents = opened(restricted)
    contents["summary.json"] += b" "
    with pytest.raises(SealRefused, match=r"is not intact: summary\.json"):
        make_shareable(written(contents, tmp_path / restricted.name), KEY.signer, KEY.trusted())
    with pytest.raises(SealRefused, match="is not the sealed pack of a run"):
        make_shareable(shareable, KEY.signer, KEY.trusted())
    run = a_finished_run(tmp_path / "open")
    with pytest.raises(SealRefused, match="is not the sealed pack of a run"):
        make_shareable(sealing.seal(run.folder, partial=True, signer=KEY.signer), KEY.signer, KEY.trusted())
    assert not list(tmp_path.rglob("*-shareable.zip"))


@pytest.mark.parametrize("name", ["finished", "interrupted"])
def test_the_names_of_the_steps_of_whole_upgrades_stay_as_they_are(name: str) -> None:
    with tarfile.open(RECORDED / f"{name}.tar.xz") as archive:
        records = [archive.extractfile(each) for each in archive.getmembers() if each.name.endswith("/evidence.jsonl")]
        lines = [json.loads(raw) for record in records if record for raw in record.read().splitlines() if raw.startswith(b"{")]
    texts = {line[field] for line in lines for field in ("step", "heading", "moment") if line.get(field)}
    assert len(texts) > 40
    assert {text for text in texts if StandIns().in_words(text) != text} == set()


def test_the_words_for_what_became_of_runs_steps_checks_and_moments_stay_as_they_are() -> None:
    words = {
        *OUTCOMES,
        *STATES,
        *STATES_OF_CHECKS,
        *map(str, CheckState),
        "before",
        "after",
        "failed",
        "asynchronous",
        "shared-ip",
    }
    words |= {"dns", "nat", "person", "none", "automatic", "manual", "single", "unexpected", "harmless", "expected", "7 years"}
    assert {word for word in words if StandIns().in_words(word) != word} == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("b-install-base-software-3-4-1", "b-install-base-software-3-4-1"),
        ("b-update-software-acme-4711", "b-update-software-word-1-word-2"),
        ("a-check-10-20-30-40", "a-check-10-20-30-word-1"),
        ("a-check-192-168-1-2", "a-check-word-1-word-2-1-word-3"),
        ("b-check-ada@example.com", "b-check-word-1word-2.word-3"),
        ("", ""),
    ],
)
def test_a_word_that_is_not_the_robots_own_and_a_number_that_could_be_an_address_have_stand_ins(text: str, told: str) -> None:
    assert StandIns().in_words(text) == told


def test_a_shareable_pack_has_no_entry_that_tells_when_or_by_whom_it_was_packed(shareable: Path) -> None:
    with zipfile.ZipFile(shareable) as archive:
        assert {(entry.date_time, entry.comment, entry.extra) for entry in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), b"", b"")
        }
    assert verify_alone.check(shareable, KEY.trusted())[0] == []
