"""Two presses as one critical section: the swing (OP5).

Everything is opened, filled, read, required and pictured before the first press; lease and stop flag are asked once, before
it. After the first press nothing but identity and lease holds the second back: no stop request, no failed picture, no full
disk (room for the record is kept), no crash.
If the second cannot be proved in time and both sides *read* as off, the first is put back. It never is while the second's
state is unknown: both on would be worse than a gap.

How long: nobody serves from the first press on, so the second half has a quarter of `within` (15 of 60 s); as much again is for
the way back, which needs new sessions and two readings. The second half is pressed once by one process: where that left no
trace, the way back is taken. While a state is unknown a person is called, and the robot reads on, for as long as ten times
`within`. After the way back the second side is watched for a sixth of `within`: a press that comes through only then has the
first side yield to it at once (ADR 0018).
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.domain.errors import Refused, Stalled, Stop, Surprised, UnknownHand, Unreachable, Untrusted, WrongScreen
from robot.domain.model import Reading
from robot.domain.waiting import Patience, duration
from robot.evidence.record.line import SETTLED, Kind, Line
from robot.execution.change import (
    Change,
    Conduct,
    Control,
    Seen,
    commit,
    note,
    prepare,
    reading_if_any,
    reading_of,
    settle_as,
    unknown_hand,
)

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R", bound=Reading)
_AGAIN = (
    "Find out why B did not take the shared IP, then resume: it asks by name whether to swing again. Or go back: "
    "failover-robot back-out RUN."
)
_NOBODY = "Nobody may be served now: look at both at once"
_POLL = 0.1
"""Seconds between two readings while nobody serves."""
_DECIDED, _CALM, _LATE, _WATCHED = 1 / 4, 1 / 20, 1 / 6, 10.0
"""Parts of `within`: until the way back is taken; for which "not yet" must be read before it is believed; for which
a late press is watched for after the way back; for which an unknown state is read on."""
_TRIES = 3
"""How often a press is tried, those that could not be made ready included."""


def nobody_is_called(_sentence: str) -> None:
    """Call nobody."""


@dataclass(frozen=True)
class Section(Generic[R]):
    """The critical section: its two halves, the way back, and what they share.

    Attributes:
        off: the first half.
        on: the second half.
        back: undoes the first half.
        conduct: what all three share.
        within: seconds; see above.
        require_lease: asked before every press, where nothing else is.
        call: calls a person while nobody may be served; it must not take time.
    """

    off: Change[R]
    on: Change[R]
    back: Change[R]
    conduct: Conduct
    within: float
    require_lease: Callable[[], None]
    call: Callable[[str], None]

    def line(self, change: Change[R], *kinds: str) -> Line | None:
        """The newest line of a change among these kinds."""
        return self.conduct.record.history.latest(change.name, kinds)

    def pressed(self, change: Change[R]) -> bool:
        """Whether a press of ours was intended."""
        return self.line(change, Kind.INTENT) is not None

    def remark(self, change: Change[R], text: str) -> None:
        """Put a remark on record."""
        self.conduct.record.append("note", change.name, **self.conduct.told(change), text=text)


@dataclass(frozen=True)
class Held(Generic[R]):
    """What is opened, filled, read and pictured, and waits for its press."""

    before: R
    control: Control
    shot: dict[str, Any]


def perform_both(
    off: Change[R],
    on: Change[R],
    back: Change[R],
    conduct: Conduct,
    *,
    within: float,
    require_lease: Callable[[], None],
    call: Callable[[str], None] = nobody_is_called,
) -> R:
    """Switch off here and on there; or put back what was switched off. May be begun again at any time, after anything.

    Args:
        off: the first half.
        on: the second half.
        back: undoes the first half.
        conduct: what all three share.
        within: seconds: for the first half to be proved; the rest by its parts, as told above.
        require_lease: asked between the halves, where nothing else is.
        call: calls a person while nobody may be served.

    Raises:
        Refused: before the first press; nothing was switched.
        Surprised: put back, or a state that nobody intended, or one that cannot be told.
    """
    conduct = replace(conduct, settle=0.0, patience=_undisturbed(conduct.patience))
    both = Section(off, on, back, conduct, within, require_lease, call)
    with ExitStack() as stack:
        try:
            stack.enter_context(conduct.record.reserved_disk_space())
        except Refused:
            if both.line(off, Kind.INTENT, *SETTLED) is None:
                raise
        return _perform(both)


def _perform(both: Section[R]) -> R:
    """From wherever the record says that it stands."""
    off, on, back, conduct = both.off, both.on, both.back, both.conduct
    if settled := both.line(on, *SETTLED):
        return on.reading.from_plain(settled.reading)
    if returned := both.line(back, *SETTLED):
        raise Surprised(
            f"{on.title} could not be proved, and {back.title} was done instead; the site is served as before the swing "
            f"(since {returned.utc})",
            next_action=_AGAIN,
        )
    held: Held[R] | None = None
    if both.line(off, Kind.INTENT, *SETTLED) is None or _still(both):
        held = _first_half(both)
    if both.line(off, *SETTLED) is None:
        note(off, "proved", conduct, reading=_first_proved(both))
    conduct.passing(on.name, "between-halves")
    if both.pressed(back):
        return _put_back(both, Stalled("it was being undone"))
    try:
        return _second_half(both, held)
    except UnknownHand:
        raise
    except (Stalled, Refused) as stop:
        return _put_back(both, stop)


def _first_half(both: Section[R]) -> Held[R] | None:
    """Prepare both halves to the last, then press the first; give what the second needs.

    `None` where a person who owns it has done the first half already: the second is then made ready by itself.
    """
    off, on, conduct = both.off, both.on, both.conduct
    there = reading_of(on)
    here = reading_of(off)
    ours = both.pressed(off)
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
    try:
        commit(off, here, control, shot_here, conduct)
    except Surprised as surprise:  # whether it was done all the same, a reading tells: nobody may be left unserved
        both.remark(off, str(surprise))
        ends = conduct.patience.clock() + both.within
        if off.seen(None, _told(both, off, ends, calm=both.within * _CALM)) is not Seen.IN_PLACE:
            raise
    return Held(there, ready, shot_there)


def _first_proved(both: Section[R]) -> R:
    """Wait until the first half is in place.

    Raises:
        Surprised: it reads as not done, or cannot be read; the second half is not pressed.
    """
    off, at_first = both.off, both.within * _DECIDED
    try:
        with suppress(Stalled):
            return _until_in_place(both, off, at_first)
        both.call(f"{off.title} is pressed, and not proved after {duration(at_first)}. {_NOBODY}; the robot reads on")
        return _until_in_place(both, off, both.within - at_first)
    except Stalled as stalled:
        why = stalled
    lost = f"{off.title} is pressed and not proved ({why}); {both.on.title} is not pressed"
    now = _known(both, off, f"{lost}. {_NOBODY}")
    if off.seen(None, now) is Seen.IN_PLACE:
        return now
    raise Surprised(lost) from why


def _second_half(both: Section[R], held: Held[R] | None) -> R:
    """Press the second half, unless it is in place; wait until it is.

    Raises:
        Stalled: it is not in place in time. Refused: it must not be pressed, or was answered with a surprise.
    """
    on, clock = both.on, both.conduct.patience.clock
    began, ends = clock(), clock() + both.within * _DECIDED
    for _ in range(_TRIES):
        if held is None:
            there = _told(both, on, ends, calm=0.0)
            if on.seen(None, there) is Seen.IN_PLACE:
                return _in_place(both, there)
            _require_still_off(both)
            held = _made_ready(both, on, there)
        if held is not None and _pressed(both, on, held):
            break
        held = None
    else:
        raise Stalled("it could not be pressed")
    with suppress(Stalled):
        return _in_place(both, _until_in_place(both, on, max(ends - clock(), 0.0)))
    raise Stalled(f"pressed, and not in place after {duration(clock() - began)}")


def _require_still_off(both: Section[R]) -> None:
    """See, after a crash or before another try, that nobody has switched the first half on again meanwhile: both would be on.

    A side that cannot be read is taken for what it was proved to be: it holds nothing back while nobody serves.

    Raises:
        UnknownHand: it is on again.
    """
    off = both.off
    here = _reading(both, off)
    if here is not None and off.seen(None, here) is Seen.NOT_YET:
        raise UnknownHand(f"{off.title} was done by this run, and is undone: somebody else is at work on the pair")


def _in_place(both: Section[R], there: R) -> R:
    """The second half is read in place: prove it, or name who did it instead."""
    on, conduct = both.on, both.conduct
    if not both.pressed(on):
        if not (owner := conduct.owner(on, there)):
            raise unknown_hand(on, Seen.IN_PLACE)
        return settle_as(on, owner, there, conduct).reading
    note(on, "proved", conduct, reading=there, when="after")
    conduct.passing(on.name, "after-proof")
    note(both.off, "reading", conduct, when="after", text="how it looks now")
    return there


def _put_back(both: Section[R], why: Stop) -> R:
    """Switch the first half on again, if both *read* as off; where the second half came through after all, leave it.

    Raises:
        Surprised: it was done, or could not be; it says who serves now.
    """
    off, on, back, conduct = both.off, both.on, both.back, both.conduct
    try:
        on.stage.prove_identity()
    except (Refused, Error):
        on.stage.drop()  # a new session tells, and proves whose it is
    unknown = (
        f"{on.title}: not proved ({why}), and its state cannot be read; {back.title} is not done, for both could be on then. "
        f"{_NOBODY}"
    )
    there = _known(both, on, unknown)
    if on.seen(None, there) is Seen.IN_PLACE:
        return _came_through(both, there)
    lost = f"{on.title}: not proved ({why}), and {back.title} is not proved either: look at both at once"
    for _ in range(_TRIES):
        here = _known(both, off, lost)
        if off.seen(None, here) is Seen.NOT_YET:  # it is on again
            break
        if (held := _made_ready(both, back, here)) is None:
            continue
        both.require_lease()
        there = _known(both, on, unknown)
        if on.seen(None, there) is Seen.IN_PLACE:
            return _came_through(both, there)
        if _pressed(both, back, held):
            if (late := _late_press(both)) is not None:
                return _came_through(both, late)
            with suppress(Stalled):
                here = _until_in_place(both, back, both.within * _DECIDED)
                break
    else:
        raise Surprised(lost) from why
    if (late := _watch_for_late_press(both, here)) is not None:
        return late
    note(back, "proved", conduct, reading=_reading(both, off) or here, when="after")
    raise Surprised(
        f"{on.title}: not proved ({why}); {back.title} is done, and the site is served as before the swing",
        next_action=_AGAIN,
    )


def _late_press(both: Section[R]) -> R | None:
    """One look at the second half, where a press of it may still come through: its reading, if it has."""
    there = _reading(both, both.on) if both.pressed(both.on) else None
    return there if there is not None and both.on.seen(None, there) is Seen.IN_PLACE else None


def _watch_for_late_press(both: Section[R], here: R) -> R | None:
    """See, with the first half's form held ready, whether the second half comes through although it was given up.

    No picture is taken meanwhile: each would add half a second to a time in which both serve.
    """
    if not both.pressed(both.on):
        return None
    held = _made_ready(both, both.off, here, pictured=False)
    try:
        there = _until_in_place(both, both.on, both.within * _LATE)
    except (Stalled, Refused):
        return None
    return _yield_to(both, there, held)


def _came_through(both: Section[R], there: R) -> R:
    """The second half is in place although it was given up: have the first yield, where it was put back already."""
    return _yield_to(both, there, None) if both.pressed(both.back) else _in_place(both, there)


def _yield_to(both: Section[R], there: R, held: Held[R] | None) -> R:
    """Both may be on: switch the first half off again, for the second is in place.

    Raises:
        Surprised: it cannot be done.
    """
    off, on = both.off, both.on
    both.remark(on, "it came through after all, so that both may be on: the first half is pressed again at once")
    lost = f"{on.title} came through late and {off.title} is not proved: both may serve. Look at both at once"
    for _ in range(_TRIES):
        if held is None:
            here = _known(both, off, lost)
            if off.seen(None, here) is Seen.IN_PLACE:
                note(off, "proved", both.conduct, reading=here)
                return _in_place(both, there)
            held = _made_ready(both, off, here, pictured=False)
        if held is not None:
            both.require_lease()
            _pressed(both, off, held)
            held = None
            with suppress(Stalled):
                _until_in_place(both, off, both.within * _LATE)
    raise Surprised(lost)


def _made_ready(both: Section[R], change: Change[R], before: R, *, pictured: bool = True) -> Held[R] | None:
    """Open and fill a half; `None` where that cannot be done now."""
    try:
        control = prepare(change, before, both.conduct)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(both, change, "could not be made ready", failed)
        return None
    return Held(before, control, _picture_if_possible(change, both.conduct) if pictured else {"no_picture": "there was no time"})


def _pressed(both: Section[R], change: Change[R], held: Held[R]) -> bool:
    """Press what is held ready; whether that was intended."""
    both.require_lease()
    known = both.line(change, Kind.INTENT)
    try:
        commit(change, held.before, held.control, held.shot, both.conduct)
    except (Unreachable, WrongScreen, Untrusted, Error) as failed:
        _set_aside(both, change, "could not be pressed", failed)
        return both.line(change, Kind.INTENT) is not known  # once intended it may have come through: only reading repeats
    return True


def _set_aside(both: Section[R], change: Change[R], what: str, failed: BaseException) -> None:
    """Say what failed. A page or browser that failed is replaced by a new session; one that only shows something else is not.

    A new session takes seconds while nobody serves, and would show the same.
    """
    both.remark(change, f"{what}: {failed}")
    if not isinstance(failed, WrongScreen):
        change.stage.drop()


def _still(both: Section[R]) -> bool:
    """Whether the first half, though intended, was never done: then it may be begun anew."""
    if both.line(both.off, *SETTLED) is not None:
        return False
    unknown = f"{both.off.title} was pressed, and its state cannot be read; {both.on.title} is not pressed. {_NOBODY}"
    here = _known(both, both.off, unknown)
    return both.off.seen(None, here) is Seen.NOT_YET


def _reading(both: Section[R], change: Change[R]) -> R | None:
    """One reading, or `None`; the next then begins with a new browser, for a dead one and a failed page do not recover."""
    both.conduct.passing(change.name, "waiting")
    try:
        found = reading_if_any(change)
    except Exception as fault:  # noqa: BLE001 - a fault of ours too is a reading that failed: nobody is served meanwhile
        both.remark(change, f"could not be read: {fault!r}")
        found = None
    if found is None:
        change.stage.drop()
    return found


def _until_in_place(both: Section[R], change: Change[R], within: float) -> R:
    """Read until a half is in place.

    Raises:
        Stalled: it is not within so many seconds.
    """

    def done(now: R | None) -> bool:
        return now is not None and change.seen(None, now) is Seen.IN_PLACE

    return _there(both.conduct.patience.until(lambda: _reading(both, change), done, what=change.awaiting, within=within))


def _told(both: Section[R], change: Change[R], ends: float, *, calm: float) -> R:
    """Read until a half is in place, or has read "not yet" for so many seconds on end.

    Raises:
        Stalled: neither by then.
    """
    clock = both.conduct.patience.clock
    since: list[float] = []

    def done(now: R | None) -> bool:
        seen = None if now is None else change.seen(None, now)
        if seen is not Seen.NOT_YET:
            since.clear()
            return seen is Seen.IN_PLACE
        since.append(clock())
        return clock() - since[0] >= calm

    within = max(ends - clock(), 0.0)
    return _there(both.conduct.patience.until(lambda: _reading(both, change), done, what=change.awaiting, within=within))


def _known(both: Section[R], change: Change[R], unknown: str) -> R:
    """Read until it can be told whether a half is in place; a person is called as soon as it cannot.

    Raises:
        Surprised: it cannot be told for long, or by no means.
    """

    def told(now: R | None) -> bool:
        return now is not None and change.seen(None, now) in {Seen.IN_PLACE, Seen.NOT_YET}

    try:
        now = _reading(both, change)
        if now is not None and told(now):
            return now
        both.call(f"{unknown}; the robot reads on")
        both.remark(change, f"{unknown}; the robot reads on")
        within = both.within * _WATCHED
        what = f"a reading of {change.stage.where()['unit'].upper()}: nobody may be served now"
        return _there(both.conduct.patience.until(lambda: _reading(both, change), told, what=what, within=within))
    except (Stalled, Refused) as stop:
        both.call(unknown)
        raise Surprised(f"{unknown} ({stop})") from stop


def _there(found: R | None) -> R:
    """What a wait that wants a reading has found."""
    if found is None:
        raise Stalled("it could not be read")
    return found


def _picture_if_possible(change: Change[Any], conduct: Conduct) -> dict[str, Any]:
    """In the middle of the swing no failed picture holds anything back."""
    try:
        return change.stage.picture(conduct.record, change.name, "before")
    except (Stop, Error, OSError) as none:
        return {"no_picture": str(none)}


def _undisturbed(patience: Patience) -> Patience:
    """Wait without heeding a stop request, and read as fast as pages come."""
    return Patience(poll=_POLL, tell=patience.tell, clock=patience.clock, sleep=patience.sleep)
