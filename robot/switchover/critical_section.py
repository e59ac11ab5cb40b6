"""Two presses as one critical section: the swing (OP5).

Both forms are opened, filled and checked, and both pages are read and pictured, before the first press; lease and stop flag are
checked once, before it. After the first press only identity and lease can hold the second back: no stop request, no failed
picture, no full disk (room for the record is reserved), no crash, no fault of the robot's own.

From the first press on `table.py` decides what is done next, and `loop.py` does it. After an interruption it begins where the
record says that the swing stands, with new readings and new times.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TypeVar

from robot.changes.change import ChangeState
from robot.changes.change_reader import read_once
from robot.changes.executor import (
    StaleReadingError,
    confirm_in_time,
    picture_before,
    prepare_control,
    record_found_done,
    record_intent_and_press,
    unknown_hand,
)
from robot.domain.errors import Refused, Surprised, UnknownHand
from robot.domain.model import Reading
from robot.domain.waiting import Poller
from robot.evidence.record.line import SETTLED, Kind
from robot.switchover.half import FAULTS, POLL_S, PreparedPress, Switchover
from robot.switchover.loop import FirstHalfWithoutEffectError, SwitchoverLoop
from robot.switchover.table import Stage

R = TypeVar("R", bound=Reading)


def switch_over(swap: Switchover[R]) -> R:
    """Switch one side off and the other on, or put the first back. After any interruption it can be called again.

    Args:
        swap: both halves and the way back.

    Returns:
        The reading that proves the second half.

    Raises:
        Refused: a requirement does not hold; nothing was switched.
        Surprised: the first half was put back, or the state is not an intended one, or it is unknown.
        UnknownHand: somebody else is at work on the pair.
    """
    swap = replace(swap, context=replace(swap.context, settle_s=0.0, poller=_undisturbed(swap.context.poller)))
    with ExitStack() as stack:
        try:
            stack.enter_context(swap.context.record.reserved_disk_space())
        except Refused:
            if swap.line(swap.off, Kind.INTENT, *SETTLED) is None:
                raise
        if settled := swap.line(swap.on, *SETTLED):
            return swap.on.reading.from_plain(settled.reading)
        anew = swap.line(swap.off, Kind.INTENT, *SETTLED) is None
        while True:
            try:
                return (press_first_half(swap) if anew else continue_from_record(swap)).run()
            except StaleReadingError:  # confirmed too late: nothing is pressed yet, and both are read again
                continue
            except FirstHalfWithoutEffectError:
                anew = True


def continue_from_record(swap: Switchover[R]) -> SwitchoverLoop[R]:
    """Return what goes on from where the record stops, after the first press.

    Raises:
        Surprised: an earlier process took the way back.
    """
    off, on, back = swap.off, swap.on, swap.back
    if returned := swap.line(back, *SETTLED):
        raise Surprised(
            f"{on.title} could not be proved, and {back.title} was done instead; the site is served as before the swing "
            f"(since {returned.utc})",
            next_action=swap.after_the_way_back,
        )
    if swap.pressed(back):
        return SwitchoverLoop(swap, Stage.BACK_IN_DOUBT)
    return SwitchoverLoop(swap, Stage.FIRST_OFF if swap.line(off, *SETTLED) else Stage.IN_DOUBT)


def press_first_half(swap: Switchover[R]) -> SwitchoverLoop[R]:
    """Prepare both halves completely, then press the first.

    Returns:
        What goes on from there.

    Raises:
        StaleReadingError: it was confirmed too late; nothing was pressed.
        UnknownHand: a half was found done, and nobody answers for it.
        Surprised: a half was found under way or done although this run had pressed.
        FAULTS: the first half could not be prepared or pressed.
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
                return SwitchoverLoop(swap, Stage.FIRST_OFF)
    ready = prepare_control(on, second, context)
    control = prepare_control(off, first, context)
    second_shot, first_shot = picture_before(on, ready, context), picture_before(off, control, context)
    confirm_in_time(off, first, control, context)
    context.may_press()
    known, prepared = swap.line(off, Kind.INTENT), PreparedPress(second, ready, second_shot)
    try:
        record_intent_and_press(off, first, control, first_shot, context)
    except FAULTS as refusal:  # it may have been done all the same, and nobody may be left unserved: it is read
        if swap.line(off, Kind.INTENT) is known:
            raise
        return SwitchoverLoop(swap, Stage.FIRST_REFUSED, prepared, refusal)
    return SwitchoverLoop(swap, Stage.FIRST_PRESSED, prepared)


def _undisturbed(poller: Poller) -> Poller:
    """Return a poller that ignores stop requests and reads again after a tenth of a second."""
    return Poller(poll=POLL_S, tell=poller.tell, clock=poller.clock, sleep=poller.sleep)
