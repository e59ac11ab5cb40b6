"""How a run ends is told in one sentence, with the right exit code, also where its papers cannot be made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import a_begun_run
import jinja2
import pytest
from a_pair_file import ENVIRONMENT, PAIR
from spoken import Here, Said

from robot.cli.lifecycle import performance
from robot.evidence.report import html_page
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.runs.supervisor import Ended, performing


@pytest.fixture
def begun(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunState:
    del here
    (tmp_path / "pair.toml").write_text(PAIR, "utf-8")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return a_begun_run.begun(tmp_path / "pair.toml")


def end(here: Here, run: RunState, monkeypatch: pytest.MonkeyPatch, ended: Ended, spoil: Callable[[], object]) -> Said:
    """Resume a run whose upgrade ends at once, and spoil something before it is closed."""

    def supervise(*_: Any) -> Ended:
        with EvidenceLog(run.evidence) as record:
            record.append("intent", "b-sync-now", unit="b")
            record.append("proved", "b-sync-now", unit="b")
        spoil()
        return ended

    monkeypatch.setattr(performance, "supervise", supervise)
    return here("resume", run.name)


DONE = Ended("done", 0, "")


def raise_undefined(_: Path) -> str:
    raise jinja2.UndefinedError("'story' is undefined")


def test_a_report_that_cannot_be_drawn_does_not_hide_that_the_upgrade_is_done(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = end(here, begun, monkeypatch, DONE, lambda: monkeypatch.setattr(html_page, "page", raise_undefined))
    log = begun.folder / "robot.log"
    assert said.code == 4
    assert said.sentence == (
        "the run has ended (done); its report or pack could not be made: a fault of the robot's own, "
        f"UndefinedError(\"'story' is undefined\"), which stands in {log}. Report it, then: failover-robot seal {begun.name}"
    )
    assert "UndefinedError" in log.read_text("utf-8")
    assert [line.kind for line in begun.history.lines] == ["intent", "proved", "sealed", "note"]
    monkeypatch.undo()
    assert begun.summary["outcome"] == "done"


def test_a_pack_that_stands_there_and_is_another_one_does_not_hide_that_the_upgrade_is_done(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = begun.evidence / f"{begun.name}.zip"
    said = end(here, begun, monkeypatch, DONE, lambda: pack.write_bytes(b"another file"))
    assert said.code == 4
    assert f"{pack.name} stands there and is not a readable pack" in said.sentence
    assert said.sentence.endswith(f"it is left as it is. Set that right, then: failover-robot seal {begun.name}")
    assert begun.summary["outcome"] == "done"
    pack.unlink()
    assert here("seal", begun.name).code == 0
    assert begun.summary["pack_sha256"]


@pytest.mark.parametrize("ended", [DONE, Ended("refused", 3, "A is not primary."), Ended("stalled", 5, "B is silent.")])
def test_a_record_that_was_damaged_is_told_in_one_sentence_and_left_as_it_is(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch, ended: Ended
) -> None:
    record = begun.evidence / "evidence.jsonl"
    copy = record.with_suffix(".copy")

    def damage() -> None:
        shutil.copy(record, copy)
        record.write_bytes(record.read_bytes().replace(b'"seq":1', b'"seq":1x'))

    said = end(here, begun, monkeypatch, ended, damage)
    assert said.code == (5 if ended.code == 5 else 4)
    assert said.sentence.startswith(ended.sentence.removesuffix(".") or "the run has ended (done)")
    assert "evidence.jsonl is not readable as JSON" in said.sentence
    assert record.read_bytes() == copy.read_bytes().replace(b'"seq":1', b'"seq":1x')
    assert here("status", begun.name).code == 4
    shutil.copy(copy, record)
    assert here("status", begun.name).code == 0


def left_of_a_backup(run: RunState) -> Path:
    """What a kill leaves between a backup's arrival and its encryption."""
    settings = run.facts["settings"]
    folder = Path(settings["folder"]) / settings["backup"]["directory"]
    folder.mkdir(exist_ok=True)
    part = folder / f".{run.name}-a.part"
    part.write_bytes(b"a plain backup")
    return part


def test_a_plain_backup_that_a_kill_has_left_is_told_by_status_and_gone_before_a_run_goes_on(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = left_of_a_backup(begun)
    kept = part.with_name(f"{begun.name}-a-backup.nsb")
    kept.write_bytes(b"a whole backup")
    assert f"backup   {part} is left of one that was cut off, perhaps in plain" in here("status", begun.name).out
    found = list[bool]()
    said = end(here, begun, monkeypatch, DONE, lambda: found.append(part.exists()))
    sentence = f"removed what a kill had left of a backup: {part}"
    assert found == [False]
    assert kept.exists()
    assert f"failover-robot: {sentence}" in said.err
    assert sentence in [line.text for line in begun.history.lines]
    assert "cut off" not in here("status", begun.name).out


def test_what_the_kill_of_the_performing_process_leaves_is_gone_when_its_run_is_closed(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = end(here, begun, monkeypatch, DONE, lambda: left_of_a_backup(begun))
    assert "removed what a kill had left of a backup" in said.err
    assert begun.cut_off_backups == []


def test_another_run_removes_it_too_unless_a_process_performs_the_run_that_it_is_of(
    here: Here, begun: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_begun_run.begun(Path(begun.facts["pair_file"]))
    part = left_of_a_backup(other)
    with performing(other):
        assert store.remove_cut_off_backups(begun) == ([], [])
    assert part.exists()
    end(here, begun, monkeypatch, DONE, lambda: None)
    assert not part.exists()


def test_a_plain_backup_that_cannot_be_removed_is_told(begun: RunState, monkeypatch: pytest.MonkeyPatch) -> None:
    part = left_of_a_backup(begun)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    gone, (sentence,) = store.remove_cut_off_backups(begun)
    assert gone == []
    assert sentence == f"{part}, which may be a backup in plain, cannot be removed (Permission denied): remove it by hand"
