"""An emergency lifts windows while two people's signatures for it hold; then windows and the ordinary approval count again."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from a_planned_run import ANN, BOB, EMERGENCY, WINDOWS, Desk, bound
from operator_attacks import Office, office, press

from flows.step_names import STEPS
from robot.approval.planned_run import ask_for_approval_afterwards
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.settings import load_kept
from robot.status.run_summary import summarise

WORDS = ("--emergency", EMERGENCY.reason, "--incident", EMERGENCY.incident)


@pytest.fixture
def urgent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A plan whose windows are far away, and which two people have signed as an emergency; one also in the ordinary way."""
    made = office(Desk(tmp_path), random.Random(1), monkeypatch)
    made.desk.write_pair(WINDOWS)
    made.desk.write_plan()
    made.desk.sign(ANN)
    for name in (ANN, BOB):
        made.desk.sign(name, emergency=EMERGENCY)
    return made


def test_while_it_holds_nothing_waits_for_a_window_and_every_page_says_so(urgent: Office) -> None:
    assert urgent.type("run", urgent.desk.plan, *WORDS) == 0
    state = store.every()[-1]
    assert bound(state).settings.windows is None
    with EvidenceLog(state.evidence) as record:
        assert ask_for_approval_afterwards(record).startswith("It was performed as the emergency INC0004711")
        plan = summarise(state, load_kept(state.facts["settings"], state.name), record.history, STEPS)["plan"]
    assert plan
    assert plan["emergency"] == EMERGENCY.model_dump(mode="json")


def test_once_it_is_over_a_run_that_has_pressed_keeps_the_plans_windows_again(urgent: Office) -> None:
    urgent.type("run", urgent.desk.plan, *WORDS)
    state = store.every()[-1]
    press(state, "b-sync-now")
    urgent.desk.shift = timedelta(hours=4, minutes=1)
    run = bound(state)
    assert run.settings.windows is not None
    assert "resume with --emergency" in run.hours.other_window


def test_a_run_whose_windows_are_missed_goes_on_as_an_emergency_that_two_people_have_signed(urgent: Office) -> None:
    for path in urgent.desk.folder.glob("*.sig"):
        path.unlink()
    urgent.desk.sign(ANN)
    assert urgent.type("run", urgent.desk.plan) == 0
    state = store.every()[-1]
    press(state, "b-sync-now")
    urgent.desk.sign(BOB, emergency=EMERGENCY)
    assert urgent.type("resume", state.name, *WORDS) != 0, "one has signed"
    urgent.desk.sign(ANN, emergency=EMERGENCY)
    assert urgent.type("resume", state.name, *WORDS) == 0
    assert bound(store.every()[-1]).settings.windows is None


def test_an_emergency_without_a_plan_and_half_of_its_two_options_are_refused(urgent: Office) -> None:
    assert urgent.type("run", urgent.desk.pair_file, "--now", *WORDS) == 2
    assert urgent.type("run", urgent.desk.plan, *WORDS[:2]) == 2
    assert urgent.type("run", urgent.desk.plan, "--emergency", "line\nbreak", "--incident", "INC1") == 2
