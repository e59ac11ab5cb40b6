"""The swing by a person: asked by name, answered by name, and believed only when the site itself answers as it should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from paper_pair import Story, story
from paper_world import World

from flows.procedures.back_out import back_out
from robot.domain.errors import Refused, Stop, Waiting
from robot.operators import operator_questions


@pytest.fixture
def by_person(tmp_path: Path) -> Iterator[Story]:
    world = World()

    def swung_by_person(text: str) -> str:
        before, _, rest = text.partition("[swing]\n")
        return f'{before}[swing]\nmethod = "person"\naddress = "{world.shared}"\n\n[checks]{rest.partition("[checks]")[2]}'

    with story(tmp_path, world, change=swung_by_person) as run:
        yield run


def moved(run: Story, frm: str = "a", to: str = "b") -> None:
    """What the network team does."""
    run.world.act("a" if frm == "a" else "b", "ip-disable")
    run.world.act("a" if to == "a" else "b", "ip-enable")


@pytest.mark.proves("MP1", "MP5", "NS1")
def test_a_person_is_asked_at_the_swing_and_the_run_goes_on_once_they_have_moved_the_site(by_person: Story) -> None:
    ending = by_person.perform()
    assert isinstance(ending.stop, Waiting)
    [asked] = operator_questions.open_questions(by_person.state)
    assert asked.check == "swing"
    assert "from A (127.9.9.12) to B (127.9.9.13) now" in asked.sentence
    pressed = len(by_person.world.presses)
    assert isinstance(by_person.perform().stop, Waiting)
    assert len(by_person.world.presses) == pressed, "unanswered means hold"
    moved(by_person)
    by_person.answer("swing", by="Nina Net")
    assert by_person.perform().outcome == "done"
    assert not [action for _, action in by_person.world.presses if action.startswith("ip-")], "the robot touches no address"
    answered = next(line for line in by_person.lines if line["step"] == "site-swing-by-person-to-b" and line.get("by"))
    assert answered["by"] == "Nina Net"


@pytest.mark.proves("NS2", "MP1")
def test_an_answer_is_not_believed_where_the_site_answers_as_a(by_person: Story) -> None:
    by_person.perform()
    by_person.answer("swing", by="Nina Net")
    pressed = len(by_person.world.presses)
    ending = by_person.perform()
    assert isinstance(ending.stop, Stop)
    assert ending.stop.code in {3, 7}, ending.sentence
    assert len(by_person.world.presses) == pressed, "A is not touched while the site is on it"
    moved(by_person)
    assert by_person.perform().outcome == "done"


def test_a_no_stops_the_run_and_names_who_said_it(by_person: Story) -> None:
    by_person.perform()
    by_person.answer("swing", by="Nina Net", yes=False)
    ending = by_person.perform()
    assert isinstance(ending.stop, Refused)
    assert "Nina Net answered NO" in ending.sentence
    moved(by_person)
    by_person.answer("swing", by="Nina Net")
    assert by_person.perform().outcome == "done"


def test_backed_out_a_person_is_asked_to_move_the_site_back(by_person: Story) -> None:
    by_person.perform()
    moved(by_person)
    by_person.answer("swing", by="Nina Net")
    by_person.perform(before="site-served-before-a")
    by_person.instead(back_out)
    ending = by_person.perform()
    assert isinstance(ending.stop, Waiting)
    [asked] = operator_questions.open_questions(by_person.state)
    assert "from B (127.9.9.13) to A (127.9.9.12) now" in asked.sentence
    moved(by_person, "b", "a")
    by_person.answer("swing", by="Nina Net")
    ending = by_person.perform()
    assert ending.outcome == "backed_out", ending.sentence
    assert by_person.world.pair.shared.serving == "a"


def test_by_a_plan_everything_that_a_swing_by_a_person_changes_is_expected(by_person: Story) -> None:
    by_person.plan()
    assert isinstance(by_person.perform().stop, Waiting)
    moved(by_person)
    by_person.answer("swing", by="Nina Net")
    assert by_person.perform().outcome == "done"
    assert by_person.unexpected() == {gate: [] for gate in ("b-updated", "a-updated", "end")}
