"""`back-out` and `--procedure`, as a person types them: what they refuse, with which code, and what they say first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from a_begun_run import begun
from a_pair_file import write_env
from spoken import Here, Script

from robot.operators import handover
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.supervisor import performing

PAIR = """
[change]
ticket = "CHG1"
[site]
hostname = "support.example.com"
target_version = "15.1.3"
[a]
address = "192.0.2.12"
credentials = "A"
{b}
[backup]
directory = "backups"
{rest}
"""
B = '[b]\naddress = "192.0.2.13"\ncredentials = "B"'
SWING = '[swing]\nmethod = "shared-ip"\nshared_ip = "192.0.2.20"'


def pair_file(folder: Path, b: str = B, rest: str = SWING) -> Path:
    path = folder / "pair.toml"
    path.write_text(PAIR.format(b=b, rest=rest), encoding="utf-8")
    write_env(folder)
    return path


def test_no_way_back_for_a_run_that_nobody_knows(here: Here) -> None:
    said = here("back-out", "20261201T220000Z-ffff")
    assert said.code == 2
    assert said.sentence.startswith("no run 20261201T220000Z-ffff is known on this machine")


def test_no_way_back_for_a_run_that_has_ended(here: Here, tmp_path: Path) -> None:
    run = begun(pair_file(tmp_path), "b-sync-now")
    (run.evidence / "summary.json").write_text(json.dumps({"outcome": "done"}), encoding="utf-8")
    said = here("back-out", run.name)
    assert (said.code, said.sentence) == (4, f"{run.name} has ended (done); there is no way back for it")


@pytest.mark.parametrize(("pressed", "code"), [([], 3), (["b-sync-now"], 4)])
@pytest.mark.parametrize("command", ["back-out", "resume"])
def test_nobody_goes_on_while_a_person_has_the_pair_in_hand(
    here: Here, tmp_path: Path, command: str, pressed: list[str], code: int
) -> None:
    run = begun(pair_file(tmp_path), *pressed)
    handover.hand_over(run, "Ada Ops")
    said = here(command, run.name)
    assert said.code == code, "any press on record turns 3 into 4"
    assert said.sentence.startswith("Ada Ops has the pair in hand since ")
    assert f"failover-robot take-back {run.name} --by NAME" in said.sentence


@pytest.mark.parametrize(("pressed", "code"), [([], 3), (["b-sync-now"], 4)])
@pytest.mark.parametrize("words", [["back-out"], ["resume"], ["take-back", "--by", "Ada Ops"]])
def test_what_is_refused_while_another_process_performs_the_run_ends_by_its_record(
    here: Here, tmp_path: Path, words: list[str], pressed: list[str], code: int
) -> None:
    run = begun(pair_file(tmp_path), *pressed)
    if "take-back" in words:
        handover.hand_over(run, "Ada Ops")
    with performing(run):
        said = here(words[0], run.name, *words[1:])
    assert (said.code, f"{run.name} is being performed already" in said.err) == (code, True)


def test_resumed_without_its_name_it_is_refused_by_its_record_too(here: Here, tmp_path: Path) -> None:
    handover.hand_over(begun(pair_file(tmp_path), "b-sync-now"), "Ada Ops")
    assert here("resume").code == 4


def test_a_missing_credential_stays_a_2_whatever_was_pressed(here: Here, tmp_path: Path) -> None:
    run = begun(pair_file(tmp_path), "b-sync-now")
    write_env(tmp_path, "")
    assert (here("resume", run.name).code, here("back-out", run.name).code) == (2, 2)


def test_no_way_back_for_a_rehearsal_whose_pair_is_gone(here: Here, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    run = begun(pair_file(folder), rehearsal=True)
    folder.rename(tmp_path / "elsewhere")
    store.change_facts(run, {"evidence": str(tmp_path / "elsewhere" / "artifacts" / "CHG1" / run.name)})
    said = here("back-out", run.name)
    assert said.code == 2
    assert "is a rehearsal whose simulated pair is gone" in said.err


def test_where_there_is_no_way_back_it_is_refused_with_4_and_nothing_is_touched(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed, sentence = (
        ["b-break-failover-relationships", "a-disable-shared-ip", "b-enable-shared-ip"],
        "The swing is begun and not finished: resume first",
    )
    monkeypatch.setenv("XDG_STATE_HOME", str(script.state))
    run = begun(pair_file(tmp_path), *pressed)
    said = script("back-out", run.name, cwd=tmp_path)
    assert said.code == 4, said.err
    assert said.err.count(sentence) >= 2, "said first, and again on the card"
    card = dict(json.loads(script("status", run.name, "--json").out)["stop_card"])
    assert sentence in card["What happened"]
    assert card["Go on"] == f"failover-robot resume {run.name}"
    lines = [json.loads(line) for line in (run.evidence / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["step"] for line in lines if line["kind"] == "intent"] == pressed


@pytest.mark.parametrize(
    ("b", "rest", "section"),
    [(B, "", "b"), ("", SWING, "swing"), ("", "[update.files]\nb = ['x.nsu']", "update.files.b")],
)
def test_single_with_what_only_a_pair_has_is_refused_with_2(here: Here, tmp_path: Path, b: str, rest: str, section: str) -> None:
    said = here("run", pair_file(tmp_path, b, rest), "--now", "--procedure", "single")
    assert said.code == 2
    assert said.sentence.endswith(f"leave out {f'[{section}]' if '.' not in section else section}")
    assert not store.every(), "no run is begun"


def test_a_pair_file_of_one_appliance_is_no_pair(here: Here, tmp_path: Path) -> None:
    said = here("run", pair_file(tmp_path, "", ""), "--now")
    assert said.code == 2
    assert said.sentence.endswith("b is missing")


def test_a_procedure_that_there_is_not_is_refused_with_2_and_those_that_there_are_named(here: Here, tmp_path: Path) -> None:
    said = here("run", pair_file(tmp_path), "--now", "--procedure", "upside-down")
    assert said.code == 2
    assert "'asynchronous', 'synchronous', 'single'" in said.err


def test_resume_of_a_run_whose_way_back_has_begun_goes_on_with_the_way_back(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(script.state))
    run = begun(pair_file(tmp_path), "b-break-failover-relationships", "b-enable-shared-ip", "a-install-x")
    with EvidenceLog(run.evidence) as record:
        record.append("note", "site-back-out", unit="site", text="backing out")
    said = script("resume", run.name, cwd=tmp_path)
    assert (said.code, "there is no way back, only forward" in said.err) == (4, True), said.err
    card = dict(json.loads(script("status", run.name, "--json").out)["stop_card"])
    assert card["Go on"] == f"failover-robot resume {run.name}   (it goes on with the way back)"
