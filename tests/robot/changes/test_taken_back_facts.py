"""What a person left at the end of a take-back is theirs, as long as the appliance still shows it."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from robot.changes.ownership import Ownership
from robot.changes.run_context import RunContext

LEFT = {"product": "15.1-38227", "base": "4.2.1", "role": "none"}


@pytest.mark.parametrize(
    ("found", "owner"),
    [
        ({"product": "15.1-38227", "role": "none"}, "Ada"),
        ({"product": "15.1.0 (build 38227)", "base": "Base 4.2.1"}, "Ada"),
        ({"product": "15.1.0"}, "Ada"),
        ({"product": "15.1.1"}, ""),
        ({"product": "15.1-38228"}, ""),
        ({"product": "15.1-38227", "role": "backup"}, ""),
        ({"product": "15.1-38227", "enabled": True}, ""),
    ],
)
def test_what_a_person_left_is_theirs_in_whatever_words_its_version_stands(
    tmp_path: Path, found: dict[str, object], owner: str
) -> None:
    assert owner_of(found, tmp_path, take_back("Ada", LEFT, changed=LEFT)) == owner


SYNCED = {"role": "backup", "syncing": False, "last_sync": "2026-11-30 10:00:00"}


@pytest.mark.parametrize(
    ("found", "owner"),
    [
        ({**SYNCED, "syncing": True}, ""),
        ({**SYNCED, "last_sync": "2026-11-30 10:00:01"}, ""),
        ({**SYNCED, "role": "primary"}, ""),
        (SYNCED, "Ada"),
    ],
)
def test_what_another_synchronisation_has_left_later_is_not_theirs(tmp_path: Path, found: dict[str, object], owner: str) -> None:
    assert owner_of(found, tmp_path, take_back("Ada", SYNCED, changed={"role": "backup"})) == owner


def test_what_was_so_before_they_had_the_pair_is_not_theirs(tmp_path: Path) -> None:
    updated: dict[str, object] = {"product": "15.1.0", "base": "4.2.1"}
    assert owner_of(updated, tmp_path, take_back("Ada", LEFT, changed={"role": "none"})) == ""
    assert owner_of({"role": "none"}, tmp_path, take_back("Ada", LEFT, changed={"role": "none"})) == "Ada"


def test_what_one_of_several_people_did_who_had_the_pair_one_after_the_other_is_theirs_alone(tmp_path: Path) -> None:
    first, second = take_back("Ada", LEFT, changed={"product": "15.1.0"}), take_back("Bob", LEFT, changed={"base": "4.2.1"})
    assert owner_of({"product": "15.1.0"}, tmp_path, first, second) == "Ada"
    assert owner_of({"base": "4.2.1"}, tmp_path, first, second) == "Bob"
    assert owner_of({"role": "none"}, tmp_path, first, second) == ""


def test_a_take_back_that_earlier_code_recorded_names_nobody(tmp_path: Path) -> None:
    earlier = SimpleNamespace(values={"found": {"b": LEFT}, "differences": []}, by="Ada")
    assert owner_of({"role": "none"}, tmp_path, earlier) == ""


def take_back(by: str, left: Mapping[str, object], *, changed: Mapping[str, object]) -> SimpleNamespace:
    """The line of a take-back: how B was found, and what of that was otherwise before the hand-over."""
    return SimpleNamespace(values={"found": {"b": left}, "changed": {"b": changed}}, by=by)


def owner_of(found: dict[str, object], folder: Path, *taken: SimpleNamespace) -> str:
    """Who owns what is found on B in a run with these take-backs."""

    def of_step(step: str) -> list[SimpleNamespace]:
        assert step == "site-take-back"
        return list(taken)

    context = SimpleNamespace(
        state=SimpleNamespace(folder=folder),
        answerers=(),
        is_critical=False,
        record=SimpleNamespace(history=SimpleNamespace(of_step=of_step)),
        names=SimpleNamespace(take_back="site-take-back"),
    )
    return Ownership(cast("RunContext", context)).owner_at("b-software-2", "b", found)
