"""A run by a plan: exactly what was approved is performed, of this pair, by this program, once; else nothing is pressed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from a_planned_run import ANN, BOB, EMERGENCY, EVE, OPERATOR, Desk

from robot.approval.plan_document import digest_of_plan
from robot.domain.errors import Refused, UsageError, Waiting
from robot.evidence.record.line import OF_THE_RECORD
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A plan that nobody has approved yet, on a machine whose policy wants one approval."""
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Desk(tmp_path)
    made.write_pair()
    made.write_plan()
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(made.write_policy()))
    return made


def pressed(state: RunState, *steps: str) -> None:
    with EvidenceLog(state.evidence) as record:
        for step in steps:
            record.append("intent", step, unit=step[0], reading={})


def edit_facts(state: RunState, **facts: object) -> RunState:
    """What whoever owns the state folder can do."""
    return store.change_facts(state, facts)


def test_an_approved_plan_is_performed_and_the_plan_and_each_approval_stand_in_the_record(desk: Desk) -> None:
    desk.sign(ANN)
    state = desk.begin()
    desk.may_begin(state)
    lines = state.history.of_step(OF_THE_RECORD)
    digest = desk.planned().plan.digest
    assert [line.values["plan"] for line in lines] == [digest, digest]
    assert lines[0].text.startswith(f"performs the plan {digest}, which {OPERATOR} made at ")
    assert lines[1].text.startswith(f"approved by {ANN} until ")
    assert all((state.evidence / line.file).is_file() for line in lines)
    desk.may_begin(state)
    assert len(state.history.of_step(OF_THE_RECORD)) == 2, "what is on record already is not told twice"


def test_a_plan_without_approval_waits_and_says_who_may_give_it(desk: Desk) -> None:
    with pytest.raises(Waiting, match=f"0 of 1 approvals of this plan are there; who may still approve it: {ANN}, {BOB}"):
        desk.may_begin(desk.begin())


def test_where_no_approval_is_required_a_plan_is_performed_without_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(desk.folder / "none.toml"))
    state = desk.begin()
    desk.may_begin(state)
    assert state.history.of_step(OF_THE_RECORD)[0].text.endswith("; no approval is required here")


def test_a_run_without_a_plan_is_refused_where_one_is_required(desk: Desk) -> None:
    state = desk.begin()
    stripped = edit_facts(state, plan=None)
    with pytest.raises(Refused, match=r"requires an approved plan, and .* was begun without one"):
        desk.may_begin(stripped)
    with pytest.raises(Refused, match="requires an approved plan"):
        desk.may_begin(edit_facts(stripped, rehearsal=True))  # a rehearsal's appliances are this machine's own


def test_a_name_that_only_begins_like_this_machines_own_addresses_is_no_rehearsal(desk: Desk) -> None:
    text = desk.pair_file.read_text(encoding="utf-8")
    text = text.replace("192.0.2.12", "127.a.example.com").replace("192.0.2.13", "127.b.example.com")
    desk.pair_file.write_text(text, encoding="utf-8")
    desk.write_plan()
    with pytest.raises(Refused, match="requires an approved plan"):
        desk.may_begin(edit_facts(desk.begin(), plan=None, rehearsal=True))


def test_a_plan_whose_run_was_killed_before_it_was_copied_is_copied_then(desk: Desk) -> None:
    desk.sign(ANN)
    state = desk.begin()
    copy = state.evidence / "attachments" / "plan.json"
    copy.unlink()
    desk.may_begin(state)
    assert copy.read_bytes() == desk.plan.read_bytes()
    copy.unlink()
    desk.write_plan(requested_by="Somebody else")
    with pytest.raises(Refused, match="was begun with another plan"):
        desk.may_begin(state)


def test_each_change_since_the_plan_was_made_is_told_as_what_it_is(desk: Desk) -> None:
    desk.sign(ANN)
    (desk.folder / "ca.pem").write_text("another certificate", encoding="utf-8")
    with pytest.raises(Refused, match=r"ca\.pem has changed since the plan was made"):
        desk.planned()
    (desk.folder / "ca.pem").unlink()
    with pytest.raises(UsageError, match=r"ca_file .* does not exist"):
        desk.planned()
    desk.write_pair("\n# a comment\n")
    with pytest.raises(Refused, match=r"pair\.toml has changed since the plan was made from it"):
        desk.planned()


def test_a_plan_of_another_program_is_not_performed(desk: Desk) -> None:
    desk.write_plan(robot={"version": "0.0.9", "code_sha256": "ab" * 32})
    with pytest.raises(Refused, match=r"made by another program \(version 0\.0\.9, code abababababababab\)"):
        desk.planned()


def test_a_command_that_appears_where_the_pair_file_names_one_is_another_plan(desk: Desk) -> None:
    desk.write_pair('\n[checks]\nnotice = { command = ["./tell"] }\n')
    desk.write_plan()
    assert desk.planned()
    (desk.folder / "tell").write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"tell was not there when the plan was made"):
        desk.planned()


def test_a_plan_is_performed_once(desk: Desk) -> None:
    desk.sign(ANN)
    first = desk.begin()
    with pytest.raises(Refused, match=f"{first.name} performs this plan already: go on with failover-robot resume {first.name}"):
        desk.planned().plan.require_not_performed(store.every())
    second = desk.begin()  # as two commands do that were given at one moment
    pressed(first, "b-sync-now")
    with pytest.raises(Refused, match=f"{first.name} performs this plan already"):
        desk.may_begin(second)
    (first.evidence / "summary.json").write_text('{"outcome": "done"}', encoding="utf-8")
    with pytest.raises(Refused, match=f"{first.name} has performed this plan, and a plan is performed once"):
        desk.may_begin(second)


@pytest.mark.parametrize("what", ["settings", "procedure", "digest", "document", "presses"])
def test_what_stands_in_the_state_folder_and_in_the_evidence_is_not_believed(desk: Desk, what: str) -> None:
    """Whoever owns the state folder can write anything there, but cannot have it approved."""
    desk.sign(ANN)
    state = desk.begin()
    copy = state.evidence / "attachments" / "plan.json"
    document = json.loads(copy.read_text(encoding="utf-8"))
    if what == "settings":
        settings = state.facts["settings"]
        state = edit_facts(state, settings={**settings, "swing": {**settings["swing"], "shared_ip": "192.0.2.99"}})
    elif what == "procedure":
        state = edit_facts(state, procedure="synchronous")
    elif what == "digest":
        state = edit_facts(state, plan={**state.facts["plan"], "digest": "ab" * 32})
    elif what == "document":
        copy.write_text(json.dumps({**document, "procedure": "synchronous"}), encoding="utf-8")
    else:
        document["presses"] = document["presses"][:2]
        document["digest"] = digest_of_plan(document)
        copy.write_text(json.dumps(document), encoding="utf-8")
        state = edit_facts(state, plan={**state.facts["plan"], "digest": document["digest"]})
    with pytest.raises((Refused, UsageError)):
        desk.may_begin(state)


def test_what_comes_next_waits_once_the_approval_has_expired_and_goes_on_with_a_new_one(desk: Desk) -> None:
    desk.sign(ANN, lasts=timedelta(hours=1))
    state = desk.begin()
    desk.may_begin(state)
    pressed(state, "b-sync-now")
    desk.shift = timedelta(hours=2)
    with EvidenceLog(state.evidence) as record:
        gate = desk.gate(state, record)
        assert gate
        gate.require_begun()  # what restores needs no more than that
        with pytest.raises(Waiting, match=r"expired at .*; what was begun before is not taken back by that"):
            gate.require()
        desk.sign(BOB, lasts=timedelta(hours=9))
        gate.require()


def test_a_record_that_tells_of_presses_from_before_the_approval_is_not_gone_on_with(desk: Desk) -> None:
    state = desk.begin()
    pressed(state, "b-break-failover-relationships")
    with EvidenceLog(state.evidence) as record:
        gate = desk.gate(state, record)
        assert gate
        with pytest.raises(Refused, match=r"made its first press at .*, when its plan was not approved"):
            gate.require_begun()


def test_a_key_that_a_later_version_knows_of_makes_no_plan_stale(desk: Desk) -> None:
    """The program was mended in mid-run, and its pair files have a section more."""
    document = desk.write_plan()
    desk.write_plan(settings={key: value for key, value in document["settings"].items() if key != "waivers"})
    assert desk.planned()


def test_signatures_that_are_taken_away_are_kept_in_the_evidence(desk: Desk) -> None:
    signature = desk.sign(ANN)
    state = desk.begin()
    desk.may_begin(state)
    signature.unlink()
    desk.may_begin(state)


def test_an_emergency_lifts_the_windows_and_wants_two_people_who_have_signed_for_it(desk: Desk) -> None:
    windows = """
[windows]
first  = { opens = 2036-12-01T22:00:00Z, closes = 2036-12-02T02:00:00Z }
second = { opens = 2036-12-03T22:00:00Z, closes = 2036-12-04T02:00:00Z }
interim = { at_least = "24h", at_most = "72h" }
"""
    desk.write_pair(windows)
    desk.write_plan()
    desk.sign(ANN)
    desk.sign(BOB)
    state = desk.begin(EMERGENCY)
    with pytest.raises(Refused, match=r"0 of 2 approvals .* is an ordinary approval: the emergency INC0004711 needs one"):
        desk.may_begin(state)
    desk.sign(ANN, emergency=EMERGENCY)
    with pytest.raises(Refused, match="1 of 2 approvals"):
        desk.may_begin(state)
    desk.sign(BOB, emergency=EMERGENCY)
    desk.may_begin(state)
    assert "EMERGENCY INC0004711: The appliance is being broken into" in state.history.of_step(OF_THE_RECORD)[1].text
    desk.shift = timedelta(hours=4, minutes=1)
    with pytest.raises(Refused, match="0 of 2 approvals"):
        desk.may_begin(state)


def test_a_stranger_and_an_operator_approve_nothing(desk: Desk) -> None:
    desk.sign(EVE)
    desk.sign(OPERATOR)
    with pytest.raises(Refused, match=r"0 of 1 approvals of this plan are there; .* is not signed by any of the approvers"):
        desk.may_begin(desk.begin())
