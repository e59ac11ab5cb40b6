"""At a run's end the appliances' own traces are read: what the run pressed is explained, and a stranger's deed is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from paper_pair import Story, story
from paper_screens import PaperStatusHistory
from paper_world import World

from flows.procedures.back_out import back_out
from flows.traces import reading
from pages.login.status_history import StatusHistoryScreen
from pages.readings.status_history import HistoryEvent, StatusHistory
from robot.domain.errors import WrongScreen
from robot.evidence.record.history import RunHistory
from robot.evidence.traces.findings import NOT_YET, TRACES, traces_of
from robot.operators import handover, operator_questions
from robot.runs import evidence_log

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A pair whose clock is also this machine's: record and traces then tell the same time."""
    world = World(speed=60)
    monkeypatch.setattr(reading, "wall_clock", world.clock.utc)
    for module in (evidence_log, handover, operator_questions):
        monkeypatch.setattr(module, "now_utc", lambda: in_the_record(world.clock.utc()))
    return world


def in_the_record(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(run: Story) -> dict[str, Any]:
    found = traces_of(RunHistory.of(run.lines))
    assert found is not None
    return found


def test_every_event_of_an_undisturbed_run_is_put_down_to_one_of_its_presses(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        ending = run.perform()
        assert (ending.outcome, ending.sentence) == ("done", "")
        found = told(run)
        assert (found["unexplained"], found["unknown"], found["people"]) == ([], [], [])
        assert [each["events"] for each in found["sources"]] == [6, 6], "two synchronisations from begin to end, apart, together"
        assert found["presses"] == 12
        assert [each["name"] for each in found["sources"]] == ["A's Status History", "B's Status History"]


@pytest.mark.parametrize(
    ("deeds", "texts"),
    [
        (["sync-now"], ["Data synchronization started.", "Data synchronization completed successfully."]),
        (["exchange-roles", "exchange-roles"], ["Site instance roles changed."] * 2),
        (["break-failover-relationships", "establish-relationship"], ["Failover relationships broken."]),
    ],
)
def test_what_a_stranger_does_after_the_last_press_is_unexplained_though_the_pair_stands_as_it_should(
    deeds: list[str], texts: list[str], world: World, tmp_path: Path
) -> None:
    with story(tmp_path, world) as run:
        run.perform(before="a-status-history")
        world.wait(30)
        for deed in deeds:
            assert not world.act("b", deed)
            world.wait(5)
        ending = run.perform()
        assert ending.outcome == "done"
        found = told(run)
        assert "that no press and no person explains" in ending.reason
        assert ("unexpected", ending.reason) in run.messages
        for unit in "ab":
            unexplained = [each["text"] for each in found["unexplained"] if each["unit"] == unit]
            assert unexplained[: len(texts)] == texts
        assert found["presses"] == 12, "and what the run pressed is still its own"


def test_what_only_the_history_tells_of_a_stranger_is_unexplained(world: World, tmp_path: Path) -> None:
    world.knobs.change({"stranger": True})
    with story(tmp_path, world) as run:
        assert run.perform().outcome == "done"
        found = told(run)
        assert [each["text"] for each in found["unexplained"]] == ["Failover settings were changed by an administrator."] * 2
        assert (found["presses"], found["unknown"]) == (12, [])


def test_a_history_that_keeps_only_its_newest_entries_is_told_as_one_that_may_hide_others(world: World, tmp_path: Path) -> None:
    world.knobs.change({"history_entries": 2})
    with story(tmp_path, world) as run:
        assert run.perform().outcome == "done"
        found = told(run)
        assert found["unexplained"] == []
        assert len(found["unknown"]) == 2
        assert all("does not reach back" in sentence and "b-sync-now" in sentence for sentence in found["unknown"])


def test_a_strangers_press_right_beside_one_of_the_run_leaves_both_in_doubt(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        run.perform()
        press = next(line for line in run.lines if line["kind"] == "intent" and line["step"] == "b-break-failover-relationships")
        world.pair.relationship.history.append((datetime.fromisoformat(press["utc"]), "Failover relationships broken."))
        world.pair.relationship.history.sort(key=lambda each: each[0])
        run.steps[:] = [each for each in run.steps if each[0] not in {"a-status-history", "b-status-history", TRACES}]
        run.perform()
        doubtful = [each for each in told(run)["unexplained"] if each["unit"] == "a"]
        assert [each["text"] for each in doubtful] == ["Failover relationships broken."] * 2
        assert all("2 such events fit" in each["doubt"] for each in doubtful)


def test_what_a_person_does_who_has_the_pair_in_hand_is_put_down_to_that_person(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        run.perform(before="a-status-history")
        world.wait(60)
        handover.hand_over(run.state, "Kim")
        world.wait(5)
        world.act("b", "sync-now")
        world.wait(30)
        assert run.perform(taken_back_by="Kim").outcome == "done"
        found = told(run)
        assert (found["unexplained"], found["people_count"]) == ([], 4)
        assert {each["by"] for each in found["people"]} == {"Kim"}


def test_what_a_person_answers_for_in_the_place_of_a_press_is_theirs(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        run.perform(before="b-break-failover-relationships")
        world.wait(30)
        world.act("b", "break-failover-relationships")
        assert run.perform().stop is not None
        run.answer("unknown_hand")
        assert run.perform().outcome == "done"
        found = told(run)
        assert [(each["by"], each["text"]) for each in found["people"]] == [("Alex", "Failover relationships broken.")] * 2
        assert found["unexplained"] == []


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        (WrongScreen("the page is another one"), "not read: the page is another one"),
        (StatusHistory(unread="it shows nothing"), "not read: it shows nothing"),
        (StatusHistory(), "does not reach back to the beginning of the run"),
        (StatusHistory(events=(HistoryEvent(time="yesterday", text="Something"),)), "does not reach back"),
    ],
)
def test_a_trace_that_tells_nothing_is_unknown_and_ends_no_run(
    shown: StatusHistory | WrongScreen, word: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_screen: StatusHistoryScreen) -> StatusHistory:
        if isinstance(shown, WrongScreen):
            raise shown
        return shown

    monkeypatch.setattr(PaperStatusHistory, "read", read)
    with story(tmp_path, world) as run:
        assert run.perform().outcome == "done"
        found = told(run)
        assert [sentence.split(": ")[0] for sentence in found["unknown"]] == ["A's Status History", "B's Status History"]
        assert all(word in sentence for sentence in found["unknown"])


def test_a_history_that_lacks_what_the_run_has_pressed_may_lack_more_and_says_so(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperStatusHistory.read

    def without_the_break(screen: PaperStatusHistory) -> StatusHistory:
        shown = whole(screen)
        return shown.model_copy(update={"events": tuple(each for each in shown.events if "broken" not in each.text)})

    monkeypatch.setattr(PaperStatusHistory, "read", without_the_break)
    with story(tmp_path, world) as run:
        run.perform()
        assert all("b-break-failover-relationships" in sentence for sentence in told(run)["unknown"])
        assert len(told(run)["unknown"]) == 2


def test_a_run_that_goes_back_reads_them_too_and_one_that_has_pressed_nothing_does_not(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        run.perform(before="b-break-failover-relationships")
        world.wait(30)
        world.act("b", "sync-now")
        world.wait(30)
        run.instead(back_out)
        ending = run.perform()
        assert ending.outcome == "backed_out"
        assert ending.reason.endswith("the first page of the report lists them")
        assert (told(run)["presses"], told(run)["unexplained_count"]) == (4, 4)
    with story(tmp_path / "other", world) as run:
        run.perform(before="b-sync-now")
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        assert not [line for line in run.lines if line["step"] == TRACES]


def test_a_run_that_has_pressed_and_not_ended_says_that_its_traces_are_unknown(world: World, tmp_path: Path) -> None:
    with story(tmp_path, world) as run:
        run.perform(before="b-status-information")
        assert traces_of(RunHistory.of(run.lines)) is None, "nothing is pressed"
    with story(tmp_path / "other", world) as run:
        run.perform(before="b-break-failover-relationships")
        assert told(run) == {"unknown": [NOT_YET]}


def test_where_a_history_names_accounts_the_robots_own_presses_are_no_persons_and_others_are(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperStatusHistory.read
    with story(tmp_path, world) as run:
        own = run.secrets.a.login.username.title()

        def with_accounts(screen: PaperStatusHistory) -> StatusHistory:
            shown = whole(screen)
            named = (each.model_copy(update={"who": "jane" if "broken" in each.text else own}) for each in shown.events)
            return shown.model_copy(update={"events": tuple(named)})

        monkeypatch.setattr(PaperStatusHistory, "read", with_accounts)
        run.perform()
        found = told(run)
        assert [each["by"] for each in found["people"]] == ["jane"] * 2
        assert (found["presses"], found["unexplained"]) == (10, [])
