"""A plan lists every press before the first one; a run by a plan presses nothing else.

Every run on paper, whatever is tested with it, must in the end have pressed only what its plan would have listed: `story` in
`paper_pair.py` asks for that.
"""

from pathlib import Path

import pytest
from paper_pair import Flow, Story, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.domain.errors import Refused
from robot.plan.press_list import ListedPress, PressList

ALONE = {"broken": True}


def without(plan: PressList, step: str) -> PressList:
    return PressList(tuple(press for press in plan.presses if press.step != step))


def on_the_way(run: Story) -> list[ListedPress]:
    return [press for press in run.planned().presses if not press.way]


@pytest.mark.parametrize("flow", [asynchronous, synchronous, single])
@pytest.mark.parametrize("chain", [1, 3])
def test_a_run_by_its_plan_presses_exactly_what_the_plan_lists_in_its_order(flow: Flow, chain: int, tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": chain, **(ALONE if flow is single else {})}), flow=flow) as run:
        run.press_list = run.planned()
        assert run.perform().outcome == "done"
        assert run.of("intent") == [press.step for press in on_the_way(run)]


def test_a_way_back_presses_what_the_plan_lists_for_it(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.press_list = run.planned()
        run.perform(before="b-updates-1")
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        back = [press.step for press in run.planned().presses if press.way == "back-out: as it was"]
        assert run.of("intent")[-2:] == back == ["a-establish-relationship", "b-first-sync-now"]


@pytest.mark.parametrize("step", ["b-sync-now", "b-install-bomgar-remote-support-13-1-2", "a-disable-shared-ip", "a-sync-now"])
def test_what_the_plan_does_not_list_is_not_pressed(step: str, tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.press_list = without(run.planned(), step)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "plan does not list" in ending.sentence
        assert step not in run.of("intent")


def test_a_swing_whose_second_half_is_not_listed_is_not_begun(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.press_list = without(run.planned(), "b-enable-shared-ip")
        assert isinstance(run.perform().stop, Refused)
        assert run.world.pair.shared.serving == "a"
        assert "a-disable-shared-ip" not in run.of("intent")


def test_every_press_says_what_it_does_and_how_it_is_undone(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        presses = run.planned().presses
        assert all(press.effect.endswith(".") and press.undo.endswith(".") for press in presses)
        assert len({press.step for press in presses}) == len(presses)
        assert PressList.of(run.planned().as_document()) == run.planned()
