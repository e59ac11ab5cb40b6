"""`[evidence]`: who signs the pack, and which authority attests times."""

from __future__ import annotations

from pathlib import Path

import pytest
from a_pair_file import PAIR

from robot.domain.errors import UsageError
from robot.settings import Settings, load, load_kept


def pair_file(folder: Path, more: str) -> Settings:
    (folder / "pair.toml").write_text(f"{PAIR}\n[evidence]\n{more}\n", encoding="utf-8")
    return load(folder / "pair.toml")


def test_a_key_and_an_authority_are_kept_for_the_whole_run(tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch()
    settings = pair_file(tmp_path, 'key = "key.pem"\ntimestamps = "http://time.example.com/tsa"')
    assert settings.evidence
    assert (settings.evidence.key, settings.evidence.timestamps) == (Path("key.pem"), "http://time.example.com/tsa")
    assert load_kept(settings.model_dump(mode="json"), "a run").evidence == settings.evidence


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('key = "key.pem"\ncommand = ["./sign"]\npublic_key = "key.pem"', "has both key and command"),
        ('command = ["./sign"]', "command and public_key belong together"),
        ('public_key = "key.pem"', "command and public_key belong together"),
        ('key = "gone.pem"', "gone.pem does not exist"),
        ('command = ["./sign"]\npublic_key = "gone.pub"', "gone.pub does not exist"),
        ('timestamps = "ftp://time.example.com"', "must be an address such as http://time.example.com/tsa"),
        ('timestamps = "http://ada:secret@time.example.com"', "with no password in it"),
        ('keys = "key.pem"', "keys"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(tmp_path: Path, more: str, words: str) -> None:
    (tmp_path / "key.pem").touch()
    with pytest.raises(UsageError, match=r"pair\.toml: ") as refused:
        pair_file(tmp_path, more)
    assert words in str(refused.value)
    assert "secret@" not in str(refused.value)
