"""When a synchronisation counts as over: after it the pair is parted, so that one that failed must never be taken for it."""

from pathlib import Path
from typing import Any

import pytest
from paper_pair import story
from paper_screens import PaperFailover

from flows.requirements.expected_state import require_expected_state
from flows.steps import backup_and_sync
from flows.steps.synchronisation import synchronised
from pages.readings.failover_status import FailoverStatus, Role
from robot.changes.change import ChangeState

BEFORE = FailoverStatus(role=Role.BACKUP, last_sync="2027-03-04 10:22:33")
LATER = BEFORE.model_copy(update={"last_sync": "2027-03-04 11:00:00"})
FAILED = "Data synchronization failed: the database could not be copied."


def test_it_is_over_when_the_time_of_the_last_one_has_changed() -> None:
    assert synchronised(BEFORE, BEFORE) is ChangeState.NOT_YET
    assert synchronised(BEFORE, LATER) is ChangeState.IN_PLACE
    assert synchronised(BEFORE, LATER.model_copy(update={"syncing": True})) is ChangeState.UNDER_WAY


@pytest.mark.parametrize(
    ("before", "now", "seen"),
    [
        ("Complete", "Gathering what differs", ChangeState.UNDER_WAY),
        ("", "Stage 2", ChangeState.UNDER_WAY),
        ("Gathered", "Gathered", ChangeState.IN_PLACE),
        ("Never run", "Completed successfully", ChangeState.IN_PLACE),
        ("Complete", "", ChangeState.IN_PLACE),
    ],
)
def test_a_time_beside_a_status_that_nobody_knows_may_be_that_of_its_beginning(before: str, now: str, seen: ChangeState) -> None:
    first, then = (each.model_copy(update={"sync_status": said}) for each, said in ((BEFORE, before), (LATER, now)))
    assert synchronised(first, then) is seen


@pytest.mark.parametrize("now", [BEFORE, LATER], ids=["the same time", "another time"])
def test_a_failure_that_is_told_anew_is_never_taken_for_its_end(now: FailoverStatus) -> None:
    assert synchronised(BEFORE, now.model_copy(update={"message": FAILED})) is ChangeState.UNCLEAR


@pytest.mark.proves("BS6")
@pytest.mark.parametrize(
    "line",
    [
        "Data synchronization failed because the primary site may be unreachable.",
        "The settings could not be copied, you should try again.",
        "22:05:10 Data synchronization failed.",
        "Synchronization failed, and can be started again",
        "2027-03-04 11:00:00 | Data sync failed when the recordings were copied",
    ],
)
def test_a_new_line_that_speaks_of_failure_is_one_whatever_its_grammar(line: str) -> None:
    stood = ("If synchronization failed, see Status History.", "2027-03-01 08:00:00 | Data sync failed")
    before = BEFORE.model_copy(update={"complaints": stood})
    assert synchronised(before, LATER.model_copy(update={"complaints": stood})) is ChangeState.IN_PLACE
    assert synchronised(before, LATER.model_copy(update={"complaints": (line, *stood)})) is ChangeState.UNCLEAR


@pytest.mark.proves("RE11", "BS6")
def test_a_time_that_is_only_worded_otherwise_is_no_new_synchronisation() -> None:
    before, now, later = (
        BEFORE.model_copy(update={"last_sync": told})
        for told in ("Nov 29, 2026, 6:09 AM", "Nov 29, 2026 at 6:09 AM", "Nov 29, 2026 at 6:31 AM")
    )
    assert synchronised(before, now) is ChangeState.NOT_YET
    assert synchronised(before, later) is ChangeState.IN_PLACE


def test_a_time_that_cannot_be_read_any_more_is_unclear() -> None:
    assert (
        synchronised(BEFORE, BEFORE.model_copy(update={"last_sync": "", "last_sync_unread": "just now"})) is ChangeState.UNCLEAR
    )


def test_a_failure_that_stands_there_as_before_may_be_that_of_this_one_too() -> None:
    assert (
        synchronised(BEFORE.model_copy(update={"message": FAILED}), LATER.model_copy(update={"message": FAILED}))
        is ChangeState.UNCLEAR
    )


@pytest.mark.parametrize("old", ["The data sync failed on 2027-03-01 08:00:00.", "Could not contact test IP 10.9.0.1."])
def test_an_old_failure_that_says_when_it_was_and_one_of_something_else_do_not_hinder(old: str) -> None:
    assert (
        synchronised(BEFORE.model_copy(update={"message": old}), LATER.model_copy(update={"message": old}))
        is ChangeState.IN_PLACE
    )


def told_as(monkeypatch: pytest.MonkeyPatch, **facts: str) -> None:
    """Let the Failover page tell these facts of the last synchronisation, whatever it was."""
    calm = PaperFailover.read

    def read(screen: PaperFailover) -> FailoverStatus:
        return calm(screen).model_copy(update=facts)

    monkeypatch.setattr(PaperFailover, "read", read)


@pytest.mark.proves("BS6")
def test_a_time_that_cannot_be_read_is_quoted_and_refused_before_anything_is_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_as(monkeypatch, last_sync="", last_sync_unread="about 5 minutes ago")
    with story(tmp_path) as run:
        ending = run.perform()
        assert 'B tells its last synchronisation as "about 5 minutes ago"' in ending.sentence
        assert run.world.pressed == []


def test_where_minutes_only_are_told_a_minute_passes_before_the_press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = PaperFailover.read

    def read(screen: PaperFailover) -> FailoverStatus:
        now = calm(screen)
        return now.model_copy(update={"last_sync": now.last_sync.rpartition(":")[0]})

    monkeypatch.setattr(PaperFailover, "read", read)
    with story(tmp_path) as run:
        run.perform(before="b-failover-quiet")
        began = run.world.clock.monotonic()
        run.perform(before="b-sync-now")
        assert run.world.clock.monotonic() - began >= 60
        assert run.perform(before="a-failover-after-break").outcome == "stopped"
        assert "b-break-failover-relationships" in run.of("proved")


@pytest.mark.proves("BS6")
def test_two_that_end_in_one_minute_are_told_and_never_called_a_stall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told_as(monkeypatch, last_sync="2027-03-04 10:22:33")  # the clock of the page stands
    with story(tmp_path) as run:
        ending = run.perform()
        assert "was seen running on B and runs no more" in ending.sentence
        assert 'still "2027-03-04 10:22:33"' in ending.sentence
        assert ending.stop is not None
        assert (ending.stop.code, len(run.world.pressed)) == (3, 1)


@pytest.mark.proves("BS7")
def test_the_pair_is_not_parted_where_a_synchronisation_begins_after_everything_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story(tmp_path) as run:
        pair = run.world.pair

        def begins_then(*read: Any) -> None:
            require_expected_state(*read)
            run.world.knobs.change({"sync_stuck": True})
            assert pair.relationship.sync_now() is None

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(backup_and_sync, "require_expected_state", begins_then)
            ending = run.perform()
        assert ending.sentence == "Break Failover Relationships on B: B is synchronising again; wait for it"
        assert pair.relationship.syncing, "and it goes on"
        assert ("b", "break") not in run.world.presses
        assert run.of("intent") == ["b-sync-now"]
        run.world.knobs.change({"sync_stuck": False})
        pair.relationship.knobs_changed()
        run.world.wait(60)
        assert run.perform().outcome == "done", "resumed once it is over, the run parts them"
