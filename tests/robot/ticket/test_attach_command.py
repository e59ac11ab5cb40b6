"""`attach`, as a person types it: what it prints, its exit codes, and what a kill in the middle leaves."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from a_begun_run import begun
from a_sealed_run import Desk, MakesDesks
from a_ticket_system import PASSWORD, TICKET, Fault
from spoken import SCRIPT, Here, Script

from robot.cli import loans
from robot.runs.custody_log import CustodyLog
from robot.runs.store import RunState
from robot.runs.supervisor import performing
from robot.ticket import ticket_client


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capfd)


@pytest.fixture
def desk(desk_at: MakesDesks) -> Desk:
    """A desk in front of Jira, by whose pair file the run was begun."""
    desk = desk_at("jira")
    keep_pair_file_of(desk)
    return desk


def keep_pair_file_of(desk: Desk) -> None:
    from robot.runs.store import change_facts
    from robot.settings import load

    change_facts(desk.state, {"settings": load(pair_of(desk)).model_dump(mode="json")})


def pair_of(desk: Desk) -> Path:
    return desk.state.evidence.parents[2] / "pair.toml"


def test_it_says_what_is_there_and_a_second_time_since_when(here: Here, desk: Desk) -> None:
    run = desk.state.name
    said = here("attach", run, "--to", "jira")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[:2] == [f"{run}.zip: is there now", f"{run}-summary.txt: is there now"]
    assert lines[2].startswith("note ")
    assert said.sentence == f"{TICKET} (jira 127.0.0.1) has it all; the log is {desk.state.evidence / 'custody.jsonl'}"
    assert all(": is there since 20" in line for line in here("attach", desk.state.evidence).out.splitlines())
    assert len(desk.server.effects) == 3
    assert PASSWORD not in said.out + said.err


@pytest.mark.parametrize("call", [0, 2])
def test_killed_between_effect_and_answer_it_doubles_nothing(desk: Desk, tmp_path: Path, call: int) -> None:
    desk.server.faults.append(Fault("killed after", skip=call))
    script = Script(tmp_path / "state")
    environment = script.environment()
    with subprocess.Popen([SCRIPT, "attach", desk.state.name], env=environment, stdout=subprocess.DEVNULL) as killed:
        desk.server.kill = killed.pid
    assert killed.returncode == -9
    assert len(desk.server.effects) == call + 1
    assert desk.log[-1]["kind"] == "intent"
    said = script("attach", desk.state.name)
    assert said.code == 0, said
    assert said.out.splitlines()[call].endswith(": is there")
    assert (len(desk.server.files), len(desk.server.notes), len(desk.server.effects)) == (2, 1, 3)


def test_rejected_credentials_end_with_3_whatever_the_run_has_pressed(here: Here, desk: Desk) -> None:
    desk.server.accepts = "another"
    said = here("attach", desk.state.name)
    assert said.code == 3
    assert "does not accept the credentials of [ticket] (401)" in said.sentence


def test_what_it_cannot_mean_is_refused_with_2(here: Here, desk: Desk, tmp_path: Path) -> None:
    for words, sentence in (
        ((desk.state.name, "--to", "servicenow"), "--to servicenow: [ticket] system is jira"),
        (("20261201T220000Z-ffff",), "no run 20261201T220000Z-ffff is known on this machine"),
        ((desk.state.name, "--pair", tmp_path / "other.toml"), "is the pair file of other.example.com"),
    ):
        other = pair_of(desk).read_text(encoding="utf-8").replace("support.example.com", "other.example.com")
        (tmp_path / "other.toml").write_text(other, encoding="utf-8")
        said = here("attach", *words)
        assert said.code == 2
        assert sentence in said.sentence
    assert desk.server.calls == []


def test_a_run_of_before_takes_the_ticket_section_of_a_pair_file_that_is_named(here: Here, desk_at: MakesDesks) -> None:
    desk = desk_at("servicenow")
    facts = json.loads((desk.state.folder / "run.json").read_text(encoding="utf-8"))
    del facts["settings"]["ticket"]
    (desk.state.folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    said = here("attach", desk.state.name)
    assert (said.code, said.sentence) == (2, "the run's pair file has no [ticket]; add it, and name the pair file with --pair")
    assert here("attach", desk.state.name, "--pair", pair_of(desk)).code == 0
    assert len(desk.server.files) == 2


def test_a_run_in_progress_is_not_attached(here: Here, desk: Desk) -> None:
    with performing(desk.state):
        said = here("attach", desk.state.name)
    assert said.code == 3
    assert "is in progress" in said.sentence
    assert desk.server.calls == []


def test_of_an_open_run_a_partial_pack_goes_to_the_ticket(here: Here, tmp_path: Path, desk_at: MakesDesks) -> None:
    desk = desk_at("jira")
    state = begun(pair_of(desk), "b-sync-now")
    said = here("attach", state.name)
    assert said.code == 0, said
    assert sorted(desk.server.names) == [f"{state.name}-partial-1-summary.txt", f"{state.name}-partial-1.zip"]
    (tmp_path / "got.zip").write_bytes(desk.server.files[0]["data"])
    with zipfile.ZipFile(tmp_path / "got.zip") as archive:
        assert "OPEN.txt" in archive.namelist()


def test_a_run_whose_pack_somebody_changed_goes_nowhere(here: Here, desk: Desk) -> None:
    (desk.state.evidence / "report.html").write_text("another", encoding="utf-8")
    said = here("attach", desk.state.name)
    assert said.code == 3
    assert "no longer agrees with the folder (report.html)" in said.sentence
    assert desk.server.calls == []


def test_its_names_have_letters_digits_dashes_and_an_ending_that_ticket_systems_take(here: Here, desk: Desk) -> None:
    here("attach", desk.state.name)
    for name in desk.server.names:
        assert name.isascii()
        assert name.replace("-", "").replace(".", "", 1).isalnum()
        assert name.endswith((".zip", ".txt"))


def test_a_webhook_is_told_the_same_and_proves_who_posts(here: Here, desk_at: MakesDesks, tmp_path: Path) -> None:
    desk = desk_at("webhook")
    assert here("attach", desk.state.name, "--to", "webhook", "--pair", pair_of(desk)).code == 0
    event = json.loads(desk.server.calls[-1].body)
    assert (event["type"], event["data"]["run"]) == ("run.note", desk.state.name)
    shutil.rmtree(tmp_path / "state")
    assert len({call.headers["webhook-id"] for call in desk.server.calls}) == 3


def test_a_system_that_is_not_there_ends_with_3_and_leaves_the_log_as_it_was(
    here: Here, desk_at: MakesDesks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_client, "_PAUSE_S", 0.0)
    desk = desk_at("jira")
    pair = pair_of(desk)
    pair.write_text(pair.read_text(encoding="utf-8").replace(str(desk.server.port), "1"), encoding="utf-8")
    said = here("attach", desk.state.name, "--pair", pair)
    assert said.code == 3
    assert "port 1 cannot be reached" in said.sentence
    assert (desk.state.evidence / "custody.jsonl").read_bytes() == b""


@pytest.mark.parametrize("command", [("seal",), ("attach",)])
def test_secrets_are_asked_for_only_when_something_is_to_be_sealed(
    here: Here, desk: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    asked = list[str]()

    def lent(state: RunState) -> str:
        asked.append(state.name)
        return "they are not known here"

    monkeypatch.setattr(loans, "secrets_of", lent)
    run = desk.state.name
    (desk.state.evidence / f"{run}.zip").unlink()
    assert here(*command, run).code == 0
    assert asked == [run]
    assert here(*command, run).code == 0
    assert asked == [run], "the pack stands already"


def test_no_path_of_a_pack_is_told_while_the_custody_log_cannot_be_written(here: Here, desk: Desk) -> None:
    with CustodyLog(desk.state.evidence):
        said = here("seal", desk.state.name)
    assert said.code == 3
    assert said.out == ""
    assert "is being written by another process" in said.err
