"""Nobody is cut off unasked: not by the swing, nor by an update, beyond what limits.sessions allows."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import Flow, Story, story
from paper_world import World
from test_paper_sisters import ALONE

from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from robot.domain.errors import Refused, Waiting
from robot.evidence.record.line import Kind
from robot.operators import operator_questions
from robot.simulator.appliances.appliance import Connected
from robot.simulator.appliances.clients import CUSTOMERS, REPRESENTATIVES


def nobody_allowed(text: str) -> str:
    """A pair file that tolerates nobody."""
    return text.replace(f"sessions = {REPRESENTATIVES + CUSTOMERS}", "sessions = 0")


def swung(run: Story) -> bool:
    return any(line["kind"] == Kind.INTENT and line["step"].endswith("-shared-ip") for line in run.lines)


@pytest.mark.proves("PL4")
def test_before_the_swing_somebody_is_asked_who_may_be_cut_off_and_nothing_is_pressed_until_then(tmp_path: Path) -> None:
    with story(tmp_path, World(), change=nobody_allowed) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Waiting)
        [question] = operator_questions.open_questions(run.state)
        assert question.check == "cut_off"
        assert question.sentence.startswith(
            f"{REPRESENTATIVES} signed-in representatives and {CUSTOMERS} running sessions would be cut off by the swing, more "
            "than limits.sessions = 0 allows."
        )
        assert not swung(run)
        assert isinstance(run.perform().stop, Waiting), "unanswered means hold"
        operator_questions.submit_answer(run.state, "cut_off", by="Ada Ops", note="they were told", yes=True, attach=None)
        assert run.perform().outcome == "done"
        assert swung(run)
        [told] = [line for line in run.lines if line["kind"] == "gate" and line.get("by")]
        assert told["text"] == "Ada Ops answered yes: they were told"


@pytest.mark.proves("PL4")
def test_who_answers_no_has_the_run_stop(tmp_path: Path) -> None:
    with story(tmp_path, World(), change=nobody_allowed) as run:
        run.perform()
        operator_questions.submit_answer(run.state, "cut_off", by="Ada Ops", note="a big customer is on", yes=False, attach=None)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "a big customer is on" in ending.sentence
        assert not swung(run)


@pytest.mark.proves("PL4")
def test_where_they_have_left_meanwhile_nobody_is_asked_any_more(tmp_path: Path) -> None:
    with story(tmp_path, World(), change=nobody_allowed) as run:
        assert isinstance(run.perform().stop, Waiting)
        run.world.pair.appliances["a"].connected = Connected()
        assert run.perform().outcome == "done"
        assert operator_questions.open_questions(run.state) == []


@pytest.mark.proves("PL4")
@pytest.mark.parametrize(("flow", "knobs"), [(synchronous, {}), (single, ALONE)])
def test_where_a_serves_until_its_update_the_same_is_asked_before_that(
    tmp_path: Path, flow: Flow, knobs: dict[str, object]
) -> None:
    with story(tmp_path, World(knobs=knobs), flow=flow, change=nobody_allowed) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Waiting), ending
        assert "would be cut off by A's update" in operator_questions.open_questions(run.state)[0].sentence
        assert not any(unit == "a" and "install" in press for unit, press in run.world.presses)
