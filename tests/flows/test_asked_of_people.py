"""What a browser cannot do is asked of people: when, in which words, and that nothing is pressed while nobody answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from paper_pair import Ending, Story, story
from paper_world import World

from flows.requirements.named import NAMES
from robot.domain.errors import Refused, Waiting
from robot.operators import operator_questions
from robot.operators.operator_questions import OperatorQuestion
from robot.simulator.domain.names import Names

FIRST = ["tested_elsewhere", "snapshots"]
OF_ONE_APPLIANCE = ["directory_sign_in", "rep_console", "customer_client", "jump_client"]


def without_checks(text: str) -> str:
    """A pair file that says nothing of checks: people are asked everything."""
    return re.sub(r"\[checks\].*?(?=^\[limits\])", "", text, flags=re.DOTALL | re.MULTILINE)


def asked_in_turn(run: Story) -> tuple[list[OperatorQuestion], Ending]:
    """OperatorAnswer whatever is asked until the run ends; give the questions in their order."""
    questions: list[OperatorQuestion] = []
    for _ in range(40):
        ending = run.perform()
        if not isinstance(ending.stop, Waiting):
            return questions, ending
        pressed = len(run.world.pressed)
        again = run.perform()
        assert isinstance(again.stop, Waiting), "unanswered means hold"
        assert len(run.world.pressed) == pressed, "and never press"
        for question in operator_questions.open_questions(run.state):
            questions.append(question)
            operator_questions.submit_answer(run.state, question.step, by="Ada Ops", note="seen", yes=True, attach=None)
    raise AssertionError("it asks for ever")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[OperatorQuestion], Ending, list[dict[str, object]]]:
    with story(tmp_path_factory.mktemp("asked"), World(), change=without_checks) as run:
        questions, ending = asked_in_turn(run)
        return questions, ending, list(run.lines)


def test_a_pair_file_without_checks_asks_people_everything_and_ends_done(
    whole: tuple[list[OperatorQuestion], Ending, list[dict[str, object]]],
) -> None:
    questions, ending, lines = whole
    assert ending.outcome == "done"
    names = [each.check for each in questions]
    assert names == [*FIRST, *OF_ONE_APPLIANCE, "notice", "integration_client", *OF_ONE_APPLIANCE]
    answered = [line for line in lines if line["kind"] == "gate" and line.get("by")]
    assert {line["by"] for line in answered} == {"Ada Ops"}
    assert len(answered) == len(questions)


@pytest.mark.proves("PL8")
def test_the_controlled_environment_is_asked_for_and_a_rehearsal_never_counts(
    whole: tuple[list[OperatorQuestion], Ending, list[dict[str, object]]],
) -> None:
    (question,) = [each for each in whole[0] if each.check == "tested_elsewhere"]
    assert "on an appliance outside production, by whom, with what result" in question.sentence
    assert "A rehearsal against a simulated pair does not count" in question.sentence


@pytest.mark.proves("VT3", "VT4")
def test_the_consoles_question_has_the_exact_hosts_line_the_build_and_its_removal(
    whole: tuple[list[OperatorQuestion], Ending, list[dict[str, object]]],
) -> None:
    b, a = [each for each in whole[0] if each.check == "rep_console"]
    for question, unit in ((b, "b"), (a, "a")):
        assert question.step.startswith(f"{unit}-")
        assert re.search(r'the line "\S+ support\.example\.com"', question.sentence)
        for words in ("Help > About", "13.1.2", "Remove the line"):
            assert words in question.sentence
    assert a.sentence != b.sentence


@pytest.mark.proves("VT10", "VT11")
def test_the_clients_questions_name_what_to_run_and_on_which_machine(
    whole: tuple[list[OperatorQuestion], Ending, list[dict[str, object]]],
) -> None:
    by_check = {each.check: each.sentence for each in whole[0]}
    assert "request a support session and run the customer client" in by_check["customer_client"]
    assert "installed before the upgrade" in by_check["jump_client"]


@pytest.mark.proves("MP2", "PL12", "OP3")
def test_the_other_questions_say_what_is_to_be_done_and_when(
    whole: tuple[list[OperatorQuestion], Ending, list[dict[str, object]]],
) -> None:
    by_check = {each.check: each for each in whole[0]}
    assert "configured by IP address" in by_check["integration_client"].sentence
    assert "Tell the representatives" in by_check["notice"].sentence
    assert "who took their snapshots, and when they are deleted" in by_check["snapshots"].sentence


ASKED_AT = {
    "tested_elsewhere": "", "snapshots": "", "directory_sign_in": "b-verify-portal", "notice": "a-status-before-swing",
    "integration_client": "site-served-by-b-portal",
}  # fmt: skip


@pytest.mark.parametrize("check", ASKED_AT)
def test_an_answer_of_no_stops_the_run_says_who_said_it_and_can_be_taken_back(check: str, tmp_path: Path) -> None:
    def one(text: str) -> str:
        line = f'{check} = {{ skip = "simulated pair" }}'
        assert line in text
        return text.replace(line, "")

    with story(tmp_path, World(), change=one) as run:
        assert isinstance(run.perform().stop, Waiting)
        (question,) = operator_questions.open_questions(run.state)
        pressed = len(run.world.pressed)
        operator_questions.submit_answer(run.state, check, by="Bob", note="not yet", yes=False, attach=None)
        stop = run.perform().stop
        assert isinstance(stop, Refused)
        assert "Bob answered NO: not yet" in str(stop)
        assert len(run.world.pressed) == pressed
        assert question.command(run.state.name) in stop.next_action
        operator_questions.submit_answer(run.state, check, by="Bob", note="now", yes=True, attach=None)
        _, ending = asked_in_turn(run)  # some are asked of each appliance
        assert ending.outcome == "done"


@pytest.mark.parametrize("check", sorted(NAMES))
def test_every_check_has_a_question_of_our_own_without_a_hole_in_it(check: str) -> None:
    places = {"version", "hostname", "address", "minutes"}
    assert NAMES[check].question.endswith((".", "?"))
    assert set(re.findall(r"{(\w+)}", NAMES[check].question)) <= places
    assert NAMES[check].procedure_ids


@pytest.mark.proves("MP4")
def test_session_data_that_was_extracted_long_ago_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(text: str) -> str:
        return text.replace('session_data = { skip = "simulated pair" }', "")

    with story(tmp_path, World(Names(from_version="10.5.2")), change=one) as run:
        assert isinstance(run.perform().stop, Waiting)
        operator_questions.submit_answer(run.state, "session_data", by="Ada", note="", yes=True, attach=None)
        monkeypatch.setattr("flows.steps.make_primary.FRESH", -1.0)
        stop = run.perform().stop
        assert isinstance(stop, Waiting)
        assert "the sessions since would be lost: extract it again" in str(stop)
        assert not [line for line in run.lines if line["step"] == "a-disable-shared-ip" and line["kind"] == "intent"]
        monkeypatch.undo()
        operator_questions.submit_answer(run.state, "session_data", by="Ada", note="", yes=True, attach=None)
        assert run.perform().outcome == "done"


def test_a_check_by_command_gets_its_places_and_its_output_is_kept(tmp_path: Path) -> None:
    change: Callable[[str], str] = lambda text: text.replace(  # noqa: E731 - one line of a pair file
        'notice = { skip = "simulated pair" }', 'notice = { command = ["echo", "in {minutes} minutes"] }'
    )
    with story(tmp_path, World(), change=change) as run:
        assert run.perform().outcome == "done"
        (line,) = [line for line in run.lines if line["step"] == "site-check-notice"]
        assert line["reading"]["output"].strip() == "in 0 minutes"
