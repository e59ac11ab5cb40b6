"""An approval, or what it is judged by, that changes in mid-run never keeps a pair apart: only what is new waits for it."""

from __future__ import annotations

import base64
import json
import os
from datetime import timedelta
from pathlib import Path

import a_planned_run
import pytest
from a_plan import openssh_line
from a_planned_run import ANN, BOB, EMERGENCY, EVE, WINDOWS, Desk, bound

from robot.approval import planned_run
from robot.approval.effective_rules import answerers_of_run
from robot.approval.statement import Emergency
from robot.cli.lifecycle import beginning
from robot.domain.clocks import Clocks
from robot.domain.errors import Refused, Stop, UsageError, Waiting
from robot.evidence.record.line import OF_THE_RECORD
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


def begun_in_an_emergency(desk: Desk, *, pressed: str) -> RunState:
    """A run that two people have signed as an emergency, and that has made one press."""
    for name in (ANN, BOB):
        desk.sign(name, emergency=EMERGENCY)
    state = desk.begin(EMERGENCY)
    desk.may_begin(state)
    with EvidenceLog(state.evidence) as record:
        record.append("intent", pressed, unit="b", reading={})
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


def test_rules_that_have_become_stricter_in_mid_run_hold_up_what_is_new_and_not_the_way_back(desk: Desk) -> None:
    """A freeze is declared, and two must approve from now on, while the pair is apart."""
    desk.sign(ANN)
    state = begun(desk)
    desk.write_policy(2, '[[freeze]]\nfrom = 2020-01-01T00:00:00Z\nuntil = 2090-01-01T00:00:00Z\nreason = "An incident"\n')
    bound(state, goes_back=True)
    with pytest.raises(Stop, match="lies in a freeze"):
        bound(state).require_approval()
    assert not state.history.of_the_record("in_doubt"), "the approval is proved: nothing is in doubt"


def require_only_what_restores(state: RunState, doubt: str) -> None:
    """Whatever the papers say, the way back is open and what restores is pressed; nothing new is; the record tells why, once."""
    for _ in range(2):
        for run in (bound(state, goes_back=True), bound(state)):
            assert run.press_list
            restoring = [press.step for press in run.press_list.presses if press.restores]
            assert "a-establish-relationship" in restoring
            assert not [step for step in restoring if "install" in step or step == "b-break-failover-relationships"]
            with pytest.raises(Stop):
                run.require_approval()
    [line] = [line for line in state.history.of_step(OF_THE_RECORD) if "in_doubt" in line.values]
    assert doubt in line.text
    assert line.text.endswith("only what restores is pressed, until the plan and its approval are proved again")


def test_a_policy_that_cannot_be_read_in_mid_run_holds_up_only_what_is_new(desk: Desk) -> None:
    desk.sign(ANN)
    state = begun(desk)
    (desk.folder / "policy.toml").write_text("[[approvers\n", encoding="utf-8")
    require_only_what_restores(state, "policy.toml line 1 is not valid TOML")


def test_while_a_policy_cannot_be_read_a_name_answers_on_the_way_back_and_nobody_on_the_way_forward(desk: Desk) -> None:
    (desk.folder / "policy.toml").write_text("[[approvers\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not valid TOML"):
        answerers_of_run(begun=False, goes_back=True)
    assert answerers_of_run(begun=True, goes_back=True) == ()
    [nobody] = answerers_of_run(begun=True, goes_back=False)
    assert nobody.name == "nobody, since the policy cannot be read"


@pytest.mark.parametrize("approver", [BOB, EVE])
def test_a_key_that_is_replaced_in_mid_run_holds_up_only_what_is_new(approver: str, desk: Desk) -> None:
    """Ann has signed; the policy names her with another key from now on, or somebody else in her place."""
    desk.sign(ANN)
    state = begun(desk)
    policy = desk.folder / "policy.toml"
    text = policy.read_text(encoding="utf-8").replace(openssh_line(ANN), openssh_line("another key"))
    policy.write_text(text.replace(BOB, approver), encoding="utf-8")
    require_only_what_restores(state, f"does not know the key any more by which {ANN} (key ")


def test_a_signature_that_was_altered_is_not_one_by_a_key_that_was_replaced(desk: Desk) -> None:
    signature = desk.sign(ANN)
    state = begun(desk)
    document = json.loads(signature.read_text(encoding="utf-8"))
    document["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    for place in (signature, *kept(state).parent.glob("*.sig")):
        place.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Refused, match="when its plan was not approved"):
        bound(state, goes_back=True)


def test_what_such_a_plan_calls_restoring_is_not_believed(desk: Desk) -> None:
    """Nobody here knows the key: it may be anybody's, and so may the plan."""
    document = desk.write_plan()
    desk.write_plan(presses=[{**press, "restores": True} for press in document["presses"]])
    desk.sign(ANN)
    state = begun(desk)
    policy = desk.folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace(openssh_line(ANN), openssh_line("another key")), encoding="utf-8")
    require_only_what_restores(state, "does not know the key")


# -- the plan itself -------------------------------------------------------------------------------------------------------


def kept(state: RunState) -> Path:
    return state.evidence / "attachments" / "plan.json"


@pytest.mark.parametrize("damage", ["deleted", "damaged", "emptied"])
def test_a_plan_that_is_gone_from_the_evidence_is_taken_from_where_it_stood(damage: str, desk: Desk) -> None:
    desk.sign(ANN)
    state = begun(desk)
    if damage == "deleted":
        kept(state).unlink()
    else:
        kept(state).write_bytes(b"" if damage == "emptied" else b'{"kind": "nothing"}')
    bound(state).require_approval()
    bound(state, goes_back=True)
    assert damage != "deleted" or kept(state).read_bytes() == desk.plan.read_bytes()


@pytest.mark.parametrize("there", ["nothing", "another plan"])
def test_without_any_copy_of_its_plan_a_run_goes_back_and_not_on(there: str, desk: Desk) -> None:
    desk.sign(ANN)
    state = begun(desk)
    kept(state).unlink()
    desk.plan.unlink()
    if there == "another plan":
        desk.write_plan(requested_by="Somebody else")
    with pytest.raises(UsageError, match=f"{kept(state)} does not exist"):
        bound(state)
    run = bound(state, goes_back=True)
    assert run.press_list
    assert {press.restores for press in run.press_list.presses} == {True}
    [line] = [line for line in state.history.of_step(OF_THE_RECORD) if "in_doubt" in line.values]
    assert "only what restores is pressed" in line.text


def test_without_its_plan_and_without_any_signature_nothing_shows_that_a_run_was_ever_approved(desk: Desk) -> None:
    signature = desk.sign(ANN)
    state = begun(desk)
    for path in (kept(state), desk.plan, signature, *kept(state).parent.glob("*.sig")):
        path.unlink()
    with pytest.raises(Refused, match="has lost its plan, and no signature is left"):
        bound(state, goes_back=True)


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
    state = begun_in_an_emergency(desk, pressed="b-sync-now")
    monkeypatch.delenv("FAILOVER_ROBOT_POLICY")
    bound(state, goes_back=True)


def test_an_emergency_that_is_over_lets_the_pair_be_put_together_outside_the_windows_and_nothing_else(desk: Desk) -> None:
    desk.write_pair(WINDOWS)
    desk.write_plan()
    desk.sign(ANN, lasts=timedelta(days=5))
    state = begun_in_an_emergency(desk, pressed="b-break-failover-relationships")
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
    state = begun_in_an_emergency(desk, pressed="b-break-failover-relationships")
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


def test_a_snapshot_that_a_newer_program_cannot_read_holds_up_neither_the_way_back_nor_the_way_on(desk: Desk) -> None:
    desk.write_plan(snapshot={"of": "another version"})
    desk.sign(ANN)
    state = begun(desk)
    bound(state, goes_back=True)
    bound(state).require_approval()
