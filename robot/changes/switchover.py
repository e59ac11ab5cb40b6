"""Two presses as one critical section: the swing (OP5).

Both forms are opened, filled and checked, and both pages are read and pictured, before the first press; lease and stop flag are
checked once, before it. After the first press only identity and lease can hold the second back: no stop request, no failed
picture, no full disk (room for the record is reserved), no crash.
If the second half cannot be proved in time and both sides *read* as off, the first is put back. It never is while the second
half's state is unknown: both on would be worse than a gap.

Times: nobody serves from the first press on, so the second half has a quarter of the deadline (15 of 60 s); the way back, which
needs new sessions and two readings, has as much again. One process presses the second half once: if that leaves no trace, the
way back is taken. While a state is unknown, a person is called and the robot reads on for up to ten times the deadline. After
the way back the second side is watched for a sixth of the deadline: if its press comes through only then, the first side is
switched off again at once (ADR 0018).
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TypeVar

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.changes.change_reader import read_once
from robot.changes.executor import (
    StaleReadingError,
    confirm_in_time,
    prepare_control,
    record_found_done,
    record_intent_and_press,
    unknown_hand,
)
from robot.changes.switchover_half import (
    MOST_TRIES,
    NOBODY_SERVES,
    UNTIL_DECIDED,
    PreparedPress,
    Switchover,
    prepare_press,
    press_prepared,
    read_or_none,
    read_until_in_place,
    read_until_known,
    read_until_stable,
    record_second_half,
)
from robot.changes.switchover_way_back import put_back
from robot.domain.errors import Refused, Stalled, Surprised, UnknownHand
from robot.domain.model import Reading
from robot.domain.waiting import Poller
from robot.evidence.record.line import SETTLED, Kind
from robot.evidence.wording import duration

R = TypeVar("R", bound=Reading)
_POLL_S = 0.1
"""Seconds between two readings while nobody serves."""
_UNTIL_BELIEVED = 1 / 20
"""Part of the deadline for which "not yet" must be read before it is believed."""


def switch_over(swap: Switchover[R]) -> R:
    """Switch one side off and the other on, or put the first back. After any interruption it can be called again.

    Args:
        swap: both halves and the way back.

    Returns:
        The reading that proves the second half.

    Raises:
        Refused: a requirement does not hold; nothing was switched.
        Surprised: the first half was put back, or the state is not an intended one, or it is unknown.
    """
    swap = replace(swap, context=replace(swap.context, settle_s=0.0, poller=_undisturbed(swap.context.poller)))
    with ExitStack() as stack:
        try:
            stack.enter_context(swap.context.record.reserved_disk_space())
        except Refused:
            if swap.line(swap.off, Kind.INTENT, *SETTLED) is None:
                raise
        while True:
            with suppress(StaleReadingError):  # confirmed too late: nothing is pressed yet, and both are read again
                return _continue_from_record(swap)


def _continue_from_record(swap: Switchover[R]) -> R:
    """Return the reading that proves the second half; go on from where the record stops.

    Raises:
        Surprised: an earlier process took the way back.
        UnknownHand: somebody else is at work on the pair.
    """
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
        return put_back(swap, Stalled("it was being undone"))
    try:
        return _press_second_half(swap, prepared)
    except UnknownHand:
        raise
    except (Stalled, Refused) as stop:
        return put_back(swap, stop)


def _press_first_half(swap: Switchover[R]) -> PreparedPress[R] | None:
    """Prepare both halves completely, then press the first; return the prepared press of the second.

    Returns:
        The prepared press; None if the first half was found done by its owner: the second is then prepared later.

    Raises:
        UnknownHand: a half was found done, and nobody answers for it.
        Surprised: a half was found under way or done although this run had pressed; or the first press went wrong.
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
                raise UnknownHand(unknown_hand(half, state))
            if half is off:  # the second half has its own reading, which settles it
                record_found_done(off, owner, first, context)
                return None
    ready = prepare_control(on, second, context)
    control = prepare_control(off, first, context)
    second_shot = on.place.picture(context.record, on.name, "before")
    first_shot = off.place.picture(context.record, off.name, "before")
    confirm_in_time(off, first, control, context)
    context.may_press()
    try:
        record_intent_and_press(off, first, control, first_shot, context)
    except Surprised as surprise:  # it may have been done all the same, and nobody may be left unserved: read it
        swap.remark(off, str(surprise))
        ends = context.poller.clock() + swap.deadline_s
        if (
            off.state(None, read_until_stable(swap, off, ends, calm=swap.deadline_s * _UNTIL_BELIEVED))
            is not ChangeState.IN_PLACE
        ):
            raise
    return PreparedPress(second, ready, second_shot)


def _prove_first_half(swap: Switchover[R]) -> R:
    """Return the reading that shows the first half in place.

    Raises:
        Surprised: it reads as not done, or cannot be read; the second half is not pressed.
    """
    off, at_first = swap.off, swap.deadline_s * UNTIL_DECIDED
    try:
        with suppress(Stalled):
            return read_until_in_place(swap, off, at_first)
        swap.call(f"{off.title} is pressed, and not proved after {duration(at_first)}. {NOBODY_SERVES}; the robot reads on")
        return read_until_in_place(swap, off, swap.deadline_s - at_first)
    except Stalled as stalled:
        why = stalled
    lost = f"{off.title} is pressed and not proved ({why}); {swap.on.title} is not pressed"
    first = read_until_known(swap, off, f"{lost}. {NOBODY_SERVES}")
    if off.state(None, first) is ChangeState.IN_PLACE:
        return first
    raise Surprised(lost) from why


def _press_second_half(swap: Switchover[R], prepared: PreparedPress[R] | None) -> R:
    """Return the reading that proves the second half; press it first unless it is in place.

    Raises:
        Stalled: it is not in place in time.
        Refused: it must not be pressed, or the page answered unexpectedly.
    """
    on, clock = swap.on, swap.context.poller.clock
    began, ends = clock(), clock() + swap.deadline_s * UNTIL_DECIDED
    for _ in range(MOST_TRIES):
        if prepared is None:
            second = read_until_stable(swap, on, ends, calm=0.0)
            if on.state(None, second) is ChangeState.IN_PLACE:
                return record_second_half(swap, second)
            _require_still_off(swap)
            prepared = prepare_press(swap, on, second)
        if prepared is not None and press_prepared(swap, on, prepared):
            break
        prepared = None
    else:
        raise Stalled("it could not be pressed")
    with suppress(Stalled):
        return record_second_half(swap, read_until_in_place(swap, on, max(ends - clock(), 0.0)))
    raise Stalled(f"pressed, and not in place after {duration(clock() - began)}")


def _require_still_off(swap: Switchover[R]) -> None:
    """Require, after a crash or before another try, that nobody has switched the first side on again: both would be on.

    If it cannot be read it counts as off, as it was proved to be: no failed reading may delay the swing while nobody serves.

    Raises:
        UnknownHand: it is on again.
    """
    off = swap.off
    first = read_or_none(swap, off)
    if first is not None and off.state(None, first) is ChangeState.NOT_YET:
        raise UnknownHand(f"{off.title} was done by this run, and is undone: somebody else is at work on the pair")


def _first_half_not_applied(swap: Switchover[R]) -> bool:
    """Tell whether the first half was intended but never took effect, so that it may be pressed again."""
    if swap.line(swap.off, *SETTLED) is not None:
        return False
    unknown = f"{swap.off.title} was pressed, and its state cannot be read; {swap.on.title} is not pressed. {NOBODY_SERVES}"
    first = read_until_known(swap, swap.off, unknown)
    return swap.off.state(None, first) is ChangeState.NOT_YET


def _undisturbed(poller: Poller) -> Poller:
    """Return a poller that ignores stop requests and reads again after a tenth of a second."""
    return Poller(poll=_POLL_S, tell=poller.tell, clock=poller.clock, sleep=poller.sleep)
