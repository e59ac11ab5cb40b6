"""One half of a switch-over while nobody may be served: read it, prepare its press, press it.

Nothing that goes wrong here may end the swing, whoever is at fault: it is noted on record, and the table decides what it means.
Only a lost lease, the end of the process and a hand that somebody answers for are let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.changes.change_reader import read_if_possible
from robot.changes.executor import prepare_control, record_found_done, record_intent_and_press, unknown_hand
from robot.domain.errors import Stop, UnknownHand, Unreachable, Untrusted, WrongScreen
from robot.domain.model import Reading
from robot.evidence.record.line import WITHDRAWN, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.changes.change import Change, ChangeContext, Pressable
    from robot.evidence.record.line import Line

R = TypeVar("R", bound=Reading)
POLL_S = 0.1
"""Seconds between two readings while nobody serves."""
FAULTS = (Stop, Exception)
"""What may go wrong in one half: a refusal, a broken page or browser, a fault of ours. All of it is a failed reading or press."""


@dataclass(frozen=True)
class Switchover(Generic[R]):
    """The critical section: its two halves, the way back, and what they share.

    Attributes:
        off: the first half.
        on: the second half.
        back: the way back: it undoes the first half.
        context: what all three share.
        deadline_s: seconds of which the times in `table.py` are parts.
        require_lease: called before every press, even where nothing else is checked.
        call: calls a person while nobody may be served; it must not take time.
        after_the_way_back: what a person is to do after the first half was put back.
    """

    off: Change[R]
    on: Change[R]
    back: Change[R]
    context: ChangeContext
    deadline_s: float
    require_lease: Callable[[], None]
    call: Callable[[str], None]
    after_the_way_back: str

    def line(self, change: Change[R], *kinds: str) -> Line | None:
        """Return the newest record line of a change among these kinds; None if there is none."""
        return self.context.record.history.latest(change.name, kinds)

    def pressed(self, change: Change[R]) -> bool:
        """Tell whether this run has recorded the intent to press a change."""
        return self.line(change, Kind.INTENT) is not None

    def remark(self, change: Change[R], text: str, **more: str) -> None:
        """Write a note about a change into the record, unless it was the last that was noted about it."""
        last = self.line(change, *Kind)
        if last is None or (last.kind, last.text) != (Kind.NOTE, text):
            self.context.record.append(Kind.NOTE, change.name, **change.line_fields(self.context.heading), text=text, **more)


@dataclass(frozen=True)
class PreparedPress(Generic[R]):
    """A form that is opened, filled, read and pictured, and waits for its press.

    Attributes:
        before: the reading before the press.
        control: the control to press.
        shot: the picture's fields for the record line; `no_picture` tells why there is none.
    """

    before: R
    control: Pressable
    shot: dict[str, Any]


class Pressed(NamedTuple):
    """What came of an order to press: whether the press was made, by the record; and what was answered against it, in words."""

    made: bool
    refusal: str = ""


def read_half(swap: Switchover[R], change: Change[R]) -> tuple[ChangeState, R] | None:
    """Return how far a half has come, and the reading that shows it; None if it cannot be read.

    A session whose reading fails is dropped: a dead browser or a failed page does not recover.
    """
    swap.context.checkpoint(change.name, "waiting")
    try:
        if (reading := read_if_possible(change)) is not None:
            return change.state(None, reading), reading
    except FAULTS as fault:
        swap.remark(change, f"could not be read: {_words(fault)}")
    change.place.drop()
    return None


def prepare_press(swap: Switchover[R], change: Change[R], before: R, *, pictured: bool = True) -> PreparedPress[R] | None:
    """Open and fill the form of a half, and take its picture if `pictured`; return None if the form cannot be prepared now."""
    try:
        control = prepare_control(change, before, swap.context)
    except FAULTS as failed:
        _set_aside(swap, change, "could not be made ready", failed)
        return None
    shot = _picture_if_possible(change, swap.context) if pictured else {"no_picture": "there was no time"}
    return PreparedPress(before, control, shot)


def press_prepared(swap: Switchover[R], change: Change[R], prepared: PreparedPress[R]) -> Pressed:
    """Press a prepared control; only a reading tells whether a press came through."""
    known = swap.line(change, Kind.INTENT)
    try:
        record_intent_and_press(change, prepared.before, prepared.control, prepared.shot, swap.context)
    except FAULTS as failed:
        if swap.line(change, Kind.INTENT) is known:
            _set_aside(swap, change, "could not be pressed", failed)
            return Pressed(made=False)
        _set_aside(swap, change, "was pressed, and then failed", failed)
        answered = isinstance(failed, Stop) and not isinstance(failed, (Unreachable, WrongScreen, Untrusted))
        return Pressed(made=True, refusal=str(failed) if answered else "")
    return Pressed(made=True)


def _set_aside(swap: Switchover[R], change: Change[R], failure: str, failed: BaseException) -> None:
    """Record a failure, and drop the session if its page or browser failed.

    If the page only shows something else, the session is kept: a new one takes seconds while nobody serves, and shows the same.
    """
    swap.remark(change, f"{failure}: {_words(failed)}")
    if not isinstance(failed, WrongScreen):
        change.place.drop()


def _words(failed: BaseException) -> str:
    """Return a refusal's sentence; of anything else its name too."""
    return str(failed) if isinstance(failed, Stop) else repr(failed)


def _picture_if_possible(change: Change[Any], context: ChangeContext) -> dict[str, Any]:
    """Return the picture's fields for the record line, or `no_picture`: in the swing a failed picture stops nothing."""
    try:
        return change.place.picture(context.record, change.name, "before")
    except FAULTS as none:
        return {"no_picture": _words(none)}


def record_second_half(swap: Switchover[R], second: R) -> R:
    """Return the reading of a second half that is in place, after recording it as proved or as done by its owner.

    Raises:
        UnknownHand: this run did not press it, and nobody answers for it.
    """
    on, context = swap.on, swap.context
    if not swap.pressed(on):
        if not (owner := context.owner_of(on, second)):
            raise UnknownHand(unknown_hand(on, ChangeState.IN_PLACE))
        return record_found_done(on, owner, second, context).reading
    append_line(on, Kind.PROVED, context, reading=second, when="after")
    context.checkpoint(on.name, "after-proof")
    append_line(swap.off, Kind.READING, context, when="after", text="how it looks now")
    return second


def record_come_to_nothing(swap: Switchover[R], change: Change[R], why: str) -> None:
    """Record that a press is expected no more, so that nobody is told that the appliance may still be at work on it."""
    if swap.context.record.history.is_unproved(change.name):
        swap.remark(change, f"its press has come to nothing: {why}", **{WITHDRAWN: why})
