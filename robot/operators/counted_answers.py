"""Which of the answers to a question counts: of several people's, and where answers must be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from robot.operators import question_store
from robot.operators.question_store import OperatorAnswer, OperatorQuestion, transaction
from robot.operators.signed_answers import asked_at, judge_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from robot.approval.rules import KeyHolder
    from robot.evidence.record.history import RunHistory
    from robot.operators.question_store import QuestionTransaction
    from robot.runs.store import RunState


class JudgedAnswer(NamedTuple):
    """An answer, judged.

    Attributes:
        answer: the answer as it is kept.
        place: its place among those of its step; those to the same asking have the same beginning.
        objection: why it does not count; "" if it does.
    """

    answer: OperatorAnswer
    place: tuple[Any, Any]
    objection: str


def judged_answers(state: RunState, history: RunHistory, answerers: Sequence[KeyHolder], step: str) -> list[JudgedAnswer]:
    """Return each answer to the questions of a step. Where they are signed, only what is signed puts them in order.

    Args:
        state: the run.
        history: its record.
        answerers: whose signed answers count; with none, every answer does.
        step: the step's stable name.
    """
    if question_store.is_untouched(state.folder):
        return []
    with transaction(state.folder) as kept:
        own = [each for each in kept.answers() if each.step == step]
        if not answerers:
            return [JudgedAnswer(each, (each.asked_after, each.number), "") for each in own]
        asked = {check: asked_at(history, step, check) for check in {each.check for each in own}}
        return [
            JudgedAnswer(each, (asked[each.check], each.utc), _objection(kept, state, answerers, asked[each.check], each))
            for each in own
        ]


def the_one_that_counts(judged: Iterable[JudgedAnswer], check: str) -> OperatorAnswer | None:
    """Return the one that counts of the answers to the newest question, or `None`.

    Args:
        judged: the answers to the questions of a step.
        check: the name of the question, if the step has several; "" for any.
    """
    own = sorted(
        (each for each in judged if not each.objection and check in {"", each.answer.check}), key=lambda each: each.place
    )
    last_words = {each.answer.by: each.answer for each in own if each.place[0] == own[-1].place[0]}.values()
    noes = [each for each in last_words if not each.yes]
    return max(noes or last_words, key=[each.answer for each in own].index, default=None)


def still_open(kept: QuestionTransaction, state: RunState, answerers: Sequence[KeyHolder]) -> list[OperatorQuestion]:
    """Return the questions to which nobody has given an answer that counts, oldest first.

    Args:
        kept: the questions and answers.
        state: the run.
        answerers: whose signed answers count; with none, every answer does.
    """

    def counts(question: OperatorQuestion, answer: OperatorAnswer) -> bool:
        return not answerers or not _objection(kept, state, answerers, question.since, answer)

    return kept.open(counts)


def _objection(
    kept: QuestionTransaction, state: RunState, answerers: Sequence[KeyHolder], asked: str, answer: OperatorAnswer
) -> str:
    return judge_answer(answerers, state.name, asked, answer, kept.attached(answer.number))
