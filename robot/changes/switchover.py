"""Two presses as one critical section: the swing (OP5).

Everything is opened, filled, read, required and pictured before the first press; lease and stop flag are asked once, before
it. After the first press nothing but identity and lease holds the second back: no stop request, no failed picture, no full
disk (room for the record is kept), no crash.
If the second cannot be proved in time and both sides *read* as off, the first is put back. It never is while the second's
state is unknown: both on would be worse than a gap.

How long: nobody serves from the first press on, so the second half has a quarter of the deadline (15 of 60 s); as much again is
for the way back, which needs new sessions and two readings. The second half is pressed once by one process: where that left no
trace, the way back is taken. While a state is unknown a person is called, and the robot reads on, for as long as ten times the
deadline. After the way back the second side is watched for a sixth of the deadline: a press that comes through only then has
the first side yield to it at once (ADR 0018).
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.changes.change_reader import read_once
from robot.changes.executor import prepare_control, record_found_done, record_intent_and_press, unknown_hand
from robot.changes.switchover_half import (
    NOBODY_SERVES,
    PreparedPress,
    Switchover,
    prepare_press,
    press_prepared,
    read_or_none,
    read_until_in_place,
    read_until_known,
    read_until_stable,
)
from robot.domain.errors import Refused, Stalled, Stop, Surprised, UnknownHand
from robot.domain.model import Reading
from robot.domain.waiting import Poller, duration
from robot.evidence.record.line import SETTLED, Kind

R = TypeVar("R", bound=Reading)
_POLL_S = 0.1
"""Seconds between two readings while nobody serves."""
_UNTIL_DECIDED, _UNTIL_BELIEVED, _LATE_PRESS = 1 / 4, 1 / 20, 1 / 6
"""Parts of the deadline: until the way back is taken; for which "not yet" must be read before it is believed; for which
a late press is watched for after the way back."""
_MOST_TRIES = 3
"""How often a press is tried, those that could not be made ready included."""


def switch_over(swap: Switchover[R]) -> R:
    """Switch off here and on there; or put back what was switched off. May be begun again at any time, after anything.

    Args:
        swap: both halves and the way back.

    Returns:
        The reading that proves the second half.

    Raises:
        Refused: before the first press; nothing was switched.
        Surprised: put back, or a state that nobody intended, or one that cannot be told.
    """
    swap = replace(swap, context=replace(swap.context, settle_s=0.0, poller=_undisturbed(swap.context.poller)))
    with ExitStack() as stack:
        try:
            stack.enter_context(swap.context.record.reserved_disk_space())
        except Refused:
            if swap.line(swap.off, Kind.INTENT, *SETTLED) is None:
                raise
        return _continue_from_record(swap)


def _continue_from_record(swap: Switchover[R]) -> R:
    """From wherever the record says that it stands."""
    off, on, back, context = swap.off, swap.on, swap.back, swap.context
    if settled := swap.line(on, *SETTLED):
        return on.reading.from_plain(settled.reading)
    if returned := swap.line(back, *SETTLED):
        raise Surprised(
            f"{on.title} could not be proved, and {back.title} was done instead; the site is served as before the swing "
            f"(since {returned.utc})",
            next_action=swap.after_the_way_back,
        )
    prepared: PreparedPress[R] | None = None
    if swap.line(off, Kind.INTENT, *SETTLED) is None or _first_half_not_applied(swap):
        prepared = _press_first_half(swap)
    if swap.line(off, *SETTLED) is None:
        append_line(off, Kind.PROVED, context, reading=_prove_first_half(swap))
    context.checkpoint(on.name, "between-halves")
    if swap.pressed(back):
        return _put_back(swap, Stalled("it was being undone"))
    try:
        return _press_second_half(swap, prepared)
    except UnknownHand:
        raise
    except (Stalled, Refused) as stop:
        return _put_back(swap, stop)


def _press_first_half(swap: Switchover[R]) -> PreparedPress[R] | None:
    """Prepare both halves to the last, then press the first; give what the second needs.

    `None` where a person who owns it has done the first half already: the second is then made ready by itself.
    """
    off, on, context = swap.off, swap.on, swap.context
    second = read_once(on)
    first = read_once(off)
    ours = swap.pressed(off)
    for half, reading in ((on, second), (off, first)):
        if (state := half.state(None, reading)) is not ChangeState.NOT_YET:
            if ours:
                raise Surprised(f"{half.title}: found {state.value} in the middle of the swing; look at both by hand")
            is_done = state is ChangeState.IN_PLACE and off.state(None, first) is ChangeState.IN_PLACE
            owner = context.owner_of(half, reading) if is_done else ""
            if not owner:
                raise unknown_hand(half, state)
            if half is off:  # the second half is settled by its own reading
                record_found_done(off, owner, first, context)
                return None
    ready = prepare_control(on, second, context)
    control = prepare_control(off, first, context)
    second_shot = on.place.picture(context.record, on.name, "before")
    first_shot = off.place.picture(context.record, off.name, "before")
    context.confirm(off, first, control)
    context.may_press()
    try:
        record_intent_and_press(off, first, control, first_shot, context)
    except Surprised as surprise:  # whether it was done all the same, a reading tells: nobody may be left unserved
        swap.remark(off, str(surprise))
        ends = context.poller.clock() + swap.deadline_s
        if (
            off.state(None, read_until_stable(swap, off, ends, calm=swap.deadline_s * _UNTIL_BELIEVED))
            is not ChangeState.IN_PLACE
        ):
            raise
    return PreparedPress(second, ready, second_shot)


def _prove_first_half(swap: Switchover[R]) -> R:
    """Wait until the first half is in place.

    Raises:
        Surprised: it reads as not done, or cannot be read; the second half is not pressed.
    """
    off, at_first = swap.off, swap.deadline_s * _UNTIL_DECIDED
    try:
        with suppress(Stalled):
            return read_until_in_place(swap, off, at_first)
        swap.call(f"{off.title} is pressed, and not proved after {duration(at_first)}. {NOBODY_SERVES}; the robot reads on")
        return read_until_in_place(swap, off, swap.deadline_s - at_first)
    except Stalled as stalled:
        why = stalled
    lost = f"{off.title} is pressed and not proved ({why}); {swap.on.title} is not pressed"
    now = read_until_known(swap, off, f"{lost}. {NOBODY_SERVES}")
    if off.state(None, now) is ChangeState.IN_PLACE:
        return now
    raise Surprised(lost) from why


def _press_second_half(swap: Switchover[R], prepared: PreparedPress[R] | None) -> R:
    """Press the second half, unless it is in place; wait until it is.

    Raises:
        Stalled: it is not in place in time. Refused: it must not be pressed, or was answered with a surprise.
    """
    on, clock = swap.on, swap.context.poller.clock
    began, ends = clock(), clock() + swap.deadline_s * _UNTIL_DECIDED
    for _ in range(_MOST_TRIES):
        if prepared is None:
            second = read_until_stable(swap, on, ends, calm=0.0)
            if on.state(None, second) is ChangeState.IN_PLACE:
                return _record_second_half(swap, second)
            _require_still_off(swap)
            prepared = prepare_press(swap, on, second)
        if prepared is not None and press_prepared(swap, on, prepared):
            break
        prepared = None
    else:
        raise Stalled("it could not be pressed")
    with suppress(Stalled):
        return _record_second_half(swap, read_until_in_place(swap, on, max(ends - clock(), 0.0)))
    raise Stalled(f"pressed, and not in place after {duration(clock() - began)}")


def _require_still_off(swap: Switchover[R]) -> None:
    """See, after a crash or before another try, that nobody has switched the first half on again meanwhile: both would be on.

    A side that cannot be read is taken for what it was proved to be: it holds nothing back while nobody serves.

    Raises:
        UnknownHand: it is on again.
    """
    off = swap.off
    first = read_or_none(swap, off)
    if first is not None and off.state(None, first) is ChangeState.NOT_YET:
        raise UnknownHand(f"{off.title} was done by this run, and is undone: somebody else is at work on the pair")


def _record_second_half(swap: Switchover[R], second: R) -> R:
    """The second half is read in place: prove it, or name who did it instead."""
    on, context = swap.on, swap.context
    if not swap.pressed(on):
        if not (owner := context.owner_of(on, second)):
            raise unknown_hand(on, ChangeState.IN_PLACE)
        return record_found_done(on, owner, second, context).reading
    append_line(on, Kind.PROVED, context, reading=second, when="after")
    context.checkpoint(on.name, "after-proof")
    append_line(swap.off, Kind.READING, context, when="after", text="how it looks now")
    return second


def _put_back(swap: Switchover[R], why: Stop) -> R:
    """Switch the first half on again, if both *read* as off; where the second half came through after all, leave it.

    Raises:
        Surprised: it was done, or could not be; it says who serves now.
    """
    off, on, back, context = swap.off, swap.on, swap.back, swap.context
    try:
        on.place.prove_identity()
    except (Refused, Error):
        on.place.drop()  # a new session tells, and proves whose it is
    unknown = (
        f"{on.title}: not proved ({why}), and its state cannot be read; {back.title} is not done, for both could be on then. "
        f"{NOBODY_SERVES}"
    )
    second = read_until_known(swap, on, unknown)
    if on.state(None, second) is ChangeState.IN_PLACE:
        return _accept_late_press(swap, second)
    lost = f"{on.title}: not proved ({why}), and {back.title} is not proved either: look at both at once"
    for _ in range(_MOST_TRIES):
        first = read_until_known(swap, off, lost)
        if off.state(None, first) is ChangeState.NOT_YET:  # it is on again
            break
        if (prepared := prepare_press(swap, back, first)) is None:
            continue
        swap.require_lease()
        second = read_until_known(swap, on, unknown)
        if on.state(None, second) is ChangeState.IN_PLACE:
            return _accept_late_press(swap, second)
        if press_prepared(swap, back, prepared):
            if (late := _read_late_press(swap)) is not None:
                return _accept_late_press(swap, late)
            with suppress(Stalled):
                first = read_until_in_place(swap, back, swap.deadline_s * _UNTIL_DECIDED)
                break
    else:
        raise Surprised(lost) from why
    if (late := _watch_for_late_press(swap, first)) is not None:
        return late
    append_line(back, Kind.PROVED, context, reading=read_or_none(swap, off) or first, when="after")
    raise Surprised(
        f"{on.title}: not proved ({why}); {back.title} is done, and the site is served as before the swing",
        next_action=swap.after_the_way_back,
    )


def _read_late_press(swap: Switchover[R]) -> R | None:
    """One look at the second half, where a press of it may still come through: its reading, if it has."""
    second = read_or_none(swap, swap.on) if swap.pressed(swap.on) else None
    return second if second is not None and swap.on.state(None, second) is ChangeState.IN_PLACE else None


def _watch_for_late_press(swap: Switchover[R], first: R) -> R | None:
    """See, with the first half's form held ready, whether the second half comes through although it was given up.

    No picture is taken meanwhile: each would add half a second to a time in which both serve.
    """
    if not swap.pressed(swap.on):
        return None
    prepared = prepare_press(swap, swap.off, first, pictured=False)
    try:
        second = read_until_in_place(swap, swap.on, swap.deadline_s * _LATE_PRESS)
    except (Stalled, Refused):
        return None
    return _disable_first_again(swap, second, prepared)


def _accept_late_press(swap: Switchover[R], second: R) -> R:
    """The second half is in place although it was given up: have the first yield, where it was put back already."""
    return _disable_first_again(swap, second, None) if swap.pressed(swap.back) else _record_second_half(swap, second)


def _disable_first_again(swap: Switchover[R], second: R, prepared: PreparedPress[R] | None) -> R:
    """Both may be on: switch the first half off again, for the second is in place.

    Raises:
        Surprised: it cannot be done.
    """
    off, on = swap.off, swap.on
    swap.remark(on, "it came through after all, so that both may be on: the first half is pressed again at once")
    lost = f"{on.title} came through late and {off.title} is not proved: both may serve. Look at both at once"
    for _ in range(_MOST_TRIES):
        if prepared is None:
            first = read_until_known(swap, off, lost)
            if off.state(None, first) is ChangeState.IN_PLACE:
                append_line(off, Kind.PROVED, swap.context, reading=first)
                return _record_second_half(swap, second)
            prepared = prepare_press(swap, off, first, pictured=False)
        if prepared is not None:
            swap.require_lease()
            press_prepared(swap, off, prepared)
            prepared = None
            with suppress(Stalled):
                read_until_in_place(swap, off, swap.deadline_s * _LATE_PRESS)
    raise Surprised(lost)


def _first_half_not_applied(swap: Switchover[R]) -> bool:
    """Whether the first half, though intended, was never done: then it may be begun anew."""
    if swap.line(swap.off, *SETTLED) is not None:
        return False
    unknown = f"{swap.off.title} was pressed, and its state cannot be read; {swap.on.title} is not pressed. {NOBODY_SERVES}"
    first = read_until_known(swap, swap.off, unknown)
    return swap.off.state(None, first) is ChangeState.NOT_YET


def _undisturbed(poller: Poller) -> Poller:
    """Wait without heeding a stop request, and read as fast as pages come."""
    return Poller(poll=_POLL_S, tell=poller.tell, clock=poller.clock, sleep=poller.sleep)
