"""Names the people who own what was done without a press of ours, and who allow what only a person may allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.domain.errors import PressInDoubt, Refused, StoppedByHand
from robot.domain.versions import are_same_release
from robot.evidence.record.line import Kind
from robot.evidence.record.plain_json import object_in
from robot.evidence.record.step_names import unit_of
from robot.operators import operator_questions

if TYPE_CHECKING:
    from robot.changes.change import Change, Pressable
    from robot.changes.run_context import RunContext
    from robot.domain.errors import PressWanted
    from robot.domain.model import Reading
    from robot.operators.operator_questions import OperatorAnswer
    from robot.runs.events import PressShown

FACTS = ("role", "enabled", "product", "base", "said", "syncing", "last_sync")
"""The fields of readings that a person may have changed in mid-run. A take-back does not read what a page says about a patch."""
_VERSIONS = {"product", "base"}


class Ownership:
    """Reads from the record and from people's answers who owns a change, and who has allowed a press."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def owner_of(self, change: Change[Any], reading: Reading) -> str:
        """Return the name of the person who owns a change that was found done without a press of ours, or "" (OP8).

        It is the person who answered for it by name; or the person who had the pair in hand, if it was done in those minutes:
        the appliance reads as it did at the take-back, the time of its last synchronisation included, and something of that
        was not so before the hand-over.
        """
        return self.owner_at(change.name, change.place.where()["unit"], reading.plain())

    def owner_at(self, step: str, unit: str, values: dict[str, Any]) -> str:
        """Return the name of the person who owns what was found on an appliance at a step.

        Args:
            step: the step's name.
            unit: `a` or `b`.
            values: the fields of the reading that was found, by name.

        Returns:
            The name; an empty string if nobody owns it.
        """
        if by := self.owner_by_answer(step):
            return by
        facts = {name: value for name, value in values.items() if name in FACTS and value not in {"", None}}
        for taken in reversed(self._context.record.history.of_step(self._context.names.take_back)):
            found, changed = (object_in(object_in(taken.values, name), unit) for name in ("found", "changed"))
            alike = all(_is_alike(name, found.get(name), value) for name, value in facts.items())
            if alike and facts.keys() & changed.keys():
                return taken.by
        return ""

    def owner_by_answer(
        self,
        step: str,
        check: str = operator_questions.UNKNOWN_HAND,
        *,
        title: str = "Asked of a person: who answers for what was found",
        procedure_ids: tuple[str, ...] = ("OP8",),
    ) -> str:
        """Return the name of the person who has answered for what was last found at a step, and record the answer.

        An answer covers what was found before it, not what is found later.

        Args:
            step: the step's name; it is the caller's own.
            check: the name of the question.
            title: what was asked, in a person's words.
            procedure_ids: the IDs of the obligations that the answer keeps.

        Returns:
            The name; an empty string if nobody has answered. The caller then stops and asks.
        """
        context = self._context
        answer = self._owning_answer(step, check)
        if answer and not context.is_critical:  # in the swing it is recorded afterwards, when the step ends
            operator_questions.close_question(context.state, step)
            answer = self._owning_answer(step, check)  # until it was closed others may have answered too
            if answer:
                fields = context.step_fields(step, title, procedure_ids)
                operator_questions.into_record(answer, context, fields)
        return answer.by if answer else ""

    def _owning_answer(self, step: str, check: str) -> OperatorAnswer | None:
        answer = operator_questions.answer_to(self._context, step)
        return answer if answer and answer.check == check and self._given_since(answer, {Kind.REFUSED}) else None

    def allowed_by(self, change: Change[Any]) -> str:
        """Return the name of the person who has allowed another press since the newest one, and record the answer; or ""."""
        answer = operator_questions.answer_to(self._context, change.name, operator_questions.PRESS_AGAIN)
        if answer is None or not self._given_since(answer, {Kind.INTENT}):
            return ""
        operator_questions.into_record(answer, self._context, change.line_fields(self._context.heading))
        return answer.by

    def permitted_beyond_plan(self, change: Change[Any]) -> str:
        """Return the name of the person who has allowed a press that the approved plan does not list, and record it; or "".

        Raises:
            Refused: a person has said that it is not to be made.
        """
        answer = operator_questions.answer_to(self._context, change.name, operator_questions.BEYOND_PLAN)
        if answer is None:
            return ""
        operator_questions.into_record(answer, self._context, change.line_fields(self._context.heading))
        if not answer.yes:
            raise Refused(f"{change.title} is not in the approved plan, and {answer.by} has answered that it is not to be made")
        return answer.by

    def confirm(self, change: Change[Any], reading: Reading, control: Pressable) -> None:
        """Ask the person at the terminal to agree to this press, if the run was started with --confirm-each.

        Args:
            change: the change.
            reading: the reading before the press.
            control: the control that would be pressed.

        Raises:
            StoppedByHand: they did not agree.
        """
        if self._context.confirm is None:
            return
        shot = self._context.record.last_picture(change.name, "before")
        press: PressShown = {
            "title": change.title, "label": control.label, "reading": reading.plain(), "picture": str(shot or ""),
        }  # fmt: skip
        if not self._context.confirm(press):
            raise StoppedByHand(f'stopped by hand before "{change.title}", which was not confirmed; it is not pressed')

    def ask_for_owner(self, step: str, sentence: str) -> None:
        """Put up the question who owns what was found done at a step."""
        operator_questions.ask(
            self._context,
            [operator_questions.OperatorQuestion(operator_questions.UNKNOWN_HAND, step, f"Who owns this? {sentence}")],
        )

    def ask_to_press(self, title: str, stop: PressWanted) -> None:
        """Put up and record the question whether a press may be made that only a person may allow."""
        if isinstance(stop, PressInDoubt):
            check, asked = operator_questions.PRESS_AGAIN, "May it be pressed once more?"
        else:
            check, asked = operator_questions.BEYOND_PLAN, "May it be installed?"
        context, step, sentence = self._context, stop.change, f"{asked} {stop}"
        question = operator_questions.OperatorQuestion(check, step, sentence, until=context.hours.until())
        operator_questions.ask(context, [question])
        fields = {"unit": unit_of(step), "title": title, "heading": context.heading}
        context.record.append(Kind.GATE, step, **fields, text=f"asked: {sentence}")

    def _given_since(self, answer: OperatorAnswer, kinds: set[Kind]) -> bool:
        """Tell whether an answer is a yes that was given after the newest line of these kinds at its step."""
        newest = self._context.record.history.latest(answer.step, kinds)
        return answer.yes and newest is not None and newest.utc <= answer.utc


def _is_alike(name: str, one: Any, other: Any) -> bool:
    """Return whether two values of a fact are the same; a version may be worded in another way."""
    return one == other or (name in _VERSIONS and isinstance(one, str) and are_same_release(one, other))
