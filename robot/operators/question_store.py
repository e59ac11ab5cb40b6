"""What a run asks and what people answer, kept in one SQLite file of its state folder.

The run and any number of `answer` commands write at the same time, each in a process of its own. So every change is one
transaction, which begins with the write lock: nothing is written on the strength of what another process has changed since.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from robot.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

_FILE = "questions.sqlite"
_ASKED, _ANSWERS = "asked.json", "answers"
"""Where earlier code has kept them, as files."""
_TABLES = (
    "create table question (step text primary key, asked_after integer not null, document text not null)",
    "create table answer (number integer primary key, step text not null, document text not null, attached blob)",
    "pragma user_version = 1",
)
_STANDING = """
select document, asked_after,
  exists (select 1 from answer where answer.step = question.step and answer.number > question.asked_after) as is_answered
from question order by is_answered, rowid
"""
_WAITS_S = 60.0
"""Seconds for which a transaction waits until another one has ended; each takes milliseconds."""


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
        is_signed: whether only a signed answer counts.
    """

    check: str
    step: str
    sentence: str
    since: str = ""
    until: str = ""
    note: str = "TEXT"
    is_signed: bool = False

    def command(self, run: str) -> str:
        """Return the command that answers it, as the person types it."""
        return f"failover-robot answer {run} {self.check} --by NAME --note {self.note}{' --key FILE' if self.is_signed else ''}"


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
        asked_after: the number of the run's newest answer when the question was asked; equal for answers to one question.
        attachment: the name of the attached file, or "".
        sha256: the digest of the attachment, or "".
        bytes: the size of the attachment, or 0.
        envelope: the person's signed statement as a DSSE envelope, in plain JSON; `None` if it is not signed.
    """

    check: str
    step: str
    by: str
    note: str
    yes: bool
    utc: str
    number: int
    asked_after: int = 0
    attachment: str = ""
    sha256: str = ""
    bytes: int = 0
    envelope: dict[str, Any] | None = None


def always(*_: object) -> bool:
    """Count every answer."""
    return True


T = TypeVar("T", OperatorQuestion, OperatorAnswer)


class QuestionTransaction:
    """One transaction on the questions and answers of a run; whoever has it is the only one to write.

    Args:
        connection: the open connection.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def answers(self) -> list[OperatorAnswer]:
        """Return every answer, in the order in which they were given."""
        return [_of(OperatorAnswer, row[0]) for row in self._connection.execute("select document from answer order by number")]

    def standing(self) -> list[OperatorQuestion]:
        """Return the questions that the run has not closed yet: first those that nobody has answered, oldest first."""
        return [_of(OperatorQuestion, row[0]) for row in self._connection.execute(_STANDING)]

    def open(self, counts: Callable[[OperatorQuestion, OperatorAnswer], bool] = always) -> list[OperatorQuestion]:
        """Return the questions that nobody has answered yet, oldest first.

        Args:
            counts: whether an answer to a question counts; one that does not is as if not given.
        """
        given, rows = self.answers(), self._connection.execute(_STANDING)
        standing = [(_of(OperatorQuestion, document), asked_after) for document, asked_after, _ in rows]
        return [
            question
            for question, asked_after in standing
            if not any(each.step == question.step and each.number > asked_after and counts(question, each) for each in given)
        ]

    def ask(self, question: OperatorQuestion, same: OperatorQuestion | None = None) -> OperatorQuestion:
        """Open a question; one that is open already keeps the time at which it was asked, and gets the newest words.

        Args:
            question: what is asked.
            same: the question as it is open already.

        Returns:
            The question as it is kept.
        """
        kept = replace(question, since=same.since) if same else question
        if same:
            self._connection.execute("update question set document = ? where step = ?", (_text(kept), kept.step))
            return kept
        self.close(kept.step)
        self._connection.execute("insert into question values (?, ?, ?)", (kept.step, self._newest(), _text(kept)))
        return kept

    def close(self, step: str) -> None:
        """Close the question of a step, if the run asks one."""
        self._connection.execute("delete from question where step = ?", (step,))

    def answer(self, answer: OperatorAnswer, attached: bytes | None) -> OperatorAnswer:
        """Keep an answer under the next number.

        Args:
            answer: the answer to a standing question, or to what the run does not ask as one.
            attached: the contents of its attachment, if it has one.

        Returns:
            The answer with its number, with which its attachment's name begins too.
        """
        row = self._connection.execute("select asked_after from question where step = ?", (answer.step,)).fetchone()
        number = self._newest() + 1
        attachment = answer.attachment and f"{number:03d}-{answer.attachment}"
        return self.keep(
            replace(answer, number=number, asked_after=row[0] if row else number - 1, attachment=attachment), attached
        )

    def keep(self, answer: OperatorAnswer, attached: bytes | None) -> OperatorAnswer:
        """Keep an answer as it is, under its number; return it."""
        row = (answer.number, answer.step, _text(answer), attached)
        self._connection.execute("insert into answer values (?, ?, ?, ?)", row)
        return answer

    def attached(self, number: int) -> bytes:
        """Return the attachment of an answer; empty if it has none."""
        row = self._connection.execute("select attached from answer where number = ?", (number,)).fetchone()
        return (row and row[0]) or b""

    def _newest(self) -> int:
        return int(self._connection.execute("select coalesce(max(number), 0) from answer").fetchone()[0])


def is_untouched(folder: Path) -> bool:
    """Return whether nothing has ever been asked or answered in a run of this state folder."""
    return not any((folder / name).exists() for name in (_FILE, _ASKED, _ANSWERS))


@contextmanager
def transaction(folder: Path) -> Generator[QuestionTransaction]:
    """Begin a transaction, and commit it at the end; what raises within it changes nothing.

    Args:
        folder: the run's state folder.

    Yields:
        The transaction.

    Raises:
        Refused: the file cannot be read or written.
    """
    path = folder / _FILE
    try:
        path.touch(mode=0o600)  # SQLite makes the files beside it with the same mode
        connection = sqlite3.connect(path, timeout=_WAITS_S, isolation_level=None)
        try:
            connection.execute("begin immediate")
            if connection.execute("pragma user_version").fetchone()[0] == 0:
                _begin(connection, folder)
            yield QuestionTransaction(connection)
            connection.execute("commit")
        finally:
            connection.close()  # without the commit all of it is undone
    except (sqlite3.Error, OSError) as error:
        raise Refused(
            f"the questions and answers in {path} cannot be read or written: {error}; see to that, then do it again"
        ) from error


def _begin(connection: sqlite3.Connection, folder: Path) -> None:
    """Make the tables, and take over what earlier code has kept in files of a run's state folder."""
    for statement in _TABLES:
        connection.execute(statement)
    kept = QuestionTransaction(connection)
    for number, path in enumerate(sorted((folder / _ANSWERS).glob("*.json")), start=1):
        answer = _of(OperatorAnswer, path.read_text(encoding="utf-8"))
        attached = (folder / _ANSWERS / answer.attachment).read_bytes() if answer.attachment else None
        kept.keep(replace(answer, number=number, asked_after=number - 1), attached)
    asked = folder / _ASKED
    for question in json.loads(asked.read_text(encoding="utf-8")) if asked.exists() else ():
        kept.ask(_of(OperatorQuestion, json.dumps(question)))


def _of(kind: type[T], document: str) -> T:
    values: dict[str, Any] = json.loads(document)
    return kind(**{each.name: values[each.name] for each in fields(kind) if each.name in values})


def _text(document: OperatorQuestion | OperatorAnswer) -> str:
    return json.dumps(asdict(document), ensure_ascii=False)
