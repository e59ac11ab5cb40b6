"""The presses that a plan lists: each with what it does, and how it is undone. A run by a plan presses nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.model import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable


class ListedPress(Reading):
    """One press that a run may make, once.

    Attributes:
        step: the name of the step in which it is made.
        unit: on which appliance: "a" or "b"; "site" for what is done outside both.
        place: the screen, as the menu names it, or what it is done to.
        control: the words on the control; an order to something outside begins with these words.
        effect: what it does, a sentence.
        undo: how it is undone, a sentence.
        way: an empty string on the way to the target; else the way back on which it is made.
        cuts_off: whether people who are connected are cut off by it.
        repeated: whether a person may ask by name for further attempts; the names of their steps end with their number.
        restores: whether it brings back what serves users or protects them: it is made even if the approval has expired by then.
    """

    step: str
    unit: str
    place: str
    control: str
    effect: str
    undo: str
    way: str = ""
    cuts_off: bool = False
    repeated: bool = False
    restores: bool = False

    def is_of(self, step: str) -> bool:
        """Return whether it is the press of this step, or of a further attempt at it."""
        attempt = step.removeprefix(f"{self.step}-") if self.repeated else ""
        return step == self.step or (attempt != step and attempt.isdecimal())


@dataclass(frozen=True)
class PressList:
    """The presses of a plan, in the order in which they are made; those of the ways back behind them.

    Attributes:
        presses: the presses.
    """

    presses: tuple[ListedPress, ...]

    @classmethod
    def of(cls, documents: Iterable[dict[str, object]]) -> PressList:
        """Return the list from plain JSON, as `as_document` gives it."""
        return cls(tuple(map(ListedPress.from_plain, documents)))

    def as_document(self) -> list[dict[str, object]]:
        """Return the list as plain JSON.

        Returns:
            An object for each press, with its attributes by name.
        """
        return [press.plain() for press in self.presses]

    def find(self, step: str) -> ListedPress | None:
        """Return the press of a step, or of a further attempt at it; None if none is listed."""
        return next((press for press in self.presses if press.is_of(step)), None)

    def objection(self, step: str, *, unit: str, control: str) -> str:
        """Return why a press is not one of the plan's; an empty string if it is.

        Args:
            step: the name of the step in which it is made.
            unit: where: "a", "b" or "site".
            control: the words on the control.

        Returns:
            Half a sentence, or an empty string.
        """
        listed = self.find(step)
        if listed is None:
            return f'the approved plan does not list "{control}" on {unit.upper()} ({step})'
        if listed.unit == unit and control.startswith(listed.control):
            return ""
        return (
            f'the approved plan lists "{listed.control}" on {listed.unit.upper()} here, and this is "{control}" on {unit.upper()}'
        )
