"""Gates: what only a person can do or know. The run asks, waits, and goes on with an answer that is given by name.

A question is kept in the run's state folder from the moment it is asked until the run closes it. An answer may be given at
any time between, whether or not a process performs the run: it is kept in the state folder, until one copies it into the
record. Without an answer the run waits; it never presses.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file
from robot.evidence.record.layout import ATTACHMENTS
from robot.evidence.record.line import Kind
from robot.operators import question_store
from robot.operators.counted_answers import judged_answers, still_open, the_one_that_counts
from robot.operators.question_store import OperatorAnswer, OperatorQuestion, transaction
from robot.operators.signed_answers import (
    ANSWERED_EARLIER,
    asked_at,
    envelope_for_record,
    note_asking,
    note_uncounted,
    require_answerer,
    sign_answer,
)
from robot.runs.evidence_log import now_utc
from robot.settings.sections.contact import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from robot.approval.rules import KeyHolder
    from robot.operators.question_store import QuestionTransaction
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.signing.signer import Signer

_LARGEST = 25 * 2**20
"""Bytes that an attachment may have: it is a picture or a document, never an update file."""
_KINDS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".txt", ".log", ".csv", ".eml", ".docx", ".xlsx")
UNKNOWN_HAND = "unknown_hand"
"""The gate where somebody else was at work: who answers for it?"""
AGREEMENT_CONTACT = "agreement_contact"
"""The gate where an agreement before a download asks for a contact that is not configured."""
PATCH_INSTALLED = "patch_installed"
"""The gate where an appliance does not show whether a patch whose install was pressed is installed."""
CUT_OFF = "cut_off"
"""The gate where more people are connected than may be cut off: is the run to go on nevertheless?"""
PRESS_AGAIN = "press_again"
"""The gate where a change was pressed twice and each press was lost: is it to be pressed once more?"""
BEYOND_PLAN = "beyond_plan"
"""The gate where an appliance asks after the break for a package that the approved plan does not list: may it be installed?"""
SWING_AGAIN = "swing_again"
"""The gate where a swing was taken back: is its cause mended, and is the site to be swung once more?"""


class AskingRun(Protocol):
    """A run that asks people, while a process performs it."""

    @property
    def state(self) -> RunState:
        """Its state folder, which holds questions and answers."""
        ...

    @property
    def record(self) -> EvidenceLog:
        """Its record, which says when something was asked."""
        ...

    @property
    def answerers(self) -> tuple[KeyHolder, ...]:
        """Whose signed answers count; with none, every answer does."""
        ...

    @property
    def is_critical(self) -> bool:
        """Whether nothing may take time now."""
        ...


def open_questions(state: RunState, answerers: Sequence[KeyHolder] = ()) -> list[OperatorQuestion]:
    """Return the questions that are not answered yet, oldest first.

    Args:
        state: the run.
        answerers: whose signed answers count; with none, every answer does.
    """
    if question_store.is_untouched(state.folder):
        return []
    with transaction(state.folder) as kept:
        return still_open(kept, state, answerers)


def ask(run: AskingRun, questions: Iterable[OperatorQuestion]) -> None:
    """Open questions, with secrets masked in their sentences; one that is open already keeps the time at which it was asked."""
    masked = [
        replace(each, since=now_utc(), sentence=run.state.masking(each.sentence), is_signed=bool(run.answerers))
        for each in questions
    ]
    if not masked:
        return
    with transaction(run.state.folder) as kept:
        asked = [kept.ask(each, _as_it_is_open(kept, run, each)) for each in masked]
    if run.answerers:
        for each in asked:
            note_asking(run.record, each)


def _as_it_is_open(kept: QuestionTransaction, run: AskingRun, question: OperatorQuestion) -> OperatorQuestion | None:
    """Return the same question as it is open already. One to be signed is only that which was asked last, by the record."""
    for each in still_open(kept, run.state, run.answerers):
        if (each.step, each.check) == (question.step, question.check):
            is_known = not run.answerers or each.since == asked_at(run.record.history, each.step, each.check)
            return each if is_known else None
    return None


def close_question(state: RunState, step: str) -> None:
    """Close the question of a step, if the run asks one: from now on an answer to it is refused."""
    if not question_store.is_untouched(state.folder):
        with transaction(state.folder) as kept:
            kept.close(step)


def answers(state: RunState) -> list[OperatorAnswer]:
    """Return every answer of a run, in the order in which they were given."""
    if question_store.is_untouched(state.folder):
        return []
    with transaction(state.folder) as kept:
        return kept.answers()


def answer_to(run: AskingRun, step: str, check: str = "") -> OperatorAnswer | None:
    """Return the answer that counts of those to the newest question of a step, or `None`.

    Several people may have answered it before the run went on. A person's later word replaces their earlier one; between
    people a no counts, because doubt stops; else the newest counts. Where answers must be signed, each is judged anew, and the
    record says of one that does not count why.

    Args:
        run: the run.
        step: the step's stable name.
        check: the name of the question, if the step has several; "" for any.
    """
    judged = judged_answers(run.state, run.record.history, run.answerers, step)
    for each in [] if run.is_critical else judged:
        if each.objection and not (each.objection == ANSWERED_EARLIER and is_on_record(each.answer, run.record)):
            note_uncounted(run.record, each.answer, each.objection)
    return the_one_that_counts(judged, check)


def submit_answer(
    state: RunState,
    check: str,
    *,
    by: str,
    note: str,
    yes: bool,
    attach: Path | None,
    signer: Signer | None = None,
    answerers: Sequence[KeyHolder] = (),
) -> OperatorAnswer:
    """Answer a question that is open, or one that others have answered and the run has not closed yet.

    Args:
        state: the run.
        check: the name of the question, or its step if the name is asked twice.
        by: the name of the person.
        note: what the person writes.
        yes: whether it is so, or was done.
        attach: a picture or a document as proof, of 25 MiB at most; it is copied.
        signer: who signs the answer; `None` if nobody does.
        answerers: whose signed answers count; with none, every answer does.

    Returns:
        The answer as it is kept.

    Raises:
        UsageError: nothing of that name is asked, the name of the person is empty, the note is not what was asked for, the
            attachment cannot be taken, or the answer is not signed and must be.
        Refused: it is signed with a key that does not count, or that of another person; or the signature cannot be made.
    """
    if not by.strip() or not by.isprintable():
        raise UsageError("--by needs the name of the person who answers")
    require_answerer(answerers, signer, by)
    attachment, data = _read_attachment(attach) if attach else ({}, None)
    with transaction(state.folder) as kept:
        question = _standing(kept, state, check)
        if question.check == AGREEMENT_CONTACT and yes:
            _require_contact(note)
        answer = OperatorAnswer(question.check, question.step, by.strip(), note.strip(), yes, now_utc(), 0, **attachment)
        if signer is None:
            return kept.answer(answer, data)
    signed = sign_answer(answer, state.name, question.since, signer)  # a device may take a minute, and the run must not wait
    with transaction(state.folder) as kept:
        if _standing(kept, state, question.step).since != question.since:
            raise UsageError(f"{question.check} was asked anew while the answer was signed: answer it again")
        return kept.answer(signed, data)


def _standing(kept: QuestionTransaction, state: RunState, check: str) -> OperatorQuestion:
    """Return the question of this name, or of this step, that stands.

    Raises:
        UsageError: there is none.
    """
    if question := next((each for each in kept.standing() if check in {each.check, each.step}), None):
        return question
    listed = ", ".join(each.check for each in kept.open())
    raise UsageError(
        f"{state.name} does not ask for {check} now; "
        + (f"it asks for: {listed}" if listed else "it asks for nothing: `failover-robot status` says where it stands")
    )


def into_evidence(answer: OperatorAnswer, state: RunState) -> dict[str, Any]:
    """Copy an answer's attachment into the evidence.

    Returns:
        Fields of its line: `file`, `sha256` and `bytes`; empty if there is no attachment.
    """
    if not answer.attachment:
        return {}
    name = f"{ATTACHMENTS}{answer.attachment}"
    target = state.evidence / name
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        with transaction(state.folder) as kept:
            data = kept.attached(answer.number)
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(data)
        part.replace(target)
    return {"file": name, "sha256": answer.sha256, "bytes": answer.bytes}


def is_on_record(answer: OperatorAnswer, record: EvidenceLog) -> bool:
    """Return whether this very answer is in the record."""
    gates = (line for line in record.history.of_step(answer.step) if line.kind == Kind.GATE)
    this = (answer.utc, answer.by, answer.yes)
    return any(tuple(map(line.values.get, ("answered", "by", "yes"))) == this for line in gates)


def into_record(answer: OperatorAnswer, run: AskingRun, place: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Write the answers of a step into the record, and return the one that counts.

    Args:
        answer: the answer that counts.
        run: the run.
        place: fields of their lines that say where they belong: `unit`, `title`, `heading`, `procedure`.

    Returns:
        The answer that counts in a sentence; and as the reading of its line: `check`, `by`, `note`, `yes`, `answered`,
        `attachment`.
    """
    all_into_record(run, answer.step, place)
    return _sentence(answer, run), _reading(answer)


def all_into_record(run: AskingRun, step: str, place: dict[str, Any]) -> None:
    """Write every answer of a step that counts into the record, each with its attachment, unless it is there already.

    Args:
        run: the run.
        step: the step's stable name.
        place: fields of their lines that say where they belong: `unit`, `title`, `heading`, `procedure`.
    """
    for each, _, objection in judged_answers(run.state, run.record.history, run.answerers, step):
        if is_on_record(each, run.record):
            continue
        if objection:
            note_uncounted(run.record, each, objection)
            continue
        fields = {**place, **into_evidence(each, run.state), **envelope_for_record(each, run.state.masking)}
        run.record.append(Kind.GATE, step, **fields, by=each.by, text=_sentence(each, run), reading=_reading(each))


def _sentence(answer: OperatorAnswer, run: AskingRun) -> str:
    word, signed = "yes" if answer.yes else "NO", " (signed)" if run.answerers else ""
    return f"{answer.by} answered {word}{signed}{f': {answer.note}' if answer.note else ''}"


def _reading(answer: OperatorAnswer) -> dict[str, Any]:
    return {
        "check": answer.check, "by": answer.by, "note": answer.note, "yes": answer.yes, "answered": answer.utc,
        "attachment": answer.attachment,
    }  # fmt: skip


def format_questions(questions: Sequence[OperatorQuestion], run: str) -> str:
    """Return open questions as text for a person, each with the command that answers it."""
    return "\n".join(f"{each.check}: {each.sentence}\n   {each.command(shlex.quote(run))}" for each in questions)


def _require_contact(note: str) -> None:
    try:
        Contact.from_words(note)
    except ValueError as wrong:
        raise UsageError(f"--note {note!r}: {wrong}") from None


def _read_attachment(attach: Path) -> tuple[dict[str, Any], bytes]:
    """Read an attachment; return the answer's fields about it, and its contents."""
    try:
        size = attach.stat().st_size
        if not attach.is_file():
            raise UsageError(f"--attach {attach} is no file")
        if size > _LARGEST:
            raise UsageError(f"--attach {attach} has {size // 2**20} MiB; at most {_LARGEST // 2**20} are taken as proof")
        data = read_small_file(attach, most=_LARGEST)
    except OSError as error:
        raise UsageError(f"--attach {attach} cannot be read: {error.strerror}") from None
    if attach.suffix.lower() not in _KINDS:
        raise UsageError(f"--attach {attach}: give a picture or a document ({', '.join(_KINDS)})")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", attach.name).strip(".-")[-80:] or f"proof{attach.suffix.lower()}"
    name = f"{plain}{'.txt' if plain.lower().endswith('.log') else ''}"  # ticket systems refuse .log, in a zip too
    return {"attachment": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}, data
