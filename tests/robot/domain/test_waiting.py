"""The promises of waiting: only reading repeats, and a stop request is heeded at once."""

from __future__ import annotations

import pytest
from a_switch import Clock

from robot.domain.errors import Stalled, StoppedByHand
from robot.domain.waiting import Poller


def poller(clock: Clock, **more: object) -> Poller:
    return Poller(**{"poll": 30.0, "clock": clock.read, "sleep": clock.sleep, **more})  # type: ignore[arg-type]


def test_it_reads_until_done(clock: Clock) -> None:
    readings = iter([1, 2, 3])
    assert poller(clock).poll_until(lambda: next(readings), lambda now: now == 3, what="three", within=1000) == 3
    assert clock.now == pytest.approx(60)


def test_past_the_deadline_it_stalls_after_one_last_reading(clock: Clock) -> None:
    count: list[float] = []
    with pytest.raises(Stalled, match="still waiting for never"):
        poller(clock).poll_until(lambda: count.append(clock.now), lambda _: False, what="never", within=45)
    assert count[-1] >= 45


def test_a_stop_request_ends_a_long_poll_within_a_tick(clock: Clock) -> None:
    def interrupted() -> None:
        if clock.now >= 5:
            raise StoppedByHand("stopped by hand")

    with pytest.raises(StoppedByHand):
        poller(clock, interrupted=interrupted).poll_until(lambda: None, lambda _: False, what="x", within=1000)
    assert clock.now < 5.5


def test_what_is_waited_for_is_told_with_how_long_so_far_and_at_most(clock: Clock) -> None:
    told: list[tuple[str, float, float]] = []
    readings = iter([False, True])

    def tell(what: str, so_far: float, within: float) -> None:
        told.append((what, so_far, within))

    poller(clock, tell=tell).poll_until(lambda: next(readings), bool, what="the lamp", within=100)
    assert [(what, round(so_far), within) for what, so_far, within in told] == [("the lamp", 0, 100), ("the lamp", 30, 100)]
