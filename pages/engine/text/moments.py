"""Points in time as pages word them: found in a text, understood, and compared with one another, never with a clock.

Whose clock and zone a page tells is not known, and the same moment is worded otherwise by another browser. So a moment is
understood in every way in which it can be, and two of them differ only where no way makes them one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

_MONTHS = (
    ("jan",), ("feb",), ("mar", "mär"), ("apr",), ("may", "mai"), ("jun",), ("jul",), ("aug",), ("sep",), ("oct", "okt"),
    ("nov",), ("dec", "dez"),
)  # fmt: skip
_MONTH = rf"(?:{'|'.join(name for names in _MONTHS for name in names)})[a-zä]*\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\b\.?)?(?: uhr\b)?"
_ZONE = r"(?: ?(?:\((?-i:UTC|GMT)\)|(?-i:Z|[A-Z]{2,5})\b(?:[+-]\d+)?|[+-]\d{2}:?\d{2}\b))"
_YEAR = r"(?:\d{4}|'?\d{2})(?![\d:])"
_NUMBERED = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
_NAMED = rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)?[ -]{_MONTH},?[ -]{_YEAR}"
_UNIX = rf"{_MONTH} \d{{1,2}},? {_CLOCK}{_ZONE}? \d{{4}}"  # as the command `date` tells it
_COMPACT = r"\b\d{8}T\d{4}(?:\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
MOMENT = (
    rf"(?:{_UNIX}|{_COMPACT}|(?:{_CLOCK},?(?: on| am)? )?(?:{_NUMBERED}|{_NAMED})"
    rf"(?:(?:[ T,]+| [-\u2013] )(?:at |um )?{_CLOCK}{_ZONE}?)?)"
)
"""A day, with its time of day where that is told; without regard to capitals."""
EVENT = (
    r"\W*(\w{3,9},? )?(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d{1,2}\b|"
    r"\d{1,2} (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(\d+|an?) (second|minute|hour|day|week|month)s? ago\b)"
)
"""A line that begins so, with a date or a time, is an entry of a history."""
_WITHIN_A_DAY = timedelta(hours=26)
"""How far apart two zones can tell one moment."""
_ZONES_DIFFER_BY = timedelta(minutes=15)


_DAYS = (
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+'?(?P<year>\d{{4}}|\d{{2}})\b",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)?[ -](?P<month>{_MONTH}),?[ -]'?(?P<year>\d{{4}}|\d{{2}})\b",
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}}),? .*?(?P<year>\d{{4}})\b",
)
"""A day with its month's name; the last as it is told by what tells the year behind the time of day."""


@dataclass(frozen=True)
class Moment:
    """A point in time, to the minute, in every way in which its words can be understood.

    Attributes:
        ways: by day and month, or by month and day; without a zone.
        seconds: of the minute; `None` where the words tell minutes only.
        zone: as worded, "" where none is told.
        offset: how far that zone is ahead of UTC; `None` where that is not known.
    """

    ways: frozenset[datetime]
    seconds: int | None
    zone: str
    offset: timedelta | None


def parse_moment(text: str) -> Moment | None:
    """Read a point in time in every way in which its words can be understood; `None` where they are no day with a time of day."""
    if compact := re.search(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?", text):
        year, month, day, hour, minute, second = compact.groups()
        text = f"{year}-{month}-{day} {hour}:{minute}{f':{second}' if second else ''} {text[compact.end() :]}"
    clock = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([ap])\.?m\b\.?)?(?: uhr\b)?", text, re.IGNORECASE)
    if clock is None:
        return None
    rest = f"{text[: clock.start()]} {text[clock.end() :]}"
    hour = int(clock[1]) % 12 + (12 if clock[4].lower() == "p" else 0) if clock[4] else int(clock[1])
    ways: set[datetime] = set()
    for year, month, day in _days(rest):
        try:
            ways.add(datetime(year, month, day, hour, int(clock[2])))  # noqa: DTZ001  # its zone is not known
        except ValueError:  # the other way round then
            continue
    zone = re.match(_ZONE, text[clock.end() :], re.IGNORECASE)
    name = zone[0].strip(" ()") if zone else ""
    return Moment(frozenset(ways), int(clock[3]) if clock[3] else None, name, _offset(name)) if ways else None


def may_be_same_moment(text: str, other_text: str) -> bool:
    """Whether two wordings may tell one and the same moment; only where they cannot is the later one another."""
    one, other = parse_moment(text), parse_moment(other_text)
    if text == other_text or one is None or other is None:
        return True
    if one.seconds is not None and other.seconds is not None and one.seconds != other.seconds:
        return False
    apart = [abs(first - second) for first, second in product(one.ways, other.ways)]
    if one.offset is not None and other.offset is not None:
        apart = [abs((first - one.offset) - (second - other.offset)) for first, second in product(one.ways, other.ways)]
    elif one.zone != other.zone:  # one of them is not known: by how much they differ is not known either
        return any(each <= _WITHIN_A_DAY and not each % _ZONES_DIFFER_BY for each in apart)
    return timedelta(0) in apart


def tells_seconds(text: str) -> bool:
    """Whether the words tell the second too, so that two events hardly ever share a time."""
    moment = parse_moment(text)
    return moment is not None and moment.seconds is not None


def _days(text: str) -> list[tuple[int, int, int]]:
    """Return year, month and day in every way in which a date can be meant."""
    if found := re.search(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        return [(int(found[1]), int(found[2]), int(found[3]))]
    if found := re.search(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)", text):
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        return [(year, first, second), (year, second, first)]
    found = next(filter(None, (re.search(way, text, re.IGNORECASE) for way in _DAYS)), None)
    if found is None:
        return []
    named = found["month"].lower()
    return [(_year(found["year"]), next(n for n, names in enumerate(_MONTHS, 1) if named.startswith(names)), int(found["day"]))]


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _offset(zone: str) -> timedelta | None:
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return timedelta(0)
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", zone, re.IGNORECASE)
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0)) if found else timedelta(0)
    return None if found is None else ahead if found[1] == "+" else -ahead
