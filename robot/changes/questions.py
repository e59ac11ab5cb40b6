"""Asks a person in mid-run: the run waits for the answer, or ends and is resumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from robot.domain.errors import Refused, Waiting
from robot.evidence.record.line import Kind
from robot.operators import operator_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from robot.changes.run import Run
    from robot.operators.operator_questions import OperatorAnswer, OperatorQuestion

_LOOK_AGAIN_S = 2.0
"""Seconds between two checks whether somebody has answered."""
_MONTH_S = 30 * 86400.0


def announce(run: Run, questions: Sequence[OperatorQuestion]) -> None:
    """Put up several questions at once, so that nobody is asked one by one."""
    waiting = [each for each in questions if operator_questions.answer_to(run, each.step) is None]
    operator_questions.ask(run, waiting)


def put_up(run: Run, question: OperatorQuestion, fields: dict[str, Any]) -> None:
    """Put up one question; the first time at its step it is recorded, and people are sent a message.

    Args:
        run: the run.
        question: what is asked.
        fields: the fields of the question's record line.
    """
    operator_questions.ask(run, [question])
    if run.record.history.latest(question.step, {Kind.GATE}) is None:
        run.record.append(Kind.GATE, question.step, **fields, text=f"asked: {question.sentence}")
        run.notify("gate", f"a person is asked ({question.check}): {question.sentence}", deadline=question.until)


def accepted(_answer: OperatorAnswer) -> str:
    """Take any answer."""
    return ""


def ask(
    run: Run,
    question: OperatorQuestion,
    *,
    title: str,
    procedure_ids: tuple[str, ...],
    accept: Callable[[OperatorAnswer], str] = accepted,
) -> dict[str, Any]:
    """Ask one question, as a durable step.

    Args:
        run: the run.
        question: what is asked, and for which step.
        title: the step in a person's words.
        procedure_ids: the IDs of the obligations that the answer keeps.
        accept: returns why a "yes" is not enough yet, so that the question is asked again; or an empty string.

    Returns:
        The answer: `check`, `by`, `note`, `yes`, `answered` (UTC) and `attachment`.

    Raises:
        Waiting: nobody has answered yet.
        Refused: somebody answered no.
    """

    def once() -> dict[str, Any]:
        return wait_for_answer(run, question, title=title, procedure_ids=procedure_ids, accept=accept)

    return run.steps.durably(question.step, title, None, once, procedure_ids=procedure_ids)


def wait_for_answer(
    run: Run,
    question: OperatorQuestion,
    *,
    title: str,
    procedure_ids: tuple[str, ...],
    accept: Callable[[OperatorAnswer], str] = accepted,
) -> dict[str, Any]:
    """Ask one question within a step of the caller.

    Args:
        run: the run.
        question: what is asked, and for which step.
        title: the step in a person's words.
        procedure_ids: the IDs of the obligations that the answer keeps.
        accept: returns why a "yes" is not enough yet, so that the question is asked again; or an empty string.

    Returns:
        The answer: `check`, `by`, `note`, `yes`, `answered` (UTC) and `attachment`.

    Raises:
        Waiting: nobody has answered yet.
        Refused: somebody answered no.
    """
    fields = run.step_fields(question.step, title, procedure_ids)
    question = replace(question, is_signed=bool(run.answerers))
    answer = operator_questions.answer_to(run, question.step)
    objection = _not_enough(run, answer, accept) if answer else ""
    if answer is None or objection:
        answer = _await(run, question, fields, accept, objection)
    operator_questions.close_question(run.state, question.step)
    answer = operator_questions.answer_to(run, question.step) or answer  # until it was closed others may have answered too
    sentence, reading = operator_questions.into_record(answer, run, fields)
    if not answer.yes:
        operator_questions.ask(run, [question])
        raise Refused(
            f"{title}: {sentence}",
            next_action=f"Settle it with {answer.by}, answer again (`{question.command(run.state.name)}`), then resume.",
        )
    return reading


def _await(
    run: Run, question: OperatorQuestion, fields: dict[str, Any], accept: Callable[[OperatorAnswer], str], objection: str
) -> OperatorAnswer:
    """Return the answer after waiting for it with closed browsers.

    Args:
        run: the run.
        question: what is asked.
        fields: the fields of the question's record line.
        accept: returns why a "yes" is not enough yet, or an empty string.
        objection: why an earlier answer is not enough, or an empty string.

    Raises:
        Waiting: the run does not wait for it, or nobody has answered for a month.
    """
    question = replace(question, sentence=f"{objection} {question.sentence}".strip())
    put_up(run, question, fields)
    run.tell({"event": "asked", "check": question.check, "sentence": question.sentence})
    run.close_browsers()

    def enough(answer: OperatorAnswer | None) -> bool:
        return answer is not None and not _not_enough(run, answer, accept)

    answer = operator_questions.answer_to(run, question.step)  # it may have come while the question was put up
    if not run.waits and not enough(answer):
        questions = operator_questions.open_questions(run.state, run.answerers)
        names = ", ".join(dict.fromkeys(each.check for each in questions))
        sentence = f"waiting for a person's answer to {names}; nothing is pressed until then"
        raise Waiting(f"{sentence}. {objection}".removesuffix(". "), next_action=_commands(run, questions))
    answer = replace(run.poller, poll=_LOOK_AGAIN_S).poll_until(
        lambda: operator_questions.answer_to(run, question.step),
        enough,
        what=f"an answer to {question.check}",
        within=_MONTH_S,
    )
    if answer is None:
        raise Waiting(f"nobody has answered {question.check}", next_action=_commands(run, [question]))
    return answer


def _not_enough(run: Run, answer: OperatorAnswer, accept: Callable[[OperatorAnswer], str]) -> str:
    """Return why an answer is not enough, or an empty string. A "no" that is on record has been acted on: it is asked again."""
    if not answer.yes:
        return f"{answer.by} answered no." if operator_questions.is_on_record(answer, run.record) else ""
    return accept(answer)


def _commands(run: Run, questions: Sequence[OperatorQuestion]) -> str:
    """Return the next action: the questions, and the command that answers each."""
    name = run.state.name
    return "\n".join([*(f"{each.check}: {each.sentence}" for each in questions), "Answer each, then resume:"]) + "".join(
        f"\n   {each.command(name)}" for each in questions
    )
