"""What is read of a plan before it is approved, and what is no plan."""

import json
from pathlib import Path
from typing import Any

import pytest
from a_plan import plan_fields, read

from robot.approval.plan_document import digest_of_plan, read_plan
from robot.domain.errors import UsageError


def test_a_plan_says_what_an_approval_rests_on_whatever_else_it_says(tmp_path: Path) -> None:
    document = plan_fields(risk=[{"found": "none", "at": 1.5}])
    (tmp_path / "plan.json").write_text(json.dumps(document, indent=3), encoding="utf-8")
    plan = read_plan(tmp_path / "plan.json")
    assert (plan.ticket, plan.pair.site, plan.made.by, plan.requested_by) == (
        "CHG0031337",
        "support.example.com",
        "John Roe",
        "Service desk",
    )
    assert [name for name, _ in plan.spans] == ["first", "second"]
    assert read(plan_fields(windows={})).last_close is None


def test_the_digest_holds_for_the_values_and_not_for_how_they_are_written() -> None:
    document = plan_fields()
    shuffled = dict(sorted(document.items(), reverse=True))
    assert digest_of_plan(shuffled) == document["digest"] == read(shuffled).digest
    assert digest_of_plan(plan_fields(ticket="CHG2")) != document["digest"]


def edited(**changed: Any) -> str:
    return json.dumps({**plan_fields(), **changed})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no plan: it is no JSON, by its line 1"),
        ("[1]", 'is no plan: its kind is not "failover-robot plan"'),
        ('{"kind": "failover-robot plan", "kind": "x"}', "is no plan: it holds the key 'kind' twice in one object"),
        (edited(kind="x"), 'is no plan: its kind is not "failover-robot plan"'),
        (edited(version=2), "is a plan of another version (2), and this robot reads version 1: make the plan anew"),
        (edited(version=None), "is a plan of another version (None)"),
        (edited(digest="x"), "is no whole plan: digest must be a SHA-256 digest: 64 hexadecimal digits; make it anew"),
        (edited(digest="0" * 64), "was changed after it was made: its digest says 0000000000000000, and it is "),
        (edited(ticket="CHG2"), "was changed after it was made: its digest says "),
        (edited(more=1), "was changed after it was made: its digest says "),
        (edited(pair={"file": "pair.toml", "sha256": "ab" * 32}), "is no whole plan: pair.site is missing; make it anew"),
        (edited(windows={"first": 1}), "is no whole plan: windows.first must be a section"),
        (edited(made={"utc": "2026-11-30T12:00:00", "by": "x"}), "is no whole plan: made.utc has no offset"),
        (edited(big=2**60), "is no plan: 1152921504606846976 exceeds safe integer domain"),
    ],
)
def test_what_is_no_plan_of_ours_or_was_edited_is_refused_with_2(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_plan(tmp_path / "plan.json")
    assert str(refused.value).startswith(f"{tmp_path / 'plan.json'} {sentence}")
    assert (refused.value.code, "\n" in str(refused.value)) == (2, False)


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="plan does not exist: name the JSON file of a plan"):
        read_plan(tmp_path / "plan")
    with pytest.raises(UsageError, match="cannot be read: Is a directory; name the JSON file of a plan"):
        read_plan(tmp_path)
