"""A secret that cannot be told from what a record says anyway is refused before anything begins."""

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from a_pair_file import ENVIRONMENT, PAIR
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.errors import UsageError
from robot.evidence.record.line import FIELDS, Kind
from robot.settings import Settings, load
from robot.settings.secrets import secrets

ROOT = Path(__file__).resolve().parents[3]
FULL = (
    f'{PAIR.replace("backups", "b")}[notify]\nwebhook = {{ url = "https://chat.example.com/x", token = "HOOK" }}\n'
    'smtp = { server = "m", from = "a@b.example", to = ["a@b.example"], username = "u", password = "MAIL" }\n'
).replace('directory = "b"', 'directory = "b"\npassword = "SAFE"')
GOOD = ENVIRONMENT | {"HOOK": "hook-t0ken", "MAIL": "mail-s3cret", "SAFE": "safe-s3cret"}
SECRETS = sorted(name for name in GOOD if not name.endswith("USERNAME"))
WORDS = "it is made only of words that every record holds"
FIGURES = "it is made of digits only"
SHORT = "it has fewer than 6 characters"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("pair")
        patch.setenv("FAILOVER_ROBOT_POLICY", str(folder / "none.toml"))
        (folder / "pair.toml").write_text(FULL, encoding="utf-8")
        yield load(folder / "pair.toml")


def refusal(settings: Settings, name: str, value: str) -> str:
    with pytest.raises(UsageError) as refused:
        secrets(settings, GOOD | {name: value})
    assert refused.value.code == 2
    return str(refused.value)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(("value", "reason"), [("switch", WORDS), ("4711", SHORT), ("47114711", FIGURES), ("x", SHORT)])
def test_a_secret_like_an_ordinary_word_or_figure_is_refused_by_its_name_and_the_reason(
    settings: Settings, name: str, value: str, reason: str
) -> None:
    assert refusal(settings, name, value) == (
        f"{name} cannot be told from ordinary words or figures ({reason}), so it cannot be masked: set a better one"
    )


@pytest.mark.parametrize(
    "value",
    ["backup", "Failover", "b-sync-now", "b-install-15.1.3", "shared_ip", "site-swing-2", "primary", "2026-12-01", "sync sync",
     "15.1.3"],
)  # fmt: skip
def test_steps_fields_and_figures_are_no_secrets(settings: Settings, value: str) -> None:
    assert f"({WORDS})" in (said := refusal(settings, "SAFE", value)) or f"({FIGURES})" in said


def words_of(value: Any) -> Iterator[str]:
    """The words of a line's structure: names of fields, and values that are one name themselves, such as steps and kinds."""
    if isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            yield name
            yield from words_of(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from words_of(item)
    elif isinstance(value, str) and re.fullmatch(r"[a-z]+([_-][a-z0-9.]+)*", value):
        yield value


@pytest.mark.parametrize("run", ["finished", "interrupted"])
def test_no_name_of_which_a_record_is_made_passes_for_a_secret(settings: Settings, run: str) -> None:
    with tarfile.open(ROOT / "tests" / "flows" / "recorded" / f"{run}.tar.xz") as archive:
        member = next(each for each in archive.getmembers() if each.name.endswith("evidence.jsonl"))
        content = archive.extractfile(member)
        assert content
        lines = [json.loads(line) for line in content.read().splitlines()]
    found = {*FIELDS, *map(str, Kind)}
    for line in lines:
        found.update(words_of({name: value for name, value in line.items() if name not in {"sha256", "previous", "serial"}}))
    passed: list[str] = []
    for word in sorted(found):
        try:
            secrets(settings, GOOD | {"SAFE": word})
        except UsageError:
            continue
        passed.append(word)
    assert not passed


@given(
    st.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=16, max_size=40).filter(
        lambda s: not s.isdigit()
    )
)
def test_a_drawn_secret_is_taken(settings: Settings, value: str) -> None:
    assert secrets(settings, GOOD | {"SAFE": value}).backup_password


@pytest.mark.parametrize("value", ["s${HOME}#x", "switch!", "pässword-", "correct-horse-battery-staple", "a1-b2-c3"])
def test_what_no_record_says_is_taken(settings: Settings, value: str) -> None:
    assert secrets(settings, GOOD | {"SAFE": value}).backup_password
