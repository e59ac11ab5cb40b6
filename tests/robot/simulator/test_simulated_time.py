"""The clock, the agenda and the speed."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from robot.simulator.domain.clock import Pace, Span

Begin = Callable[..., Any]


def test_what_is_due_happens_in_its_order_and_at_its_own_time(story: Begin) -> None:
    tale = story()
    agenda = tale.pair.agenda
    seen: list[tuple[str, float]] = []
    agenda.after(5, lambda: seen.append(("late", agenda.now())))
    agenda.after(1, lambda: agenda.after(2, lambda: seen.append(("early", agenda.now()))))
    tale.pass_by(10)
    assert seen == [("early", 1003), ("late", 1005)]


def test_what_was_cancelled_does_not_happen(story: Begin) -> None:
    tale = story()
    seen: list[str] = []
    tale.pair.agenda.after(1, lambda: seen.append("never")).cancel()
    tale.pass_by(2)
    assert seen == []
    assert tale.pair.agenda.next_due() is None


def test_speed_divides_every_span() -> None:
    assert Pace(60).of(Span.SYNC) == 1


@pytest.mark.parametrize(
    "spans",
    [
        [Span.DOWNLOAD_SITE, Span.INSTALL_SITE],
        [Span.DOWNLOAD_BASE, Span.INSTALL_BASE, Span.REBOOT_REFUSED, Span.REBOOT_BAD_GATEWAY],
        [Span.FIRST_SYNC, Span.SYNC],
    ],
)
def test_when_instant_nothing_takes_longer_than_a_third_of_a_second(spans: list[Span]) -> None:
    assert sum(Pace(math.inf).of(span) for span in spans) <= 0.3 + 1e-9


def test_an_instant_reboot_is_still_seen() -> None:
    pace = Pace(math.inf)
    assert pace.of(Span.REBOOT_REFUSED) + pace.of(Span.REBOOT_BAD_GATEWAY) >= 0.2
