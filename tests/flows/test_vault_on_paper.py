"""Whole upgrades on paper whose secrets come from a vault: everything lent comes back, and no file of the run holds a secret."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from a_vault import LENDING, LendingVault
from paper_pair import Story, on_paper
from paper_world import World

from robot.domain.errors import Refused
from robot.network.vault import vault_of
from robot.runs import store
from robot.settings import load
from robot.settings.env_file import read_env_file
from robot.settings.secrets import secrets


@pytest.fixture
def vault(tmp_path: Path) -> LendingVault:
    (tmp_path / "pair").mkdir()
    return LendingVault(tmp_path / "pair", {})


@pytest.fixture
def run(tmp_path: Path, vault: LendingVault) -> Generator[Story]:
    """A run on paper whose `.env` holds user names only."""
    world = World()
    with on_paper(tmp_path, world):
        pair_file = world.write(tmp_path / "written")
        for path in pair_file.parent.iterdir():
            path.rename(tmp_path / "pair" / path.name)
        pair_file, env_file = tmp_path / "pair" / pair_file.name, tmp_path / "pair" / ".env"
        for name, value in read_env_file(env_file, ()).items():
            vault.put(name, value)
        names = [line for line in env_file.read_text(encoding="utf-8").splitlines() if "_USERNAME=" in line]
        env_file.write_text("\n".join(names), encoding="utf-8")
        pair_file.write_text(pair_file.read_text(encoding="utf-8") + LENDING, encoding="utf-8")
        settings = load(pair_file)
        facts = {"ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"), "rehearsal": True}
        state = store.begin(facts, tmp_path / "artifacts", settings.change.ticket)
        yield Story(world, state, settings, secrets(settings, {}, vault=vault_of(settings)))


def test_an_upgrade_borrows_what_it_needs_and_gives_all_of_it_back(run: Story, vault: LendingVault, tmp_path: Path) -> None:
    assert vault.journal == []
    assert run.perform().outcome == "done"
    assert vault.lent == {}
    borrowed = {entry.removeprefix("checkout ") for entry in vault.journal if entry.startswith("checkout")}
    assert {"A_LOGIN_PASSWORD", "B_LOGIN_PASSWORD", "A_APPLIANCE_PASSWORD", "B_APPLIANCE_PASSWORD"} <= borrowed
    held = [path for path in (tmp_path / "pair" / "vault").iterdir() if path.suffix != ".lent" and path.name != "journal"]
    values = [path.read_text(encoding="utf-8").strip() for path in held if not path.name.endswith("_USERNAME")]
    assert len(values) >= 5
    left = [path for folder in ("artifacts", "state") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert left
    assert not [(path, value) for path in left for value in values if value.encode() in path.read_bytes()]


def test_after_the_synchronisation_b_is_signed_in_to_with_as_account_from_the_vault(run: Story, vault: LendingVault) -> None:
    assert run.perform(before="b-break-failover-relationships").outcome == "stopped"
    asked = len(vault.journal)
    assert run.perform().outcome == "done"
    assert "checkout A_LOGIN_PASSWORD" in vault.journal[asked:]
    assert "checkout B_LOGIN_PASSWORD" not in vault.journal[asked:], "B has had A's accounts since the synchronisation"


def test_a_password_that_the_vault_changes_between_two_performances_is_the_one_that_is_used(
    run: Story, vault: LendingVault
) -> None:
    run.perform(before="b-sync-now")
    assert vault.lent == {}
    [account] = [each for each in run.world.pair.appliances["a"].login_accounts if each.username == run.secrets.a.login.username]
    account.password = "r0tated-since"
    vault.put("A_LOGIN_PASSWORD", "r0tated-since")
    assert run.perform().outcome == "done"
    assert vault.lent == {}


def test_a_vault_that_is_sealed_in_mid_run_stops_it_and_it_goes_on_when_it_is_open_again(
    run: Story, vault: LendingVault, tmp_path: Path
) -> None:
    run.perform(before="b-break-failover-relationships")
    command = tmp_path / "pair" / "lending-vault"
    command.rename(tmp_path / "sealed")
    ending = run.perform()
    assert isinstance(ending.stop, Refused)
    assert str(ending.stop).startswith("./lending-vault cannot be run in ")
    (tmp_path / "sealed").rename(command)
    assert run.perform().outcome == "done"
    assert len(run.world.presses) == len(set(run.world.presses)) == 10
    assert vault.lent == {}
