"""The short form of `make approvals`: an operator who owns all but the approvers' keys brings the robot to no press."""

import random
from pathlib import Path

import pytest
from a_planned_run import Desk
from operator_attacks import ATTACKS, office, offices, run_plan

from robot.approval.kept_plan import copy_of_plan
from robot.cli.lifecycle import beginning
from robot.runs import store


def test_an_approved_plan_comes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = office(Desk(tmp_path), random.Random(1), monkeypatch)
    run_plan(honest)
    assert len(honest.came_through) == 1, "else the attacks would prove nothing"


def test_whatever_an_operator_writes_types_or_takes_away_nothing_is_pressed(tmp_path: Path) -> None:
    came_through: list[str] = []
    made = 0
    for attack, attacked in offices(tmp_path, seed=20, rounds=2):
        attack(attacked)
        came_through += [attack.__name__] * bool(attacked.came_through)
        made += 1
    assert not came_through
    assert made == 2 * len(ATTACKS)


def test_a_plan_that_is_taken_away_while_its_run_begins_is_performed_as_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = office(Desk(tmp_path), random.Random(1), monkeypatch)
    read = honest.desk.plan.read_bytes()

    def taken_away(*_: object, **__: object) -> None:
        honest.desk.plan.unlink()

    monkeypatch.setattr(beginning, "_require_approved", taken_away)
    run_plan(honest)
    assert len(honest.came_through) == 1
    assert copy_of_plan(store.every()[-1].evidence).read_bytes() == read
