"""A vault behind commands: what it lends is asked for when it is needed, in no file and in no sentence, and given back."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from a_vault import DOCS, LendingVault, write_command
from typing_extensions import override

from robot.domain.errors import Refused
from robot.network import vault as module
from robot.network.vault import CommandVault
from robot.settings.sections.pair_file import SecretCommands

NAME, VALUE = "A_LOGIN_PASSWORD", "Tr0ub4dor&3"
GET, BACK = ("./get", "{name}"), ("./back", "{name}")


def vault(folder: Path, script: str, back: str = "") -> CommandVault:
    write_command(folder, "get", script)
    write_command(folder, "back", back or 'echo "$1" >> returned')
    return CommandVault(SecretCommands(get=GET, give_back=BACK), folder)


def returned(folder: Path) -> list[str]:
    path = folder / "returned"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def lending(tmp_path: Path) -> LendingVault:
    return LendingVault(tmp_path, {NAME: VALUE, "B_LOGIN_PASSWORD": "c0rrect-h0rse"})


def of(folder: Path) -> CommandVault:
    get, back = (("./lending-vault", deed, "{name}") for deed in ("checkout", "checkin"))
    return CommandVault(SecretCommands(get=get, give_back=back), folder)


def test_a_secret_is_lent_once_however_often_it_is_read_and_given_back_once(tmp_path: Path, lending: LendingVault) -> None:
    lends = of(tmp_path)
    assert lending.journal == []
    assert [lends.fetch(NAME), lends.fetch(NAME), lends.fetch("B_LOGIN_PASSWORD")] == [VALUE, VALUE, "c0rrect-h0rse"]
    assert lending.lent == {NAME: 1, "B_LOGIN_PASSWORD": 1}
    assert lends.give_back() == []
    assert lends.give_back() == []
    assert lending.lent == {}
    assert lending.journal == [
        f"checkout {NAME}", "checkout B_LOGIN_PASSWORD", f"checkin {NAME}", "checkin B_LOGIN_PASSWORD",
    ]  # fmt: skip


def test_only_what_is_named_is_given_back(tmp_path: Path, lending: LendingVault) -> None:
    lends = of(tmp_path)
    lends.fetch(NAME)
    lends.fetch("B_LOGIN_PASSWORD")
    assert lends.give_back([NAME, "MAIL_PASSWORD"]) == []
    assert lending.lent == {"B_LOGIN_PASSWORD": 1}


def test_a_value_that_was_changed_between_two_loans_is_the_new_one(tmp_path: Path, lending: LendingVault) -> None:
    lends = of(tmp_path)
    assert lends.fetch(NAME) == VALUE
    lending.put(NAME, "r0tated-since")
    assert lends.fetch(NAME) == VALUE, "it is on loan: the appliance is asked for with one and the same"
    lends.give_back()
    assert lends.fetch(NAME) == "r0tated-since"


def test_many_threads_that_need_a_secret_at_once_have_it_lent_once(tmp_path: Path, lending: LendingVault) -> None:
    lends = of(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lends.fetch, [NAME] * 24)) == {VALUE}
    assert lending.journal == [f"checkout {NAME}"]


def test_an_account_without_a_second_factor_has_no_seed_and_nothing_is_on_loan_for_it(
    tmp_path: Path, lending: LendingVault
) -> None:
    lends = of(tmp_path)
    assert lends.fetch("A_LOGIN_TOTP") == ""
    assert lends.give_back() == []
    assert lending.lent == {}


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            f"echo '{VALUE} is sealed' >&2; echo '{VALUE}'; exit 4",
            "./get ended with 4 for A_LOGIN_PASSWORD: run it by hand to see",
        ),
        ("kill -9 $$", "./get ended with -9 for A_LOGIN_PASSWORD"),
        ("printf 'p\\377ss-word-1'", "what ./get has printed for A_LOGIN_PASSWORD is no text in UTF-8"),
    ],
)
def test_a_command_that_fails_is_told_without_a_word_of_what_it_says(tmp_path: Path, script: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        vault(tmp_path, script).fetch(NAME)
    assert str(refused.value).startswith(sentence)
    assert VALUE not in str(refused.value)
    assert "ss-word" not in str(refused.value)


def test_a_command_that_takes_too_long_is_killed_and_what_it_may_have_lent_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEADLINE_S", 0.3)
    lends = vault(tmp_path, f"printf '{VALUE}'; sleep 20")
    began = time.monotonic()
    with pytest.raises(
        Refused, match=r"^./get did not print A_LOGIN_PASSWORD within .* and was killed: see that the vault answers"
    ):
        lends.fetch(NAME)
    assert time.monotonic() - began < 10
    lends.give_back()
    assert returned(tmp_path) == [NAME]


def test_a_command_that_prints_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE_S", 0.5)
    with pytest.raises(Refused, match="was killed"):
        vault(tmp_path, "yes").fetch(NAME)


def test_what_a_command_leaves_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    assert vault(tmp_path, f"sleep 20 & echo '{VALUE}'").fetch(NAME) == VALUE
    assert time.monotonic() - began < 10


def test_a_command_that_is_gone_by_the_time_it_is_needed_is_named(tmp_path: Path) -> None:
    lends = vault(tmp_path, "true")
    (tmp_path / "get").unlink()
    with pytest.raises(Refused, match=r"^./get cannot be run in .*: No such file or directory; correct \[secrets\] get"):
        lends.fetch(NAME)
    assert lends.give_back() == []
    assert returned(tmp_path) == [], "nothing was lent"


def test_what_cannot_be_given_back_is_told_and_tried_again(tmp_path: Path) -> None:
    lends = vault(tmp_path, f"echo '{VALUE}'", f"echo '{VALUE} is unknown' >&2; exit 1")
    lends.fetch(NAME)
    [fault] = lends.give_back()
    assert fault == f"{NAME} was not given back to the vault: ./back ended with 1; give it back by hand"
    write_command(tmp_path, "back", 'echo "$1" >> returned')
    assert lends.give_back() == []
    assert returned(tmp_path) == [NAME]


def test_a_vault_that_wants_nothing_back_is_not_asked(tmp_path: Path) -> None:
    write_command(tmp_path, "get", f"echo '{VALUE}'")
    lends = CommandVault(SecretCommands(get=GET), tmp_path)
    assert lends.fetch(NAME) == VALUE
    assert lends.give_back() == []


def test_no_file_holds_the_value_and_no_other_program_is_given_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lends = vault(tmp_path, "v=Tr0ub; ls -l /proc/$$/fd > handles; printf '%s4dor&3' $v; echo", "env > seen; echo $* >> seen")
    lends.keep_ledger(tmp_path / "on-loan.json")
    assert lends.fetch(NAME) == VALUE
    assert "1 -> pipe:" in (tmp_path / "handles").read_text(encoding="utf-8"), "not a temporary file"
    lends.give_back()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"seen", "on-loan.json"} <= {path.name for path in files}
    assert [path for path in files if VALUE in path.read_text(encoding="utf-8", errors="replace")] == []


def test_what_a_killed_process_had_on_loan_is_given_back_by_the_next_one(tmp_path: Path, lending: LendingVault) -> None:
    ledger = tmp_path / "on-loan.json"
    killed = of(tmp_path)
    killed.keep_ledger(ledger)
    killed.fetch(NAME)
    assert json.loads(ledger.read_text(encoding="utf-8")) == [NAME]
    assert ledger.stat().st_mode & 0o077 == 0
    of(tmp_path).keep_ledger(ledger)
    assert lending.lent == {}
    assert json.loads(ledger.read_text(encoding="utf-8")) == []


def test_nothing_is_lent_that_could_not_be_noted(tmp_path: Path, lending: LendingVault) -> None:
    lends = of(tmp_path)
    lends.keep_ledger(tmp_path / "gone" / "on-loan.json")
    with pytest.raises(Refused, match=r"on-loan.json cannot be written"):
        lends.fetch(NAME)
    assert lending.journal == []


class KeyValues(http.server.BaseHTTPRequestHandler):
    """A key-value vault that wants a token."""

    token, held = "hvs.0ne-t0ken", {NAME: VALUE}

    def do_GET(self) -> None:
        value = self.held.get(self.path.removeprefix("/v1/secret/data/"))
        status = 403 if self.headers["X-Vault-Token"] != self.token else 404 if value is None else 200
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps({"data": {"data": {"value": value}}}).encode())

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def key_values(tmp_path: Path) -> Generator[CommandVault]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), KeyValues) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shutil.copy(DOCS / "kv-get", tmp_path)
        env = tmp_path / "kv.env"
        env.touch(0o600)
        env.write_text(f"VAULT_ADDR=http://127.0.0.1:{server.server_port}\nVAULT_TOKEN={KeyValues.token}\n", encoding="utf-8")
        yield CommandVault(SecretCommands(get=("./kv-get", "{name}")), tmp_path)
        server.shutdown()


def test_a_key_value_vault_gets_its_token_from_a_file_of_its_own(key_values: CommandVault, tmp_path: Path) -> None:
    assert key_values.fetch(NAME) == VALUE
    assert key_values.fetch("A_LOGIN_TOTP") == ""
    with pytest.raises(Refused, match=r"^./kv-get ended with 1 for B_LOGIN_PASSWORD"):
        key_values.fetch("B_LOGIN_PASSWORD")
    (tmp_path / "kv.env").chmod(0o644)
    with pytest.raises(Refused, match="ended with 1"):
        key_values.fetch("BACKUP_PASSWORD")
