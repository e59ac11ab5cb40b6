"""A whole run under a policy with answerers: no gate is passed by an answer that none of them has signed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from a_plan import holder, key_of, openssh_line, public_key_of
from interventions import intervene
from paper_pair import Story, story
from paper_world import World
from test_agreement_contact import ASKS, CONTACT, accepting
from test_lost_presses import lose
from test_who_is_cut_off import nobody_allowed

from robot.changes.run_context import no_op
from robot.domain.errors import Refused
from robot.operators import handover, operator_questions
from robot.signing.envelope import read_envelope
from robot.signing.signer import Signer

CLEO = "Cleo Orr"
HOLDERS = (holder(CLEO),)
SIGNER = Signer(public_key_of(CLEO), key_of(CLEO).sign)


def under_policy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the machine under a policy with one answerer; a run that has begun is under it from its next performance on."""
    people = (("approvers", "Ann Lee"), ("answerers", CLEO))
    text = "".join(f'[[{place}]]\nname = "{name}"\nkeys = ["{openssh_line(name)}"]\n' for place, name in people)
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(folder / "policy.toml"))


def for_a_person(check: str) -> Callable[[str], str]:
    return lambda text: text.replace(f'{check} = {{ skip = "simulated pair" }}', "")


@dataclass(frozen=True)
class Gate:
    """How a run comes to a question: by its pair file, by the pair, by a lost press, by what somebody does before a step."""

    change: Callable[[str], str] = str
    world: Callable[[], World] = World
    lost: str = ""
    meddled_before: str = ""
    note: str = "seen"


GATES = {
    "tested_elsewhere": Gate(for_a_person("tested_elsewhere")),
    "notice": Gate(for_a_person("notice")),
    "cut_off": Gate(nobody_allowed),
    "agreement_contact": Gate(accepting(), lambda: World(knobs=ASKS), note=CONTACT),
    "press_again": Gate(lost="Sync Now"),
    "unknown_hand": Gate(meddled_before="b-break-failover-relationships"),
}


def come_to(check: str, run: Story) -> None:
    def meddle(step: str, point: str) -> None:
        if (step, point) == (GATES[check].meddled_before, "begin"):
            intervene(run.world, "break")

    assert run.perform(checkpoint=meddle if GATES[check].meddled_before else no_op).stop
    assert [each.check for each in operator_questions.open_questions(run.state, HOLDERS)] == [check]


@pytest.mark.parametrize("check", GATES)
def test_a_gate_is_passed_only_by_an_answerers_signature_which_stands_in_the_record(
    check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = GATES[check]
    if gate.lost:
        lose(monkeypatch, gate.lost, 2)
    with story(tmp_path, gate.world(), change=gate.change) as run:
        under_policy(tmp_path, monkeypatch)
        come_to(check, run)
        pressed = list(run.world.presses)

        def answer(*, by: str = CLEO, yes: bool = True, signer: Signer | None = SIGNER) -> None:
            operator_questions.submit_answer(
                run.state, check, by=by, note=gate.note, yes=yes, attach=None, signer=signer, answerers=HOLDERS if signer else ()
            )

        answer(signer=None)
        answer(by="Alex", signer=None)
        answer(yes=False)
        with sqlite3.connect(run.state.folder / "questions.sqlite") as database:
            database.execute("""update answer set document = replace(document, '"yes": false', '"yes": true')""")
        for _ in range(2):
            assert run.perform().stop, "what does not count is as if not given"
            assert run.world.presses == pressed
        told = [line["text"] for line in run.lines if "does not count: " in line.get("text", "")]
        assert len(told) == 3, "each once, with its reason"
        assert [text.partition(": ")[2] for text in told] == ["it is not signed"] * 2 + [
            "it was changed after it was signed: yes"
        ]
        answer()
        assert run.perform().outcome == "done"
        (line,) = [line for line in run.lines if line["kind"] == "gate" and line.get("by")]
        envelope = read_envelope(json.dumps(line["envelope"]).encode())
        assert envelope.signer([public_key_of(CLEO)])
        signed = json.loads(envelope.payload)
        assert (signed["run"], signed["check"], signed["by"]) == (run.state.name, check, CLEO)
        assert signed["asked"] in {each["asked"]["at"] for each in run.lines if each.get("asked")}


@pytest.mark.proves("OP8")
def test_what_was_changed_by_hand_is_put_down_to_an_answerer_only_with_their_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path) as run:
        under_policy(tmp_path, monkeypatch)
        assert run.perform(before="b-break-failover-relationships").stop
        handover.hand_over(run.state, CLEO)
        intervene(run.world, "break")
        refused = run.perform(taken_back_by=CLEO).stop
        assert isinstance(refused, Refused)
        assert "has not taken the pair back in a way that counts: it is not signed" in str(refused)
        assert "take-back" in refused.next_action
        assert handover.current_handover(run.state), "it stays in that person's hand"
        handover.sign_take_back(run.state, CLEO, SIGNER, HOLDERS)
        assert run.perform(taken_back_by=CLEO).outcome == "done"
        assert {line["by"] for line in run.lines if line["kind"] == "by_person"} == {CLEO}
        (line,) = [line for line in run.lines if line["step"] == "site-take-back"]
        assert read_envelope(json.dumps(line["envelope"]).encode()).signer([public_key_of(CLEO)])
