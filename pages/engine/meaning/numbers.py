"""Numbers and days as screens word them."""

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
    """Return the whole number that a text is, with or without separators: 1840, "1,840"; `None` where it is anything else."""
    found = re.fullmatch(rf"\s*({_WHOLE})\s*", text)
    return int(re.sub(r"\D", "", found[1])) if found else None


def parse_total(text: str) -> int | None:
    """Return how many there are where a part is told: 25 of "0 of 25 licenses in use", "0/25", "25 (0 in use)"; or `None`."""
    found = re.match(rf"\s*(?:{_WHOLE})\s*(?:/|of)\s*({_WHOLE})(?![\d/.,])", text, re.IGNORECASE)
    found = found or re.match(
        rf"\s*({_WHOLE})\s*\(\s*(?:{_WHOLE})\s+(?:in use|used|assigned|taken)\s*\)\s*$", text, re.IGNORECASE
    )
    return parse_integer(found[1]) if found else None


def number_beside(view: PageView, label: str) -> int | None:
    """Return the one whole number beside labels with these words; `None` where there is none, or where several disagree."""
    wanted = ignorecase(label)
    numbers = {number for name, value in view.pairs if wanted.search(name) and (number := parse_integer(value)) is not None}
    return numbers.pop() if len(numbers) == 1 else None


def parse_days(text: str) -> list[datetime]:
    """Return every day that a date may mean, earliest first: of 03/04/2027 two, for it is written both ways round."""
    if found := re.search(_DAY, text):
        return _days((int(found[1]), int(found[2]), int(found[3])))
    if found := re.search(_NAMED, text, re.IGNORECASE):
        month = 1 + _MONTHS.index((found[2] or found[3]).lower())
        return _days((int(found[5]), month, int(found[1] or found[4])))
    if found := re.search(_EITHER, text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        return _days((year, first, second), (year, second, first))
    return []


def _days(*dates: tuple[int, int, int]) -> list[datetime]:
    kept: set[datetime] = set()
    for year, month, day in dates:
        try:
            kept.add(datetime(year, month, day, tzinfo=UTC))
        except ValueError:  # the other way round then
            continue
    return sorted(kept)
