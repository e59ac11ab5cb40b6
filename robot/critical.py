"""Two presses as one critical section: the swing (OP5).

Everything is opened, filled, read, required and pictured before the first press; lease and stop flag are asked once, before
it. After the first press nothing but identity and lease holds the second back: no stop request, no failed picture, no crash.
If the second cannot be proved in time and both sides *read* as off, the first is put back. It never is while the second's
state is unknown: both on would be worse than a gap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from robot.change import Change, Conduct, Seen, commit, note, prepare, reading_if_any, reading_of, settle_as, unknown_hand
from robot.errors import Refused, Stalled, Stop, Surprised, UnknownHand
from robot.model import Reading
from robot.record import PRESSED, SETTLED
from robot.waiting import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R", bound=Reading)
_BY_HAND = (
    "A serves as before, B is updated and serves nobody. Find out why B did not take the shared IP; this version does not "
    "swing a second time by itself: finish by hand after the guide, or ask the vendor's support."
)
_POLL = 0.1
"""Seconds between two readings while nobody serves."""


def perform_both(
    off: Change[R],
    on: Change[R],
    back: Change[R],
    conduct: Conduct,
    *,
    within: float,
    require_lease: Callable[[], None],
) -> R:
    """Switch off here and on there; or put back what was switched off. May be begun again at any time, after anything.

    Args:
        off: the first half.
        on: the second half.
        back: undoes the first half.
        conduct: what all three share.
        within: seconds for each half to be proved.
        require_lease: asked between the halves, where nothing else is.

    Raises:
        Refused: before the first press; nothing was switched.
        Stalled: the first half is not proved; the second was not pressed.
        Surprised: put back, or a state that nobody intended.
    """
    conduct = replace(conduct, settle=0.0, patience=_undisturbed(conduct.patience))
    record = conduct.record
    if settled := record.last(on.name, SETTLED):
        return on.reading.from_plain(settled["reading"])
    if returned := record.last(back.name, SETTLED):
        raise Surprised(
            f"{on.title} could not be proved, and {back.title} was done instead; the site is served as before the swing "
            f"(since {returned['utc']})",
            next_action=_BY_HAND,
        )
    held: tuple[R, Any, dict[str, Any]] | None = None
    if record.last(off.name, {PRESSED, *SETTLED}) is None or _still(off, conduct):
        held = _first_half(off, on, conduct)
    if record.last(off.name, SETTLED) is None:
        try:
            first = _until_in_place(off, conduct, within)
        except Stalled as stalled:
            raise Surprised(f"{off.title} is pressed and not proved ({stalled}); {on.title} is not pressed") from stalled
        note(off, "proved", conduct, reading=first)
    conduct.passing(on.name, "between-halves")
    if record.last(back.name, {PRESSED}) is not None:
        return _put_back(off, on, back, conduct, within, Stalled("it was being undone"), require_lease)
    try:
        return _second_half(off, on, conduct, held, within, require_lease)
    except UnknownHand:
        raise
    except (Stalled, Refused) as stop:
        return _put_back(off, on, back, conduct, within, stop, require_lease)


def _first_half(off: Change[R], on: Change[R], conduct: Conduct) -> tuple[R, Any, dict[str, Any]] | None:
    """Prepare both halves to the last, then press the first; give what the second needs.

    `None` where a person who owns it has done the first half already: the second is then made ready by itself.
    """
    there = reading_of(on)
    here = reading_of(off)
    ours = conduct.record.last(off.name, {PRESSED}) is not None
    for half, reading in ((on, there), (off, here)):
        if (seen := half.seen(None, reading)) is not Seen.NOT_YET:
            if ours:
                raise Surprised(f"{half.title}: found {seen.value} in the middle of the swing; look at both by hand")
            owner = conduct.owner(half, reading) if seen is Seen.IN_PLACE and off.seen(None, here) is Seen.IN_PLACE else ""
            if not owner:
                raise unknown_hand(half, seen)
            if half is off:  # the second half is settled by its own reading
                settle_as(off, owner, here, conduct)
                return None
    ready = prepare(on, there, conduct)
    control = prepare(off, here, conduct)
    shot_there = on.stage.picture(conduct.record, on.name, "before")
    shot_here = off.stage.picture(conduct.record, off.name, "before")
    conduct.confirm(off, here, control)
    conduct.may_press()
    commit(off, here, control, shot_here, conduct)
    return there, ready, shot_there


def _second_half(
    off: Change[R],
    on: Change[R],
    conduct: Conduct,
    held: tuple[R, Any, dict[str, Any]] | None,
    within: float,
    require_lease: Callable[[], None],
) -> R:
    """Press the second half, unless it was pressed; wait until it is in place."""
    if held is None:
        there = _read_within(on, conduct, within)
        seen = on.seen(None, there)
        pressed = conduct.record.last(on.name, {PRESSED}) is not None
        if seen is Seen.IN_PLACE and not pressed:
            if not (owner := conduct.owner(on, there)):
                raise unknown_hand(on, seen)
            return settle_as(on, owner, there, conduct).reading
        if seen is Seen.NOT_YET:
            _require_still_off(off)
            ready = prepare(on, there, conduct)
            held = (there, ready, _picture_if_possible(on, conduct))
    if held is not None:
        there, ready, shot = held
        require_lease()
        commit(on, there, ready, shot, conduct)
    done = _until_in_place(on, conduct, within)
    note(on, "proved", conduct, reading=done, when="after")
    conduct.passing(on.name, "after-proof")
    note(off, "reading", conduct, when="after", text="how it looks now")
    return done


def _require_still_off(off: Change[R]) -> None:
    """See, after a crash, that nobody has switched the first half on again meanwhile: both would be on.

    A side that cannot be read is taken for what it was proved to be: it holds nothing back while nobody serves.

    Raises:
        UnknownHand: it is on again.
    """
    here = reading_if_any(off)
    if here is not None and off.seen(None, here) is Seen.NOT_YET:
        raise UnknownHand(f"{off.title} was done by this run, and is undone: somebody else is at work on the pair")


def _put_back(
    off: Change[R],
    on: Change[R],
    back: Change[R],
    conduct: Conduct,
    within: float,
    why: Stop,
    require_lease: Callable[[], None],
) -> R:
    """Switch the first half on again, if both *read* as off.

    Raises:
        Surprised: always; it says who serves now.
    """
    try:
        there = _read_within(on, conduct, within)
    except (Stalled, Refused) as unknown:
        raise Surprised(
            f"{on.title}: not proved ({why}), and its state cannot be read ({unknown}); {back.title} is not done, for both "
            "could be on then. Nobody may be served now: look at both at once"
        ) from why
    if on.seen(None, there) is Seen.IN_PLACE:
        if conduct.record.last(on.name, {PRESSED}) is None:
            raise unknown_hand(on, Seen.IN_PLACE)
        note(on, "proved", conduct, reading=there, when="after")
        return there
    try:
        here = _read_within(off, conduct, within)
        if off.seen(None, here) is Seen.IN_PLACE:
            control = prepare(back, here, conduct)
            shot = _picture_if_possible(back, conduct)
            require_lease()
            if on.seen(None, _read_within(on, conduct, within)) is not Seen.NOT_YET:  # a press that came through late
                raise Surprised(f"{on.title}: its state changed while {back.title} was being made ready")
            commit(back, here, control, shot, conduct)
            here = _until_in_place(back, conduct, within)
            note(back, "proved", conduct, reading=here, when="after")
    except Stalled as stalled:
        raise Surprised(
            f"{on.title}: not proved ({why}), and {back.title} is not proved either ({stalled}): look at both at once"
        ) from stalled
    raise Surprised(
        f"{on.title}: not proved ({why}); {back.title} is done, and the site is served as before the swing",
        next_action=_BY_HAND,
    )


def _still(off: Change[R], conduct: Conduct) -> bool:
    """Whether the first half, though intended, was never done: then it may be begun anew."""
    if conduct.record.last(off.name, SETTLED) is not None:
        return False
    return off.seen(None, reading_of(off)) is Seen.NOT_YET


def _until_in_place(change: Change[R], conduct: Conduct, within: float) -> R:
    def done(now: R | None) -> bool:
        conduct.passing(change.name, "waiting")
        return now is not None and change.seen(None, now) is Seen.IN_PLACE

    found = conduct.patience.until(lambda: reading_if_any(change), done, what=change.awaiting, within=within)
    if found is None:
        raise Stalled(f"{change.title} could not be read")
    return found


def _read_within(change: Change[R], conduct: Conduct, within: float) -> R:
    found = conduct.patience.until(
        lambda: reading_if_any(change), lambda now: now is not None, what=f"a reading of {change.title}", within=within
    )
    if found is None:
        raise Stalled(f"{change.title} could not be read")
    return found


def _picture_if_possible(change: Change[Any], conduct: Conduct) -> dict[str, Any]:
    """In the middle of the swing no failed picture holds anything back."""
    try:
        return change.stage.picture(conduct.record, change.name, "before")
    except Stop as stop:
        return {"no_picture": str(stop)}


def _undisturbed(patience: Patience) -> Patience:
    """Wait without heeding a stop request, and read as fast as pages come."""
    return Patience(poll=_POLL, tell=patience.tell, clock=patience.clock, sleep=patience.sleep)
