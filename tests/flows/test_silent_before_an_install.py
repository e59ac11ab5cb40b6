"""An appliance that does not answer right before its install: nothing is pressed, nobody is suspected, and it is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import story

from robot.domain.errors import Unreachable
from robot.simulator.appliances.appliance import Power

INSTALL = "b-install-base-software-3-4-1"


@pytest.mark.proves("OP8")
def test_an_appliance_that_is_silent_before_its_install_is_no_other_hand(tmp_path: Path) -> None:
    with story(tmp_path) as run:

        def goes_silent(step: str, point: str) -> None:
            if (step, point) == (INSTALL, "begin"):
                run.world.pair.appliances["b"].power = Power.REFUSING

        ending = run.perform(checkpoint=goes_silent)
        assert isinstance(ending.stop, Unreachable)
        assert "B does not answer;" in ending.sentence
        assert "resume once it does" in ending.sentence
        assert INSTALL not in run.of("intent")
        run.world.pair.appliances["b"].power = Power.UP
        assert run.perform().outcome == "done"


@pytest.mark.proves("OP8")
def test_an_appliance_that_is_silent_for_seconds_before_its_install_is_waited_for(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        b = run.world.pair.appliances["b"]

        def comes_back() -> None:
            b.power = Power.UP

        def goes_silent(step: str, point: str) -> None:
            if (step, point) == (INSTALL, "begin"):
                b.power = Power.REFUSING
                run.world.pair.agenda.after(20, comes_back)

        assert run.perform(checkpoint=goes_silent).outcome == "done"
        assert len(run.world.pressed) == len(set(run.world.presses)) == 10
