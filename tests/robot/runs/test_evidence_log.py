"""The promises of the record: chained, flushed, one writer, nothing lost and nothing secret."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from a_disk import a_disk, fill

from robot.domain.errors import Refused
from robot.runs.evidence_log import EvidenceLog


def raw_lines(folder: Path) -> list[bytes]:
    return (folder / "evidence.jsonl").read_bytes().splitlines()


def test_each_line_carries_the_digest_of_the_line_before(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        for number in range(3):
            record.append("note", "site-x", text=str(number))
    raw = raw_lines(folder)
    assert [json.loads(line)["previous"] for line in raw] == ["", *(hashlib.sha256(line).hexdigest() for line in raw[:2])]
    assert [json.loads(line)["seq"] for line in raw] == [1, 2, 3]


def test_each_line_says_how_far_the_clock_may_be_wrong_and_who_says_what_stands_in_it(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        record.append("reading", "a-x", unit="a", interface="login", screen="Status", reading={})
        record.append("by_person", "a-x", unit="a", interface="login", by="Ann")
        record.append("note", "site-x", text="x")
    lines = [json.loads(line) for line in raw_lines(folder)]
    assert [line["source"] for line in lines] == ["page", "person", "robot"]
    for line in lines:
        assert line["clock"].keys() == {"offset_ms", "error_ms", "source"}
        known = line["clock"]["source"] == "synchronised"
        assert isinstance(line["clock"]["offset_ms"], float) is isinstance(line["clock"]["error_ms"], float) is known


def test_a_record_of_an_earlier_version_without_these_is_read_and_continued(folder: Path) -> None:
    old = {
        "seq": 1,
        "utc": "2026-11-22T22:00:00.000Z",
        "monotonic": 1.0,
        "kind": "note",
        "step": "site-x",
        "text": "old",
        "previous": "",
    }
    folder.mkdir()
    (folder / "evidence.jsonl").write_text(json.dumps(old) + "\n", encoding="utf-8")
    with EvidenceLog(folder) as record:
        record.append("note", "site-x", text="new")
        assert [line.text for line in record.history.lines] == ["old", "new"]


def test_every_field_of_the_contract_stands_in_every_line(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        line = record.append("note", "site-x")
    assert set(line.fields) >= {
        "seq", "utc", "monotonic", "unit", "address", "serial", "interface", "screen", "url", "step", "procedure", "kind",
        "reading", "file", "sha256", "bytes", "previous",
    }  # fmt: skip


def test_a_torn_tail_is_cut_and_the_next_line_says_so_with_its_digest(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        record.append("note", "site-x")
    with (folder / "evidence.jsonl").open("ab") as file:
        file.write(b'{"seq": 2, "to')
    with EvidenceLog(folder) as record:
        assert [line.kind for line in record.history.lines] == ["note", "torn"]
        assert record.history.lines[1].sha256 == hashlib.sha256(b'{"seq": 2, "to').hexdigest()


def test_a_picture_that_a_crash_left_without_a_line_is_listed_and_never_overwritten(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        record.keep_picture("b-x", "before", b"png")
    with EvidenceLog(folder) as record:
        assert record.history.lines[0].orphans == ("shots/001-b-x-before.png",)
        assert record.keep_picture("b-x", "before", b"png")["file"] == "shots/002-b-x-before.png"
        record.append("note", "b-x", file="shots/002-b-x-before.png")
    with EvidenceLog(folder) as record:
        assert len(record.history.lines) == 2, "it is listed once"


def test_pictures_are_numbered_on_past_a_thousand(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        (folder / record.keep_picture("b-x", "after", b"png")["file"]).with_name("1204-b-x-after.png").write_bytes(b"png")
        assert record.keep_picture("b-y", "after", b"another")["file"] == "shots/1205-b-y-after.png"


def test_the_newest_picture_of_a_step_is_the_one_with_the_highest_number(folder: Path) -> None:
    with EvidenceLog(folder) as record:
        first = folder / "shots" / "001-b-x-before.png"
        first.parent.mkdir()
        for number in ("098", "999", "1000"):
            first.with_name(f"{number}-b-x-before.png").write_bytes(b"png")
        first.with_name("1001-a-b-x-before.png").write_bytes(b"png")
        assert record.last_picture("b-x", "before") == first.with_name("1000-b-x-before.png")
        assert record.last_picture("b-x", "after") is None


def test_one_process_writes(folder: Path) -> None:
    with EvidenceLog(folder), pytest.raises(Refused, match="one run, one writer"):
        EvidenceLog(folder)


def test_a_secret_never_reaches_the_disk_even_where_a_page_says_it(folder: Path) -> None:
    with EvidenceLog(folder, hide=['s"ecret\\word']) as record:
        record.append("note", "site-x", text='the page shows s"ecret\\word here', reading={"value": 's"ecret\\word'})
    said = json.loads(raw_lines(folder)[0])
    assert (said["text"], said["reading"]) == ("the page shows [secret] here", {"value": "[secret]"})


def test_a_line_that_finds_no_room_was_not_written_at_all(tmp_path: Path) -> None:
    with a_disk(tmp_path / "disk", "1m") as disk, EvidenceLog(disk / "run") as record:
        record.append("note", "site-x", text="before")
        fill(disk)
        with pytest.raises(Refused, match=r"No space left on device\. Without evidence nothing is pressed; make room"):
            record.append("intent", "site-y", text="x" * 10_000)
        assert [json.loads(line)["text"] for line in raw_lines(disk / "run")] == ["before"]


def test_what_must_be_finished_has_kept_room_for_its_lines_on_a_disk_that_fills_up(tmp_path: Path) -> None:
    with a_disk(tmp_path / "disk", "6m") as disk, EvidenceLog(disk / "run") as record:
        with record.reserved_disk_space():
            fill(disk)
            for number in range(200):
                record.append("note", "site-x", text=f"{number} {'x' * 2000}")
        assert [line.seq for line in record.history.lines] == list(range(1, 201))
        assert not list((disk / "run").glob(".spare"))


def test_without_room_to_keep_nothing_is_begun_and_nothing_is_left_lying(tmp_path: Path) -> None:
    with a_disk(tmp_path / "disk", "2m") as disk, EvidenceLog(disk / "run") as record:
        with pytest.raises(Refused, match="Nothing is pressed; make room, 4 MiB at least"), record.reserved_disk_space():
            pytest.fail("it must not begin")
        assert [path.name for path in (disk / "run").iterdir()] == ["evidence.jsonl"]


def test_room_that_a_killed_process_kept_is_there_for_the_one_that_finishes(tmp_path: Path) -> None:
    with a_disk(tmp_path / "disk", "6m") as disk:
        (disk / "run").mkdir()
        (disk / "run" / ".spare").write_bytes(bytes(4 * 2**20))
        fill(disk)
        with EvidenceLog(disk / "run") as record:
            record.append("note", "site-x", text="x" * 100_000)
        assert len(record.history.lines) == 1
