"""Moments as pages word them: understood in every way in which they can be, and compared as moments and not as words."""

import re
from datetime import datetime

import pytest

from pages.engine.text.moments import MOMENT, may_be_same_moment, parse_moment, tells_seconds

NOVEMBER_3 = datetime(2026, 11, 3, 1, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "told",
    [
        "3. November 2026 01:30", "3. November 2026 um 01:30 Uhr", "November 3rd, 2026 1:30 AM", "03-Nov-26 01:30", "20261103T013000Z",
        "2026-11-03T01:30:00+00:00", "Nov 3, 2026, 1:30 AM", "Nov 3, 2026 at 1:30 AM", "3rd of November 2026, 01:30", "01:30 on November 3, 2026",
        "Tue Nov 3 01:30:00 UTC 2026", "Tuesday, 3 November 2026 at 01:30:00", "11/03/2026 01:30", "03.11.2026 01:30", "20261103T0130",
        "2026-11-03 \u2013 01:30",
    ],
)  # fmt: skip
def test_a_moment_is_understood_however_it_is_worded(told: str) -> None:
    found = re.findall(MOMENT, f"Last data sync: {told}", re.IGNORECASE)
    assert len(found) == 1
    moment = parse_moment(found[0])
    assert moment is not None
    assert NOVEMBER_3 in moment.ways


@pytest.mark.parametrize("told", ["", "Never", "2026-11-03", "01:30", "3 minutes ago", "2026-31-31 01:30", "2026-11-03 25:30"])
def test_what_is_no_day_with_its_time_is_no_moment(told: str) -> None:
    assert parse_moment(told) is None


@pytest.mark.parametrize(
    ("told", "again"),
    [
        ("Nov 29, 2026, 6:09 AM", "Nov 29, 2026 at 6:09 AM"), ("Nov 29, 2026, 6:09 AM", "29. November 2026 06:09"),
        ("2026-11-29 06:09", "2026-11-29 06:09:10"), ("11/12/2026 06:09", "12 November 2026 06:09"),
        ("2026-11-29 06:09:10 UTC", "2026-11-29 01:09:10 -0500"), ("2026-11-29 06:09:10 CST", "2026-11-29 12:09:10 UTC"),
        ("2026-11-29 06:09:10", "2026-11-29 07:09:10 CET"), ("5 minutes ago", "2026-11-29 06:09"),
    ],
)  # fmt: skip
def test_one_moment_in_other_words_is_no_other_moment(told: str, again: str) -> None:
    assert may_be_same_moment(told, again)
    assert may_be_same_moment(again, told)


@pytest.mark.parametrize(
    ("told", "again"),
    [
        ("Nov 29, 2026, 6:09 AM", "Nov 29, 2026 at 6:10 AM"), ("2026-11-29 06:09:10", "2026-11-29 06:09:11"),
        ("2026-11-29 06:09:10 UTC", "2026-11-29 01:10:10 -0500"), ("2026-11-29 06:09 CST", "2026-11-29 12:17 UTC"),
        ("2026-11-29 06:09", "2026-12-29 06:09 CET"), ("11/12/2026 06:09", "11/13/2026 06:09"), ("1:30 AM on Nov 3, 2026", "Nov 3, 2026 1:30 PM"),
    ],
)  # fmt: skip
def test_another_moment_is_another_one_however_both_are_worded(told: str, again: str) -> None:
    assert not may_be_same_moment(told, again)
    assert not may_be_same_moment(again, told)


def test_whether_the_second_is_told_is_known() -> None:
    assert tells_seconds("2026-11-29 06:09:10")
    assert not tells_seconds("2026-11-29 06:09")
    assert not tells_seconds("Never")
