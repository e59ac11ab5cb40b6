"""Differences that come by themselves, without anybody's hand: a clock goes on, a session ends, a log grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FULL_PERCENT = 90
"""A disk that is fuller than this has no room for an update, however it came to that."""
_SLACK_S = 120
"""Seconds by which two pages may differ about the same uptime: some round to minutes."""
_GOOD = ignorecase(r"^(pass(ed)?|ok(ay)?|good|healthy|normal|optimal)$")


def why_harmless(area: str, field: str, before: Any, after: Any, *, is_new: bool) -> str:
    """Say why a difference is harmless.

    Args:
        area: the area's name.
        field: the field, perhaps with a label after a slash.
        before: the value before; `None` if it was not known.
        after: the value after; `None` if it is not known any more.
        is_new: whether it was seen before that there was no such thing; else what was not known before is told now.

    Returns:
        The reason in words; "" if it is not harmless by itself.
    """
    if after is None:
        return ""
    name = (area, field.partition("/")[0])
    if judge := _BY_ITS_VALUE.get(name):
        return judge(after)
    if before is None:
        return "" if is_new else "nothing contradicts what was known"
    change = _BY_ITSELF.get(name)
    return change(before, after) if change else ""


def _always(reason: str) -> Callable[[Any, Any], str]:
    return lambda _before, _after: reason


def _grown(before: Any, after: Any) -> str:
    return "it grows by itself" if _number(after) >= _number(before) else ""


def _up(before: Any, after: Any) -> str:
    return "the appliance has stayed up" if _number(after) + _SLACK_S >= _number(before) else ""


def _has_room(after: Any) -> str:
    return "there is room enough" if _number(after) <= FULL_PERCENT else ""


def _is_good(after: Any) -> str:
    return "the check is passed" if isinstance(after, str) and _GOOD.search(after) else ""


def _number(value: Any) -> float:
    """Return a number; one that is no number compares with nothing."""
    return float(value) if isinstance(value, int | float) else math.nan


_BY_ITS_VALUE: Mapping[tuple[str, str], Callable[[Any], str]] = {
    ("disks", "used_percent"): _has_room,
    ("health", "checks"): _is_good,
}
"""What is judged by its value now, whatever it was."""
_BY_ITSELF: Mapping[tuple[str, str], Callable[[Any, Any], str]] = {
    ("synchronisation", "last"): _always("appliances synchronise by themselves"),
    ("synchronisation", "age_s"): _always("time goes by"),
    ("synchronisation", "running"): _always("appliances synchronise by themselves"),
    ("api", "last_sync"): _always("appliances synchronise by themselves"),
    ("signed_in", "representatives"): _always("people come and go"),
    ("signed_in", "sessions"): _always("people come and go"),
    ("holdings", "jump_clients"): _always("computers are switched on and off"),
    ("holdings", "recorded_sessions"): _grown,
    ("clock", "time"): _always("time goes by"),
    ("clock", "uptime"): _always("time goes by"),
    ("clock", "uptime_s"): _up,
}
