"""Times, durations, sizes and units in words for people."""

import re
from datetime import datetime
from typing import Final

UNITS: Final = {"a": "Appliance A", "b": "Appliance B", "site": "The site"}
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)(\.\d+)?(Z|\+00:00)")


def unit(name: str) -> str:
    """Return a unit in words: `a` -> "Appliance A"; "" for ""."""
    return UNITS.get(name, name)


def moment(utc: str, *, seconds: bool = False) -> str:
    """Format a moment: `2026-11-22T10:00:05.123Z` -> "2026-11-22 10:00 UTC", or "... 10:00:05 UTC"; others as they are."""
    if (match := _MOMENT.fullmatch(utc)) is None:
        return utc
    return f"{match[1]} {match[2]}{match[3] if seconds else ''} UTC"


def clock(utc: str) -> str:
    """Return the time of day of a moment: `2026-11-22T10:00:05.123Z` -> "10:00:05"; others as they are."""
    return f"{match[2]}{match[3]}" if (match := _MOMENT.fullmatch(utc)) else utc


def day(utc: str) -> str:
    """Return the date of a moment: `2026-11-22T10:00:05.123Z` -> "2026-11-22"; "" for others."""
    return match[1] if (match := _MOMENT.fullmatch(utc)) else ""


def span(began: str, ended: str) -> str:
    """Format the time between two UTC moments, without repeating the date: "2026-11-22 10:00:05 to 10:01:00"."""
    first, last = (moment(utc, seconds=True).removesuffix(" UTC") for utc in (began, ended))
    return first if first == last else f"{first} to {clock(ended) if day(began) == day(ended) else last}"


def between(began: str, ended: str) -> float | None:
    """Return the seconds between two UTC moments; None if one is missing or malformed."""
    try:
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
    except (ValueError, TypeError):
        return None


def duration(seconds: float) -> str:
    """Format a duration in its two largest units: "0.4 s", "12 s", "4 min 3 s", "1 h 20 min", "72 h"."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for large, small, size, part in (("h", "min", 3600, 60), ("min", "s", 60, 1)):
        if whole >= size:
            count, rest = divmod(whole, size)
            return f"{count} {large} {rest // part} {small}" if rest // part else f"{count} {large}"
    return f"{whole} s"


def size(count: int) -> str:
    """Format a number of bytes: "312 kB", "4.1 MB" (powers of ten, as on a disk's label)."""
    for unit_name, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            amount = count / factor
            return f"{amount:.1f} {unit_name}" if amount < 100 else f"{amount:.0f} {unit_name}"
    return f"{count} bytes"


def begin_sentence(text: str) -> str:
    """Return a text with its first letter as a capital; the others stay as they are."""
    return text[:1].upper() + text[1:]
