"""A press that leads to a question is withdrawn once nothing is seen to have begun; what no reading proves, a person attests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from a_switch import Bench, Clock, Lamp, Plug, Switch, Switching
from typing_extensions import override

from robot.changes.change import Change, Outcome
from robot.changes.executor import execute
from robot.domain.errors import AnswerWanted, Stop, Surprised, UnknownHand, Waiting
from robot.evidence.pack.agreement import check_presses
from robot.evidence.record.chain import read_lines
from robot.evidence.record.history import RunHistory
from robot.evidence.record.line import Line
from robot.runs.evidence_log import EvidenceLog


class Asking(Switch):
    """A switch that asks who presses it."""

    answer: str = ""

    @override
    def press(self) -> str:
        if not self.answer:
            self.calls.append("asked")
            raise AnswerWanted("it asks for a name: nothing was agreed to", "name")
        return super().press()


@pytest.fixture
def asking(clock: Clock) -> Asking:
    return Asking(clock)


def tried(bench: Bench, change: Change[Lamp]) -> Outcome[Lamp] | Stop:
    try:
        with EvidenceLog(bench.folder) as record:
            return execute(change, bench.context(record))
    except Stop as stop:
        return stop


def findings(bench: Bench) -> list[str]:
    lines: list[Line] = read_lines(bench.folder / "evidence.jsonl")
    return check_presses(lines, done=True)


def test_a_question_without_an_answer_ends_with_waiting_and_is_left_in_a_new_session(bench: Bench, asking: Asking) -> None:
    stop = tried(bench, Switching(asking))
    assert isinstance(stop, AnswerWanted)
    assert (stop.code, stop.check, asking.presses, asking.fresh) == (6, "name", 0, 1)
    intent, question, withdrawn = bench.lines()
    assert (intent["kind"], question["kind"], withdrawn["kind"]) == ("intent", "note", "refused")
    assert question["file"].endswith("-b-switch-question.png")
    assert (withdrawn["withdrawn"], withdrawn["reading"]) == ("name", {"on": False, "busy": False, "odd": False})
    assert "nothing has begun" in withdrawn["text"]


def test_with_the_answer_it_begins_again_from_its_reading_without_settling(bench: Bench, asking: Asking, clock: Clock) -> None:
    tried(bench, Switching(asking))
    asking.answer, began = "Ada", clock.now
    done = tried(bench, Switching(asking))
    assert isinstance(done, Outcome)
    assert (done.state, asking.presses) == ("done", 1)
    assert clock.now - began < 10, "a press that was withdrawn need not settle again"
    assert bench.kinds() == ["intent", "refused", "intent", "proved"]
    assert findings(bench) == []


@pytest.mark.parametrize("point", ["after-intent", "question-left", "withdrawn"])
def test_killed_at_the_question_it_asks_again_and_is_pressed_once(point: str, bench: Bench, asking: Asking) -> None:
    bench.die_at = ("b-switch", point)
    with pytest.raises(Plug):
        tried(bench, Switching(asking))
    if point != "withdrawn":
        assert isinstance(tried(bench, Switching(asking)), AnswerWanted)
    asking.answer = "Ada"
    assert isinstance(tried(bench, Switching(asking)), Outcome)
    assert asking.presses == 1


@pytest.mark.parametrize("found", ["busy", "on"])
def test_what_has_begun_although_nothing_was_answered_is_not_withdrawn(found: str, bench: Bench, asking: Asking) -> None:
    class Begun(Asking):
        @override
        def press(self) -> str:
            setattr(self, found, True)
            return super().press()

    switch = Begun(asking.clock)
    stop = tried(bench, Switching(switch))
    assert isinstance(stop, Surprised)
    assert "and yet it is found" in str(stop)
    assert not [line for line in bench.lines() if line.get("withdrawn")]
    switch.on, switch.busy = True, False
    done = tried(bench, Switching(switch))
    assert isinstance(done, Outcome)
    assert done.state == "done", "the press stands, and a reading has proved it"


def test_what_is_found_done_after_a_withdrawn_press_was_another_hand(bench: Bench, asking: Asking) -> None:
    tried(bench, Switching(asking))
    asking.on = True
    assert isinstance(tried(bench, Switching(asking)), UnknownHand)


def test_a_withdrawn_press_does_not_stand(bench: Bench, asking: Asking) -> None:
    tried(bench, Switching(asking))
    assert RunHistory.of(bench.lines()).standing_press("b-switch") is None
    asking.answer = "Ada"
    tried(bench, Switching(asking))
    assert RunHistory.of(bench.lines()).standing_press("b-switch") is not None


# -- attested ----------------------------------------------------------------------------------------------------------


def by(name: str) -> Callable[[Lamp], str]:
    return lambda _: name


def unanswered(_: Lamp) -> str:
    raise Waiting("a person is asked")


@pytest.fixture
def odd(clock: Clock) -> Switch:
    """A switch of which no look tells whether it worked, once it was pressed."""

    class Odd(Switch):
        @override
        def press(self) -> str:
            self.presses += 1
            self.odd = True
            return ""

    return Odd(clock)


def test_what_no_reading_proves_is_settled_by_a_person_by_name(bench: Bench, odd: Switch) -> None:
    done = tried(bench, Switching(odd, attested_by=by("Ada")))
    assert isinstance(done, Outcome)
    assert (done.state, odd.presses) == ("by_person", 1)
    line = bench.lines()[-1]
    assert (line["kind"], line["by"]) == ("by_person", "Ada")
    assert line["text"].startswith("pressed by this run; that it is in place is attested by Ada")
    assert findings(bench) == []


def test_it_waits_for_the_person_and_is_not_pressed_again(bench: Bench, odd: Switch, clock: Clock) -> None:
    assert isinstance(tried(bench, Switching(odd, attested_by=unanswered)), Waiting)
    assert clock.now >= 10, "nobody is asked before it has settled"
    assert isinstance(tried(bench, Switching(odd, attested_by=unanswered)), Waiting)
    assert isinstance(tried(bench, Switching(odd, attested_by=by("Ada"))), Outcome)
    assert odd.presses == 1


def test_nobody_is_asked_about_what_was_not_pressed(bench: Bench, odd: Switch) -> None:
    odd.odd = True
    stop = tried(bench, Switching(odd, attested_by=by("Ada")))
    assert isinstance(stop, Surprised)
    assert (odd.presses, bench.kinds()) == (0, [])


def test_where_it_is_nobodys_to_say_it_stays_a_surprise(bench: Bench, odd: Switch) -> None:
    assert isinstance(tried(bench, Switching(odd)), Surprised)
    assert isinstance(tried(bench, Switching(odd)), Surprised)
