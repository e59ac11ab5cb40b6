"""Numbers and days in the words of screens."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_WHOLE = r"\d{1,3}(?:[,.\u00a0\u2009' ]\d{3})+|\d{1,9}"
_DAY = r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(_MONTHS)
_NAMED = rf"(?:(\d{{1,2}})\.? ({_MONTH})[a-z]*\.?,?|({_MONTH})[a-z]*\.? (\d{{1,2}}),?) (\d{{4}})"
_EITHER = r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})"


def parse_integer(text: str) -> int | None:
    """Return the whole number that a text is, with or without separators ("1840", "1,840"); None if it is anything else."""
    match = re.fullmatch(rf"\s*({_WHOLE})\s*", text)
    return int(re.sub(r"\D", "", match[1])) if match else None


def parse_total(text: str) -> int | None:
    """Return the total in a text with a part of it: 25 in "0 of 25 licenses in use", "0/25", "25 (0 in use)"; else None."""
    match = re.match(rf"\s*(?:{_WHOLE})\s*(?:/|of)\s*({_WHOLE})(?![\d/.,])", text, re.IGNORECASE)
    match = match or re.match(
        rf"\s*({_WHOLE})\s*\(\s*(?:{_WHOLE})\s+(?:in use|used|assigned|taken)\s*\)\s*$", text, re.IGNORECASE
    )
    return parse_integer(match[1]) if match else None


def number_beside(view: PageView, label: str) -> int | None:
    """Return the only whole number beside labels with these words; None if there is none, or if several differ."""
    wanted = ignorecase(label)
    numbers = {number for name, value in view.pairs if wanted.search(name) and (number := parse_integer(value)) is not None}
    return numbers.pop() if len(numbers) == 1 else None


def parse_days(text: str) -> list[datetime]:
    """Return every day that a date may mean, the earliest first: two for 03/04/2027, whose order of day and month is unknown."""
    if match := re.search(_DAY, text):
        return _days((int(match[1]), int(match[2]), int(match[3])))
    if match := re.search(_NAMED, text, re.IGNORECASE):
        month = 1 + _MONTHS.index((match[2] or match[3]).lower())
        return _days((int(match[5]), month, int(match[1] or match[4])))
    if match := re.search(_EITHER, text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        return _days((year, first, second), (year, second, first))
    return []


def _days(*dates: tuple[int, int, int]) -> list[datetime]:
    kept: set[datetime] = set()
    for year, month, day in dates:
        try:
            kept.add(datetime(year, month, day, tzinfo=UTC))
        except ValueError:  # no such date: day and month are in the other order
            continue
    return sorted(kept)
