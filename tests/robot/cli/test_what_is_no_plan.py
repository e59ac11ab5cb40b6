"""What is no plan, or not a whole one, and options that mean nothing: one sentence and exit code 2, whatever it is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from a_plan import plan_fields, private_file
from spoken import Here


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are no plans, a plan with little in it, and a key."""
    for name, fields in {
        "small": plan_fields(), "nul": plan_fields(pair={"file": "a\0b", "sha256": "ab" * 32, "site": "support.example.com"}),
        "long": plan_fields(pair={"file": "a" * 400, "sha256": "ab" * 32, "site": "support.example.com"}),
    }.items():  # fmt: skip
        (tmp_path / f"{name}.json").write_text(json.dumps(fields), encoding="utf-8")
    (tmp_path / "number.json").write_text(f'{{"kind": {"1" * 5000}}}', encoding="utf-8")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(2**32)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    private_file(tmp_path / "ann", "Ann Lee")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nul", "pair.file must be one line of text"),
        ("number", "it holds a number of more than 100 digits"),
        ("huge", "it has more than 16 MiB"),
        ("pipe", "is no file"),
        ("folder", "cannot be read: Is a directory"),
        ("gone", "does not exist"),
    ],
)
def test_whatever_is_named_as_a_plan_is_refused_in_one_sentence_by_every_command(
    here: Here, folder: Path, name: str, sentence: str
) -> None:
    plan = folder / f"{name}.json"
    for words in (
        ["run", plan, "--now"], ["approve", plan, "--by", "Ann Lee", "--key", folder / "ann"], ["plan", plan, "--show"],
        ["plan", folder / "small.json", plan],
    ):  # fmt: skip
        said = here(*words)
        assert (said.code, said.out) == (2, ""), said
        assert sentence in said.sentence
        assert len(said.err.splitlines()) == 1


def test_a_plan_that_lacks_what_people_are_shown_is_neither_shown_nor_compared(here: Here, folder: Path) -> None:
    (folder / "odd.json").write_text(json.dumps(plan_fields(presses=[1])), encoding="utf-8")
    for words in (["plan", folder / "small.json", "--show"], ["plan", folder / "odd.json", folder / "small.json"]):
        said = here(*words)
        assert said.code == 2, said
        assert "it lacks what people are shown of a plan; make it anew" in said.sentence


def test_a_pair_file_whose_name_no_file_can_have_is_told_in_one_sentence(here: Here, folder: Path) -> None:
    said = here("approve", folder / "long.json", "--by", "Ann Lee", "--key", folder / "ann")
    assert said.code == 2
    assert "the pair file of this plan, cannot be read: File name too long" in said.sentence


def test_who_makes_a_plan_is_asked_for_as_a_plain_name_before_the_pair_is_looked_at(here: Here, folder: Path) -> None:
    for by in (" ", "two\nlines", "Ann <ann@example.com>"):
        said = here("plan", folder / "pair.toml", "-o", folder / "new.json", "--by", by)
        assert said.code == 2
        assert said.sentence.startswith("--by must be a name on one line")


def test_a_passphrase_without_a_key_file_means_nothing(here: Here, folder: Path) -> None:
    said = here("approve", folder / "small.json", "--by", "Ann Lee", "--export", folder / "x", "--passphrase-variable", "WORD")
    assert said.code == 2
    assert said.sentence == "--passphrase-variable means nothing together with --export; leave it out"
    assert not (folder / "x").exists()
