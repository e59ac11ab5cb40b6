"""The way back of a switch-over: the first half is undone if both read as off, unless the second comes through after all."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.changes.switchover_half import (
    LATE_PRESS,
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
    record_second_half,
)
from robot.domain.errors import Refused, Stalled, Stop, Surprised
from robot.domain.model import Reading
from robot.evidence.record.line import Kind

R = TypeVar("R", bound=Reading)


def put_back(swap: Switchover[R], why: Stop) -> R:
    """Switch the first side on again if both *read* as off, unless the second half has come through after all.

    Returns:
        The reading that proves the second half, if it came through after all.

    Raises:
        Surprised: the first side was put back, or could not be; the sentence says who serves.
    """
    off, on, back, context = swap.off, swap.on, swap.back, swap.context
    try:
        on.place.prove_identity()
    except (Refused, Error):
        on.place.drop()  # a new session proves whose page it is, and reads it
    unknown = (
        f"{on.title}: not proved ({why}), and its state cannot be read; {back.title} is not done, for both could be on then. "
        f"{NOBODY_SERVES}"
    )
    second = read_until_known(swap, on, unknown)
    if on.state(None, second) is ChangeState.IN_PLACE:
        return _accept_late_press(swap, second)
    lost = f"{on.title}: not proved ({why}), and {back.title} is not proved either: look at both at once"
    for _ in range(MOST_TRIES):
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
                first = read_until_in_place(swap, back, swap.deadline_s * UNTIL_DECIDED)
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
    """Return the second half's reading if this run pressed it and it is in place now; else None."""
    second = read_or_none(swap, swap.on) if swap.pressed(swap.on) else None
    return second if second is not None and swap.on.state(None, second) is ChangeState.IN_PLACE else None


def _watch_for_late_press(swap: Switchover[R], first: R) -> R | None:
    """Watch, with the first half's form prepared, whether the second half comes through although it was given up.

    No picture is taken meanwhile: each would add half a second to a time in which both serve.

    Returns:
        The reading that proves the second half, if it came through; else None.
    """
    if not swap.pressed(swap.on):
        return None
    prepared = prepare_press(swap, swap.off, first, pictured=False)
    try:
        second = read_until_in_place(swap, swap.on, swap.deadline_s * LATE_PRESS)
    except (Stalled, Refused):
        return None
    return _disable_first_again(swap, second, prepared)


def _accept_late_press(swap: Switchover[R], second: R) -> R:
    """Return the reading of a second half that came through late; if the first was put back, switch it off again before."""
    return _disable_first_again(swap, second, None) if swap.pressed(swap.back) else record_second_half(swap, second)


def _disable_first_again(swap: Switchover[R], second: R, prepared: PreparedPress[R] | None) -> R:
    """Return the second half's reading after switching the first side off again, because both may serve.

    Raises:
        Surprised: the first side could not be switched off.
    """
    off, on = swap.off, swap.on
    swap.remark(on, "it came through after all, so that both may be on: the first half is pressed again at once")
    lost = f"{on.title} came through late and {off.title} is not proved: both may serve. Look at both at once"
    for _ in range(MOST_TRIES):
        if prepared is None:
            first = read_until_known(swap, off, lost)
            if off.state(None, first) is ChangeState.IN_PLACE:
                append_line(off, Kind.PROVED, swap.context, reading=first)
                return record_second_half(swap, second)
            prepared = prepare_press(swap, off, first, pictured=False)
        if prepared is not None:
            swap.require_lease()
            press_prepared(swap, off, prepared)
            prepared = None
            with suppress(Stalled):
                read_until_in_place(swap, off, swap.deadline_s * LATE_PRESS)
    raise Surprised(lost)
