"""Times in an appliance's words, by this machine's clock: pure functions on what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pages.engine.text.moments import parse_moment
from robot.evidence.traces.events import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pages.engine.text.moments import Moment

_DAY = timedelta(hours=26)
"""The most by which a clock may seem to be ahead or behind for its time zone alone."""
_ZONES = timedelta(minutes=15)
"""The unit of the differences between time zones."""
_CLOSE = timedelta(minutes=5)
"""A clock that is not known more closely times nothing."""


@dataclass(frozen=True)
class ClockLook:
    """One look at an appliance's clock.

    Attributes:
        text: what it said.
        after: this machine's time before the look; the appliance's answer was made after it.
        before: this machine's time when it had been read.
    """

    text: str
    after: datetime
    before: datetime


@dataclass(frozen=True)
class ApplianceClock:
    """How far an appliance's clock is ahead of this machine's.

    Attributes:
        zone: the time zone in its words; "" if it tells none.
        offset: how far that zone is ahead of UTC; None if that is unknown: the zone is in `least` and `most` then.
        least: it is ahead by this at least.
        most: by this at most.
    """

    zone: str
    offset: timedelta | None
    least: timedelta
    most: timedelta

    @property
    def middle_s(self) -> float:
        """The seconds by which it is ahead, as closely as that is known, without its time zone."""
        apart = (self.least + self.most) / 2
        return round((apart - round(apart / _ZONES) * _ZONES if self.offset is None else apart).total_seconds(), 1)

    @property
    def error_s(self) -> float:
        """By how many seconds `middle_s` may be wrong."""
        return round((self.most - self.least).total_seconds() / 2, 1)


def clock_of(looks: Iterable[ClockLook]) -> ApplianceClock | None:
    """Return what several looks, the newest first, tell of a clock. If it was set between them, or crept, both times count.

    An update may word times in another way, and a summer ends: only looks in the zone of the newest one count.

    Returns:
        The clock; None if the newest look cannot be understood, or if the clock moved by more than five minutes.
    """
    newest, *earlier = map(_by_one_look, looks)
    if newest is None:
        return None
    known = [newest, *(each for each in earlier if each and (each.zone, each.offset) == (newest.zone, newest.offset))]
    least, most = max(each.least for each in known), min(each.most for each in known)
    if least > most:
        least, most = min(each.least for each in known), max(each.most for each in known)
    return ApplianceClock(known[0].zone, known[0].offset, least, most) if most - least <= _CLOSE else None


def _by_one_look(look: ClockLook) -> ApplianceClock | None:
    moment = parse_moment(look.text)
    if moment is None:
        return None
    shown, lasts = _times(moment)
    ahead = moment.offset or timedelta()
    apart = [(each - ahead - look.before, each - ahead + lasts - look.after) for each in shown]
    near = [each for each in apart if abs(each[0]) <= _DAY]
    if len(near) != 1:  # day and month can be told apart by the day that it is; on the fourth of April both are the same
        return None
    return ApplianceClock(moment.zone, moment.offset, *near[0])


def spans(text: str, clock: ApplianceClock | None) -> tuple[Span, ...]:
    """Return every time, by this machine's clock, that an appliance's words can mean.

    Args:
        text: the words.
        clock: its clock; None if that is unknown: then nothing can be told.

    Returns:
        The spans; none if the words cannot be understood.
    """
    moment = parse_moment(text)
    if clock is None or moment is None:
        return ()
    shown, lasts = _times(moment)
    found: set[Span] = set()
    for ahead, least, most in _readings(moment, clock):
        found |= {Span(each - ahead - most, each - ahead + lasts - least) for each in shown}
    return tuple(sorted(found, key=lambda span: span.earliest))


def _readings(moment: Moment, clock: ApplianceClock) -> list[tuple[timedelta, timedelta, timedelta]]:
    """Return in which ways words of a time relate to a clock: how far ahead their zone is, and the clock at least and most."""
    none = timedelta()
    if moment.zone == clock.zone or (not moment.zone and clock.offset is None):
        return [(moment.offset or none, clock.least, clock.most)]
    if moment.offset is None and moment.zone:
        return []  # a zone that only its name tells, and another one than the clock's
    if moment.offset is not None and clock.offset is not None:
        return [(moment.offset, clock.least, clock.most)]
    if moment.offset is not None:  # the clock's own zone is unknown: what is left of it without whole zones is its error
        zone = round((clock.least + clock.most) / 2 / _ZONES) * _ZONES
        return [(moment.offset, clock.least - zone, clock.most - zone)]
    return [(each, clock.least, clock.most) for each in {clock.offset or none, none}]  # in the clock's zone, or in UTC


def _times(moment: Moment) -> tuple[list[datetime], timedelta]:
    """Return the times that a moment shows, as if they were in UTC, and how long it shows each of them."""
    lasts = timedelta(minutes=1) if moment.seconds is None else timedelta(seconds=1)
    return [each.replace(tzinfo=UTC) + timedelta(seconds=moment.seconds or 0) for each in sorted(moment.ways)], lasts
