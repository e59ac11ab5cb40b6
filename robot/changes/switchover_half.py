"""One half of a switch-over while nobody may be served: read it, prepare its press, press it.

A failed reading is None, and the next one begins with a new browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.changes.change_reader import read_if_possible
from robot.changes.executor import prepare_control, record_found_done, record_intent_and_press, unknown_hand
from robot.domain.errors import Refused, Stalled, Stop, Surprised, UnknownHand, Unreachable, Untrusted, WrongScreen
from robot.domain.model import Reading
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.changes.change import Change, ChangeContext, Pressable
    from robot.evidence.record.line import Line

R = TypeVar("R", bound=Reading)
NOBODY_SERVES = "Nobody may be served now: look at both at once"
UNTIL_DECIDED, LATE_PRESS = 1 / 4, 1 / 6
"""Parts of the deadline: after which the way back is taken; for which a late press is watched for after it."""
MOST_TRIES = 3
"""How often a press is tried; a try whose form could not be prepared counts too."""
_KEEPS_READING = 10.0
"""How many times the deadline a state that is unknown is read on."""


@dataclass(frozen=True)
class Switchover(Generic[R]):
    """The critical section: its two halves, the way back, and what they share.

    Attributes:
        off: the first half.
        on: the second half.
        back: the way back: it undoes the first half.
        context: what all three share.
        deadline_s: seconds for the first half to be proved; the other waits are parts of it (`switchover.py`).
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

    def remark(self, change: Change[R], text: str) -> None:
        """Write a note about a change into the record."""
        self.context.record.append(Kind.NOTE, change.name, **change.line_fields(self.context.heading), text=text)


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


def prepare_press(swap: Switchover[R], change: Change[R], before: R, *, pictured: bool = True) -> PreparedPress[R] | None:
    """Open and fill the form of a half, and take its picture if `pictured`; return None if the form cannot be prepared now."""
    try:
        control = prepare_control(change, before, swap.context)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(swap, change, "could not be made ready", failed)
        return None
    return PreparedPress(
        before, control, _picture_if_possible(change, swap.context) if pictured else {"no_picture": "there was no time"}
    )


def press_prepared(swap: Switchover[R], change: Change[R], prepared: PreparedPress[R]) -> bool:
    """Press a prepared control; return whether the intent is on record, so that the press may have come through."""
    swap.require_lease()
    known = swap.line(change, Kind.INTENT)
    try:
        record_intent_and_press(change, prepared.before, prepared.control, prepared.shot, swap.context)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(swap, change, "could not be pressed", failed)
        return swap.line(change, Kind.INTENT) is not known  # a press with an intent may have come through: only reading repeats
    return True


def _set_aside(swap: Switchover[R], change: Change[R], failure: str, failed: BaseException) -> None:
    """Record a failure, and drop the session if its page or browser failed.

    If the page only shows something else, the session is kept: a new one takes seconds while nobody serves, and shows the same.
    """
    swap.remark(change, f"{failure}: {failed}")
    if not isinstance(failed, WrongScreen):
        change.place.drop()


def _picture_if_possible(change: Change[Any], context: ChangeContext) -> dict[str, Any]:
    """Return the picture's fields for the record line, or `no_picture`: in the swing a failed picture stops nothing."""
    try:
        return change.place.picture(context.record, change.name, "before")
    except (Stop, Error, OSError) as none:
        return {"no_picture": str(none)}


def read_or_none(swap: Switchover[R], change: Change[R]) -> R | None:
    """Return one reading; if it fails, drop the session and return None: a dead browser or a failed page does not recover."""
    swap.context.checkpoint(change.name, "waiting")
    try:
        reading = read_if_possible(change)
    except Exception as fault:  # noqa: BLE001 - a fault of ours is a failed reading too: nobody is served meanwhile
        swap.remark(change, f"could not be read: {fault!r}")
        reading = None
    if reading is None:
        change.place.drop()
    return reading


def read_until_in_place(swap: Switchover[R], change: Change[R], deadline_s: float) -> R:
    """Return the first reading that shows a half in place.

    Raises:
        Stalled: it is not in place within `deadline_s`.
    """

    def done(reading: R | None) -> bool:
        return reading is not None and change.state(None, reading) is ChangeState.IN_PLACE

    return _read_until(swap, change, done, what=change.awaiting, within_s=deadline_s)


def read_until_stable(swap: Switchover[R], change: Change[R], ends: float, *, calm: float) -> R:
    """Read until a half is in place, or has been "not yet" without a break for some time.

    Args:
        swap: the switch-over.
        change: the half.
        ends: the poller's clock, in seconds, at which the wait ends.
        calm: seconds for which the half must read "not yet" without a break.

    Returns:
        The last reading: in place, or not yet.

    Raises:
        Stalled: neither by then.
    """
    clock = swap.context.poller.clock
    since: list[float] = []

    def done(reading: R | None) -> bool:
        state = None if reading is None else change.state(None, reading)
        if state is not ChangeState.NOT_YET:
            since.clear()
            return state is ChangeState.IN_PLACE
        since.append(clock())
        return clock() - since[0] >= calm

    return _read_until(swap, change, done, what=change.awaiting, within_s=max(ends - clock(), 0.0))


def read_until_known(swap: Switchover[R], change: Change[R], unknown: str) -> R:
    """Return a reading that shows whether a half is in place; if the first reading does not, call a person and read on.

    Raises:
        Surprised: it is still unknown after ten times the deadline, or cannot be read at all.
    """

    def is_known(reading: R | None) -> bool:
        return reading is not None and change.state(None, reading) in {ChangeState.IN_PLACE, ChangeState.NOT_YET}

    try:
        reading = read_or_none(swap, change)
        if reading is not None and is_known(reading):
            return reading
        swap.call(f"{unknown}; the robot reads on")
        swap.remark(change, f"{unknown}; the robot reads on")
        what = f"a reading of {change.place.where()['unit'].upper()}: nobody may be served now"
        return _read_until(swap, change, is_known, what=what, within_s=swap.deadline_s * _KEEPS_READING)
    except (Stalled, Refused) as stop:
        swap.call(unknown)
        raise Surprised(f"{unknown} ({stop})") from stop


def _read_until(swap: Switchover[R], change: Change[R], done: Callable[[R | None], bool], *, what: str, within_s: float) -> R:
    """Return the first reading of a half for which `done` is true.

    Raises:
        Stalled: there is none in time.
    """
    reading = swap.context.poller.poll_until(lambda: read_or_none(swap, change), done, what=what, within=within_s)
    if reading is None:
        raise Stalled("it could not be read")
    return reading


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
