"""When a synchronisation counts as over: after it the pair is parted, so that one that failed must never be taken for it."""

import pytest

from flows.backup_and_sync import synchronised
from robot.change import Seen
from robot.model import FailoverStatus, Role

BEFORE = FailoverStatus(role=Role.BACKUP, last_sync="2027-03-04 10:22:33")
LATER = BEFORE.model_copy(update={"last_sync": "2027-03-04 11:00:00"})
FAILED = "Data synchronization failed: the database could not be copied."


def test_it_is_over_when_the_time_of_the_last_one_has_changed() -> None:
    assert synchronised(BEFORE, BEFORE) is Seen.NOT_YET
    assert synchronised(BEFORE, LATER) is Seen.IN_PLACE
    assert synchronised(BEFORE, LATER.model_copy(update={"syncing": True})) is Seen.UNDER_WAY


@pytest.mark.parametrize(
    ("before", "now", "seen"),
    [
        ("Complete", "Gathering what differs", Seen.UNDER_WAY),
        ("", "Stage 2", Seen.UNDER_WAY),
        ("Gathered", "Gathered", Seen.IN_PLACE),
        ("Never run", "Completed successfully", Seen.IN_PLACE),
        ("Complete", "", Seen.IN_PLACE),
    ],
)
def test_a_time_beside_a_status_that_nobody_knows_may_be_that_of_its_beginning(before: str, now: str, seen: Seen) -> None:
    first, then = (each.model_copy(update={"sync_status": said}) for each, said in ((BEFORE, before), (LATER, now)))
    assert synchronised(first, then) is seen


@pytest.mark.parametrize("now", [BEFORE, LATER], ids=["the same time", "another time"])
def test_a_failure_that_is_told_anew_is_never_taken_for_its_end(now: FailoverStatus) -> None:
    assert synchronised(BEFORE, now.model_copy(update={"message": FAILED})) is Seen.UNCLEAR


def test_a_failure_that_stands_there_as_before_may_be_that_of_this_one_too() -> None:
    assert (
        synchronised(BEFORE.model_copy(update={"message": FAILED}), LATER.model_copy(update={"message": FAILED})) is Seen.UNCLEAR
    )


@pytest.mark.parametrize("old", ["The data sync failed on 2027-03-01 08:00:00.", "Could not contact test IP 10.9.0.1."])
def test_an_old_failure_that_says_when_it_was_and_one_of_something_else_do_not_hinder(old: str) -> None:
    assert synchronised(BEFORE.model_copy(update={"message": old}), LATER.model_copy(update={"message": old})) is Seen.IN_PLACE
