"""`[smoke]` of the pair file: everything in it has a meaning, and what has none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from a_smoke_order import an_order

from robot.domain.errors import UsageError
from robot.domain.model import Unit


def test_without_the_section_nothing_is_requested_and_the_limits_are_ordinary(tmp_path: Path) -> None:
    smoke = an_order(tmp_path)[0].settings.smoke
    assert (smoke.request, smoke.ways, smoke.serial(Unit.A)) == (None, (), "")
    assert (smoke.interval, smoke.limit, smoke.slowest_page) == (14400.0, 300.0, 5.0)


def test_the_section_is_read(tmp_path: Path) -> None:
    text = """[smoke]
interval = "2h"
ways = ["Sitzungsschlüssel"]
serials = { a = "BG-1", b = "BG-2" }
request = { field = "Session Key", fill = "1234567", press = "Submit" }
"""
    smoke = an_order(tmp_path, text)[0].settings.smoke
    assert (smoke.interval, smoke.ways, smoke.serial(Unit.B)) == (7200.0, ("Sitzungsschlüssel",), "BG-2")
    assert smoke.request
    assert (smoke.request.field, smoke.request.fill, smoke.request.press) == ("Session Key", "1234567", "Submit")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('session_key = "1234567"', "session_key"),
        ("interval = 60", "is not a duration"),
        ('limit = "0s"', "must be longer than nothing"),
        ('ways = [""]', "one line of text"),
        ('request = { press = "Submit", field = "Session Key" }', "only one of field and fill"),
        ('request = { field = "Session Key", fill = "1" }', "press"),
        ('serials = { c = "BG-3" }', "c"),
    ],
    ids=lambda text: str(text)[:30],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match="smoke") as refused:
        an_order(tmp_path, f"[smoke]\n{text}\n")
    assert sentence in str(refused.value)
