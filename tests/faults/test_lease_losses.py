"""The short form of `make leases`: a lease that is lost is known to be lost, and nothing is pressed after that."""

from __future__ import annotations

from lease_losses import losses, stage, summary


def test_after_a_lease_was_due_to_be_known_as_lost_nothing_is_pressed_and_the_run_says_why_it_ended() -> None:
    with stage() as (server, kinds):
        found = [each for kind in kinds for each in losses(kind, 2, server)]
    assert [each for each in found if each.late] == [], summary(found)
    assert [each for each in found if not each.told] == []
