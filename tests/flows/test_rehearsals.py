"""A run that is called a rehearsal presses nothing on appliances that do not say themselves that they are simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from paper_pair import Flow, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.runs import store

SENTENCE = "which no simulated appliance has: a rehearsal presses nothing on it"
ONES: list[tuple[Flow, str]] = [(asynchronous, "a"), (asynchronous, "b"), (synchronous, "a"), (synchronous, "b"), (single, "a")]


def made_real(world: World, *units: Literal["a", "b"]) -> None:
    """Give appliances serial numbers as real ones have them."""
    for unit in units:
        world.pair.appliances[unit].serial = f"4711AB{unit}"


@pytest.mark.parametrize(("flow", "unit"), ONES)
def test_a_rehearsal_is_refused_before_its_first_press_where_one_appliance_is_not_simulated(
    flow: Flow, unit: Literal["a", "b"], tmp_path: Path
) -> None:
    with story(tmp_path, World(knobs={"broken": True}) if flow is single else None, flow=flow) as run:
        made_real(run.world, unit)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        address = run.settings.of(Unit(unit)).address
        assert ending.sentence == f"{unit.upper()} at {address} has the serial number 4711AB{unit}, {SENTENCE}"
        assert not run.of("intent")


def test_a_rehearsal_that_was_begun_goes_on_and_back_on_simulated_appliances_alone(tmp_path: Path) -> None:
    """Whoever owns the state folder can call the run of a real pair a rehearsal at any point of it."""
    with story(tmp_path) as run:
        run.state = store.change_facts(run.state, {"rehearsal": False})
        made_real(run.world, "a", "b")
        run.perform(before="site-swing")
        pressed = run.of("intent")
        run.state = store.change_facts(run.state, {"rehearsal": True})
        assert SENTENCE in run.perform().sentence
        run.instead(back_out)
        assert SENTENCE in run.perform().sentence
        assert run.of("intent") == pressed


def test_a_run_that_is_no_rehearsal_asks_for_no_such_serial_number(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.state = store.change_facts(run.state, {"rehearsal": False})
        made_real(run.world, "a", "b")
        assert run.perform().outcome == "done"
