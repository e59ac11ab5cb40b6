"""An appliance's times by this machine's clock: in any form, with any clock, and never more exactly than they are known."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.traces.appliance_clock import ClockLook, clock_of, spans

NOW = datetime(2026, 12, 1, 22, 30, 17, tzinfo=UTC)
FORMS = {
    "%Y-%m-%d %H:%M:%S UTC": 0,
    "%m/%d/%Y %I:%M:%S %p": None,
    "%b %d, %Y %H:%M:%S CET": 1,
    "%Y-%m-%dT%H:%M:%SZ": 0,
    "%A, %B %d, %Y at %I:%M:%S %p (UTC)": 0,
    "%d.%m.%Y %H:%M:%S": None,
}


def look(at: datetime, form: str, *, ahead_s: float = 0.0, zone_h: float = 0.0, took_s: float = 1.0) -> ClockLook:
    """A look at a clock that is ahead, and whose words are in a zone."""
    return ClockLook(shown(at, form, ahead_s=ahead_s, zone_h=zone_h), at - timedelta(seconds=took_s), at)


def shown(at: datetime, form: str, *, ahead_s: float = 0.0, zone_h: float = 0.0) -> str:
    return (at + timedelta(seconds=ahead_s)).astimezone(timezone(timedelta(hours=zone_h))).strftime(form)


@pytest.mark.parametrize("form", FORMS)
@given(ahead_s=st.integers(-4000, 4000), ago_s=st.integers(0, 200_000))
def test_an_event_is_timed_by_this_machines_clock_whatever_the_appliances_clock_and_zone_say(
    form: str, ahead_s: int, ago_s: int
) -> None:
    fixed = FORMS[form]
    zone_h = -7 if fixed is None else fixed
    happened = NOW - timedelta(seconds=ago_s)
    clock = clock_of([look(NOW, form, ahead_s=ahead_s, zone_h=zone_h)])
    found = spans(shown(happened, form, ahead_s=ahead_s, zone_h=zone_h), clock)
    assert any(each.earliest <= happened <= each.latest for each in found)
    assert all(each.latest - each.earliest <= timedelta(seconds=4) for each in found)


def test_a_day_and_a_month_that_may_be_either_give_both_times() -> None:
    clock = clock_of([look(NOW, "%m/%d/%Y %H:%M:%S")])
    assert [each.earliest.month for each in spans("12/01/2026 22:30:10", clock)] == [1, 12]


def test_minutes_alone_are_known_to_the_minute() -> None:
    clock = clock_of([look(NOW, "%Y-%m-%d %H:%M:%S UTC")])
    (span,) = spans("2026-12-01 22:30 UTC", clock)
    assert span.latest - span.earliest >= timedelta(minutes=1)


def test_a_clock_that_was_set_during_the_run_is_known_less_closely_and_one_that_moved_far_not_at_all() -> None:
    form = "%Y-%m-%d %H:%M:%S UTC"
    before = look(NOW - timedelta(hours=2), form, ahead_s=0)
    moved = clock_of([look(NOW, form, ahead_s=90), before])
    assert moved is not None
    assert moved.least <= timedelta(0) <= timedelta(seconds=90) <= moved.most
    assert clock_of([look(NOW, form, ahead_s=600), before]) is None


@pytest.mark.parametrize("text", ["", "yesterday", "5 minutes ago", "2026-12-01", "Never"])
def test_words_that_give_no_moment_give_no_time(text: str) -> None:
    assert spans(text, clock_of([look(NOW, "%Y-%m-%d %H:%M:%S UTC")])) == ()
    assert clock_of([ClockLook(text, NOW, NOW)]) is None


def test_an_update_that_words_times_in_another_way_leaves_the_newest_look_alone_to_count() -> None:
    earlier = look(NOW - timedelta(hours=2), "%m/%d/%Y %I:%M:%S %p", zone_h=-6)
    newest = look(NOW, "%Y-%m-%d %H:%M:%S UTC")
    assert clock_of([newest, earlier]) == clock_of([newest])


def test_a_zone_that_only_its_name_tells_times_nothing_by_a_clock_in_another_one() -> None:
    """A summer ends in mid-run: nobody says here how far the two zones are apart."""
    assert spans("Dec 01, 2026 22:30:10 CEST", clock_of([look(NOW, "%b %d, %Y %H:%M:%S CET", zone_h=1)])) == ()


def test_no_clock_no_time() -> None:
    assert spans("2026-12-01 22:30:10 UTC", None) == ()


def test_a_time_without_a_zone_may_be_in_the_clocks_zone_or_in_utc_and_is_not_guessed() -> None:
    clock = clock_of([look(NOW, "%Y-%m-%d %H:%M:%S +0200", zone_h=2)])
    assert len(spans("2026-12-01 22:30:10", clock)) == 2
