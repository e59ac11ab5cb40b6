"""What a person left at the end of a take-back is theirs, as long as the appliance still shows it."""

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
    taken = SimpleNamespace(values={"found": {"b": LEFT}}, by="Ada")

    def latest(step: str, kinds: set[str]) -> SimpleNamespace:
        del step, kinds
        return taken

    context = SimpleNamespace(
        state=SimpleNamespace(folder=tmp_path),
        record=SimpleNamespace(history=SimpleNamespace(latest=latest)),
        names=SimpleNamespace(take_back="site-take-back"),
    )
    assert Ownership(cast("RunContext", context)).owner_at("b-software-2", "b", found) == owner
