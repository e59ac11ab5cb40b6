"""Attempts to have an answer counted that no answerer has given; each is made after an answerer has given one.

An attacker runs the robot: the state folder is theirs, and so is a key, but no answerer's. Everything that an answerer has ever
signed they may put where they like.
"""

from __future__ import annotations

import base64
import json
import random
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from a_plan import holder, key_of, public_key_of
from an_asking_run import Asking

from robot.approval.statement import PAYLOAD_TYPE
from robot.operators import operator_questions
from robot.operators.question_store import OperatorAnswer, OperatorQuestion, transaction
from robot.operators.signed_answers import ANSWER_TYPE, sign_answer
from robot.signing.envelope import read_envelope
from robot.signing.signer import Signer

ANSWERERS = ("Cleo Orr", "Dan Poe")
HOLDERS = tuple(map(holder, ANSWERERS))
STRANGER = "Eve Kay"
QUESTION = OperatorQuestion("snapshots", "site-check-snapshots", "Who took them?")
OTHER_QUESTION = OperatorQuestion("notice", "site-check-notice", "Are they told?")


def signer(name: str) -> Signer:
    return Signer(public_key_of(name), key_of(name).sign)


def answered(
    run: Asking,
    by: str,
    *,
    yes: bool = True,
    note: str = "taken",
    attach: Path | None = None,
    question: OperatorQuestion = QUESTION,
) -> OperatorAnswer:
    """What an answerer answers, signed with their own key."""
    return operator_questions.submit_answer(
        run.state, question.check, by=by, note=note, yes=yes, attach=attach, signer=signer(by), answerers=HOLDERS
    )


@dataclass(frozen=True)
class Scene:
    """A run that asks two questions, of which one is answered, with a proof; and one that is another run."""

    dice: random.Random
    run: Asking
    other_run: Asking
    answer: OperatorAnswer
    proof: Path

    @property
    def other(self) -> str:
        return next(each for each in ANSWERERS if each != self.answer.by)

    def since(self, question: OperatorQuestion = QUESTION) -> str:
        with transaction(self.run.state.folder) as kept:
            return next(each.since for each in kept.standing() if each.step == question.step)

    def rewrite(self, **changed: Any) -> None:
        """Change the answer in the database, as anybody can who owns the file."""
        self.keep_instead(replace(self.answer, **changed))

    def keep_instead(self, answer: OperatorAnswer) -> None:
        self.sql("update answer set document = ? where number = ?", json.dumps(asdict(answer)), self.answer.number)

    def insert(self, answer: OperatorAnswer) -> None:
        """Put another answer in the place of the one that was given."""
        self.sql("delete from answer")
        with transaction(self.run.state.folder) as kept:
            kept.answer(answer, self.proof.read_bytes())

    def sql(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.run.state.folder / "questions.sqlite") as connection:
            connection.execute(statement, values)
        connection.close()

    def signed_again(self, by: str, *, as_whom: str = "", **changed: Any) -> OperatorAnswer:
        """Another answer of this form, which somebody signs as it is."""
        bare = replace(self.answer, envelope=None, attachment="", sha256="", bytes=0, by=as_whom or by, **changed)
        return sign_answer(bare, self.run.state.name, self.since(), signer(by))

    @property
    def envelope(self) -> dict[str, Any]:
        """A copy of the envelope, to be spoilt."""
        return json.loads(json.dumps(self.answer.envelope))


Attack = Callable[[Scene], None]


def its_note_is_edited(scene: Scene) -> None:
    scene.rewrite(note=f"{scene.answer.note} {scene.dice.random()}")


def its_yes_is_flipped(scene: Scene) -> None:
    scene.rewrite(yes=not scene.answer.yes)


def its_yes_is_a_number(scene: Scene) -> None:
    scene.rewrite(yes=scene.dice.choice([1, 0, "yes", 1.0, None]))


def its_time_is_edited(scene: Scene) -> None:
    scene.rewrite(utc=scene.answer.utc.replace("20", "21", 1))


def its_name_is_that_of_another_answerer(scene: Scene) -> None:
    scene.rewrite(by=scene.other)


def its_attachment_is_swapped(scene: Scene) -> None:
    scene.sql("update answer set attached = ?", scene.dice.randbytes(scene.answer.bytes))


def its_attachment_is_swapped_with_its_digest(scene: Scene) -> None:
    data = scene.dice.randbytes(40)
    scene.rewrite(sha256=sha256(data).hexdigest(), bytes=40)
    scene.sql("update answer set attached = ?", data)


def its_attachment_is_taken_away(scene: Scene) -> None:
    scene.rewrite(attachment="")
    scene.sql("update answer set attached = null")


def an_attachment_is_added(scene: Scene) -> None:
    scene.insert(scene.signed_again(scene.answer.by))
    with transaction(scene.run.state.folder) as kept:
        (bare,) = kept.answers()
    scene.sql("update answer set document = ?, attached = ?", json.dumps(asdict(bare) | {"attachment": "001-x.png"}), b"proof")


def its_signature_is_taken_away(scene: Scene) -> None:
    scene.rewrite(envelope=None)


def one_without_a_signature_is_inserted(scene: Scene) -> None:
    scene.insert(OperatorAnswer(QUESTION.check, QUESTION.step, scene.other, "done", True, scene.answer.utc, 0))


def a_stranger_signs(scene: Scene) -> None:
    scene.insert(scene.signed_again(STRANGER, as_whom=scene.answer.by))


def a_stranger_signs_under_an_answerers_key_id(scene: Scene) -> None:
    forged = scene.signed_again(STRANGER, as_whom=scene.answer.by)
    assert forged.envelope
    forged.envelope["signatures"][0]["keyid"] = public_key_of(scene.answer.by).key_id
    scene.insert(forged)


def an_answerer_signs_in_the_name_of_another(scene: Scene) -> None:
    scene.insert(scene.signed_again(scene.answer.by, as_whom=scene.other))


def an_answerer_signs_in_the_name_of_nobody_known(scene: Scene) -> None:
    scene.insert(scene.signed_again(scene.answer.by, as_whom=STRANGER))


def that_of_another_run_is_replayed(scene: Scene) -> None:
    scene.insert(answered(scene.other_run, scene.answer.by))


def that_to_another_question_is_replayed(scene: Scene) -> None:
    other = answered(scene.run, scene.answer.by, question=OTHER_QUESTION)
    scene.insert(replace(other, check=QUESTION.check, step=QUESTION.step))


def another_envelope_of_the_same_person_is_put_in(scene: Scene) -> None:
    other = answered(scene.run, scene.answer.by, note="something else", yes=not scene.answer.yes)
    scene.sql("delete from answer where number = ?", other.number)
    scene.rewrite(envelope=other.envelope)


def that_to_an_earlier_asking_is_replayed(scene: Scene) -> None:
    asked_anew(scene)
    scene.insert(scene.answer)


def that_to_an_earlier_asking_is_replayed_and_the_question_set_back(scene: Scene) -> None:
    since = scene.since()
    asked_anew(scene)
    question = replace(QUESTION, since=since)
    scene.sql("update question set document = ? where step = ?", json.dumps(asdict(question)), QUESTION.step)
    scene.insert(scene.answer)


def asked_anew(scene: Scene) -> None:
    operator_questions.close_question(scene.run.state, QUESTION.step)
    operator_questions.ask(scene.run, [QUESTION])


def a_bit_is_flipped(scene: Scene) -> None:
    envelope = scene.envelope
    part, key = (envelope, "payload") if scene.dice.random() < 0.5 else (envelope["signatures"][0], "sig")
    data = bytearray(base64.b64decode(part[key]))
    data[scene.dice.randrange(len(data))] ^= 1 << scene.dice.randrange(8)
    part[key] = base64.b64encode(data).decode()
    scene.rewrite(envelope=envelope)


def its_envelope_is_none(scene: Scene) -> None:
    odd: list[Any] = [
        {"payload": ""},
        {"signatures": []},
        {**scene.envelope, "signatures": scene.envelope["signatures"] * 2},
        7,
        "x",
    ]
    scene.rewrite(envelope=scene.dice.choice(odd))


def an_answerer_has_signed_it_as_something_else(scene: Scene) -> None:
    envelope = read_envelope(json.dumps(scene.answer.envelope).encode())
    other = signer(scene.answer.by).sign(PAYLOAD_TYPE, envelope.payload)
    document = json.loads(other.as_json())
    if scene.dice.random() < 0.5:
        document["payloadType"] = ANSWER_TYPE
    scene.rewrite(envelope=document)


ATTACKS: dict[Attack, str] = {
    its_note_is_edited: "changed after it was signed: note$",
    its_yes_is_flipped: "changed after it was signed: yes$",
    its_yes_is_a_number: "changed after it was signed: (yes|form)$",
    its_time_is_edited: "changed after it was signed: utc$",
    its_name_is_that_of_another_answerer: "changed after it was signed: by$",
    its_attachment_is_swapped: "its attachment is not the one that was signed$",
    its_attachment_is_swapped_with_its_digest: "changed after it was signed: attachment$",
    its_attachment_is_taken_away: "its attachment is not the one that was signed$",
    an_attachment_is_added: "its attachment is not the one that was signed$",
    its_signature_is_taken_away: "it is not signed$",
    one_without_a_signature_is_inserted: "it is not signed$",
    a_stranger_signs: "not signed with the key of one of those whose answers count$",
    a_stranger_signs_under_an_answerers_key_id: "not signed with the key of one of those whose answers count$",
    an_answerer_signs_in_the_name_of_another: "signed with the key of .*, and given in the name of",
    an_answerer_signs_in_the_name_of_nobody_known: "signed with the key of .*, and given in the name of",
    that_of_another_run_is_replayed: "it answers a question of another run$",
    that_to_another_question_is_replayed: "it answers another question$",
    another_envelope_of_the_same_person_is_put_in: "changed after it was signed: ",
    that_to_an_earlier_asking_is_replayed: "it answers an earlier asking of the question$",
    that_to_an_earlier_asking_is_replayed_and_the_question_set_back: "it answers an earlier asking of the question$",
    a_bit_is_flipped: "not signed with the key of one of those whose answers count$|its signature cannot be read",
    its_envelope_is_none: "its signature cannot be read|it is not signed",
    an_answerer_has_signed_it_as_something_else: "what is signed is no answer$|not signed with the key of one of those",
}
"""Each attack, and why it fails: what the record must say of it."""
