"""Points in time in the words of pages: found in a text, parsed, and compared with one another, never with a clock.

The clock and the time zone of a page are unknown, and another browser may word the same moment in another way. So a moment is
parsed in every possible way, and two moments differ only if no way makes them the same.
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
_UNIX = rf"{_MONTH} \d{{1,2}},? {_CLOCK}{_ZONE}? \d{{4}}"  # the format of the command `date`
_COMPACT = r"\b\d{8}T\d{4}(?:\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
MOMENT = (
    rf"(?:{_UNIX}|{_COMPACT}|(?:{_CLOCK},?(?: on| am)? )?(?:{_NUMBERED}|{_NAMED})"
    rf"(?:(?:[ T,]+| [-\u2013] )(?:at |um )?{_CLOCK}{_ZONE}?)?)"
)
"""A day, with or without a time of day; to be compiled without regard to capitals."""
EVENT = (
    r"\W*(\w{3,9},? )?(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d{1,2}\b|"
    r"\d{1,2} (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(\d+|an?) (second|minute|hour|day|week|month)s? ago\b)"
)
"""The beginning, with a date or a time, of a line that is an entry of a history."""
_WITHIN_A_DAY = timedelta(hours=26)
"""The largest difference between two time zones."""
_ZONES_DIFFER_BY = timedelta(minutes=15)
"""The unit of the differences between time zones."""


_DAYS = (
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+'?(?P<year>\d{{4}}|\d{{2}})\b",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)?[ -](?P<month>{_MONTH}),?[ -]'?(?P<year>\d{{4}}|\d{{2}})\b",
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}}),? .*?(?P<year>\d{{4}})\b",
)
"""A day with its month's name; in the last form the year follows the time of day."""


@dataclass(frozen=True)
class Moment:
    """A point in time, to the minute, in every way in which its words can be understood.

    Attributes:
        ways: the times without a zone, with day and month in either order.
        seconds: the seconds of the minute; None if the words have only minutes.
        zone: the time zone in the page's words; an empty string if there is none.
        offset: how far that zone is ahead of UTC; None if that is unknown.
    """

    ways: frozenset[datetime]
    seconds: int | None
    zone: str
    offset: timedelta | None


def parse_moment(text: str) -> Moment | None:
    """Return the point in time that a text gives, in every way it can be understood; None if it has no day and time of day."""
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
        except ValueError:  # no such date: day and month are in the other order
            continue
    zone = re.match(_ZONE, text[clock.end() :], re.IGNORECASE)
    name = zone[0].strip(" ()") if zone else ""
    return Moment(frozenset(ways), int(clock[3]) if clock[3] else None, name, _offset(name)) if ways else None


def may_be_same_moment(text: str, other_text: str) -> bool:
    """Tell whether two texts may give the same moment; also if one of them cannot be understood."""
    one, other = parse_moment(text), parse_moment(other_text)
    if text == other_text or one is None or other is None:
        return True
    if one.seconds is not None and other.seconds is not None and one.seconds != other.seconds:
        return False
    apart = [abs(first - second) for first, second in product(one.ways, other.ways)]
    if one.offset is not None and other.offset is not None:
        apart = [abs((first - one.offset) - (second - other.offset)) for first, second in product(one.ways, other.ways)]
    elif one.zone != other.zone:  # one zone is unknown, and so is their difference
        return any(each <= _WITHIN_A_DAY and not each % _ZONES_DIFFER_BY for each in apart)
    return timedelta(0) in apart


def tells_seconds(text: str) -> bool:
    """Tell whether a text also gives the second, so that two events hardly ever share a time."""
    moment = parse_moment(text)
    return moment is not None and moment.seconds is not None


def _days(text: str) -> list[tuple[int, int, int]]:
    """Return year, month and day of a date, in every order in which it can be meant."""
    if match := re.search(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        return [(int(match[1]), int(match[2]), int(match[3]))]
    if match := re.search(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)", text):
        first, second, year = int(match[1]), int(match[2]), _year(match[3])
        return [(year, first, second), (year, second, first)]
    match = next(filter(None, (re.search(way, text, re.IGNORECASE) for way in _DAYS)), None)
    if match is None:
        return []
    named = match["month"].lower()
    return [(_year(match["year"]), next(n for n, names in enumerate(_MONTHS, 1) if named.startswith(names)), int(match["day"]))]


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _offset(zone: str) -> timedelta | None:
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return timedelta(0)
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", zone, re.IGNORECASE)
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) if match else timedelta(0)
    return None if match is None else ahead if match[1] == "+" else -ahead
