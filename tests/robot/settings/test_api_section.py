"""`[api]`: an API account by the names of its variables; its values are secrets like any other."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR

from robot.domain.errors import Refused, UsageError
from robot.domain.masking import Masking
from robot.domain.model import Unit
from robot.settings import Settings, load, load_kept
from robot.settings.secrets import secret_names, secrets

ONE = '\n[api]\nclient_id = "API_ID"\nclient_secret = "API_SECRET"\n'
TWO = ONE + 'b = { client_id = "B_API_ID", client_secret = "B_API_SECRET" }\n'
VALUES = {
    "API_ID": "0123456789abcdef",
    "API_SECRET": "s3cret-of-a",
    "B_API_ID": "fedcba9876543210",
    "B_API_SECRET": "s3cret-of-b",
}


def pair_file(folder: Path, more: str) -> Settings:
    (folder / "pair.toml").write_text(PAIR + more, encoding="utf-8")
    return load(folder / "pair.toml")


def account(settings: Settings, unit: Unit) -> tuple[str, str] | None:
    found = secrets(settings, ENVIRONMENT | VALUES).api_account(unit)
    return found and (found.client_id.get_secret_value(), found.client_secret.get_secret_value())


def test_one_account_serves_both_because_a_synchronisation_brings_it_to_b(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, ONE)
    assert [account(settings, unit) for unit in Unit] == [("0123456789abcdef", "s3cret-of-a")] * 2


def test_b_may_have_another_one_until_then(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, TWO)
    assert account(settings, Unit.B) == ("fedcba9876543210", "s3cret-of-b")
    assert account(settings, Unit.A) == ("0123456789abcdef", "s3cret-of-a")


def test_without_the_section_there_is_no_account(tmp_path: Path) -> None:
    assert account(pair_file(tmp_path, ""), Unit.A) is None


def test_its_values_are_masked_and_no_program_that_is_started_may_see_its_variables(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, TWO)
    assert set(VALUES) <= secret_names(settings)
    known = secrets(settings, ENVIRONMENT | VALUES)
    known.learn("t0ken-that-was-given", "a token")
    text = " ".join([*VALUES.values(), "t0ken-that-was-given"])
    assert Masking(known.texts())(text) == " ".join(["[secret]"] * 5)
    assert not any(value in repr((settings, known, known.api_account(Unit.A))) for value in VALUES.values())


@pytest.mark.parametrize("lacking", list(VALUES))
def test_a_missing_one_is_refused_at_once(tmp_path: Path, lacking: str) -> None:
    settings = pair_file(tmp_path, TWO)
    with pytest.raises(UsageError, match=rf"^{lacking} is missing: set it in the environment or in .*\.env$"):
        secrets(settings, {name: value for name, value in (ENVIRONMENT | VALUES).items() if name != lacking})


class Vault:
    """A vault that knows the API's secrets alone, and notes what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values, self.asked = values, list[str]()

    def fetch(self, name: str) -> str:
        self.asked.append(name)
        return self.values.get(name, "")

    def give_back(self, only: Collection[str] | None = None) -> list[str]:
        del only
        return []


def test_a_vault_lends_them_when_they_are_needed_and_not_before(tmp_path: Path) -> None:
    settings, vault = pair_file(tmp_path, ONE + '\n[secrets]\nget = ["./checkout", "{name}"]\n'), Vault(dict(VALUES))
    known = secrets(settings, {}, vault=vault)
    assert vault.asked == []
    known.api_account(Unit.B)
    assert vault.asked == ["API_ID", "API_SECRET"]
    with pytest.raises(UsageError, match=r"^API_SECRET is set in the environment or in .* and \[secrets\] get fetches it"):
        secrets(settings, {"API_SECRET": "s3cret-of-a"}, vault=vault)
    vault.values["API_ID"] = "two\nlines"
    with pytest.raises(Refused, match="holds a control character"):
        known.api_account(Unit.A)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ('[api]\nclient_id = "API_ID"\n', "api.client_secret is missing"),
        (
            '[api]\nclient_id = "API_ID"\nclient_secret = "0d1e2f"\n',
            "api.client_secret must be the name of an environment variable",
        ),
        (
            '[api]\nclient_id = "API"\nclient_secret = "API"\n',
            "api names API as client_id and as client_secret; each has a variable of its own",
        ),
        (
            ONE + 'b = { client_id = "API_ID", client_secret = "B_API_SECRET" }\n',
            "api has in b a variable of A's account; remove b",
        ),
        (ONE + "url = 1\n", "api.url is not known"),
        ('api = "API_ID"\n', "api must be a section with keys of its own"),
        ('[api]\nclient_id = "API_ID"\nclient_secret = "API_SECRET"\nusername = "x"\n', "api.username is not known"),
    ],
)
def test_what_is_no_account_is_refused_in_one_sentence_that_repeats_no_value(tmp_path: Path, section: str, sentence: str) -> None:
    top = section.startswith("api")
    (tmp_path / "pair.toml").write_text(section + PAIR if top else PAIR + "\n" + section, encoding="utf-8")
    with pytest.raises(UsageError) as told:
        load(tmp_path / "pair.toml")
    assert str(told.value).startswith(f"{tmp_path / 'pair.toml'}: {sentence}")
    assert "0d1e2f" not in str(told.value)


def test_a_single_appliance_has_one_account(tmp_path: Path) -> None:
    alone = PAIR.replace('[b]\naddress = "192.0.2.13"\ncredentials = "B"\n', "").partition("[swing]")[0]
    (tmp_path / "one.toml").write_text(alone + TWO, encoding="utf-8")
    with pytest.raises(UsageError, match=r"works on one appliance, in \[a\]; leave out api\.b$"):
        load(tmp_path / "one.toml", single=True)


def test_a_begun_run_keeps_it_and_no_value_with_it(tmp_path: Path) -> None:
    settings = pair_file(tmp_path, TWO)
    kept = settings.model_dump_json()
    assert load_kept(settings.model_dump(mode="json"), "a-run") == settings
    assert not any(value in kept for value in VALUES.values())
