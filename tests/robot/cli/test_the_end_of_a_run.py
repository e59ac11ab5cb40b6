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
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.runs.supervisor import Ended


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
