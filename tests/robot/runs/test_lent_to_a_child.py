"""The process that performs a run gets its secrets through a pipe, and whatever ends it, what it had on loan comes back."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR
from a_vault import LENDING, LendingVault, write_command

from robot.domain.masking import Masking
from robot.domain.waiting import Poller
from robot.network.vault import vault_of
from robot.runs.lease import MachineLease
from robot.runs.store import RunState, begin
from robot.runs.supervisor import supervise
from robot.settings import load
from robot.settings.secrets import Secrets, secrets

VALUE = 'Tr0ub4dor  &3"\\ü'
"""Two blanks, quotes, a backslash and an umlaut: it must come through the pipe as it is."""


@pytest.fixture
def lease() -> Generator[MachineLease]:
    held = MachineLease()
    yield held
    held.release()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunState:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return begin({"ticket": "CHG1"}, tmp_path / "artifacts", "CHG1")


@pytest.fixture
def vault(tmp_path: Path) -> LendingVault:
    return LendingVault(tmp_path, {"A_LOGIN_PASSWORD": VALUE, "B_LOGIN_PASSWORD": "c0rrect-h0rse"})


@pytest.fixture
def known(tmp_path: Path, vault: LendingVault) -> Secrets:
    (tmp_path / "pair.toml").write_text(PAIR + LENDING, encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    assert vault.journal == []
    names = {name: value for name, value in ENVIRONMENT.items() if name.endswith("USERNAME")}
    return secrets(settings, names, vault=vault_of(settings))


def child(run: RunState, code: str) -> list[str]:
    done = json.dumps({"outcome": "done", "code": 0, "sentence": ""})
    head = "from robot.runs.parent import ParentVault\nvault = ParentVault()\n"
    return [sys.executable, "-c", f"{head}{code}\nopen({str(run.folder / 'ending.json')!r}, 'w').write({done!r})"]


def test_a_secret_comes_through_the_pipe_as_it_is_and_is_masked_on_both_sides(
    run: RunState, lease: MachineLease, known: Secrets, vault: LendingVault
) -> None:
    code = f"assert vault.fetch('A_LOGIN_PASSWORD') == vault.fetch('A_LOGIN_PASSWORD') == {VALUE!r}"
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 0
    assert Masking(known.texts())(VALUE) == "[secret]"
    assert vault.lent == {"A_LOGIN_PASSWORD": 1}, "the caller gives it back"
    assert known.give_back() == []
    assert vault.lent == {}


def test_a_child_that_rests_gives_back_and_fetches_what_is_new(
    run: RunState, lease: MachineLease, known: Secrets, vault: LendingVault
) -> None:
    code = "vault.fetch('A_LOGIN_PASSWORD')\nvault.give_back()\nvault.fetch('B_LOGIN_PASSWORD')"
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 0
    assert vault.lent == {"B_LOGIN_PASSWORD": 1}
    assert vault.journal == ["checkout A_LOGIN_PASSWORD", "checkin A_LOGIN_PASSWORD", "checkout B_LOGIN_PASSWORD"]


def test_a_child_that_is_killed_leaves_its_loans_to_its_parent(
    run: RunState, lease: MachineLease, known: Secrets, vault: LendingVault
) -> None:
    code = "import os\nvault.fetch('A_LOGIN_PASSWORD')\nvault.fetch('B_LOGIN_PASSWORD')\nos.kill(os.getpid(), 9)"
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 1
    assert vault.lent == {"A_LOGIN_PASSWORD": 1, "B_LOGIN_PASSWORD": 1}
    assert known.give_back() == []
    assert vault.lent == {}


class LostLease(MachineLease):
    """A lease that is lost as soon as a secret was fetched."""

    def __init__(self, vault: LendingVault) -> None:
        super().__init__()
        self._vault = vault

    def is_held(self) -> bool:
        return not self._vault.lent


def test_a_child_that_is_killed_for_a_lost_lease_leaves_its_loans_to_its_parent(
    run: RunState, known: Secrets, vault: LendingVault
) -> None:
    code = "import time\nvault.fetch('A_LOGIN_PASSWORD')\ntime.sleep(60)"
    assert supervise(run, LostLease(vault), child(run, code), lambda _: None, known=known).code == 3
    assert known.give_back() == []
    assert vault.lent == {}


def test_what_is_being_lent_while_the_child_is_killed_is_given_back_when_it_has_come(
    run: RunState, lease: MachineLease, known: Secrets, vault: LendingVault, tmp_path: Path
) -> None:
    real = tmp_path / "lending-vault"
    real.rename(tmp_path / "real-vault")
    write_command(
        tmp_path, "lending-vault", 'touch asked; sleep 1; mv "$0" gone; mv real-vault lending-vault; ./lending-vault "$@"'
    )
    code = "import os, threading\nthreading.Timer(0.2, os.kill, (os.getpid(), 9)).start()\nvault.fetch('A_LOGIN_PASSWORD')"
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 1
    assert (tmp_path / "asked").exists()
    known.give_back()
    Poller(poll=0.1).poll_until(lambda: vault.journal, lambda journal: len(journal) == 2, what="the check-in", within=20)
    assert vault.lent == {}


def test_a_secret_that_is_not_to_be_had_is_refused_to_the_child_in_the_vaults_own_sentence(
    run: RunState, lease: MachineLease, known: Secrets
) -> None:
    code = (
        "from robot.domain.errors import Refused\n"
        "try:\n    vault.fetch('BACKUP_PASSWORD')\n"
        "except Refused as refused:\n    assert 'ended with 1 for BACKUP_PASSWORD' in str(refused)\n"
        "else:\n    raise AssertionError"
    )
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 0
    without = code.replace("ended with 1 for BACKUP_PASSWORD", "there is no vault")
    assert supervise(run, lease, child(run, without), lambda _: None).code == 0


def test_threads_of_the_child_that_need_a_secret_and_the_lease_at_once_each_get_their_own_answer(
    run: RunState, lease: MachineLease, known: Secrets
) -> None:
    code = (
        "import threading\nfrom robot.runs.parent import tell_and_heed\nodd = []\n"
        "def fetches():\n"
        f"    for _ in range(50):\n        odd.extend([1] if vault.fetch('A_LOGIN_PASSWORD') != {VALUE!r} else [])\n"
        "def leases():\n"
        "    for _ in range(50):\n        tell_and_heed({'event': 'lease', 'serials': []})\n"
        "both = [threading.Thread(target=each) for each in (fetches, leases)]\n"
        "[each.start() for each in both]\n[each.join() for each in both]\nassert not odd"
    )
    assert supervise(run, lease, child(run, code), lambda _: None, known=known).code == 0
    assert threading.active_count() < 20
