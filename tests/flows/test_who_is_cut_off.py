"""Nobody is cut off unasked: not by the swing, nor by an update, beyond what limits.sessions allows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from paper_pair import Flow, Story, story
from paper_screens import PaperStatus
from paper_world import World
from test_paper_sisters import ALONE

from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from pages.readings.site_status import SiteStatus
from robot.domain.errors import Refused, Waiting
from robot.evidence.record.line import Kind
from robot.operators import operator_questions
from robot.schedule.estimate import Work
from robot.schedule.press_policy import PressPolicy
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


# -- A's update in the second window, as the swing --------------------------------------------------------------------------


def left_on_a(run: Story, connected: Connected) -> Callable[[str, str], None]:
    """Have so many still be connected to A when its update is about to begin."""

    def checkpoint(step: str, where: str) -> None:
        if (step, where) == ("a-quiet", "begin"):
            run.world.pair.appliances["a"].connected = connected

    return checkpoint


@pytest.mark.proves("AA3", "PL4")
def test_who_is_still_on_a_before_its_update_is_asked_about_and_nothing_is_installed_there_until_then(tmp_path: Path) -> None:
    with story(tmp_path, World()) as run:
        ending = run.perform(checkpoint=left_on_a(run, Connected(5, 7, 14)))
        assert isinstance(ending.stop, Waiting), ending
        [question] = operator_questions.open_questions(run.state)
        assert question.sentence.startswith(
            "5 signed-in representatives and 7 running sessions would be cut off by A's update, more than limits.sessions = 11 "
            "allows."
        )
        assert not any(unit == "a" and "install" in press for unit, press in run.world.presses)
        run.answer("cut_off")
        assert run.perform().outcome == "done"


@pytest.mark.proves("AA3")
def test_jump_clients_that_are_left_on_a_are_told_and_hold_nobody_up(tmp_path: Path) -> None:
    with story(tmp_path, World()) as run:
        assert run.perform(checkpoint=left_on_a(run, Connected(0, 0, 14))).outcome == "done"
        [told] = [line["text"] for line in run.lines if line["step"] == "a-jump-clients-left"]
        assert told == "14 Jump Clients are still connected to A; they come back by themselves and hold nothing up"
        assert not [line for line in run.lines if line["kind"] == "gate" and line["step"] == "a-quiet-people"]


# -- what no page tells, and how long is waited ------------------------------------------------------------------------------


@pytest.mark.proves("PL4", "AA3")
@pytest.mark.parametrize(("asked_at", "by"), [("a-people-at-the-swing", "the swing"), ("a-quiet-people", "A's update")])
def test_a_number_of_people_that_no_page_tells_is_asked_about_whatever_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked_at: str, by: str
) -> None:
    told = PaperStatus.read
    with story(tmp_path, World()) as run:

        def read(screen: PaperStatus) -> SiteStatus:
            reading = told(screen)
            silent = screen.unit == "a" and (by == "the swing" or swung(run))
            clients = {name: number for name, number in reading.clients.items() if name != "Support Customers"}
            return reading.model_copy(update={"clients": clients}) if silent else reading

        monkeypatch.setattr(PaperStatus, "read", read)
        ending = run.perform()
        assert isinstance(ending.stop, Waiting), ending
        [question] = operator_questions.open_questions(run.state)
        assert (question.check, question.step) == ("cut_off", asked_at)
        assert f"how many running sessions A has, which {by} would cut off, none of its pages tells" in question.sentence
        assert isinstance(run.perform().stop, Waiting), "unanswered means hold"
        run.answer("cut_off")
        ending = run.perform()
        assert ending.outcome == "done" or asked_at != "a-quiet-people", ending


@pytest.mark.proves("PL4")
@pytest.mark.parametrize("leave", [True, False])
def test_people_are_told_at_once_and_waited_for_as_long_as_the_window_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, leave: bool
) -> None:
    looks: list[str] = []
    with story(tmp_path, World(), change=nobody_allowed) as run:

        def has_room(_policy: PressPolicy, _work: Work) -> bool:
            looks.extend(each.check for each in operator_questions.open_questions(run.state))
            if leave and len(looks) == 3:
                run.world.pair.appliances["a"].connected = Connected()
            return len(looks) < 5

        monkeypatch.setattr(PressPolicy, "has_room", has_room)
        ending = run.perform()
        asked = [line for line in run.lines if line["kind"] == "gate" and line["step"] == "a-people-at-the-swing"]
        assert len(asked) == 1
        assert asked[0]["text"].startswith("asked: 7 signed-in representatives and 4 running sessions would be cut off")
        if leave:
            assert ending.outcome == "done"
            assert looks == ["cut_off"] * 3
            assert any(line["text"].startswith("they have left before the swing") for line in run.lines if line["kind"] == "note")
        else:
            assert isinstance(ending.stop, Waiting)
            assert looks == ["cut_off"] * 5
            assert not swung(run)


@pytest.mark.proves("PL4")
def test_with_now_nobody_is_waited_for(tmp_path: Path) -> None:
    with story(tmp_path, World(), change=nobody_allowed) as run:
        assert isinstance(run.perform().stop, Waiting)
        [asked] = [line for line in run.lines if line["kind"] == "gate" and line["step"] == "a-people-at-the-swing"]
        counted = [line for line in run.lines if line["step"] == "a-counts-before-swing"]
        assert asked["monotonic"] - counted[-1]["monotonic"] < 5
        assert not [event for event in run.told if event["event"] == "waiting" and "people to leave" in str(event.get("what"))]
