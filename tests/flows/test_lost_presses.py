"""A press that is proved lost is made once more in a run's life; after that a person says whether it is pressed again."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import story
from paper_screens import PaperPress
from paper_world import World

from robot.domain.errors import PressInDoubt, PressLost
from robot.operators import operator_questions
from robot.simulator.appliances.appliance import Power


def lose(monkeypatch: pytest.MonkeyPatch, label: str, times: int) -> None:
    """Have so many presses of a control answered by an error page, and not received."""
    received = PaperPress.press
    lost: list[str] = []

    def press(control: PaperPress) -> str:
        if control.label == label and len(lost) < times:
            lost.append(control.label)
            raise PressLost(f'"{label}" was answered with the HTTP status 502')
        return received(control)

    monkeypatch.setattr(PaperPress, "press", press)


@pytest.mark.parametrize("label", ["Sync Now", "Break Failover Relationships", "Install This Update", "Establish Relationship"])
def test_a_lost_press_is_made_once_more_in_the_same_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    lose(monkeypatch, label, 1)
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
        assert len(run.world.pressed) == len(set(run.world.presses)) == 10
        assert len(run.of("intent")) == 11


def test_what_was_lost_twice_is_pressed_again_only_by_the_word_of_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, "Sync Now", 3)
    with story(tmp_path) as run:
        for presses in (2, 3):
            for _ in range(2):
                ending = run.perform()
                assert isinstance(ending.stop, PressInDoubt)
                assert ending.outcome == "waiting"
                assert f"pressed {presses} times" in ending.sentence
                assert run.of("intent").count("b-sync-now") == presses
            assert [each.check for each in operator_questions.open_questions(run.state)] == [operator_questions.PRESS_AGAIN]
            run.answer(operator_questions.PRESS_AGAIN)
        assert run.perform().outcome == "done"
        assert run.of("intent").count("b-sync-now") == 4
        assert [line["by"] for line in run.lines if line["step"] == "b-sync-now" and line.get("by")] == ["Alex", "Alex"]
        assert operator_questions.open_questions(run.state) == []


def test_whoever_answers_no_has_it_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(monkeypatch, "Sync Now", 2)
    with story(tmp_path) as run:
        assert isinstance(run.perform().stop, PressInDoubt)
        run.answer(operator_questions.PRESS_AGAIN, yes=False)
        assert isinstance(run.perform().stop, PressInDoubt)
        assert run.of("intent").count("b-sync-now") == 2


def cut_off(monkeypatch: pytest.MonkeyPatch, label: str, world: World, *, for_s: float) -> None:
    """Have the first press of a control received and carried out, and the appliance gone for a while instead of an answer."""
    received = PaperPress.press
    cut: list[str] = []

    def press(control: PaperPress) -> str:
        answer = received(control)
        if control.label != label or cut:
            return answer
        cut.append(label)
        unit, _, _ = world.pressed[-1]
        appliance = world.pair.appliances[unit]
        appliance.power = Power.REFUSING

        def comes_back() -> None:
            appliance.power = Power.UP

        world.pair.agenda.after(for_s, comes_back)
        raise PressLost(f'the connection broke off when "{label}" was pressed')

    monkeypatch.setattr(PaperPress, "press", press)


@pytest.mark.parametrize("label", ["Sync Now", "Break Failover Relationships", "Install This Update", "Establish Relationship"])
@pytest.mark.parametrize("for_s", [2.0, 60.0])
def test_what_was_carried_out_while_the_connection_broke_off_is_read_and_not_pressed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, for_s: float
) -> None:
    world = World()
    cut_off(monkeypatch, label, world, for_s=for_s)
    with story(tmp_path, world) as run:
        assert run.perform().outcome == "done"
        assert len(run.world.presses) == len(set(run.world.presses)) == 10
        assert len(run.of("intent")) == len(run.of("proved")) == 10
        assert [line["step"] for line in run.lines if f'broke off when "{label}" was pressed' in line.get("text", "")]
