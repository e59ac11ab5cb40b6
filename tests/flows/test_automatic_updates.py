"""An appliance whose automatic updates are on: they do nothing in a failover pair, and count while it is apart."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from interventions import INSTALLED, intervene
from paper_pair import Story, story
from paper_world import World

from robot.domain.errors import StoppedByHand, UnknownHand
from robot.operators import operator_questions

BOX = "Automatically install critical updates"
BY_ITSELF = f'A updates itself while the pair is apart, for "{BOX}" is on there; switch that off'


@contextmanager
def stopped_before(step: str, folder: Path, world: World) -> Generator[Story]:
    with story(folder, world) as run:
        assert isinstance(run.perform(before=step).stop, StoppedByHand)
        world.wait(3)
        yield run


@pytest.mark.proves("OP8")
def test_before_the_break_it_is_told_of_each_that_will_update_itself_and_of_no_other(tmp_path: Path) -> None:
    with stopped_before("b-break-failover-relationships", tmp_path, World(knobs={"automatic_updates": "a"})) as run:
        told = {line["step"]: line["text"] for line in run.lines if line["step"].endswith("-automatic-updates")}
        assert list(told) == ["a-automatic-updates"]
        assert told["a-automatic-updates"].startswith(
            f'A has "{BOX}" on: nothing comes of it in a failover pair, but from the break '
        )


@pytest.mark.proves("OP8")
@pytest.mark.parametrize("moment", ["site-served-before-a", "a-base-1", "a-install-base-software-3-4-1"])
@pytest.mark.parametrize("hand", ["install on A: one package", "install on A: half-way"])
def test_what_it_installs_by_itself_is_told_as_that_and_asked_for_by_name_once(moment: str, hand: str, tmp_path: Path) -> None:
    with stopped_before(moment, tmp_path, World(speed=60, knobs={"automatic_updates": "a"})) as run:
        intervene(run.world, hand)
        pressed = list(run.world.presses)
        if hand.endswith("half-way"):
            run.perform()  # it is restarting meanwhile; what is under way may be told before it can be known
            run.world.wait(INSTALLED)
        ending = run.perform()
        assert isinstance(ending.stop, UnknownHand), ending
        assert ending.sentence.endswith(BY_ITSELF)
        assert "somebody else" not in ending.sentence
        assert run.world.presses == pressed
        assert [each.check for each in operator_questions.open_questions(run.state)] == [operator_questions.UNKNOWN_HAND]


@pytest.mark.proves("OP8")
@pytest.mark.parametrize(
    ("hand", "on"), [("install on A: one package", "b"), ("shared IP off on A", "a"), ("shared IP on on B", "a")]
)
def test_what_no_automatic_update_can_have_done_is_still_somebody_elses(hand: str, on: str, tmp_path: Path) -> None:
    with stopped_before("b-install-base-software-3-4-1", tmp_path, World(speed=60, knobs={"automatic_updates": on})) as run:
        intervene(run.world, hand)
        ending = run.perform()
        assert isinstance(ending.stop, UnknownHand), ending
        assert ending.sentence.endswith("somebody else is at work on the pair")
