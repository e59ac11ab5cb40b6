"""Who owns what was done without a press of ours, and who allows what only a person may allow, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.domain.errors import StoppedByHand
from robot.evidence.record.line import Kind
from robot.evidence.record.step_names import unit_of
from robot.operators import operator_questions

if TYPE_CHECKING:
    from robot.changes.change import Change, Pressable
    from robot.changes.run_context import RunContext
    from robot.domain.errors import PressInDoubt
    from robot.domain.model import Reading
    from robot.operators.operator_questions import OperatorAnswer

FACTS = ("role", "enabled", "product", "base", "said")
"""What a person in mid-run may have changed, by its name in any reading; what is said of a patch no take-back reads."""


class Ownership:
    """Knows from the record and from people's answers who owns what, and who has allowed what."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def owner_of(self, change: Change[Any], found: Reading) -> str:
        """Name who owns what was found done without a press of ours, or "" (OP8).

        A person who answered for it by name; or whoever had the pair in hand, where it stands as it stood at the take-back.
        """
        return self.owner_at(change.name, change.place.where()["unit"], found.plain())

    def owner_at(self, step: str, unit: str, found: dict[str, Any]) -> str:
        """Name who owns what was found on an appliance at a step, or ""."""
        if by := self.owner_by_answer(step):
            return by
        taken = self._context.record.history.latest(self._context.names.take_back, {Kind.NOTE})
        if taken is None:
            return ""
        stood = taken.values["found"].get(unit, {})
        facts = {name: value for name, value in found.items() if name in FACTS and value not in {"", None}}
        return taken.by if facts and all(stood.get(name) == value for name, value in facts.items()) else ""

    def owner_by_answer(self, step: str, check: str = operator_questions.UNKNOWN_HAND) -> str:
        """Name who has answered for what was last found at a step without a press of ours, or "".

        An answer stands for what was found before it, not for what is found later.
        """
        answer = operator_questions.answer_to(self._context.state, step)
        return answer.by if answer and answer.check == check and self._given_since(answer, {Kind.REFUSED}) else ""

    def allowed_by(self, change: Change[Any]) -> str:
        """Name who has said, since the newest press of a change, that it may be pressed once more; "" where nobody has."""
        answer = operator_questions.answer_to(self._context.state, change.name, operator_questions.PRESS_AGAIN)
        if answer is None or not self._given_since(answer, {Kind.INTENT}):
            return ""
        operator_questions.into_record(
            answer, self._context.state, self._context.record, change.line_fields(self._context.heading)
        )
        return answer.by

    def confirm(self, change: Change[Any], reading: Reading, control: Pressable) -> None:
        """Have the person at the terminal agree to this very press, where that was asked for.

        Raises:
            StoppedByHand: they did not.
        """
        if self._context.confirm is None:
            return
        shot = self._context.record.last_picture(change.name, "before")
        asked = {"title": change.title, "label": control.label, "reading": reading.plain(), "picture": str(shot or "")}
        if not self._context.confirm(asked):
            raise StoppedByHand(f'stopped by hand before "{change.title}", which was not confirmed; it is not pressed')

    def ask_for_owner(self, step: str, sentence: str) -> None:
        """Ask who owns what was found done."""
        operator_questions.ask(
            self._context.state,
            [operator_questions.OperatorQuestion(operator_questions.UNKNOWN_HAND, step, f"Who owns this? {sentence}")],
        )

    def ask_to_press_again(self, title: str, doubt: PressInDoubt) -> None:
        """Ask whether a change whose presses are in doubt may be pressed once more."""
        context, step, sentence = self._context, doubt.change, f"May it be pressed once more? {doubt}"
        question = operator_questions.OperatorQuestion(
            operator_questions.PRESS_AGAIN, step, sentence, until=context.hours.until()
        )
        operator_questions.ask(context.state, [question])
        fields = {"unit": unit_of(step), "title": title, "heading": context.heading}
        context.record.append(Kind.GATE, step, **fields, text=f"asked: {sentence}")

    def _given_since(self, answer: OperatorAnswer, kinds: set[Kind]) -> bool:
        """Tell whether an answer is a yes, given since the newest line of these kinds at its step."""
        newest = self._context.record.history.latest(answer.step, kinds)
        return answer.yes and newest is not None and newest.utc <= answer.utc
