"""A press is one of the plan's only by its step, its appliance and the words on its control."""

import pytest

from robot.plan.press_list import ListedPress, PressList

SYNC = ListedPress(step="b-sync-now", unit="b", place="Failover", control="Sync Now", effect="B pulls.", undo="Nothing.")
SAVE = ListedPress(
    step="a-disable-shared-ip", unit="a", place="IP", control="Save Changes", effect="Off.", undo="On.", repeated=True
)
PLAN = PressList((SYNC, SAVE))


@pytest.mark.parametrize(
    ("step", "unit", "control"),
    [
        ("b-sync-now", "b", "Sync Now"), ("a-disable-shared-ip", "a", "Save Changes"),
        ("a-disable-shared-ip-2", "a", "Save Changes"), ("a-disable-shared-ip-13", "a", "Save Changes"),
    ],
)  # fmt: skip
def test_what_is_listed_may_be_pressed_and_so_may_a_further_attempt_that_a_person_asks_for(
    step: str, unit: str, control: str
) -> None:
    assert PLAN.objection(step, unit=unit, control=control) == ""


@pytest.mark.parametrize(
    ("step", "unit", "control"),
    [
        ("b-sync-now-2", "b", "Sync Now"), ("a-sync-now", "a", "Sync Now"), ("b-sync-now", "a", "Sync Now"),
        ("b-sync-now", "b", "Become Primary"), ("a-disable-shared-ip-back", "a", "Save Changes"),
        ("a-disable-shared-ip-", "a", "Save Changes"), ("a-disable-shared-ip2", "a", "Save Changes"), ("", "b", "Sync Now"),
    ],
)  # fmt: skip
def test_another_step_appliance_or_control_is_not(step: str, unit: str, control: str) -> None:
    assert "the approved plan" in PLAN.objection(step, unit=unit, control=control)
