"""Signed answers: where the machine's policy names answerers, an answer counts only if one of them has signed it.

Whoever runs the robot owns the state folder, and could write any answer into it. So what is signed names the run, the question
and the moment at which that was asked, and every answer is judged again when it is used. When something was asked, the record
says: the state folder could be set back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from robot.approval.rules import plain_name
from robot.domain.errors import Refused, UsageError
from robot.evidence.record.line import ASKED, ENVELOPE, OF_THE_RECORD, Kind
from robot.evidence.record.plain_json import object_in
from robot.signing.canonical_json import canonical, read_json
from robot.signing.envelope import read_envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.approval.rules import KeyHolder
    from robot.domain.masking import Masking
    from robot.evidence.record.history import RunHistory
    from robot.operators.question_store import OperatorAnswer, OperatorQuestion
    from robot.runs.evidence_log import EvidenceLog
    from robot.signing.signer import Signer

ANSWER_TYPE = "application/vnd.failover-robot.answer+json"
"""The payload type of the envelope."""
ANSWERED_EARLIER = "it answers an earlier asking of the question"


@dataclass(frozen=True)
class AnswerStatement:
    """What an answerer signs.

    Attributes:
        run: the run's name.
        step: the step that the answer is for.
        check: the question's name.
        asked: when that was asked, in UTC, as the record has it.
        by: the name of the person.
        yes: whether it is so, or was done.
        note: what they wrote.
        attachment: the SHA-256 of the attachment, or "".
        utc: when it was answered.
        version: of this form.
    """

    run: str
    step: str
    check: str
    asked: str
    by: str
    yes: bool
    note: str
    attachment: str
    utc: str
    version: int = 1

    def payload(self) -> bytes:
        """Return the bytes that are put into the envelope.

        Raises:
            ValueError: a text holds half of a character.
        """
        return canonical(asdict(self))


def require_answerer(answerers: Sequence[KeyHolder], signer: Signer | None, by: str) -> None:
    """Require that an answer can count at all, before it is signed.

    Args:
        answerers: whose answers count; with none, a name is enough.
        signer: who signs; None if nobody does.
        by: the name under which it is answered.

    Raises:
        UsageError: it is not signed, and must be.
        Refused: the key is nobody's whose answers count, or is that of another person.
    """
    if not answerers:
        return
    if signer is None:
        names = ", ".join(dict.fromkeys(each.name for each in answerers))
        raise UsageError(
            f"the policy of this machine counts only answers that are signed by {names}: add --key FILE, or --command CMD and "
            "--public-key FILE"
        )
    if objection := _objection_to_name(answerers, signer.public.raw, by):
        raise Refused(f"this answer would not count, and is not kept: {objection}")


def sign_answer(answer: OperatorAnswer, run: str, asked: str, signer: Signer) -> OperatorAnswer:
    """Return an answer with its signed statement.

    Args:
        answer: the answer.
        run: the run's name.
        asked: when it was asked.
        signer: who signs.

    Raises:
        UsageError: the note cannot be signed.
        Refused: the signature cannot be made.
    """
    try:
        payload = _statement(run, asked, answer).payload()
    except ValueError as fault:
        raise UsageError(f"this answer cannot be signed: it {fault}") from None
    return replace(answer, envelope=json.loads(signer.sign(ANSWER_TYPE, payload).as_json()))


def judge_answer(answerers: Sequence[KeyHolder], run: str, asked: str, answer: OperatorAnswer, attached: bytes) -> str:
    """Return why an answer, as it is kept, does not count.

    Args:
        answerers: whose answers count; with none, every one does.
        run: the run's name.
        asked: when the question was asked last; "" if it was not.
        answer: the answer.
        attached: the contents of its attachment.

    Returns:
        A sentence; "" if it counts.
    """
    if not answerers:
        return ""
    if not answer.envelope:
        return "it is not signed"
    if not asked:
        return "nothing on record says that it was asked for"
    try:
        envelope = read_envelope(json.dumps(answer.envelope).encode())
        expected = _statement(run, asked, answer)
        is_as_signed, signed = expected.payload() == envelope.payload, read_json(envelope.payload)
    except ValueError as fault:
        return f"its signature cannot be read, because it {fault}"
    if envelope.payload_type != ANSWER_TYPE:
        return "what is signed is no answer"
    signer = envelope.signer(each.key for each in answerers)
    if signer is None:
        return "it is not signed with the key of one of those whose answers count"
    if not is_as_signed:
        return _difference(expected, signed)
    if ((hashlib.sha256(attached).hexdigest(), len(attached)) if answer.attachment else ("", 0)) != (answer.sha256, answer.bytes):
        return "its attachment is not the one that was signed"
    return _objection_to_name(answerers, signer.raw, answer.by)


def envelope_for_record(answer: OperatorAnswer, masking: Masking) -> dict[str, Any]:
    """Return the field of an answer's line in the record that holds its envelope, for an auditor; nothing if it is not signed."""
    if answer.envelope is None:
        return {}
    holds_secret = masking(answer.note) != answer.note
    return {ENVELOPE: "left out, because the note holds a secret" if holds_secret else answer.envelope}


def asked_at(history: RunHistory, step: str, check: str) -> str:
    """Return when a question was asked last, by the record; "" if no answerer was ever asked it."""
    for line in reversed(history.lines):
        asked = object_in(line.fields, ASKED)
        if line.step == OF_THE_RECORD and (asked.get("step"), asked.get("check")) == (step, check):
            return str(asked.get("at", ""))
    return ""


def note_asking(record: EvidenceLog, question: OperatorQuestion) -> None:
    """Write into the record when a question is asked, unless it is there: an answer is signed for that asking."""
    if asked_at(record.history, question.step, question.check) != question.since:
        asked = {"step": question.step, "check": question.check, "at": question.since}
        record.append(Kind.NOTE, OF_THE_RECORD, unit="site", title="An answerer is asked", **{ASKED: asked})


def note_uncounted(record: EvidenceLog, answer: OperatorAnswer, objection: str) -> None:
    """Write once into the record that an answer does not count, and why."""
    text = f"answer {answer.number} to {answer.check} ({answer.step}), by {answer.by}, does not count: {objection}"
    if not any(line.text == text for line in record.history.of_step(OF_THE_RECORD)):
        record.append(Kind.NOTE, OF_THE_RECORD, unit="site", title="An answer does not count", by=str(answer.by), text=text)


def _statement(run: str, asked: str, answer: OperatorAnswer) -> AnswerStatement:
    return AnswerStatement(run, answer.step, answer.check, asked, answer.by, answer.yes, answer.note, answer.sha256, answer.utc)


def _objection_to_name(answerers: Sequence[KeyHolder], key: bytes, by: str) -> str:
    """Return why a key may not answer under a name, or an empty string."""
    owners = [each for each in answerers if each.key.raw == key]
    if not owners:
        names = ", ".join(f"{each.name} ({each.key.short_id})" for each in answerers)
        return f"its key is none of those whose answers count; they are {names}"
    if any(each.person == plain_name(by) for each in owners):
        return ""
    return f"it is signed with the key of {owners[0].name}, and given in the name of {by}"


def _difference(expected: AnswerStatement, signed: Any) -> str:
    """Return in what an answer is not the one that was signed."""
    fields = cast("dict[str, Any]", signed) if isinstance(signed, dict) else {}
    changed = [name for name, value in asdict(expected).items() if fields.get(name) != value] or ["form"]
    if "run" in changed:
        return "it answers a question of another run"
    if {"step", "check"} & {*changed}:
        return "it answers another question"
    if "asked" in changed:
        return ANSWERED_EARLIER
    return f"it was changed after it was signed: {', '.join(changed)}"
