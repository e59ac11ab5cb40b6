"""The turns of an appliance that is at work: counted, and waited for, by a clock of the test's own."""

from robot.domain.waiting import Poller
from robot.network.courtesy import AT_MOST, OVER, Courtesy


class Clock:
    """Time that passes only by waiting."""

    now = 0.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_probes_wait_for_their_turn_so_that_no_ten_seconds_have_too_many() -> None:
    clock = Clock()
    courtesy = Courtesy(Poller(clock=clock.read, sleep=clock.sleep))
    asked: list[float] = []
    for _ in range(40):
        courtesy.probe()
        asked.append(clock.now)
    assert all(sum(at <= each < at + OVER for each in asked) <= AT_MOST for at in asked)
    assert clock.now < 40 / (AT_MOST - 2) * OVER + OVER, "and no longer than that"


def test_who_asks_now_and_then_waits_for_nothing() -> None:
    clock = Clock()
    courtesy = Courtesy(Poller(clock=clock.read, sleep=clock.sleep))
    for turn in range(10):
        clock.now = turn * 5.0
        courtesy.probe()
        assert clock.now == turn * 5.0


def test_a_rehearsal_counts_by_the_time_of_its_pair() -> None:
    clock = Clock()
    courtesy = Courtesy(Poller(clock=clock.read, sleep=clock.sleep, pace=120.0))
    for _ in range(40):
        courtesy.probe()
    assert clock.now < 40 / (AT_MOST - 2) * OVER / 120.0 + 40 * 0.1
