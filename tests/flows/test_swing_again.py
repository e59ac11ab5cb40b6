"""After B did not take the shared IP and A serves again: a second swing, where a person asks for it by name. On paper."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from paper_pair import Killed, Story, story
from paper_world import World

from flows.procedures.back_out import Branch, back_out, branch_of
from flows.step_names import STEPS
from robot.domain.errors import Refused, UnknownHand, Waiting
from robot.evidence.pack.agreement import check_presses, check_summary
from robot.operators.operator_questions import SWING_AGAIN, open_questions
from robot.status.run_summary import summarise

OFF, ON, BACK = "a-disable-shared-ip", "b-enable-shared-ip", "a-enable-shared-ip"


@pytest.fixture
def put_back(tmp_path: Path) -> Generator[Story]:
    """A run whose B does not take the shared IP, and whose A serves again."""
    with story(tmp_path, World(knobs={"ip_save_ignored": "b"})) as run:
        ended = run.perform()
        assert "is done, and the site is served as before the swing" in ended.sentence
        assert isinstance(ended.stop, Refused)
        assert "swing again" in ended.stop.next_action
        yield run


def test_a_swing_that_was_put_back_asks_by_name_whether_it_is_to_be_made_again_and_presses_nothing(put_back: Story) -> None:
    presses = len(put_back.world.presses)
    assert put_back.world.pair.shared.serving == "a"
    ended = put_back.perform()
    assert isinstance(ended.stop, Waiting)
    (question,) = open_questions(put_back.state)
    assert (question.check, question.step) == (SWING_AGAIN, "site-swing-again-2")
    assert "B did not take the shared IP (Enable the shared IP on B: not proved" in question.sentence
    assert "Have you found out why" in question.sentence
    assert len(put_back.world.presses) == presses


def test_what_was_put_back_is_no_press_that_an_appliance_may_still_be_at_work_on(put_back: Story) -> None:
    assert put_back.history.unproved_press() is None
    assert put_back.history.is_pressed(OFF)
    assert not put_back.history.is_pressed(ON)
    (nothing,) = [line for line in put_back.history.of_step(ON) if line.withdrawn]
    assert "its press has come to nothing: it was given up" in nothing.text


def test_after_a_swing_back_that_came_to_nothing_the_appliance_and_the_way_that_are_meant_are_named(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.perform(before="site-served-before-a")
        run.world.knobs.ip_save_ignored = "a"
        run.instead(back_out)
        ended = run.perform()
        assert "is done, and the site is served as before the swing" in ended.sentence
        assert isinstance(ended.stop, Refused)
        assert ended.stop.next_action == (
            "Find out why A did not take the shared IP, then resume: it goes on with the way back, and asks by name whether to "
            "swing again."
        )
        run.world.knobs.ip_save_ignored = False
        assert isinstance(run.perform().stop, Waiting)
        (question,) = open_questions(run.state)
        assert "A did not take the shared IP" in question.sentence
        run.answer(SWING_AGAIN)
        assert run.perform().outcome == "backed_out"
        assert run.world.pair.shared.serving == "a"


@pytest.mark.proves("OP5", "SI2", "SI4")
def test_a_yes_begins_a_new_attempt_with_steps_of_its_own_and_the_upgrade_goes_on_to_its_end(put_back: Story) -> None:
    put_back.perform()
    put_back.world.knobs.ip_save_ignored = False
    put_back.answer(SWING_AGAIN)
    ended = put_back.perform()
    assert ended.outcome == "done", ended
    swing = [step for step in put_back.of("intent", "proved") if "shared-ip" in step]
    assert swing == [OFF, OFF, ON, BACK, BACK, f"{OFF}-2", f"{OFF}-2", f"{ON}-2", f"{ON}-2"]
    assert put_back.world.pair.shared.serving == "b"
    assert put_back.world.pair.shared.conflicts == []
    assert check_presses(put_back.history.lines, done=True) == [], "a press that came to nothing need not be proved"
    summary = summarise(put_back.state, put_back.settings, put_back.history, STEPS)
    assert check_summary({**summary, "outcome": "done", "exit_code": 0, "exposure_s": None}, put_back.history.lines) == []


def test_a_no_leaves_a_serving_and_names_the_way_back_and_may_be_answered_anew(put_back: Story) -> None:
    put_back.perform()
    put_back.answer(SWING_AGAIN, yes=False)
    ended = put_back.perform()
    assert isinstance(ended.stop, Refused)
    assert "A serves on" in ended.sentence
    assert "back-out" in ended.stop.next_action
    assert put_back.world.pair.shared.serving == "a"
    put_back.world.knobs.ip_save_ignored = False
    put_back.answer(SWING_AGAIN)
    assert put_back.perform().outcome == "done"


def test_a_second_attempt_that_is_put_back_too_asks_again_under_a_name_of_its_own(put_back: Story) -> None:
    put_back.perform()
    put_back.answer(SWING_AGAIN)
    assert "served as before the swing" in put_back.perform().sentence
    assert isinstance(put_back.perform().stop, Waiting)
    assert [each.step for each in open_questions(put_back.state)] == ["site-swing-again-3"]
    assert branch_of(put_back.history, "asynchronous") is Branch.A_SERVES_ON


@pytest.mark.proves("OP5")
def test_a_second_attempt_killed_between_its_halves_is_no_way_back_until_it_is_finished(put_back: Story) -> None:
    put_back.perform()
    put_back.answer(SWING_AGAIN)
    put_back.world.knobs.ip_save_ignored = False

    def checkpoint(step: str, point: str) -> None:
        if (step, point) == (f"{ON}-2", "between-halves"):
            raise Killed

    with pytest.raises(Killed):
        put_back.perform(checkpoint=checkpoint)
    assert branch_of(put_back.history, "asynchronous") is Branch.MID_SWING
    assert put_back.perform().outcome == "done"
    assert put_back.world.pair.shared.serving == "b"


def test_the_way_back_after_a_swing_that_was_put_back_presses_nothing_and_a_serves_on(put_back: Story) -> None:
    assert branch_of(put_back.history, "asynchronous") is Branch.A_SERVES_ON
    presses = len(put_back.world.presses)
    put_back.instead(back_out)
    assert put_back.perform().outcome == "backed_out"
    assert put_back.world.pair.shared.serving == "a"
    assert len(put_back.world.presses) == presses


@pytest.mark.proves("OP8")
def test_what_somebody_did_to_the_shared_ip_meanwhile_is_found_before_the_second_attempt(put_back: Story) -> None:
    put_back.world.knobs.ip_save_ignored = False
    put_back.world.act("b", "ip-enable")
    put_back.perform()
    if open_questions(put_back.state):
        put_back.answer(open_questions(put_back.state)[0].check)
    assert isinstance(put_back.perform().stop, UnknownHand | Refused)
    assert f"{OFF}-2" not in put_back.of("intent")
