"""Verifying a pack: whatever was changed is found, and named; nothing makes it fall over."""

import io
import json
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forging import Contents, opened, rechained, redigest, written
from made_run import MadeRun, a_finished_run, begin
from PIL import Image

from robot.evidence.pack import agreement, sealing, verify_alone
from robot.evidence.pack.verification import Verdict, verify
from robot.evidence.record import chain

PICTURE = "shots/001-b-sync-now-before.png"
HOLDS = "Every recorded digest holds: each file that was sealed is there, as it was sealed."


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealing.seal(a_finished_run(tmp_path_factory.mktemp("sealed")).folder)


def remade(path: Path, change: Callable[[Contents], object], into: Path, *, manifest: bool = True) -> Verdict:
    """Change a pack's contents as somebody would who knows the format; the manifest is made to agree where asked."""
    contents = opened(path)
    change(contents)
    if manifest:
        redigest(contents)
    return in_both_ways(written(contents, into / path.name))


def in_both_ways(pack: Path) -> Verdict:
    """Verify a pack, and see that the script in it falls over nothing and is no stricter than the robot."""
    verdict = verify(pack)
    findings, facts = verify_alone.check(pack, verify_alone.KeyRing())
    assert verdict.word in {verify_alone.verdict_of(findings, facts), verify_alone.BROKEN}
    return verdict


def resummarised(sealed: Path, tmp_path: Path, **instead: Any) -> str:
    def change(contents: Contents) -> None:
        contents["summary.json"] = json.dumps({**json.loads(contents["summary.json"]), **instead}).encode()

    return "\n".join(remade(sealed, change, tmp_path).findings)


def rerecorded(sealed: Path, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object]) -> str:
    def mend(contents: Contents) -> None:
        contents["evidence.jsonl"] = rechained(contents["evidence.jsonl"], change)

    return "\n".join(remade(sealed, mend, tmp_path).findings)


def test_an_untouched_pack_verifies_and_says_what_it_is(sealed: Path) -> None:
    verdict = verify(sealed)
    assert verdict.ok
    assert verdict.findings == ()
    told = {name: verdict.facts[name] for name in ("run", "ticket", "state", "outcome", "lines", "presses", "pictures")}
    assert told == {
        "run": "20261122T220000Z-ab12",
        "ticket": "CHG0031337",
        "state": "sealed",
        "outcome": "done",
        "lines": 6,
        "presses": 2,
        "pictures": 4,
    }
    assert verdict.facts["pack_sha256"] == chain.file_digest(sealed)


def test_a_changed_byte_anywhere_is_found_or_said_to_be_of_the_packing_alone(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    target = tmp_path / sealed.name
    chance = random.Random(7)
    with zipfile.ZipFile(sealed) as source:
        start = source.start_dir
        headers = [entry.header_offset + at for entry in source.infolist()[:3] for at in range(30)]
    places = [
        *headers,
        *range(start, start + 60),
        *range(len(whole) - 22, len(whole)),
        *chance.choices(range(start), k=60),
    ]
    for place in places:
        target.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        verdict = verify(target)
        if verdict.ok:  # such as a date, of which a program that packs the archive again makes another one too
            assert verdict.facts["repacked"], f"byte {place}"
            assert verdict.facts["sealed_sha256"] == chain.file_digest(sealed)
            assert verdict.notices[0] == HOLDS


def test_a_changed_byte_of_a_file_is_found_under_its_name(sealed: Path, tmp_path: Path) -> None:
    whole = bytearray(sealed.read_bytes())
    target = tmp_path / sealed.name
    with zipfile.ZipFile(sealed) as source:
        entries = source.infolist()
    for entry in entries:
        changed = whole.copy()
        changed[entry.header_offset + 30 + len(entry.filename) + entry.file_size // 2] ^= 1
        target.write_bytes(changed)
        assert any(finding.startswith(entry.filename) for finding in verify(target).findings)


@pytest.mark.parametrize("name", [PICTURE, "shots/003-b-break-before.png", "report.html", "summary.json"])
def test_a_forged_file_is_found_by_the_manifest(sealed: Path, tmp_path: Path, name: str) -> None:
    verdict = remade(sealed, lambda c: c.update({name: c[name] + b" "}), tmp_path, manifest=False)
    assert f"{name}: its content is not what the manifest says (digest or size differ)." in verdict.findings


def test_a_forged_picture_with_a_forged_manifest_is_found_by_the_record(sealed: Path, tmp_path: Path) -> None:
    verdict = remade(sealed, lambda c: c.update({PICTURE: c["shots/004-b-break-after.png"]}), tmp_path)
    assert verdict.findings == (f"{PICTURE}: it is not the file that line 2 of the record names (digest or size differ).",)


@pytest.mark.parametrize("change", ["drop", "swap", "edit", "add"])
def test_a_forged_line_is_found_by_the_chain(sealed: Path, tmp_path: Path, change: str) -> None:
    def forge(contents: Contents) -> None:
        lines = chain.split_lines(contents["evidence.jsonl"])[0]
        if change == "drop":
            del lines[3]
        elif change == "swap":
            lines[2], lines[3] = lines[3], lines[2]
        elif change == "edit":
            lines[1] = lines[1].replace(b"yesterday", b"tomorrow")
        else:
            lines.insert(2, lines[1])
        contents["evidence.jsonl"] = b"".join(raw + b"\n" for raw in lines)

    assert "chain broken" in "\n".join(remade(sealed, forge, tmp_path).findings)


def test_a_file_added_or_taken_away_is_named(sealed: Path, tmp_path: Path) -> None:
    added = remade(sealed, lambda c: c.update({"shots/900-b-x-after.png": c[PICTURE]}), tmp_path, manifest=False)
    assert "shots/900-b-x-after.png: it is additional: it is in the pack, but not in the manifest." in added.findings
    taken = remade(sealed, lambda c: c.pop(PICTURE), tmp_path, manifest=False)
    assert f"{PICTURE}: the manifest names it, but it is missing or unreadable." in taken.findings
    for name in ("evidence.jsonl", "summary.json", "report.html", PICTURE):
        assert name in "\n".join(remade(sealed, lambda c, name=name: c.pop(name), tmp_path).findings)


@pytest.mark.proves("BS3")
def test_backups_and_secrets_do_not_belong_into_a_pack(sealed: Path, tmp_path: Path) -> None:
    for name in (".env", "backups/a.nsb", "state.sqlite"):
        verdict = remade(sealed, lambda c, name=name: c.update({name: b"x"}), tmp_path)
        assert f"{name}: it does not belong into a pack." in verdict.findings


def test_an_orphan_is_a_finding_unless_the_record_explains_it(sealed: Path, tmp_path: Path) -> None:
    verdict = remade(sealed, lambda c: c.update({"shots/900-b-x-after.png": c[PICTURE]}), tmp_path)
    assert verdict.facts["orphans"] == ["shots/900-b-x-after.png"]
    assert len(verdict.findings) == 1
    run = begin(tmp_path)
    shot = run.shot("b-x", "after")
    run.note("note", "site-record", text="pictures that a crash left without a line", orphans=[shot["file"]])
    run.summarise(outcome="refused", exit_code=3)
    explained = verify(sealing.seal(run.folder))
    assert explained.ok
    assert explained.facts["orphans"] == [shot["file"]]


@pytest.mark.parametrize("name", ["../evil.png", "/etc/passwd", "shots/../../x", "C:\\x", "a//b", "./x", "x\n", ""])
def test_a_path_that_leads_elsewhere_is_found_and_not_read(sealed: Path, tmp_path: Path, name: str) -> None:
    verdict = remade(sealed, lambda c: c.update({name: b"x"}), tmp_path)
    assert f"{name!r}: a path like this has no place in a pack." in verdict.findings


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_doubles_and_files_that_swell_are_found(sealed: Path, tmp_path: Path) -> None:
    def with_member(entry: zipfile.ZipInfo, method: int = zipfile.ZIP_STORED, size: int = 5000) -> str:
        target = tmp_path / sealed.name
        shutil.copy(sealed, target)
        with zipfile.ZipFile(target, "a") as changed:
            changed.writestr(entry, b"0" * size, method)
        return "\n".join(verify(target).findings)

    link = zipfile.ZipInfo("shots/link.png")
    link.external_attr = 0o120777 << 16
    assert "not a plain file but a link" in with_member(link)
    assert "stands in the archive twice" in with_member(zipfile.ZipInfo(PICTURE))
    bomb = with_member(zipfile.ZipInfo("shots/big.png"), zipfile.ZIP_DEFLATED, 10**7)
    assert "it unpacks to more than 200 times its size, as no file of a pack does; it is not read" in bomb


def test_a_picture_that_is_none_is_named(sealed: Path, tmp_path: Path) -> None:
    for data, words in (
        (b"GIF89a", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "first chunk"),
    ):
        verdict = remade(sealed, lambda c, data=data: c.update({PICTURE: data}), tmp_path)
        assert any(PICTURE in finding and words in finding for finding in verdict.findings)
    whole = opened(sealed)[PICTURE]
    for data, words in (
        (whole[:-5], "cut off"),
        (whole + b"MZ", "behind its end"),
        (whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], "checksum"),
    ):
        verdict = remade(sealed, lambda c, data=data: c.update({PICTURE: data}), tmp_path)
        assert any(PICTURE in finding and words in finding for finding in verdict.findings)


def test_what_is_no_pack_gets_one_sentence(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    for data in (b"", b"PK", b"%PDF-1.7", whole[: len(whole) // 2], whole[:-1], whole[:-22], b"\0" * 5000):
        target = tmp_path / "x.zip"
        target.write_bytes(data)
        verdict = verify(target)
        assert not verdict.ok
        assert len(verdict.findings) == 1
        assert "\n" not in verdict.findings[0]
    assert len(verify(tmp_path / "none.zip").findings) == 1
    assert len(verify(tmp_path).findings) == 1
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    (tmp_path / "x.zip").write_bytes(empty.getvalue())
    assert "manifest.json is missing." in verify(tmp_path / "x.zip").findings


def test_something_before_or_behind_the_archive_is_found(sealed: Path, tmp_path: Path) -> None:
    target = tmp_path / sealed.name
    for data in (b"MZ" + sealed.read_bytes(), sealed.read_bytes() + b"\0"):
        target.write_bytes(data)
        assert not verify(target).ok


def repacked(sealed: Path, target: Path, *, folder: str = "", separator: str = "/", more: Contents | None = None) -> Verdict:
    """Pack a pack's contents again as another program does: in another order, compressed, with dates and entries for folders."""
    contents = {**opened(sealed), **(more or {})}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ["shots/", *sorted(contents, reverse=True)]:
            archive.writestr(
                f"{'' if name.startswith('__MACOSX') else folder}{name}".replace("/", separator), contents.get(name, b"")
            )
    return in_both_ways(target)


@pytest.mark.parametrize(
    ("name", "folder", "separator"),
    [
        ("20261122T220000Z-ab12.zip", "", "/"),
        ("pack.zip.txt", "", "/"),
        ("CHG0031337.zip", "CHG0031337/", "/"),
        ("CHG0031337.zip", "work/CHG 0031337 (für Müller)/", "/"),
        ("from-windows.zip", "CHG0031337/", "\\"),
    ],
)
def test_a_pack_that_was_packed_again_verifies_by_its_contents_and_says_so(
    sealed: Path, tmp_path: Path, name: str, folder: str, separator: str
) -> None:
    verdict = repacked(sealed, tmp_path / name, folder=folder, separator=separator)
    assert verdict.findings == ()
    assert verdict.ok
    assert verdict.notices[0] == HOLDS
    assert (
        f"packed again on its way. By its contents the sealed one has the SHA-256 {chain.file_digest(sealed)}"
        in verdict.notices[1]
    )
    renamed = verify(Path(shutil.copy(sealed, tmp_path / f"{name}.txt")))
    assert (renamed.ok, renamed.notices) == (True, ()), "a name alone changes nothing"


def test_a_macs_hidden_files_are_named_as_additional_and_every_recorded_digest_holds(sealed: Path, tmp_path: Path) -> None:
    hidden = {"__MACOSX/CHG0031337/shots/._001.png": b"x", ".DS_Store": b"x", "shots/.DS_Store": b"x", "._manifest.json": b"x"}
    verdict = repacked(sealed, tmp_path / "x.zip", folder="CHG0031337/", more=hidden)
    assert {finding.split(": it is additional: ")[0] for finding in verdict.findings} == hidden.keys()
    assert verdict.notices[0] == HOLDS


def test_a_record_with_the_line_ends_of_windows_is_named_once(sealed: Path, tmp_path: Path) -> None:
    record = opened(sealed)["evidence.jsonl"].replace(b"\n", b"\r\n")
    verdict = repacked(sealed, tmp_path / "x.zip", more={"evidence.jsonl": record})
    assert verdict.findings == (
        "evidence.jsonl: its line ends were changed to those of Windows (CRLF); apart from them it is as it was sealed.",
    )
    assert verdict.notices == ()


def test_a_picture_that_was_made_smaller_on_the_way_is_named(sealed: Path, tmp_path: Path) -> None:
    smaller = io.BytesIO()
    Image.open(io.BytesIO(opened(sealed)[PICTURE])).save(smaller, "png", optimize=True)
    verdict = repacked(sealed, tmp_path / "x.zip", more={PICTURE: smaller.getvalue()})
    assert verdict.findings[0] == f"{PICTURE}: its content is not what the manifest says (digest or size differ)."
    assert {finding.split(":")[0] for finding in verdict.findings} == {PICTURE}
    assert verdict.notices == ()


def test_bytes_that_belong_to_no_file_of_the_archive_are_found(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    with zipfile.ZipFile(sealed) as source:
        second = source.infolist()[1].header_offset
    hidden = bytearray(whole[:second] + b"hidden!" + whole[second:])
    place = hidden.index(b"PK\1\2")
    for entry in range(len(opened(sealed))):  # every offset of the table, and the table's own, is moved by as much
        name, extra, comment = struct.unpack_from("<3H", hidden, place + 28)
        offset = struct.unpack_from("<I", hidden, place + 42)[0]
        struct.pack_into("<I", hidden, place + 42, offset + (7 if entry else 0))
        place += 46 + name + extra + comment
    struct.pack_into("<I", hidden, len(hidden) - 6, place_of_table(whole) + 7)
    (tmp_path / sealed.name).write_bytes(hidden)
    assert "7 bytes before " in verify(tmp_path / sealed.name).findings[0]


def place_of_table(whole: bytes) -> int:
    return struct.unpack_from("<I", whole, len(whole) - 6)[0]


def test_an_open_pack_cannot_pass_for_a_final_one(run: MadeRun, sealed: Path, tmp_path: Path) -> None:
    partial = sealing.seal(run.folder, partial=True)
    renamed = Path(shutil.copy(partial, tmp_path / "20261122T220000Z-ab12.zip"))
    assert verify(renamed).findings == ("20261122T220000Z-ab12.zip: the name of a final pack on an open one.",)
    assert any("OPEN.txt" in each for each in remade(partial, lambda c: c.pop("OPEN.txt"), tmp_path).findings)
    assert any("OPEN.txt" in each for each in remade(sealed, lambda c: c.update({"OPEN.txt": b""}), tmp_path).findings)


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        ({"exit_code": 4}, "does not go with exit code 4"),
        ({"outcome": "stopped", "exit_code": 3}, "the record holds a press"),
        ({"outcome": "already"}, "the record holds a press"),
        ({"outcome": "superb"}, "is no outcome"),
        ({"outcome": ["done"]}, "is no outcome"),
        ({"pack_sha256": "0" * 64}, "must be null"),
        ({"steps": []}, "which the record shows being pressed, is missing"),
        ({"steps": [{"name": "b-break", "state": "running"}]}, "step 'b-break' is 'running'"),
        ({"steps": [{"name": "x", "began": "2026-11-22T10", "ended": "2026-11-21T10"}]}, "ends before it begins"),
        ({"versions": None}, "the versions are missing"),
        ({"versions": {"a": {}, "b": {}}}, "A's version at the end is not known"),
        ({"site": {"target_version": "15.1.4"}}, "A ends with 15.1.3-38227, not 15.1.4"),
        ({"site": {"target_version": "5.1.3"}}, "A ends with 15.1.3-38227, not 5.1.3"),
        ({"swing_gap_ms": {"value": -1, "error": 0}}, "swing_gap_ms"),
        ({"exposure_s": "long"}, "exposure_s"),
        ({"run": "another"}, "its run 'another' is not the manifest's"),
        ({"ticket": "CHG1"}, "its ticket 'CHG1' is not the manifest's"),
    ],
)
def test_a_summary_that_says_otherwise_than_the_record_is_found(
    sealed: Path, tmp_path: Path, instead: dict[str, Any], words: str
) -> None:
    assert words in resummarised(sealed, tmp_path, **instead)


@pytest.mark.parametrize("target", ["15.1", "15.1.3", "15.1.3.0", "15.01.3"])
def test_a_target_in_other_words_is_the_same_release(sealed: Path, tmp_path: Path, target: str) -> None:
    assert "ends with" not in resummarised(sealed, tmp_path, site={"target_version": target})


def test_a_run_that_claims_done_has_proved_every_press(sealed: Path, tmp_path: Path) -> None:
    findings = rerecorded(sealed, tmp_path, lambda lines: lines.pop())
    assert "Step b-break: its press in line 5 is never proved, yet the run claims done." in findings
    assert "step 'b-break' claims done, but its press in line 5 is not proved" in findings


def test_a_second_press_of_one_step_needs_a_line_that_says_why(sealed: Path, tmp_path: Path) -> None:
    findings = rerecorded(sealed, tmp_path, lambda lines: lines.insert(2, lines[1]))
    assert "Step b-sync-now: pressed in line 2 and again in line 3, and no line says why." in findings

    def resumed(lines: list[dict[str, Any]]) -> None:
        lines[2:2] = [{**lines[1], "kind": "note", "step": "site-run", "text": "resumed", "file": ""}, lines[1]]

    assert rerecorded(sealed, tmp_path, resumed) == ""


def test_the_swing_presses_once_on_each_appliance_in_one_step(tmp_path: Path) -> None:
    run = begin(tmp_path)
    for unit in ("a", "b"):
        run.note("intent", "site-swing", unit=unit, **run.shot("site-swing", "before"))
    run.note("proved", "site-swing", unit="b", **run.shot("site-swing", "after"))
    run.summarise()
    assert verify(sealing.seal(run.folder)).findings == ()


def test_time_does_not_run_backwards(sealed: Path, tmp_path: Path) -> None:
    assert "before that of an earlier line" in rerecorded(
        sealed, tmp_path, lambda lines: lines[2].update(utc="2026-11-22T21:00:00.000Z")
    )
    assert "is not a UTC time" in rerecorded(sealed, tmp_path, lambda lines: lines[2].update(utc="yesterday"))
    assert rerecorded(sealed, tmp_path, lambda lines: lines[2].update(utc=lines[1]["utc"], monotonic=1.0)) == ""


ODD: list[Any] = [None, True, -1, 1e308, "", "../x", [], [[]], [None], {}, {"a": []}, {"files": {"x": 1}}]


@pytest.mark.parametrize("seed", range(40))
def test_no_odd_value_anywhere_makes_it_fall_over(sealed: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)

    def spoil(value: Any) -> Any:
        if chance.random() < 0.04:
            return chance.choice(ODD)
        if isinstance(value, dict):
            return {name: spoil(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
        return [spoil(item) for item in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType] - JSON

    def change(contents: Contents) -> None:
        for name in ("summary.json", "manifest.json"):
            contents[name] = json.dumps(spoil(json.loads(contents[name]))).encode()
        lines = chain.split_lines(contents["evidence.jsonl"])[0]
        contents["evidence.jsonl"] = b"".join(json.dumps(spoil(json.loads(raw))).encode() + b"\n" for raw in lines)

    verdict = remade(sealed, change, tmp_path, manifest=False)
    assert not verdict.ok
    assert all("\n" not in finding for finding in verdict.findings)


def test_whatever_error_a_strangers_bytes_cause_in_a_reader_the_pack_is_not_verified_and_it_is_told(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_lines: object) -> list[str]:
        raise ArithmeticError("of a kind that nobody has thought of")

    pack = written({**opened(sealed), "notes.txt": b"added"}, tmp_path / sealed.name)
    monkeypatch.setattr(agreement, "check_times", fail)
    verdict = verify(pack)
    assert (verdict.word, verdict.code) == (verify_alone.BROKEN, 7)
    assert verdict.findings[0].startswith("notes.txt: it is additional")
    assert verdict.findings[-1].endswith("a reader failed at it (ArithmeticError('of a kind that nobody has thought of')).")
