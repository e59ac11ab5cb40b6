"""The command line and a vault: what is wrong is told before a run begins, and what a command had on loan comes back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import a_begun_run
import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env
from a_vault import LENDING, LendingVault, write_command
from spoken import Here, Said

from robot.cli import doctor
from robot.cli.lifecycle import performance
from robot.network.vault import vault_of
from robot.runs.evidence_log import EvidenceLog
from robot.runs.supervisor import Ended
from robot.settings import load
from robot.settings.secrets import Secrets

NAMES = "".join(f"{name}={value}\n" for name, value in ENVIRONMENT.items() if name.endswith("USERNAME"))
WAIVER = '\n[[waivers]]\ncheck = "admin-account"\nby = "Jo Doe"\nreason = "no other account yet"\nuntil = {until}\n'


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    write_env(tmp_path / "site", NAMES)
    (tmp_path / "site" / "pair.toml").write_text(PAIR + LENDING, encoding="utf-8")
    return tmp_path / "site" / "pair.toml"


@pytest.fixture
def vault(pair: Path) -> LendingVault:
    return LendingVault(pair.parent, ENVIRONMENT)


def refused(here: Here, *words: str | Path) -> str:
    """The sentence of a command that is refused before a run has begun."""
    said = here(*words)
    assert said.code == 2
    assert not list(Path(os.environ["XDG_STATE_HOME"]).glob("failover-robot/runs/*"))
    return said.sentence


COMMANDS = pytest.mark.parametrize("words", [["run", "--now"], ["observe"]])


@COMMANDS
def test_a_command_that_is_not_there_is_told_before_anything_begins(here: Here, pair: Path, words: list[str]) -> None:
    program = pair.parent / "lending-vault"
    assert refused(here, *words, pair) == f"[secrets] get: {program} does not exist; put it there, or correct the pair file"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    assert refused(here, *words, pair) == f"[secrets] get: {program} may not be run: chmod +x it, or correct the pair file"
    pair.write_text(f'{PAIR}\n[secrets]\nget = ["no-such-program", "{{name}}"]\n', encoding="utf-8")
    assert refused(here, *words, pair).startswith("[secrets] get: there is no command no-such-program in PATH; install it")


@COMMANDS
def test_a_password_that_was_left_in_the_env_file_is_told(here: Here, pair: Path, vault: LendingVault, words: list[str]) -> None:
    write_env(pair.parent)
    assert refused(here, *words, pair).startswith("A_APPLIANCE_PASSWORD is set in the environment or in ")
    assert vault.journal == []


@COMMANDS
def test_an_account_named_admin_is_told(here: Here, pair: Path, vault: LendingVault, words: list[str]) -> None:
    write_env(pair.parent, NAMES.replace("a-login-username", "Admin"))
    assert refused(here, *words, pair).startswith("A_LOGIN_USERNAME is admin, the account that the product is delivered with")
    assert vault.journal == []


@COMMANDS
def test_an_account_named_admin_is_told_without_a_vault_too(here: Here, pair: Path, words: list[str]) -> None:
    pair.write_text(PAIR, encoding="utf-8")
    all_of_it = "".join(f"{name}={value}\n" for name, value in ENVIRONMENT.items())
    write_env(pair.parent, all_of_it.replace("b-appliance-username", "admin"))
    assert refused(here, *words, pair).startswith("B_APPLIANCE_USERNAME is admin")


def test_a_waiver_that_is_over_is_told(here: Here, pair: Path) -> None:
    pair.write_text(PAIR + WAIVER.format(until="2026-01-31"), encoding="utf-8")
    assert refused(here, "run", "--now", pair).endswith(
        "waivers.0: the waiver of admin-account expired at 2026-01-31 23:59:59 UTC; have it renewed by Jo Doe, or remove it"
    )


def test_an_observation_that_is_interrupted_gives_back_what_it_had(
    here: Here, pair: Path, vault: LendingVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Any, known: Secrets, *__: Any, **___: Any) -> None:
        assert known.a.login.password
        assert vault.lent == {"A_LOGIN_PASSWORD": 1}
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.survey.observation.observe_pair", interrupted)
    assert here("observe", pair).code == 3
    assert vault.lent == {}


def performed(here: Here, pair: Path, monkeypatch: pytest.MonkeyPatch, *, faulty: bool = False) -> tuple[Said, list[str]]:
    """Resume a run whose worker borrows a password and leaves it on loan; give what was said, and the record's notes."""
    run = a_begun_run.begun(pair)

    def supervise(*words: Any) -> Ended:
        known: Secrets = words[-1]
        known.fetch("A_LOGIN_PASSWORD")
        with EvidenceLog(run.evidence) as record:
            record.append("intent", "b-sync-now", unit="b")
            record.append("proved", "b-sync-now", unit="b")
        if faulty:
            raise ValueError("whatever it is")
        return Ended("done", 0, "")

    monkeypatch.setattr(performance, "supervise", supervise)
    said = here("resume", run.name)
    return said, [line.text for line in run.history.lines if line.kind == "note" and "before the seal" not in line.text]


@pytest.mark.parametrize("faulty", [False, True])
def test_what_a_worker_has_left_on_loan_is_given_back_however_it_ended(
    here: Here, pair: Path, vault: LendingVault, monkeypatch: pytest.MonkeyPatch, faulty: bool
) -> None:
    said, notes = performed(here, pair, monkeypatch, faulty=faulty)
    assert said.code == (1 if faulty else 0)
    assert vault.journal == ["checkout A_LOGIN_PASSWORD", "checkin A_LOGIN_PASSWORD"]
    assert notes == []


def test_what_a_robot_that_was_killed_had_on_loan_is_given_back_when_the_run_is_resumed(
    here: Here, pair: Path, vault: LendingVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_begun_run.begun(pair)
    lends = vault_of(load(pair))
    assert lends
    lends.keep_ledger(run.folder / "on-loan.json")
    lends.fetch("B_LOGIN_PASSWORD")  # and nothing gives it back: the process is gone

    def supervise(*_: Any) -> Ended:
        assert vault.lent == {}, "before anything is fetched again"
        return Ended("refused", 3, "A is not primary.")

    monkeypatch.setattr(performance, "supervise", supervise)
    assert here("resume", run.name).code == 3


def test_what_cannot_be_given_back_stands_in_the_record_and_on_the_terminal_and_spoils_nothing(
    here: Here, pair: Path, vault: LendingVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_command(pair.parent, "broken", "exit 9")
    pair.write_text(PAIR + LENDING.replace('"./lending-vault", "checkin"', '"./broken"'), encoding="utf-8")
    said, notes = performed(here, pair, monkeypatch)
    sentence = "A_LOGIN_PASSWORD was not given back to the vault: ./broken ended with 9; give it back by hand"
    assert said.code == 0
    assert f"failover-robot: {sentence}\n" in said.err
    assert notes == [sentence]
    assert vault.lent == {"A_LOGIN_PASSWORD": 1}


def test_the_doctor_tells_where_secrets_come_from_and_how_long_a_waiver_holds(
    here: Here, pair: Path, vault: LendingVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_starts", str)
    pair.write_text(PAIR.replace("192.0.2.1", "127.251.0.") + LENDING + WAIVER.format(until="2999-12-31"), encoding="utf-8")
    said = here("doctor", pair)
    assert "./lending-vault is there, and fetches each when it is needed; none was fetched now" in said.out
    assert "admin-account, by Jo Doe until 2999-12-31 23:59:59 UTC: no other account yet; 35" in said.out
    assert "days left" in said.out
    assert vault.journal == []
    (pair.parent / "lending-vault").unlink()
    assert "lending-vault does not exist" in here("doctor", pair).out
