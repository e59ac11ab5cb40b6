"""Gates: what only a person can do or know. The run asks, waits, and goes on with an answer that is given by name.

A question is kept in the run's state folder from the moment it is asked until it is answered. An answer may be given at
any time, whether or not a process performs the run: it is kept in the state folder, until one copies it into the record.
Without an answer the run waits; it never presses.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from robot.domain.errors import UsageError
from robot.evidence.record.layout import ATTACHMENTS
from robot.evidence.record.line import Kind
from robot.runs.evidence_log import now_utc
from robot.runs.store import write_private
from robot.settings.contact import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState

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
SWING_AGAIN = "swing_again"
"""The gate where a swing was taken back: is its cause mended, and is the site to be swung once more?"""


@dataclass(frozen=True)
class OperatorQuestion:
    """What a person is asked.

    Attributes:
        check: the name for `answer RUN CHECK`.
        step: the step that waits for it.
        sentence: the question, with everything the person needs for it.
        since: when it was first asked, in UTC; "" while it has not been.
        until: the time by which an answer is needed, or "".
        note: the form of the note, to be shown in the command.
    """

    check: str
    step: str
    sentence: str
    since: str = ""
    until: str = ""
    note: str = "TEXT"

    def command(self, run: str) -> str:
        """Return the command that answers it, as the person types it."""
        return f"failover-robot answer {run} {self.check} --by NAME --note {self.note}"


@dataclass(frozen=True)
class OperatorAnswer:
    """The answer of a person, who gives their name.

    Attributes:
        check: the question's name.
        step: the step that it is for.
        by: the name of the person.
        note: what they wrote.
        yes: whether it is so, or was done.
        utc: when it was given.
        number: the sequence number of this answer within the run, from 1.
        attachment: the file's name in the state folder's `answers`, or "".
        sha256: the digest of the attachment, or "".
        bytes: the size of the attachment, or 0.
    """

    check: str
    step: str
    by: str
    note: str
    yes: bool
    utc: str
    number: int
    attachment: str = ""
    sha256: str = ""
    bytes: int = 0


def open_questions(state: RunState) -> list[OperatorQuestion]:
    """Return the questions that are not answered yet, oldest first."""
    path = state.folder / "asked.json"
    if not path.exists():
        return []
    return [OperatorQuestion(**each) for each in json.loads(path.read_text(encoding="utf-8"))]


def ask(state: RunState, questions: Iterable[OperatorQuestion]) -> None:
    """Open questions, with secrets masked in their sentences; one that is open already keeps the time at which it was asked."""
    standing = {each.step: each for each in open_questions(state)}
    for each in questions:
        if each.step not in standing or standing[each.step].check != each.check:
            standing[each.step] = replace(each, since=now_utc(), sentence=state.masking(each.sentence))
    _write(state, standing.values())


def close_question(state: RunState, step: str) -> None:
    """Close the question of a step, if it is open."""
    standing = open_questions(state)
    if any(each.step == step for each in standing):
        _write(state, [each for each in standing if each.step != step])


def answers(state: RunState) -> list[OperatorAnswer]:
    """Return every answer of a run, in the order in which they were given."""
    folder = state.folder / "answers"
    known = {each.name for each in fields(OperatorAnswer)}
    documents: list[dict[str, Any]] = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")) if path.is_file()
    ]
    return [OperatorAnswer(**{name: value for name, value in each.items() if name in known}) for each in documents]


def answer_to(state: RunState, step: str, check: str = "") -> OperatorAnswer | None:
    """Return the newest answer of a step, or `None`.

    Args:
        state: the run.
        step: the step's stable name.
        check: the name of the question, if the step has several; "" for any.
    """
    own = (each for each in reversed(answers(state)) if each.step == step)
    return next((each for each in own if check in {"", each.check}), None)


def submit_answer(state: RunState, check: str, *, by: str, note: str, yes: bool, attach: Path | None) -> OperatorAnswer:
    """Answer an open question, and close it.

    Args:
        state: the run.
        check: the name of the question, or its step if the name is asked twice.
        by: the name of the person.
        note: what the person writes.
        yes: whether it is so, or was done.
        attach: a picture or a document as proof, of 25 MiB at most; it is copied.

    Returns:
        The answer as it is kept.

    Raises:
        UsageError: nothing of that name is asked, the name of the person is empty, the note is not what was asked for, or the
            attachment cannot be taken.
    """
    if not by.strip() or not by.isprintable():
        raise UsageError("--by needs the name of the person who answers")
    standing = open_questions(state)
    question = next((each for each in standing if check in {each.check, each.step}), None)
    if question is None:
        listed = ", ".join(each.check for each in standing)
        raise UsageError(
            f"{state.name} does not ask for {check} now; "
            + (f"it asks for: {listed}" if listed else "it asks for nothing: `failover-robot status` says where it stands")
        )
    if question.check == AGREEMENT_CONTACT and yes:
        _require_contact(note)
    folder = state.folder / "answers"
    folder.mkdir(mode=0o700, exist_ok=True)
    number = 1 + len(list(folder.glob("*.json")))
    attachment = _keep_copy(attach, folder, number) if attach else {}
    answer = OperatorAnswer(question.check, question.step, by.strip(), note.strip(), yes, now_utc(), number, **attachment)
    write_private(folder / f"{number:03d}-{question.check}.json", json.dumps(asdict(answer), ensure_ascii=False))
    close_question(state, question.step)
    return answer


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
    data = (state.folder / "answers" / answer.attachment).read_bytes()
    if not target.exists():
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(data)
        part.replace(target)
    return {"file": name, "sha256": answer.sha256, "bytes": answer.bytes}


def is_on_record(answer: OperatorAnswer, record: EvidenceLog) -> bool:
    """Return whether this very answer is in the record."""
    gates = (line for line in record.history.of_step(answer.step) if line.kind == Kind.GATE)
    return any(line.values.get("answered") == answer.utc for line in gates)


def into_record(
    answer: OperatorAnswer, state: RunState, record: EvidenceLog, place: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Write an answer and its attachment into the record, unless it is there already.

    Args:
        answer: the answer.
        state: the run, whose state folder holds the attachment.
        record: the run's record.
        place: fields of its line that say where it belongs: `unit`, `title`, `heading`, `procedure`.

    Returns:
        The answer in a sentence; and as the reading of its line: `check`, `by`, `note`, `yes`, `answered`, `attachment`.
    """
    sentence = f"{answer.by} answered {'yes' if answer.yes else 'NO'}{f': {answer.note}' if answer.note else ''}"
    reading = {
        "check": answer.check, "by": answer.by, "note": answer.note, "yes": answer.yes, "answered": answer.utc,
        "attachment": answer.attachment,
    }  # fmt: skip
    if not is_on_record(answer, record):
        proof = into_evidence(answer, state)
        record.append("gate", answer.step, **place, **proof, by=answer.by, text=sentence, reading=reading)
    return sentence, reading


def format_questions(questions: Sequence[OperatorQuestion], run: str) -> str:
    """Return open questions as text for a person, each with the command that answers it."""
    return "\n".join(f"{each.check}: {each.sentence}\n   {each.command(shlex.quote(run))}" for each in questions)


def _require_contact(note: str) -> None:
    try:
        Contact.from_words(note)
    except ValueError as wrong:
        raise UsageError(f"--note {note!r}: {wrong}") from None


def _keep_copy(attach: Path, folder: Path, number: int) -> dict[str, Any]:
    """Copy an attachment into the folder of the answers; return the answer's fields about it."""
    try:
        size = attach.stat().st_size
        if not attach.is_file():
            raise UsageError(f"--attach {attach} is no file")
        if size > _LARGEST:
            raise UsageError(f"--attach {attach} has {size // 2**20} MiB; at most {_LARGEST // 2**20} are taken as proof")
        data = attach.read_bytes()
    except OSError as error:
        raise UsageError(f"--attach {attach} cannot be read: {error.strerror}") from None
    if attach.suffix.lower() not in _KINDS:
        raise UsageError(f"--attach {attach}: give a picture or a document ({', '.join(_KINDS)})")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", attach.name).strip(".-")[-80:] or f"proof{attach.suffix.lower()}"
    name = f"{number:03d}-{plain}{'.txt' if plain.lower().endswith('.log') else ''}"  # ticket systems refuse .log, in a zip too
    with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    return {"attachment": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _write(state: RunState, questions: Iterable[OperatorQuestion]) -> None:
    write_private(state.folder / "asked.json", json.dumps([asdict(each) for each in questions], ensure_ascii=False))
