"""Where the policy names answerers, an answer counts only with the signature of one of them, under their own name."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from a_plan import holder, openssh_line, private_file, public_key_of
from an_asking_run import Asking
from answer_attacks import ANSWERERS, ATTACKS, HOLDERS, OTHER_QUESTION, QUESTION, STRANGER, Attack, Scene, answered, signer
from spoken import Here, Said

from robot.approval.effective_rules import answerers_here
from robot.domain.errors import Refused
from robot.domain.masking import Masking
from robot.evidence.record.line import Kind
from robot.operators import handover, operator_questions
from robot.operators.question_store import transaction
from robot.operators.signed_answers import ANSWER_TYPE
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState, begin
from robot.signing.envelope import read_envelope

ROUNDS = 5
CLEO, DAN = ANSWERERS


def written_is_enough(_file: int) -> None:
    """Stands for `os.fsync`: no test pulls the plug of the whole machine."""


@pytest.fixture
def new_run(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[[], Asking]]:
    """Runs that ask, with a record each; nothing waits for the disk."""
    del here
    monkeypatch.setattr(os, "fsync", written_is_enough)
    with ExitStack() as stack:

        def new() -> Asking:
            state = begin({"ticket": "CHG1"}, tmp_path / "artifacts", "CHG1")
            run = Asking(state, stack.enter_context(EvidenceLog(state.evidence)), HOLDERS)
            operator_questions.ask(run, [QUESTION, OTHER_QUESTION])
            return run

        yield new


@pytest.fixture
def run(new_run: Callable[[], Asking]) -> Asking:
    return new_run()


@pytest.fixture
def policy(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy that names the answerers; their keys' files stand in the current folder."""
    del here
    people = "".join(f'[[answerers]]\nname = "{name}"\nkeys = ["{openssh_line(name)}"]\n' for name in ANSWERERS)
    path = tmp_path / "policy.toml"
    path.write_text(f'[[approvers]]\nname = "Ann Lee"\nkeys = ["{openssh_line("Ann Lee")}"]\n{people}', encoding="utf-8")
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(path))
    for name in (*ANSWERERS, STRANGER):
        private_file(tmp_path / name.split()[0].lower(), name)
        (tmp_path / f"{name.split()[0].lower()}.pub").write_text(openssh_line(name), encoding="utf-8")
    return path


@pytest.fixture
def idle(policy: Path, tmp_path: Path) -> RunState:
    """A run that asks under the policy, and that no process performs now."""
    del policy
    state = begin({"ticket": "CHG1"}, tmp_path / "artifacts", "CHG1")
    with EvidenceLog(state.evidence) as record:
        operator_questions.ask(Asking(state, record, HOLDERS), [QUESTION])
    return state


def refused(said: Said, code: int, sentence: str) -> None:
    assert (said.code, said.out) == (code, "")
    assert sentence in said.sentence


def notes_of(run: Asking) -> list[str]:
    return [line.text for line in run.record.history.lines if line.kind == Kind.NOTE and "does not count" in line.text]


def scene_of(new_run: Callable[[], Asking], dice: random.Random, folder: Path) -> Scene:
    run = new_run()
    proof = folder / "proof.png"
    proof.write_bytes(dice.randbytes(30))
    answer = answered(run, dice.choice(ANSWERERS), yes=dice.random() < 0.5, note=dice.choice(["", "taken"]), attach=proof)
    return Scene(dice, run, new_run(), answer, proof)


def test_a_signed_answer_counts_and_its_envelope_on_record_is_verified_by_whoever_has_the_key(run: Asking) -> None:
    given = answered(run, CLEO, note="taken at 21:40")
    assert operator_questions.answer_to(run, QUESTION.step) == given
    sentence, _ = operator_questions.into_record(given, run, {"unit": "site"})
    assert sentence == "Cleo Orr answered yes (signed): taken at 21:40"
    (line,) = (json.loads(raw) for raw in run.record.path.read_bytes().splitlines() if b'"by":"Cleo Orr"' in raw)
    envelope = read_envelope(json.dumps(line["envelope"]).encode())
    assert envelope.payload_type == ANSWER_TYPE
    assert envelope.signer([public_key_of(DAN), public_key_of(CLEO)]) == public_key_of(CLEO)
    (asked,) = (
        each.fields["asked"] for each in run.record.history.lines if each.fields.get("asked", {}).get("check") == "snapshots"
    )
    assert json.loads(envelope.payload) == {
        "version": 1, "run": run.state.name, "step": QUESTION.step, "check": QUESTION.check, "asked": asked["at"],
        "by": CLEO, "yes": True, "note": "taken at 21:40", "attachment": "", "utc": line["reading"]["answered"],
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_no_answerer_has_given_is_as_if_not_given_and_one_note_says_why(
    attack: Attack, new_run: Callable[[], Asking], tmp_path: Path
) -> None:
    for seed in range(ROUNDS):
        scene = scene_of(new_run, random.Random(f"{attack.__name__} {seed}"), tmp_path)
        assert operator_questions.answer_to(scene.run, QUESTION.step) == scene.answer, "the honest one counts"
        attack(scene)
        for _ in range(3):  # a run looks again and again
            assert operator_questions.answer_to(scene.run, QUESTION.step) is None
        operator_questions.ask(scene.run, [QUESTION])
        assert operator_questions.answer_to(scene.run, QUESTION.step) is None
        operator_questions.all_into_record(scene.run, QUESTION.step, {"unit": "site"})
        assert not [line for line in scene.run.record.history.lines if line.kind == Kind.GATE]
        (note,) = notes_of(scene.run)
        assert re.search(ATTACKS[attack], note), note
        assert QUESTION.check in [each.check for each in operator_questions.open_questions(scene.run.state, HOLDERS)]
        honest = answered(scene.run, scene.other)
        assert operator_questions.answer_to(scene.run, QUESTION.step) == honest, "it can still be answered"


def test_a_no_that_is_moved_out_of_sight_in_the_database_still_counts(new_run: Callable[[], Asking], tmp_path: Path) -> None:
    scene = scene_of(new_run, random.Random(1), tmp_path)
    operator_questions.close_question(scene.run.state, QUESTION.step)
    operator_questions.ask(scene.run, [QUESTION])
    no = answered(scene.run, CLEO, yes=False, note="none taken")
    answered(scene.run, DAN)
    for number, after in ((99, 0), (98, 98), (0, 0)):
        document = json.dumps({**asdict(no), "number": number, "asked_after": after})
        scene.sql("update answer set number = ?, document = ? where document like '%none taken%'", number, document)
        counts = operator_questions.answer_to(scene.run, QUESTION.step)
        assert counts is not None
        assert (counts.by, counts.yes) == (CLEO, False)


def test_an_answer_by_a_key_that_the_policy_names_no_more_counts_no_more(run: Asking) -> None:
    answered(run, CLEO)
    later = Asking(run.state, run.record, (holder(DAN),))
    assert operator_questions.answer_to(later, QUESTION.step) is None
    assert operator_questions.answer_to(run, QUESTION.step) is not None


def test_a_question_that_was_open_before_there_were_answerers_is_asked_anew(new_run: Callable[[], Asking]) -> None:
    run = new_run()
    before = Asking(run.state, run.record)
    question = operator_questions.OperatorQuestion("rep_console", "b-check-rep-console", "Does it work?")
    operator_questions.ask(before, [question])
    operator_questions.submit_answer(run.state, "rep_console", by=CLEO, note="", yes=True, attach=None)
    assert operator_questions.answer_to(before, question.step) is not None
    assert operator_questions.answer_to(run, question.step) is None
    operator_questions.ask(run, [question])
    given = answered(run, CLEO, question=question)
    assert operator_questions.answer_to(run, question.step) == given


def test_an_asking_that_never_came_into_the_record_is_made_anew(run: Asking) -> None:
    """As where the run was killed between the two, or where somebody has written the question themselves."""
    question = replace(QUESTION, check="rep_console", step="b-check-rep-console", since="2026-11-01T10:00:00.000Z")
    with transaction(run.state.folder) as kept:
        kept.ask(question)
    answered(run, CLEO, question=question)
    assert operator_questions.answer_to(run, question.step) is None
    assert notes_of(run)[-1].endswith("nothing on record says that it was asked for")
    operator_questions.ask(run, [question])
    given = answered(run, CLEO, question=question)
    assert operator_questions.answer_to(run, question.step) == given


def test_in_the_swing_nothing_is_written_about_an_answer_that_does_not_count(run: Asking) -> None:
    operator_questions.submit_answer(run.state, "snapshots", by=CLEO, note="", yes=True, attach=None)
    critical = Asking(run.state, run.record, HOLDERS, is_critical=True)
    assert operator_questions.answer_to(critical, QUESTION.step) is None
    assert notes_of(run) == []


def test_a_note_that_holds_a_secret_leaves_its_envelope_out_of_the_record(run: Asking) -> None:
    given = answered(run, CLEO, note="the password is hunter-22")
    masked = RunState(run.state.folder, run.state.facts, Masking(["hunter-22"]))
    operator_questions.into_record(given, Asking(masked, run.record, HOLDERS), {"unit": "site"})
    (line,) = (line for line in run.record.history.lines if line.by == CLEO)
    assert line.fields["envelope"] == "left out, because the note holds a secret"


def test_without_answerers_a_name_is_enough_and_nothing_more_stands_in_the_record(new_run: Callable[[], Asking]) -> None:
    asking = new_run()
    run = Asking(begin({"ticket": "CHG2"}, asking.state.evidence.parent, "CHG2"), asking.record)
    lines = len(asking.record.history.lines)
    operator_questions.ask(run, [QUESTION])
    given = operator_questions.submit_answer(run.state, "snapshots", by="Ada", note="", yes=True, attach=None)
    assert operator_questions.answer_to(run, QUESTION.step) == given
    operator_questions.all_into_record(run, QUESTION.step, {"unit": "site"})
    (line,) = asking.record.history.lines[lines:]
    assert line.text == "Ada answered yes"
    assert not {"envelope", "asked"} & line.fields.keys()


# -- the commands --------------------------------------------------------------------------------------------------------


def test_only_a_policy_names_answerers(here: Here, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del here
    assert answerers_here() == HOLDERS
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(policy.with_name("none.toml")))
    assert answerers_here() == ()


def test_an_answer_is_refused_at_once_where_it_would_not_count(idle: RunState, here: Here) -> None:
    words = ("answer", idle.name, "snapshots", "--by", CLEO)
    refused(here(*words), 2, "counts only answers that are signed by Cleo Orr, Dan Poe: add --key FILE")
    refused(here(*words, "--key", "eve"), 3, "its key is none of those whose answers count")
    refused(here(*words, "--key", "dan"), 3, "it is signed with the key of Dan Poe, and given in the name of Cleo Orr")
    refused(here(*words, "--key", "none"), 2, "none cannot be read")
    refused(here(*words, "--key", "cleo", "--command", "./x"), 2, "give one of them")
    refused(here(*words, "--command", "./x"), 2, "--command and --public-key belong together")
    refused(here(*words, "--passphrase-variable", "X"), 2, "means nothing without --key")
    assert operator_questions.answers(idle) == []
    assert "--by NAME --note TEXT --key FILE" in here("status", idle.name).out


def test_an_answer_is_signed_with_a_key_or_by_a_command_in_front_of_a_device(idle: RunState, here: Here, tmp_path: Path) -> None:
    words = ("answer", idle.name, "snapshots", "--note", "taken")
    said = here(*words, "--by", "cleo  orr", "--key", "cleo")
    assert (said.code, said.sentence) == (0, f"snapshots: yes, by cleo  orr; go on with: failover-robot resume {idle.name}")
    device = "#!/bin/sh\ncat > to-sign\nexec openssl pkeyutl -sign -rawin -inkey dan -in to-sign\n"
    (tmp_path / "device").write_text(device, encoding="utf-8")
    (tmp_path / "device").chmod(0o700)
    said = here(*words, "--by", DAN, "--no", "--command", "./device", "--public-key", "dan.pub")
    assert said.code == 0, said
    with EvidenceLog(idle.evidence) as record:
        counts = operator_questions.answer_to(Asking(idle, record, HOLDERS), QUESTION.step)
    assert counts is not None
    assert (counts.by, counts.yes) == (DAN, False)
    said = here(*words, "--by", CLEO, "--key", "cleo")
    assert "but Dan Poe answered no to the same question, and that counts" in said.sentence


def test_status_lists_a_question_whose_only_answer_does_not_count(idle: RunState, here: Here) -> None:
    operator_questions.submit_answer(idle, "snapshots", by=CLEO, note="", yes=True, attach=None)
    assert "asked    snapshots: Who took them?" in here("status", idle.name).out


# -- taking back ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_hand(idle: RunState) -> RunState:
    handover.hand_over(idle, CLEO)
    return idle


def test_a_take_back_is_refused_at_once_where_it_would_not_count(in_hand: RunState, here: Here) -> None:
    words = ("take-back", in_hand.name, "--by", CLEO)
    refused(here(*words), 2, "counts only answers that are signed by")
    refused(here(*words, "--key", "eve"), 3, "its key is none of those whose answers count")
    refused(here(*words, "--key", "dan"), 3, "given in the name of Cleo Orr")
    assert operator_questions.answers(in_hand) == []


def test_a_take_back_counts_by_its_signature_for_this_hand_over_alone(in_hand: RunState) -> None:
    with EvidenceLog(in_hand.evidence) as record:
        run = Asking(in_hand, record, HOLDERS)
        with pytest.raises(Refused, match="Cleo Orr has not taken the pair back in a way that counts: it is not signed"):
            handover.proof_of_take_back(run, CLEO)
        handover.sign_take_back(in_hand, CLEO, signer(CLEO), HOLDERS)
        envelope = read_envelope(json.dumps(handover.proof_of_take_back(run, CLEO)["envelope"]).encode())
        assert envelope.signer([public_key_of(CLEO)])
        with pytest.raises(Refused, match="it is not signed"):
            handover.proof_of_take_back(run, DAN)
        assert handover.proof_of_take_back(Asking(in_hand, record), DAN) == {}, "without answerers a name is enough"
    handover.end_handover(in_hand)
    handover.hand_over(in_hand, CLEO)
    with (
        EvidenceLog(in_hand.evidence) as record,
        pytest.raises(Refused, match="in a way that counts: it answers an earlier asking of the question"),
    ):
        handover.proof_of_take_back(Asking(in_hand, record, HOLDERS), CLEO)
