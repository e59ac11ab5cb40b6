"""The pictures of a run: each once, none overwritten, and never one too few before a press."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from robot.domain.errors import Refused
from robot.evidence.record.line import OF_THE_RECORD
from robot.runs import picture_folder
from robot.runs.evidence_log import EvidenceLog


def picture(colour: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "PNG")
    return stream.getvalue()


def shots(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "shots").iterdir())


def keep(record: EvidenceLog, step: str, when: str, data: bytes) -> dict[str, Any]:
    fields = record.keep_picture(step, when, data)
    record.append("reading", step, **fields)
    return fields


def test_equal_pictures_are_stored_once_and_each_line_tells_its_own_moment(tmp_path: Path) -> None:
    with EvidenceLog(tmp_path) as record:
        first, other = keep(record, "b-x", "before", picture("red")), keep(record, "b-x", "after", picture("blue"))
        again = keep(record, "b-y", "before", picture("red"))
        assert again["file"] == first["file"] == "shots/001-b-x-before.png"
        assert other["file"] == "shots/002-b-x-after.png"
        assert [line.moment for line in record.history.lines] == ["before", "after", "before"]
        assert record.last_picture("b-y", "before") == tmp_path / "shots/001-b-x-before.png"
    with EvidenceLog(tmp_path) as record:  # as after a crash
        assert keep(record, "b-z", "failed", picture("blue"))["file"] == other["file"]
        assert record.history.lines[-1].moment == "failed"
    assert shots(tmp_path) == ["001-b-x-before.png", "002-b-x-after.png"]


def test_a_picture_whose_equal_was_altered_or_lost_is_stored_itself(tmp_path: Path) -> None:
    with EvidenceLog(tmp_path) as record:
        first = keep(record, "b-x", "before", picture("red"))
        (tmp_path / first["file"]).write_bytes(b"altered")
        second = keep(record, "b-y", "before", picture("red"))
        assert second["file"] == "shots/002-b-y-before.png"
        (tmp_path / second["file"]).unlink()
        assert (tmp_path / keep(record, "b-z", "before", picture("red"))["file"]).is_file()


def test_above_the_cap_looks_go_without_pictures_presses_never_and_the_record_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EvidenceLog(tmp_path) as record:
        record.require_room_for_looks()
        monkeypatch.setattr(picture_folder, "MOST_BYTES", len(picture("red")))
        keep(record, "b-x", "before", picture("red"))
        for _ in range(2):
            with pytest.raises(Refused, match="the pictures of this run have reached"):
                record.require_room_for_looks()
        notes = [line.text for line in record.history.of_step(OF_THE_RECORD)]
        assert len(notes) == 1
        assert "every press with one" in notes[0]
        assert (tmp_path / keep(record, "b-y", "before", picture("green"))["file"]).is_file()


def test_two_thousand_equal_looks_keep_one_picture(tmp_path: Path) -> None:
    with EvidenceLog(tmp_path) as record:
        fields = [record.keep_picture(f"b-look-{number}", "after", picture("red")) for number in range(2_000)]
    assert {each["file"] for each in fields} == {"shots/001-b-look-0-after.png"}
    assert len(shots(tmp_path)) == 1
