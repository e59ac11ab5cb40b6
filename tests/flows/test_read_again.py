"""A page that does not come is asked for again: a network that fails for seconds ends no run, and presses nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import story
from paper_screens import PaperUtilities

from pages.readings.machine import TcpConnection
from robot.domain.errors import LoginUnanswered, PressLost, Unreachable
from robot.simulator.appliances.appliance import Power

STEPS = (
    "b-failover-quiet",
    "b-sync-now",
    "a-failover-after-break",
    "site-swing",
    "a-quiet",
    "b-establish-relationship",
    "a-tabs-alone",
)


@pytest.mark.parametrize("step", STEPS)
def test_an_appliance_that_is_gone_for_seconds_is_read_again_and_nothing_is_pressed_twice(tmp_path: Path, step: str) -> None:
    with story(tmp_path) as run:
        boxes = run.world.pair.appliances.values()

        def come_back() -> None:
            for appliance in boxes:
                appliance.power = Power.UP

        def go_away(name: str, point: str) -> None:
            if (name, point) == (step, "begin"):
                for appliance in boxes:
                    appliance.power = Power.REFUSING
                run.world.pair.agenda.after(20, come_back)

        assert run.perform(checkpoint=go_away).outcome == "done"
        assert len(run.world.pressed) == len(set(run.world.presses)) == 10
        assert any(line["step"] == step and "read again" in line.get("text", "") for line in run.lines)


def test_a_connection_test_that_found_the_session_ended_is_made_again_in_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def found_ended(_: PaperUtilities, host: str, *__: object) -> TcpConnection:
        made.append(host)
        if len(made) == 1:
            raise PressLost('"Test" was answered by the sign-in page: the session had ended')
        return TcpConnection(reached=True, said="Connected")

    monkeypatch.setattr(PaperUtilities, "tcp_connection_test", found_ended)
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
        assert ["read again" in line.get("text", "") for line in run.lines].count(True) == 1
    assert made[0] == made[1]


def test_an_appliance_that_stays_away_ends_the_run_after_a_minute(tmp_path: Path) -> None:
    with story(tmp_path) as run:

        def goes_away(name: str, point: str) -> None:
            if (name, point) == ("b-failover-quiet", "begin"):
                run.world.pair.appliances["b"].power = Power.REFUSING

        began = run.world.clock.monotonic()
        ending = run.perform(checkpoint=goes_away)
        assert isinstance(ending.stop, Unreachable)
        assert "does not answer" in ending.sentence
        assert 60 <= run.world.clock.monotonic() - began < 180


def test_an_appliance_that_never_answered_is_told_at_once(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.world.pair.appliances["a"].power = Power.REFUSING
        began = run.world.clock.monotonic()
        assert isinstance(run.perform().stop, Unreachable)
        assert run.world.clock.monotonic() - began < 5


def test_a_password_that_went_unanswered_is_not_given_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def unanswered(*_: object) -> None:
        given.append("password")
        raise LoginUnanswered("B's /login has not answered the sign-in within 30 s; whether it was accepted is not known")

    with story(tmp_path) as run:
        assert run.perform(before="b-failover-quiet").outcome == "stopped"
        monkeypatch.setattr("flows.session.readings.failover", unanswered)
        ending = run.perform()
    assert isinstance(ending.stop, LoginUnanswered)
    assert given == ["password"]
