"""A run asks while people answer: nothing that one process writes is lost by what another writes at the same time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from an_asking_run import Asking
from answering_children import answers_each, as_processes, asks
from spoken import Here

from robot.domain.errors import Refused
from robot.evidence.record.line import Kind
from robot.operators import operator_questions
from robot.operators.operator_questions import OperatorQuestion
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, begin

ROUNDS = 50
SNAPSHOTS = OperatorQuestion("snapshots", "site-check-snapshots", "Who took them?")


@pytest.fixture
def run(here: Here, tmp_path: Path) -> RunState:
    del here
    return begin({"ticket": "CHG1"}, tmp_path / "artifacts", "CHG1")


def test_no_question_that_is_asked_while_people_answer_is_lost_and_no_answer_either(run: RunState) -> None:
    exits = as_processes(
        (asks, (run.folder, "a-first", ROUNDS)),
        (asks, (run.folder, "b-second", ROUNDS)),
        (answers_each, (run.folder, "a-first", ROUNDS, "Ada")),
        (answers_each, (run.folder, "a-first", ROUNDS, "Bob")),
    )
    assert exits == [0, 0, 0, 0]
    assert [each.step for each in operator_questions.open_questions(run)] == [f"b-second-{number}" for number in range(ROUNDS)]
    given = operator_questions.answers(run)
    assert sorted((each.step, each.by) for each in given) == sorted(
        (f"a-first-{number}", by) for number in range(ROUNDS) for by in ("Ada", "Bob")
    )
    assert [each.number for each in given] == list(range(1, 2 * ROUNDS + 1)), "each has a number of its own"


def test_two_answers_at_once_are_both_recorded_each_with_its_proof(run: RunState) -> None:
    exits = as_processes(
        (asks, (run.folder, "b-sync", 1)),
        (answers_each, (run.folder, "b-sync", 1, "Ada")),
        (answers_each, (run.folder, "b-sync", 1, "Bob")),
    )
    assert exits == [0, 0, 0]
    answer = operator_questions.answer_to(Asking(run), "b-sync-0")
    assert answer is not None
    with EvidenceLog(run.evidence) as record:
        for _ in range(2):  # a resumed run does it again
            operator_questions.into_record(answer, Asking(run, record), {"unit": "b"})
        lines = [line for line in record.history.lines if line.kind == Kind.GATE]
    assert sorted(line.by for line in lines) == ["Ada", "Bob"]
    for line in lines:
        proof = (run.evidence / line.file).read_bytes()
        assert proof == f"by {line.by}".encode()
        assert hashlib.sha256(proof).hexdigest() == line.sha256


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ([("Ada", True), ("Bob", True)], "Bob"),
        ([("Ada", False), ("Bob", True)], "Ada"),
        ([("Ada", True), ("Bob", False)], "Bob"),
        ([("Ada", False), ("Ada", True)], "Ada"),
        ([("Ada", False), ("Bob", False), ("Ada", True)], "Bob"),
    ],
)
def test_of_several_answers_to_one_question_a_no_counts_unless_the_same_person_has_taken_it_back(
    run: RunState, words: list[tuple[str, bool]], counts: str
) -> None:
    operator_questions.ask(Asking(run), [SNAPSHOTS])
    for by, yes in words:
        operator_questions.submit_answer(run, "snapshots", by=by, note="", yes=yes, attach=None)
    answer = operator_questions.answer_to(Asking(run), SNAPSHOTS.step)
    assert answer is not None
    assert (answer.by, answer.yes) == (counts, all(dict(words).values()))


def test_who_answers_yes_after_another_persons_no_is_told_that_the_no_counts(run: RunState, here: Here) -> None:
    operator_questions.ask(Asking(run), [SNAPSHOTS])
    here("answer", run.name, "snapshots", "--by", "Ada", "--no")
    told = here("answer", run.name, "snapshots", "--by", "Bob")
    assert told.code == 0
    assert "but Ada answered no to the same question, and that counts" in told.sentence


def test_an_answer_to_a_question_that_the_run_has_closed_is_refused(run: RunState, here: Here) -> None:
    operator_questions.ask(Asking(run), [SNAPSHOTS])
    here("answer", run.name, "snapshots", "--by", "Ada")
    operator_questions.close_question(run, SNAPSHOTS.step)
    told = here("answer", run.name, "snapshots", "--by", "Bob")
    assert told.code == 2
    assert "does not ask for snapshots now" in told.sentence


def test_a_question_that_is_put_up_again_shows_its_newest_words(run: RunState) -> None:
    operator_questions.ask(Asking(run), [SNAPSHOTS])
    since = operator_questions.open_questions(run)[0].since
    operator_questions.ask(Asking(run), [OperatorQuestion(SNAPSHOTS.check, SNAPSHOTS.step, "Who took them on B?")])
    [question] = operator_questions.open_questions(run)
    assert (question.sentence, question.since) == ("Who took them on B?", since)


def test_what_earlier_code_has_kept_in_files_is_taken_over(run: RunState) -> None:
    folder = run.folder / "answers"
    folder.mkdir()
    old = {"step": "site-check-snapshots", "by": "Ada", "note": "", "yes": True, "utc": "2026-11-01T10:00:00.000Z", "number": 1}
    proof = {"attachment": "001-proof.txt", "sha256": "", "bytes": 5}
    (folder / "001-snapshots.json").write_text(json.dumps({"check": "snapshots", **old, **proof}), encoding="utf-8")
    (folder / "001-tested.json").write_text(json.dumps({"check": "tested", **old, "step": "site-tested"}), encoding="utf-8")
    (folder / "001-proof.txt").write_text("proof", encoding="utf-8")
    (run.folder / "asked.json").write_text(json.dumps([asdict(SNAPSHOTS) | {"step": "b-other"}]), encoding="utf-8")
    assert [each.step for each in operator_questions.open_questions(run)] == ["b-other"]
    assert [(each.number, each.check) for each in operator_questions.answers(run)] == [(1, "snapshots"), (2, "tested")]
    [first, _] = operator_questions.answers(run)
    assert (run.evidence / operator_questions.into_evidence(first, run)["file"]).read_text(encoding="utf-8") == "proof"


def test_questions_that_cannot_be_written_are_told_in_one_sentence_and_nothing_is_half_written(run: RunState) -> None:
    operator_questions.ask(Asking(run), [SNAPSHOTS])
    [store] = run.folder.glob("questions.sqlite")
    assert store.stat().st_mode & 0o777 == 0o600
    store.write_bytes(b"no database at all, but something else" * 100)
    with pytest.raises(Refused, match=r"questions and answers in .* cannot be read or written: file is not a database"):
        operator_questions.submit_answer(run, "snapshots", by="Ada", note="", yes=True, attach=None)
