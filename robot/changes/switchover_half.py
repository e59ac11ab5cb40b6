"""One half of a switch-over while nobody may be served: read it, prepare its press, press it.

A reading that fails is a reading too, and the next one begins with a new browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_reader import read_if_possible
from robot.changes.executor import prepare_control, record_intent_and_press
from robot.domain.errors import Refused, Stalled, Stop, Surprised, Unreachable, Untrusted, WrongScreen
from robot.domain.model import Reading
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.changes.change import Change, ChangeContext, Pressable
    from robot.evidence.record.line import Line

R = TypeVar("R", bound=Reading)
NOBODY_SERVES = "Nobody may be served now: look at both at once"
_KEEPS_READING = 10.0
"""Part of the deadline for which a state that cannot be told is read on."""


@dataclass(frozen=True)
class Switchover(Generic[R]):
    """The critical section: its two halves, the way back, and what they share.

    Attributes:
        off: the first half.
        on: the second half.
        back: undoes the first half.
        context: what all three share.
        deadline_s: seconds for the first half to be proved; the rest of the section has parts of it (`switchover.py`).
        require_lease: asked before every press, where nothing else is.
        call: calls a person while nobody may be served; it must not take time.
        after_the_way_back: what a person is to do where the first half was put back.
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
        """Give the newest line of a change among these kinds."""
        return self.context.record.history.latest(change.name, kinds)

    def pressed(self, change: Change[R]) -> bool:
        """Tell whether a press of ours was intended."""
        return self.line(change, Kind.INTENT) is not None

    def remark(self, change: Change[R], text: str) -> None:
        """Put a remark on record."""
        self.context.record.append(Kind.NOTE, change.name, **change.line_fields(self.context.heading), text=text)


@dataclass(frozen=True)
class PreparedPress(Generic[R]):
    """What is opened, filled, read and pictured, and waits for its press."""

    before: R
    control: Pressable
    shot: dict[str, Any]


def prepare_press(swap: Switchover[R], change: Change[R], before: R, *, pictured: bool = True) -> PreparedPress[R] | None:
    """Open and fill a half; `None` where that cannot be done now."""
    try:
        control = prepare_control(change, before, swap.context)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(swap, change, "could not be made ready", failed)
        return None
    return PreparedPress(
        before, control, _picture_if_possible(change, swap.context) if pictured else {"no_picture": "there was no time"}
    )


def press_prepared(swap: Switchover[R], change: Change[R], prepared: PreparedPress[R]) -> bool:
    """Press what is held ready; whether that was intended."""
    swap.require_lease()
    known = swap.line(change, Kind.INTENT)
    try:
        record_intent_and_press(change, prepared.before, prepared.control, prepared.shot, swap.context)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(swap, change, "could not be pressed", failed)
        return swap.line(change, Kind.INTENT) is not known  # once intended it may have come through: only reading repeats
    return True


def _set_aside(swap: Switchover[R], change: Change[R], what: str, failed: BaseException) -> None:
    """Say what failed. A page or browser that failed is replaced by a new session; one that only shows something else is not.

    A new session takes seconds while nobody serves, and would show the same.
    """
    swap.remark(change, f"{what}: {failed}")
    if not isinstance(failed, WrongScreen):
        change.place.drop()


def _picture_if_possible(change: Change[Any], context: ChangeContext) -> dict[str, Any]:
    """In the middle of the swing no failed picture holds anything back."""
    try:
        return change.place.picture(context.record, change.name, "before")
    except (Stop, Error, OSError) as none:
        return {"no_picture": str(none)}


def read_or_none(swap: Switchover[R], change: Change[R]) -> R | None:
    """One reading, or `None`; the next then begins with a new browser, for a dead one and a failed page do not recover."""
    swap.context.checkpoint(change.name, "waiting")
    try:
        found = read_if_possible(change)
    except Exception as fault:  # noqa: BLE001 - a fault of ours too is a reading that failed: nobody is served meanwhile
        swap.remark(change, f"could not be read: {fault!r}")
        found = None
    if found is None:
        change.place.drop()
    return found


def read_until_in_place(swap: Switchover[R], change: Change[R], deadline_s: float) -> R:
    """Read until a half is in place.

    Raises:
        Stalled: it is not within so many seconds.
    """

    def done(now: R | None) -> bool:
        return now is not None and change.state(None, now) is ChangeState.IN_PLACE

    return _read_until(swap, change, done, what=change.awaiting, within_s=deadline_s)


def read_until_stable(swap: Switchover[R], change: Change[R], ends: float, *, calm: float) -> R:
    """Read until a half is in place, or has read "not yet" for so many seconds on end.

    Raises:
        Stalled: neither by then.
    """
    clock = swap.context.poller.clock
    since: list[float] = []

    def done(now: R | None) -> bool:
        state = None if now is None else change.state(None, now)
        if state is not ChangeState.NOT_YET:
            since.clear()
            return state is ChangeState.IN_PLACE
        since.append(clock())
        return clock() - since[0] >= calm

    return _read_until(swap, change, done, what=change.awaiting, within_s=max(ends - clock(), 0.0))


def read_until_known(swap: Switchover[R], change: Change[R], unknown: str) -> R:
    """Read until it can be told whether a half is in place; a person is called as soon as it cannot.

    Raises:
        Surprised: it cannot be told for long, or by no means.
    """

    def is_known(now: R | None) -> bool:
        return now is not None and change.state(None, now) in {ChangeState.IN_PLACE, ChangeState.NOT_YET}

    try:
        now = read_or_none(swap, change)
        if now is not None and is_known(now):
            return now
        swap.call(f"{unknown}; the robot reads on")
        swap.remark(change, f"{unknown}; the robot reads on")
        what = f"a reading of {change.place.where()['unit'].upper()}: nobody may be served now"
        return _read_until(swap, change, is_known, what=what, within_s=swap.deadline_s * _KEEPS_READING)
    except (Stalled, Refused) as stop:
        swap.call(unknown)
        raise Surprised(f"{unknown} ({stop})") from stop


def _read_until(swap: Switchover[R], change: Change[R], done: Callable[[R | None], bool], *, what: str, within_s: float) -> R:
    """Read a half until a reading is what is waited for.

    Raises:
        Stalled: none is in time.
    """
    found = swap.context.poller.poll_until(lambda: read_or_none(swap, change), done, what=what, within=within_s)
    if found is None:
        raise Stalled("it could not be read")
    return found
