"""Secrets from a vault: each is asked for when it is needed, checked as those of `.env` are, and masked from then on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR, write_env

from robot.domain.errors import Refused, UsageError
from robot.domain.masking import Masking
from robot.runs.login_memory import remember_rejected, was_rejected
from robot.settings import load, load_kept
from robot.settings.secrets import Secrets, require_own_accounts, secrets

SECTION = '\n[secrets]\nget = ["./checkout", "{name}"]\n'
SEED = "JBSWY3DPEHPK3PXP"
KEY = "hmac-sha256:outer:b3V0ZXItb3V0ZXItb3V0ZXItMDA="
NAMES = {name: value for name, value in ENVIRONMENT.items() if name.endswith("USERNAME")}


class Lends:
    """A vault that notes what it was asked for."""

    def __init__(self, held: dict[str, str]) -> None:
        self.held, self.asked = held, list[str]()

    def fetch(self, name: str) -> str:
        self.asked.append(name)
        return self.held.get(name, "")

    def give_back(self, only: Collection[str] | None = None) -> list[str]:
        self.asked.append(f"back {only}")
        return []


def lent(
    folder: Path, held: dict[str, str], more: str = "", old: str = "", new: str = "", env: dict[str, str] | None = None
) -> tuple[Secrets, Lends]:
    (folder / "pair.toml").write_text(PAIR.replace(old, new) + SECTION + more, encoding="utf-8")
    vault = Lends(held)
    return secrets(load(folder / "pair.toml"), NAMES if env is None else env, vault=vault), vault


def test_nothing_is_asked_for_before_it_is_needed_and_then_nothing_else(tmp_path: Path) -> None:
    found, vault = lent(tmp_path, ENVIRONMENT)
    assert vault.asked == []
    assert found.a.login.username == "a-login-username"
    assert found.a.login.password.get_secret_value() == "a-login-pa55word"
    assert vault.asked == ["A_LOGIN_PASSWORD"]


def test_what_is_fetched_is_masked_from_then_on_everywhere(tmp_path: Path) -> None:
    found, vault = lent(tmp_path, {"A_LOGIN_PASSWORD": "Tr0ub4dor&3"})
    mask = Masking(found.texts())
    assert mask("it was Tr0ub4dor&3") == "it was Tr0ub4dor&3", "nobody knows it yet"
    _ = found.a.login.password
    assert mask("it was Tr0ub4dor&3") == "it was [secret]"
    vault.held["A_LOGIN_PASSWORD"] = "r0tated-since"
    _ = found.a.login.password
    assert mask("Tr0ub4dor&3 and r0tated-since") == "[secret] and [secret]"


def test_what_is_fetched_for_the_process_that_performs_the_run_is_masked_in_its_parent(tmp_path: Path) -> None:
    found, _ = lent(tmp_path, {"TSIG": KEY})
    assert found.fetch("TSIG") == KEY
    assert Masking(found.texts())(f"{KEY} b3V0ZXItb3V0ZXItb3V0ZXItMDA=") == "[secret] [secret]"


def test_user_names_stand_beside_the_pair_file_or_in_the_vault(tmp_path: Path) -> None:
    found, vault = lent(tmp_path, ENVIRONMENT, env={"A_LOGIN_USERNAME": "from-outside"})
    assert (found.a.login.username, found.b.login.username) == ("from-outside", "b-login-username")
    assert vault.asked == ["B_LOGIN_USERNAME"]
    assert found.usernames() == {"A_LOGIN_USERNAME": "from-outside"}


@pytest.mark.parametrize("name", ["A_LOGIN_PASSWORD", "B_APPLIANCE_TOTP"])
@pytest.mark.parametrize("in_file", [True, False])
def test_a_secret_that_stands_where_a_vault_is_to_lend_it_is_refused(tmp_path: Path, name: str, in_file: bool) -> None:
    if in_file:
        write_env(tmp_path, f"{name}=Tr0ub4dor-3\n")
    with pytest.raises(UsageError) as refused:
        lent(tmp_path, ENVIRONMENT, env={} if in_file else {name: "Tr0ub4dor-3"})
    assert str(refused.value) == (
        f"{name} is set in the environment or in {tmp_path / '.env'}, and [secrets] get fetches it with ./checkout: "
        "remove it there, or remove [secrets]"
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "./checkout has printed nothing for A_LOGIN_PASSWORD: see that the vault has it, and that it may be read"),
        ("Tr0ub4dor&3\nlease 3600", "what ./checkout has printed for A_LOGIN_PASSWORD holds a control character (a newline)"),
        ("Tr0ub4dor&3\t", "what ./checkout has printed for A_LOGIN_PASSWORD holds a control character (a tab)"),
        ("backup", "A_LOGIN_PASSWORD cannot be told from ordinary words"),
    ],
)
def test_what_a_vault_prints_and_is_no_secret_refuses_without_showing_it(tmp_path: Path, value: str, sentence: str) -> None:
    found, _ = lent(tmp_path, {"A_LOGIN_PASSWORD": value})
    with pytest.raises(Refused) as refused:
        _ = found.a.login.password
    assert str(refused.value).startswith(sentence)
    assert "Tr0ub4dor" not in str(refused.value)
    assert refused.value.code == 3, "an appliance may have been changed by then: 4"


def test_a_seed_is_lent_too_and_an_account_may_have_none(tmp_path: Path) -> None:
    found, _ = lent(tmp_path, {"A_LOGIN_TOTP": SEED, "B_LOGIN_TOTP": "n0t-base32!"})
    assert (seed := found.a.login.totp)
    assert seed.get_secret_value() == SEED
    assert found.a.appliance.totp is None
    with pytest.raises(Refused, match="B_LOGIN_TOTP is no seed of a second factor"):
        _ = found.b.login.totp


def test_a_key_a_backup_password_and_what_messages_need_are_lent_too(tmp_path: Path) -> None:
    more = '\n[notify.webhook]\nurl = "https://chat.example.com/1"\ntoken = "HOOK"\n'
    backup = ('directory = "backups"', 'directory = "backups"\npassword = "BACKUP"')
    found, vault = lent(tmp_path, {"BACKUP": "c0rrect-h0rse", "HOOK": "hook-t0ken"}, more, *backup)
    assert vault.asked == []
    assert (found.backup_password, found.webhook_token, found.mail_password) != (None, None, None)
    assert vault.asked == ["BACKUP", "HOOK"]
    found.give_back_what_messages_need()
    assert vault.asked[2:] == ["back ['HOOK']"]
    with pytest.raises(Refused, match="nothing for TSIG"):
        found.key("TSIG")


def test_a_rejected_password_is_not_tried_again_until_the_vault_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found, vault = lent(tmp_path, {"A_LOGIN_PASSWORD": "Tr0ub4dor&3"})
    remember_rejected("192.0.2.12", found.a.login.username, found.a.login.password.get_secret_value())
    assert was_rejected("192.0.2.12", found.a.login.username, found.a.login.password.get_secret_value())
    vault.held["A_LOGIN_PASSWORD"] = "r0tated-since"
    assert not was_rejected("192.0.2.12", found.a.login.username, found.a.login.password.get_secret_value())


@pytest.mark.parametrize("command", ["[]", '["./checkout"]', '["./{name}"]', '["./checkout", "{NAME}"]'])
def test_a_command_that_is_not_told_which_secret_is_refused(tmp_path: Path, command: str) -> None:
    text = PAIR + f"\n[secrets]\nget = {command}\n"
    (tmp_path / "pair.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"secrets.get must be a command with {name} among its arguments, such as"):
        load(tmp_path / "pair.toml")


def test_without_a_command_that_fetches_there_is_nothing_to_give_back(tmp_path: Path) -> None:
    (tmp_path / "pair.toml").write_text(f'{PAIR}\n[secrets]\ngive_back = ["./checkin", "{{name}}"]\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"secrets.get is missing"):
        load(tmp_path / "pair.toml")


# -- the account that the product is delivered with ----------------------------------------------------------------------

WAIVER = '\n[[waivers]]\ncheck = "admin-account"\nby = "Jo Doe"\nreason = "no other account yet"\nuntil = 2999-12-31\n'


@pytest.mark.parametrize("username", ["admin", "Admin", "ADMIN"])
def test_an_account_named_admin_is_refused_before_anything_begins(tmp_path: Path, username: str) -> None:
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    with pytest.raises(
        UsageError, match=r"^B_LOGIN_USERNAME is admin, the account .*: use an account made for the robot, or waive "
    ):
        require_own_accounts(settings, secrets(settings, ENVIRONMENT | {"B_LOGIN_USERNAME": username}))
    require_own_accounts(settings, secrets(settings, ENVIRONMENT | {"B_LOGIN_USERNAME": "administrator-7"}))


def test_an_account_named_admin_is_used_where_that_is_waived(tmp_path: Path) -> None:
    (tmp_path / "pair.toml").write_text(PAIR + WAIVER, encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    require_own_accounts(settings, secrets(settings, ENVIRONMENT | {"B_LOGIN_USERNAME": "admin"}))


def test_an_account_that_a_vault_names_admin_is_refused_when_it_is_fetched(tmp_path: Path) -> None:
    found, _ = lent(tmp_path, {"A_LOGIN_USERNAME": "Admin"}, env={})
    with pytest.raises(UsageError, match="A_LOGIN_USERNAME is admin"):
        _ = found.a.login.username
    waived, _ = lent(tmp_path, {"A_LOGIN_USERNAME": "Admin"}, WAIVER, env={})
    assert waived.a.login.username == "Admin"


def test_a_run_that_was_begun_goes_on_with_the_commands_that_it_began_with(tmp_path: Path) -> None:
    (tmp_path / "pair.toml").write_text(PAIR + SECTION + WAIVER, encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    assert load_kept(settings.model_dump(mode="json"), "a-run") == settings
