"""A run by a plan is compared with what the plan observed: what nobody planned holds the next press, or is told at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paper_pair import Flow, Killed, Story, story
from paper_world import World
from test_paper_upgrade import INTENTS

from flows.areas.differences import Weight
from flows.procedures.back_out import back_out
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.domain.errors import Refused, Waiting
from robot.operators import operator_questions
from robot.simulator.appliances.appliance import Interface
from robot.simulator.domain.journal import FETCHES
from robot.simulator.domain.names import Unit
from robot.status.run_summary import steps

OTHER_IP, ELSEWHERE = "127.9.9.77", "127.9.9.99"
GATES = {
    "b-updated": "Before the swing: after B's update the pair differs",
    "a-updated": "Before Establish Relationship, until which there is no failover: after A's update the pair",
}
Fault = Callable[[World], None]


def befallen(gate: str, fault: Fault, run: Story) -> Callable[[str, str], None]:
    """Let something happen to the pair right before it is looked at; once."""
    left = [fault]

    def checkpoint(step: str, point: str) -> None:
        if (step, point) == (f"site-observed-{gate}", "begin") and left:
            left.pop()(run.world)

    return checkpoint


def a_user_vanishes_on(unit: Unit) -> Fault:
    def vanish(world: World) -> None:
        world.pair.appliances[unit].data.users -= 1

    return vanish


a_user_vanishes = a_user_vanishes_on("b")


def automatic_updates_are_turned_on(world: World) -> None:
    world.knobs.change({"automatic_updates": "a"}, running=True)


def another_address_goes(world: World) -> None:
    del world.pair.appliances["a"].interfaces[OTHER_IP]


def a_licence_is_taken(world: World) -> None:
    world.licences["b"] = {"Jump Client Licenses": 400}


def the_name_leads_elsewhere(world: World) -> None:
    world.name_leads_to = (ELSEWHERE,)


FAULTS: dict[str, tuple[Fault, str]] = {
    "a user has vanished": (a_user_vanishes, "B: What it holds, users: it was 42 and is 41"),
    "a user of A's has": (a_user_vanishes_on("a"), "A: What it holds, users: it was 42 and is 41"),
    "a setting was changed": (automatic_updates_are_turned_on, "A: Automatic updates, on: it was no and is yes"),
    "an address is gone": (another_address_goes, f"A: Other addresses, {OTHER_IP}: it was disabled and is not there any more"),
    "a licence's number": (a_licence_is_taken, "B: Licences, Jump Client Licenses: it was 500 and is 400"),
    "where the name leads": (
        the_name_leads_elsewhere, "the site: Site's name (DNS), leads to: it was the shared IP and is elsewhere"
    ),
}  # fmt: skip


NOT_AT = {"b-updated": {"a user of A's has"}, "a-updated": {"a user has vanished"}}
"""What is asked elsewhere (what A holds, right before the swing), or may be so by then: who configures the one that serves."""


@contextmanager
def planned(folder: Path, flow: Flow = asynchronous) -> Generator[Story]:
    """A run by a plan, on a pair with one more address on A."""
    world = World()
    world.pair.appliances["a"].interfaces[OTHER_IP] = Interface(OTHER_IP, enabled=False)
    with story(folder, world, flow=flow) as run:
        run.plan()
        yield run


def asked(run: Story) -> list[str]:
    """What is asked about changes that nobody planned, a step each."""
    return [each.step for each in operator_questions.open_questions(run.state) if each.check == "unexpected_change"]


@pytest.mark.parametrize("flow", [asynchronous, synchronous])
def test_on_a_healthy_pair_everything_that_a_run_changes_is_expected_or_harmless(flow: Flow, tmp_path: Path) -> None:
    with planned(tmp_path, flow) as run:
        ending = run.perform()
        assert (ending.outcome, ending.reason) == ("done", "")
        assert run.unexpected() == {gate: [] for gate in ("b-updated", "a-updated", "end")}
        versions = [each["sentence"] for each in run.compared()["end"].of_weight(Weight.EXPECTED) if each["area"] == "product"]
        assert "A: Product, version: it was 12.3.5 and is 13.1.2; as expected: it was updated" in versions
        assert not [line for line in run.lines if line["step"].startswith("site-unexpected-")]
        assert not [turn for turn, _ in run.messages if turn in {"gate", "unexpected"}]


def test_a_run_without_a_plan_observes_nothing(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
        assert not [line["step"] for line in run.lines if "observed" in line["step"] or line["heading"] == "Observation"]


def test_nothing_is_pressed_to_observe_and_what_only_a_press_would_tell_is_not_looked_at_again(tmp_path: Path) -> None:
    with story(tmp_path / "without") as run:
        run.perform()
        pressed, fetched = run.world.presses, len(run.world.journal.lines[FETCHES])
    with planned(tmp_path / "with") as run:
        before = len(run.world.journal.lines[FETCHES])
        run.perform()
        assert (run.world.presses, len(run.world.journal.lines[FETCHES]) - before) == (pressed, fetched)
        told = {(each["unit"], each["area"], each["field"]): each for each in run.compared()["end"].of_weight(Weight.HARMLESS)}
    for unit in "ab":
        assert "it was not looked at again; harmless: Check for updates was not pressed" in told[unit, "offered", ""]["sentence"]
        assert "it was yes and was not looked at again; harmless: its TCP" in told[unit, "reach", "from_appliance"]["sentence"]


@pytest.mark.proves("OP8")
@pytest.mark.parametrize(("gate", "fault"), [(gate, fault) for gate in GATES for fault in FAULTS if fault not in NOT_AT[gate]])
def test_what_nobody_planned_is_asked_before_the_next_press_and_with_a_yes_by_name_the_run_goes_on(
    gate: str, fault: str, tmp_path: Path
) -> None:
    change, sentence = FAULTS[fault]
    with planned(tmp_path) as run:
        ending = run.perform(checkpoint=befallen(gate, change, run))
        assert isinstance(ending.stop, Waiting), ending
        assert ending.stop.code == 6
        assert asked(run) == [f"site-unexpected-{gate}"]
        assert sentence in ending.stop.next_action
        assert GATES[gate] in ending.stop.next_action
        assert [each for each in run.unexpected()[gate] if each.startswith(sentence)]
        pressed, lines = list(run.world.presses), len([line for line in run.lines if "differences" in line])
        assert isinstance(run.perform().stop, Waiting)
        assert (run.world.presses, len([line for line in run.lines if "differences" in line])) == (pressed, lines)
        assert state_of(run, f"site-unexpected-{gate}") == "asked"
        run.answer("unexpected_change", by="Olga Owner")
        ending = run.perform()
        assert ending.outcome == "done", ending
        assert state_of(run, f"site-unexpected-{gate}") == "done"
        assert run.of("intent") == INTENTS
        owned = [each["owner"] for each in run.compared()[gate].of_weight(Weight.UNEXPECTED)]
        assert owned == ["Olga Owner"] * len(owned)
        assert [turn for turn, _ in run.messages if turn == "gate"] == ["gate"]


def state_of(run: Story, step: str) -> str:
    """What the summary says of a step."""
    [state] = [each["state"] for each in steps(run.history.lines) if each["name"] == step]
    return state


@pytest.mark.proves("OP8")
def test_what_somebody_has_answered_for_is_not_asked_again_and_not_left_open_at_the_end(tmp_path: Path) -> None:
    with planned(tmp_path) as run:
        run.perform(checkpoint=befallen("b-updated", the_name_leads_elsewhere, run))
        run.answer("unexpected_change", by="Olga Owner")
        ending = run.perform()
        assert (ending.outcome, ending.reason) == ("done", "")
        assert {each["owner"] for each in run.compared()["end"].of_weight(Weight.UNEXPECTED)} == {"Olga Owner"}


def test_what_changes_anew_is_asked_anew_although_somebody_answered_for_it_before(tmp_path: Path) -> None:
    with planned(tmp_path) as run:
        run.perform(checkpoint=befallen("b-updated", a_licence_is_taken, run))
        run.answer("unexpected_change")

        def another(world: World) -> None:
            world.licences["b"] = {"Jump Client Licenses": 300}

        assert isinstance(run.perform(checkpoint=befallen("a-updated", another, run)).stop, Waiting)
        assert asked(run) == ["site-unexpected-a-updated"]


def test_a_no_holds_the_run_and_names_who_said_it(tmp_path: Path) -> None:
    with planned(tmp_path) as run:
        run.perform(checkpoint=befallen("b-updated", a_user_vanishes, run))
        pressed = list(run.world.presses)
        run.answer("unexpected_change", by="Nina No", yes=False)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "Nina No answered NO" in ending.sentence
        assert run.world.presses == pressed
        assert not [each["owner"] for each in run.compared()["b-updated"].differences if each["owner"]]


@pytest.mark.proves("OP8")
@pytest.mark.parametrize("flow", [asynchronous, synchronous])
def test_at_the_end_no_press_can_be_held_so_it_is_told_and_the_run_never_ends_as_simply_done(flow: Flow, tmp_path: Path) -> None:
    with planned(tmp_path, flow) as run:
        ending = run.perform(checkpoint=befallen("end", the_name_leads_elsewhere, run))
        assert ending.outcome == "done"
        assert "the pair differs from what the plan observed in 2 things nobody planned" in ending.reason
        assert "Site's name (DNS), leads to: it was the shared IP and is elsewhere" in ending.reason
        assert ("unexpected", ending.reason) in run.messages
        assert ending.reason in [line["text"] for line in run.lines if line["step"] == "site-unexpected-end"]


def test_killed_at_the_gate_the_run_neither_looks_again_nor_asks_again_what_was_answered(tmp_path: Path) -> None:
    with planned(tmp_path) as run:
        run.perform(checkpoint=befallen("b-updated", a_user_vanishes, run))
        looked = len([line for line in run.lines if "differences" in line])
        run.answer("unexpected_change")
        with pytest.raises(Killed):
            run.perform(checkpoint=killed_at("site-unexpected-b-updated", "end"))
        assert asked(run) == []
        with pytest.raises(Killed):
            run.perform(checkpoint=killed_at("site-swing", "begin"))
        assert len([line for line in run.lines if "differences" in line]) == looked
        assert run.perform().outcome == "done"
        answers = [line for line in run.lines if line["step"] == "site-unexpected-b-updated" and line.get("by")]
        assert len(answers) == 1


@pytest.mark.parametrize("flow", [asynchronous, synchronous])
def test_killed_before_after_and_in_the_middle_of_each_look_a_run_by_a_plan_ends_well(flow: Flow, tmp_path: Path) -> None:
    gates = ("b-updated", "a-updated", "end")
    with planned(tmp_path, flow) as run:
        left = [
            (f"site-observed-{gate}", point, pages) for gate in gates for point, pages in (("begin", 0), ("begin", 9), ("end", 0))
        ]

        def checkpoint(*passed: str) -> None:
            for each in [each for each in left if each[:2] == passed][:1]:
                left.remove(each)
                if not each[2]:
                    raise Killed
                run.world.killed_after(each[2])

        ending = None
        while ending is None:
            with contextlib.suppress(Killed):
                ending = run.perform(checkpoint=checkpoint)
        assert (left, ending.outcome, ending.reason) == ([], "done", "")
        assert run.unexpected() == {gate: [] for gate in gates}
        assert len(run.of("intent")) == len(set(run.of("intent")))


@pytest.mark.parametrize("gate", ["b-updated", "a-updated"])
def test_killed_at_every_point_around_a_gate_that_asks_it_asks_once_and_goes_on(gate: str, tmp_path: Path) -> None:
    for number, point in enumerate(
        [(f"site-{step}-{gate}", at) for step in ("observed", "unexpected") for at in ("begin", "end")]
    ):
        with planned(tmp_path / str(number)) as run:
            fault, left = befallen(gate, another_address_goes, run), [point]

            def checkpoint(step: str, at: str, fault: Any = fault, left: Any = left) -> None:
                fault(step, at)
                if [(step, at)] == left:
                    left.clear()
                    raise Killed

            ending = None
            for _ in range(3):
                try:
                    ending = run.perform(checkpoint=checkpoint)
                except Killed:
                    continue
                if isinstance(ending.stop, Waiting):
                    run.answer("unexpected_change")
            assert ending, point
            assert ending.outcome == "done", (point, ending)
            assert not left
            assert len([line for line in run.lines if line["step"] == f"site-unexpected-{gate}" and line.get("by")]) == 1


def test_on_the_way_back_nothing_is_compared(tmp_path: Path) -> None:
    with planned(tmp_path) as run:
        run.perform(checkpoint=befallen("b-updated", a_user_vanishes, run))
        looked = len([line for line in run.lines if "differences" in line])
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        assert len([line for line in run.lines if "differences" in line]) == looked


def killed_at(step: str, point: str) -> Callable[[str, str], None]:
    """Pull the plug at one point of one step."""

    def checkpoint(*passed: str) -> None:
        if passed == (step, point):
            raise Killed

    return checkpoint


# -- before anything is pressed ------------------------------------------------------------------------------------------------


def somebody_is_hired(world: World) -> None:
    for appliance in world.pair.appliances.values():
        appliance.data.users += 1


@pytest.mark.parametrize("flow", [asynchronous, synchronous])
def test_somebody_who_was_hired_since_the_plan_is_asked_about_before_the_first_press_and_not_again(
    flow: Flow, tmp_path: Path
) -> None:
    with story(tmp_path, flow=flow) as run:
        run.plan()
        somebody_is_hired(run.world)
        assert isinstance(run.perform().stop, Waiting)
        [question] = operator_questions.open_questions(run.state)
        assert question.sentence.startswith(
            "Before the first press: at the beginning the pair differs from what the plan observed"
        )
        assert "A: What it holds, users: it was 42 and is 43" in question.sentence
        assert not run.of("intent")
        run.answer("unexpected_change", "Ann Lee")
        assert run.perform().outcome == "done"


def test_with_a_no_nothing_is_pressed_and_what_was_put_back_is_asked_no_more(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        somebody_is_hired(run.world)
        run.perform()
        run.answer("unexpected_change", "Ann Lee", yes=False)
        assert isinstance(run.perform().stop, Refused)
        assert not run.of("intent")
        for appliance in run.world.pair.appliances.values():
            appliance.data.users -= 1
        assert run.perform().outcome == "done"


def test_a_run_that_was_asked_at_its_beginning_is_killed_anywhere_and_goes_on(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        somebody_is_hired(run.world)
        run.perform()
        run.answer("unexpected_change", "Ann Lee")
        points = [("b-sync-now", "after-intent"), ("b-break-failover-relationships", "after-press")]
        assert run.perform_killed_at(points).outcome == "done"


def test_what_the_plan_observed_and_no_later_program_can_read_is_asked_of_a_person_and_the_run_goes_on(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        run.perform(before="site-observed-b-updated")
        run.planned_snapshot = {"of": "another version"}
        assert isinstance(run.perform().stop, Waiting)
        [question] = operator_questions.open_questions(run.state)
        assert "what the plan observed cannot be read any more, so that it cannot be told what has changed" in question.sentence
        run.answer("unexpected_change", "Ann Lee")
        assert run.perform().outcome == "done"
        assert run.unexpected()["a-updated"] == run.unexpected()["b-updated"]
