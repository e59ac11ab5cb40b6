"""The pack: made once, always the same, and nothing in it that does not belong there."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from made_run import MadeRun, a_finished_run, begin

from robot.evidence.pack import sealing
from robot.evidence.pack.packing import SealRefused
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def manifest(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def test_a_pack_holds_record_pictures_report_summary_and_manifest(run: MadeRun) -> None:
    path = sealing.seal(run.folder)
    assert path == run.folder / "20261122T220000Z-ab12.zip"
    pictures = sorted(Path(line["file"]).name for line in run.lines if line["file"])
    assert names(path) == sorted(
        [
            "SHA256SUMS",
            "VERIFYING.txt",
            "evidence.jsonl",
            "exports/checks.xml",
            "exports/summary.md",
            "exports/timeline.csv",
            "manifest.json",
            "report.html",
            "summary.json",
            "verify.py",
            *(f"shots/{name}" for name in pictures),
        ]
    )
    assert manifest(path)["state"] == "sealed"


def test_no_ticket_system_refuses_a_name_in_a_pack(run: MadeRun) -> None:
    for name in names(sealing.seal(run.folder)):
        assert re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*", name)
        assert not name.lower().endswith((".log", ".sh", ".dat", ".cab"))


def test_the_same_folder_makes_the_same_bytes(tmp_path: Path) -> None:
    one, other = (sealing.seal(a_finished_run(tmp_path / name).folder) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_pack_is_made_once_and_named_in_the_summary(run: MadeRun) -> None:
    path = sealing.seal(run.folder)
    made = path.stat().st_ino, path.read_bytes()
    told = json.loads((run.folder / "summary.json").read_text("utf-8"))
    assert told["pack_sha256"] == chain.file_digest(path)
    assert sealing.seal(run.folder) == path
    assert (path.stat().st_ino, path.read_bytes()) == made
    path.unlink()
    assert sealing.seal(run.folder).read_bytes() == made[1], "a lost pack is made again, the same"


def test_a_seal_that_was_cut_off_before_the_summary_is_finished_by_the_next(run: MadeRun) -> None:
    before = (run.folder / "summary.json").read_bytes()
    path = sealing.seal(run.folder)
    (run.folder / "summary.json").write_bytes(before)
    sealing.seal(run.folder)
    assert chain.file_digest(path).encode() in (run.folder / "summary.json").read_bytes()


@pytest.mark.parametrize("name", ["evidence.jsonl", "summary.json", "report.html", "shots/001-b-sync-now-before.png"])
def test_a_pack_that_no_longer_agrees_is_left_as_it_is(run: MadeRun, name: str) -> None:
    path = sealing.seal(run.folder)
    sealed = path.read_bytes()
    run.edit(name, lambda data: data.replace(b"primary", b"PRIMARY").replace(b'"done"', b'"DONE"') + b"\n")
    with pytest.raises((SealRefused, chain.BrokenRecord)) as refused:
        sealing.seal(run.folder)
    assert name in str(refused.value)
    assert path.read_bytes() == sealed


def test_what_stands_there_and_is_no_pack_is_left_as_it_is(run: MadeRun) -> None:
    path = run.folder / f"{run.folder.name}.zip"
    path.write_bytes(b"something else")
    with pytest.raises(SealRefused, match="not a readable pack"):
        sealing.seal(run.folder)
    assert path.read_bytes() == b"something else"


def test_lines_that_say_sealed_may_follow_the_seal(run: MadeRun) -> None:
    path = sealing.seal(run.folder)
    run.note("sealed", "site-seal", sha256=chain.file_digest(path))
    assert sealing.seal(run.folder) == path
    run.note("note", "site-run", text="something else happened")
    with pytest.raises(SealRefused, match=r"evidence\.jsonl"):
        sealing.seal(run.folder)


def test_nothing_unexpected_is_taken_in_and_all_of_it_is_named(run: MadeRun) -> None:
    strangers = [".env", "a.nsb", "backups/a.nsb", "shots/.hidden.png", "shots/notes.txt", "state.sqlite", "x.pem"]
    for name in strangers:
        path = run.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"secret")
    (run.folder / "shots/009-b-link-after.png").symlink_to(run.folder / ".env")
    path = sealing.seal(run.folder)
    expected = sorted([*strangers, "shots/009-b-link-after.png"])
    assert sealing.left_out(run.folder) == expected
    assert manifest(path)["left_out"] == expected
    assert b"secret" not in path.read_bytes()
    assert verify(path).ok


def test_a_partial_pack_is_marked_open_in_name_manifest_and_a_file(run: MadeRun) -> None:
    path = sealing.seal(run.folder, partial=True)
    assert path.name == "20261122T220000Z-ab12-partial-6.zip"
    assert "OPEN.txt" in names(path)
    assert manifest(path)["state"] == "OPEN"
    assert verify(path).ok
    assert json.loads((run.folder / "summary.json").read_text("utf-8"))["pack_sha256"] is None
    run.note("note", "site-run", text="more")
    assert sealing.seal(run.folder, partial=True).name.endswith("-partial-7.zip")
    assert path.exists()


def test_a_partial_pack_of_a_run_without_a_summary_or_with_a_torn_line_is_made(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("intent", "b-sync-now", unit="b", **run.shot("b-sync-now", "before"))
    run.edit("evidence.jsonl", lambda data: data + b'{"seq":2,')
    verdict = verify(sealing.seal(run.folder, partial=True))
    assert verdict.findings == ()


def test_a_run_without_an_outcome_is_not_sealed_for_good(tmp_path: Path) -> None:
    run = begin(tmp_path)
    with pytest.raises(SealRefused, match="nothing to seal"):
        sealing.seal(run.folder)
    run.note("note", "site-run", text="begun")
    with pytest.raises(SealRefused, match="no outcome yet"):
        sealing.seal(run.folder)
    run.summarise()
    run.edit("evidence.jsonl", lambda data: data + b"{")
    with pytest.raises(SealRefused, match="in the middle of a line"):
        sealing.seal(run.folder)


def test_a_seal_that_fails_leaves_nothing_behind(run: MadeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealing, "write_archive", fail)
    with pytest.raises(OSError, match="No space left"):
        sealing.seal(run.folder)
    assert not [path.name for path in run.folder.iterdir() if ".zip" in path.name]
