"""The promises of gates and of people in mid-run: asked by name, answered by name, and nothing is lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from an_asking_run import Asking
from spoken import Here

from robot.domain.errors import Refused, UsageError
from robot.operators import handover, operator_questions
from robot.operators.operator_questions import OperatorQuestion
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, begin
from robot.runs.supervisor import performing

SETTINGS = {
    "site": {"target_version": "15.1.3"}, "a": {"address": "192.0.2.12"}, "b": {"address": "192.0.2.13"},
    "swing": {"method": "shared-ip", "shared_ip": "192.0.2.20"}, "update": {},
}  # fmt: skip


@pytest.fixture
def run(here: Here, tmp_path: Path) -> RunState:
    del here
    return begin({"ticket": "CHG1", "settings": SETTINGS, "rehearsal": False}, tmp_path / "artifacts", "CHG1")


@pytest.fixture
def asked(run: RunState) -> OperatorQuestion:
    question = OperatorQuestion("snapshots", "site-check-snapshots", "Who took them?", until="2026-12-02T02:00:00Z")
    operator_questions.ask(Asking(run), [question])
    return operator_questions.open_questions(run)[0]


def test_a_question_keeps_the_time_at_which_it_was_first_asked(run: RunState, asked: OperatorQuestion) -> None:
    operator_questions.ask(Asking(run), [OperatorQuestion("snapshots", asked.step, "Who took them?")])
    assert [each.since for each in operator_questions.open_questions(run)] == [asked.since]


def test_an_answer_carries_name_note_and_picture_and_takes_the_question_down(
    run: RunState, asked: OperatorQuestion, here: Here, tmp_path: Path
) -> None:
    proof = tmp_path / "a  picture;rm.png"
    proof.write_bytes(b"\x89PNG and so on")
    said = here("answer", run.name, "snapshots", "--by", "Ada Ops", "--note", "taken at 21:40", "--attach", proof)
    assert (said.code, said.out) == (0, "")
    assert said.sentence == f"snapshots: yes, by Ada Ops; go on with: failover-robot resume {run.name}"
    given = operator_questions.answer_to(Asking(run), asked.step)
    assert given is not None
    assert (given.by, given.note, given.yes, given.bytes) == ("Ada Ops", "taken at 21:40", True, 14)
    assert re.fullmatch(r"001-[A-Za-z0-9._-]+\.png", given.attachment)
    assert operator_questions.open_questions(run) == []
    line = operator_questions.into_evidence(given, run)
    assert (run.evidence / line["file"]).read_bytes() == proof.read_bytes()


def test_an_attached_log_is_kept_under_an_ending_that_ticket_systems_take(
    run: RunState, asked: OperatorQuestion, tmp_path: Path
) -> None:
    (tmp_path / "vCenter.LOG").write_bytes(b"snapshot taken")
    given = operator_questions.submit_answer(run, asked.check, by="Ada", note="", yes=True, attach=tmp_path / "vCenter.LOG")
    assert given.attachment == "001-vCenter.LOG.txt"


def test_the_newest_answer_counts_and_none_is_lost(run: RunState, asked: OperatorQuestion) -> None:
    operator_questions.submit_answer(run, "snapshots", by="Ada", note="no disk", yes=False, attach=None)
    operator_questions.ask(Asking(run), [asked])
    operator_questions.submit_answer(run, "site-check-snapshots", by="Bob", note="", yes=True, attach=None)
    assert [(each.by, each.yes) for each in operator_questions.answers(run)] == [("Ada", False), ("Bob", True)]
    newest = operator_questions.answer_to(Asking(run), asked.step)
    assert newest is not None
    assert newest.by == "Bob"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["jump_client", "--by", "Ada"], "does not ask for jump_client now; it asks for: snapshots"),
        (["snapshots", "--by", " "], "--by needs the name of the person who answers"),
        (["snapshots", "--by", "Ada", "--attach", "none.png"], "--attach none.png cannot be read: No such file or directory"),
        (["snapshots", "--by", "Ada", "--attach", "virus.exe"], "--attach virus.exe: give a picture or a document"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_one_sentence_and_changes_nothing(
    run: RunState, asked: OperatorQuestion, here: Here, tmp_path: Path, words: list[str], sentence: str
) -> None:
    (tmp_path / "virus.exe").write_bytes(b"MZ")
    said = here("answer", run.name, *words)
    assert said.code == 2
    assert sentence in said.sentence
    assert operator_questions.open_questions(run) == [asked]
    assert operator_questions.answers(run) == []


def test_an_answer_to_a_run_that_asks_nothing_says_so(run: RunState, here: Here) -> None:
    said = here("answer", run.name, "snapshots", "--by", "Ada")
    assert said.code == 2
    assert "it asks for nothing" in said.sentence


def test_status_lists_what_is_asked_with_the_command_that_answers_it(run: RunState, asked: OperatorQuestion, here: Here) -> None:
    told = here("status", run.name).out
    assert f"asked    snapshots: {asked.sentence}" in told
    assert f"failover-robot answer {run.name} snapshots --by NAME --note TEXT" in told
    assert json.loads(here("status", run.name, "--json").out)["asked"][0]["until"] == "2026-12-02T02:00:00Z"


# -- hand-over and take-back --------------------------------------------------------------------------------------------


@pytest.fixture
def half_done(run: RunState) -> RunState:
    with EvidenceLog(run.evidence) as record:
        record.append("reading", "a-download-backup", unit="a")
        record.append("intent", "b-sync-now", unit="b")
        record.append("proved", "b-sync-now", unit="b")
        record.append("intent", "b-break-failover-relationships", unit="b")
    return run


def test_a_hand_over_prints_what_is_left_and_names_what_is_pressed_already(half_done: RunState, here: Here) -> None:
    said = here("hand-over", half_done.name, "--by", "Ada")
    assert said.code == 0
    first = said.out.splitlines()[1]
    assert "Break Failover Relationships - PRESSED already, not proved: look first" in first
    assert "Sync Now; wait" not in said.out.splitlines()[1]
    assert "Establish Relationship, with A as the backup" in said.out
    assert f"failover-robot take-back {half_done.name} --by NAME" in said.err


def test_what_a_person_has_in_hand_is_not_gone_on_with(half_done: RunState, here: Here) -> None:
    here("hand-over", half_done.name, "--by", "Ada")
    said = here("resume", half_done.name)
    assert said.code == 4
    assert said.sentence.startswith("Ada has the pair in hand since ")
    assert here("hand-over", half_done.name, "--by", "Bob").code == 4
    assert "in the hands of Ada since" in here("status", half_done.name).out


def test_the_record_says_who_took_it(half_done: RunState, here: Here) -> None:
    here("hand-over", half_done.name, "--by", "Ada Ops")
    last = json.loads((half_done.evidence / "evidence.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["step"], last["by"]) == ("site-hand-over", "Ada Ops")


def test_what_was_not_handed_over_is_not_taken_back(half_done: RunState, here: Here) -> None:
    said = here("take-back", half_done.name, "--by", "Ada")
    assert said.code == 2
    assert "was not handed over to anybody" in said.sentence


def test_a_run_in_progress_lets_go_or_the_hand_over_says_that_it_does_not(
    half_done: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "_LETS_GO", 0.5)
    with performing(half_done):
        with pytest.raises(Refused, match="does not let go"):
            handover.hand_over(half_done, "Ada")
        assert half_done.asked_to_stop
    assert handover.current_handover(half_done) is None


def test_a_hand_over_needs_a_name(half_done: RunState) -> None:
    with pytest.raises(UsageError, match="--by needs the name"):
        handover.hand_over(half_done, "\n")
    assert handover.current_handover(half_done) is None
