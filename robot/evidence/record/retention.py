"""How long evidence is to be kept, as the pair file says it, and until which day."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_RETENTION: Final = re.compile(r"([1-9][0-9]{0,3}) (year|month|day)s?")
_LAST_YEAR: Final = 9999


def keep_until(retention: str, utc: str) -> str:
    """Return the last day on which evidence is to be kept.

    Args:
        retention: "7 years", "18 months" or "90 days".
        utc: the moment from which that counts, as the record writes one.

    Returns:
        The day, `2033-11-22`; the 29th of February becomes the 28th where there is none.

    Raises:
        ValueError: this is no such time, or it ends after the last day that there is.
    """
    match = _RETENTION.fullmatch(retention)
    if match is None:
        raise ValueError('must be a time such as "7 years", "18 months" or "90 days"')
    count, began = int(match[1]), date.fromisoformat(utc[:10])
    if match[2] == "day":
        return (began + timedelta(days=count)).isoformat()
    months = began.year * 12 + began.month - 1 + count * (12 if match[2] == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if year > _LAST_YEAR:
        raise ValueError("ends after the year 9999")
    return date(year, month, min(began.day, monthrange(year, month)[1])).isoformat()
