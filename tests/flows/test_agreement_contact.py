"""An agreement before a download that asks for a contact: given beforehand, or by a person in mid-run; never pressed blindly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from paper_pair import Killed, PaperRun, Story, story
from paper_world import World
from typing_extensions import override

from flows.procedures.back_out import Branch, branch_of
from robot.domain.errors import Refused, UnknownHand, UsageError, Waiting
from robot.operators import operator_questions
from robot.runs.events import Event
from robot.status.redaction import Redactor

ASKS: dict[str, object] = {"chain": 1, "download_agreement": True, "agreement_contact": "required"}
INSTALL = "b-install-bomgar-remote-support-13-1-2"
INSTALLS = [("b", "install Bomgar Remote Support 13.1.2"), ("a", "install Bomgar Remote Support 13.1.2")]
CONTACT = "Service desk <desk@example.com>"
FIELDS = '[Name "Service desk"; E-mail "desk@example.com"]'


def accepting(contact: str = "") -> Callable[[str], str]:
    return lambda text: text.replace("accept_agreement = false", f"accept_agreement = true\n{contact}")


GIVEN = accepting('agreement_contact = { name = "Service desk", email = "desk@example.com" }')


def installs(run: Story) -> list[tuple[str, str]]:
    return [(unit, action) for unit, action in run.world.presses if action.startswith("install")]


def shown(run: Story) -> int:
    """How often an agreement was shown."""
    return sum(str(line["action"]).startswith("download-agreement-shown") for line in run.world.journal.lines["fetches"])


def give(run: Story, note: str = CONTACT, *, yes: bool = True) -> None:
    operator_questions.submit_answer(run.state, operator_questions.AGREEMENT_CONTACT, by="Ada", note=note, yes=yes, attach=None)


def agreed(run: Story) -> list[str]:
    return [line["text"] for line in run.lines if "agreement before the download is accepted" in (line.get("text") or "")]


def test_a_contact_of_the_pair_file_is_given_on_both_and_recorded(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=GIVEN) as run:
        assert run.perform().outcome == "done"
        assert installs(run) == INSTALLS
        assert [FIELDS in text for text in agreed(run)] == [True, True]
        assert "site-agreement-may-ask" not in run.of("note")


def test_without_a_contact_it_is_said_beforehand_and_then_asked_with_the_form_of_the_answer(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        stop = run.perform().stop
        assert isinstance(stop, Waiting)
        assert stop.code == 6
        assert run.of("note").index("site-agreement-may-ask") < run.of("note").index(INSTALL)
        (question,) = operator_questions.open_questions(run.state)
        assert question.check == "agreement_contact"
        assert "asks for" in question.sentence
        assert stop.next_action.endswith(f'answer {run.state.name} agreement_contact --by NAME --note "Name <address>"')
        assert (installs(run), agreed(run)) == ([], [])


def test_unanswered_it_holds_and_does_not_press_again(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        for _ in range(2):
            assert isinstance(run.perform().stop, Waiting)
        assert shown(run) == 1
        assert [line["kind"] for line in run.lines if line["step"] == INSTALL] == ["intent", "note", "refused"]


def test_the_resumed_run_goes_on_with_the_answer_and_asks_nobody_again_for_a(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        give(run)
        assert run.perform().outcome == "done"
        assert installs(run) == INSTALLS
        assert [FIELDS in text for text in agreed(run)] == [True, True]
        own = [line["kind"] for line in run.lines if line["step"] == INSTALL and line["kind"] != "note"]
        assert own == ["intent", "refused", "intent", "proved"]
        (gate,) = [line for line in run.lines if line["kind"] == "gate" and line.get("by")]
        assert (gate["step"], gate["by"], gate["reading"]["note"]) == ("site-agreement-contact", "Ada", CONTACT)
        assert run.of("intent").count("a-install-bomgar-remote-support-13-1-2") == 1


@pytest.mark.parametrize("point", ["after-intent", "question-left", "withdrawn"])
def test_killed_around_the_question_it_is_asked_once_more_and_installed_once(point: str, tmp_path: Path) -> None:
    left = 1

    def checkpoint(step: str, where: str) -> None:
        nonlocal left
        if left and (step, where) == (INSTALL, point):
            left = 0
            raise Killed

    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        with pytest.raises(Killed):
            run.perform(checkpoint=checkpoint)
        assert isinstance(run.perform().stop, Waiting)
        give(run)
        assert run.perform().outcome == "done"
        assert installs(run) == INSTALLS


def test_who_installs_meanwhile_is_another_hand_and_not_taken_for_the_run(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        assert run.world.act("b", "install") == ""
        run.world.wait(3600)
        give(run)
        assert isinstance(run.perform().stop, UnknownHand)
        assert installs(run) == []


def test_an_answer_that_is_no_contact_is_refused_when_it_is_given(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        for note in ("desk@example.com", "Desk <desk>", "<desk@example.com>", "A\x07 <desk@example.com>", "Desk <a@b.c> <d@e.f>"):
            with pytest.raises(UsageError, match="write the contact as"):
                give(run, note)
        give(run)
        assert run.perform().outcome == "done"


def test_a_run_that_only_waits_for_a_contact_can_still_go_back_to_where_it_was(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        assert branch_of(run.history, "asynchronous") is Branch.AS_IT_WAS
        give(run)
        run.perform(before="b-verify-software")
        assert branch_of(run.history, "asynchronous") is Branch.A_SERVES_ON


def test_a_no_stops_the_run_and_can_be_taken_back(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        give(run, "nobody may", yes=False)
        stop = run.perform().stop
        assert isinstance(stop, Refused)
        assert "Ada answered NO: nobody may" in str(stop)
        give(run)
        assert run.perform().outcome == "done"


def test_the_contact_stays_out_of_what_goes_to_the_vendors_support(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:
        run.perform()
        give(run)
        run.perform()
        withheld = Redactor(run.state, run.settings, run.history)
        (first, _) = agreed(run)
        assert "Service desk" not in withheld(first)
        assert "desk@example.com" not in withheld(first)
        assert "it reads: [Name" in withheld(first)


def test_a_run_that_stays_goes_on_by_itself_with_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paper_pair.PaperRun", partial(PaperRun, waits=True))
    with story(tmp_path, World(knobs=ASKS), change=accepting()) as run:

        class Answering(list[Event]):
            @override
            def append(self, event: Event, /) -> None:
                super().append(event)
                if event["event"] == "asked":
                    give(run)

        run.told = Answering()
        assert run.perform().outcome == "done"
        assert installs(run) == INSTALLS


def test_where_the_page_has_filled_it_in_nobody_is_asked(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={**ASKS, "agreement_contact": "filled"}), change=accepting()) as run:
        assert run.perform().outcome == "done"
        assert installs(run) == INSTALLS


def test_where_no_agreement_may_be_accepted_no_contact_is_asked_for(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ASKS)) as run:
        ending = run.perform()
        assert "accept_agreement is false" in ending.sentence
        assert operator_questions.open_questions(run.state) == []
        assert installs(run) == []
