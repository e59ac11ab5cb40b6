"""An approval, or what it is judged by, that changes in mid-run never keeps a pair apart: only what is new waits for it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import a_planned_run
import pytest
from a_plan import openssh_line
from a_planned_run import ANN, BOB, EMERGENCY, WINDOWS, Desk, bound

from robot.approval import planned_run
from robot.approval.statement import Emergency
from robot.cli.lifecycle import beginning
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused, Stop, Waiting
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A plan on a machine whose policy wants one approval."""
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Desk(tmp_path)
    monkeypatch.setattr(planned_run, "Clocks", lambda: Clocks(wall=made.now))
    made.write_pair()
    made.write_plan()
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(made.write_policy()))
    return made


def begun(desk: Desk) -> RunState:
    """A run by the approved plan that has broken the relationship."""
    state = desk.begin()
    desk.may_begin(state)
    with EvidenceLog(state.evidence) as record:
        for step in ("b-sync-now", "b-break-failover-relationships"):
            record.append("intent", step, unit="b", reading={})
    return state


def test_what_stands_beside_a_plan_and_cannot_be_read_takes_nothing_from_the_signatures(desk: Desk) -> None:
    desk.sign(ANN)
    (desk.folder / "plan.json.folder.sig").mkdir()
    (desk.folder / "plan.json.nowhere.sig").symlink_to(desk.folder / "nothing")
    os.mkfifo(desk.folder / "plan.json.pipe.sig")  # whoever opens it waits for ever
    state = begun(desk)
    bound(state).require_approval()
    bound(state, goes_back=True)
    verdict = desk.planned().verdict(desk.now())
    assert "plan.json.pipe.sig is empty, or cannot be read" in verdict.findings


def test_a_file_beside_the_plan_takes_not_the_place_of_an_approval_in_the_evidence(desk: Desk) -> None:
    signature = desk.sign(ANN)  # named as the copy in the evidence is
    state = begun(desk)
    signature.write_text("nonsense", encoding="utf-8")
    bound(state).require_approval()


def test_a_freeze_that_is_decided_in_mid_run_holds_up_what_is_new_and_not_the_way_back(desk: Desk) -> None:
    desk.sign(ANN)
    state = begun(desk)
    desk.write_policy(more='[[freeze]]\nfrom = 2020-01-01T00:00:00Z\nuntil = 2090-01-01T00:00:00Z\nreason = "An incident"\n')
    bound(state, goes_back=True)
    with pytest.raises(Stop, match="lies in a freeze"):
        bound(state).require_approval()


def test_approvers_of_the_pair_file_whose_keys_are_gone_hold_up_only_what_is_new(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAILOVER_ROBOT_POLICY")
    (desk.folder / "ann.pub").write_text(openssh_line(ANN), encoding="utf-8")
    desk.write_pair('\n[approval]\nrequired = true\napprovers = ["ann.pub"]\n')
    desk.write_plan()
    desk.sign(ANN)
    state = begun(desk)
    (desk.folder / "ann.pub").unlink()
    bound(state, goes_back=True)
    with pytest.raises(Refused, match="nobody is known who may approve"):
        bound(state).require_approval()


def test_an_emergency_without_a_policy_any_more_still_has_its_way_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ANN, BOB):
        desk.sign(name, emergency=EMERGENCY)
    state = desk.begin(EMERGENCY)
    desk.may_begin(state)
    with EvidenceLog(state.evidence) as record:
        record.append("intent", "b-sync-now", unit="b", reading={})
    monkeypatch.delenv("FAILOVER_ROBOT_POLICY")
    bound(state, goes_back=True)


def test_an_emergency_that_is_over_lets_the_pair_be_put_together_outside_the_windows_and_nothing_else(desk: Desk) -> None:
    desk.write_pair(WINDOWS)
    desk.write_plan()
    desk.sign(ANN, lasts=timedelta(days=5))
    for name in (ANN, BOB):
        desk.sign(name, emergency=EMERGENCY)
    state = desk.begin(EMERGENCY)
    desk.may_begin(state)
    with EvidenceLog(state.evidence) as record:
        record.append("intent", "b-break-failover-relationships", unit="b", reading={})
    desk.shift = timedelta(hours=4, minutes=1)
    run = bound(state)
    run.permission.require("b-establish-relationship")
    run.permission.require("a-sync-now")
    with pytest.raises(Waiting, match="nothing is pressed until then"):
        run.permission.require("a-update-1")
    bound(state, goes_back=True).permission.require()


def test_a_run_begun_as_one_emergency_goes_on_as_another_that_two_people_have_signed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (ANN, BOB):
        desk.sign(name, emergency=EMERGENCY)
    state = desk.begin(EMERGENCY)
    desk.may_begin(state)
    with EvidenceLog(state.evidence) as record:
        record.append("intent", "b-break-failover-relationships", unit="b", reading={})
    desk.shift = timedelta(hours=1)
    later = desk.now()
    for module in (a_planned_run, beginning):
        monkeypatch.setattr(module, "wall_clock", lambda: later)
    desk.shift = timedelta()
    other = Emergency(reason="It goes on", incident="INC0004712")
    for name in (ANN, BOB):
        desk.sign(name, emergency=other)
    state = beginning.with_emergency(state, other)
    bound(state, goes_back=True)
    bound(state)


def test_a_snapshot_that_a_newer_program_cannot_read_does_not_hold_up_the_way_back(desk: Desk) -> None:
    desk.write_plan(snapshot={"of": "another version"})
    desk.sign(ANN)
    state = begun(desk)
    bound(state, goes_back=True)
    assert json.loads((state.evidence / "attachments" / "plan.json").read_text(encoding="utf-8"))["snapshot"]
