"""The section that opens the report of a run by a plan: what has changed since the plan, and who has answered for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_run import MadeRun, begin
from test_report import EVIL, Reader, read

from robot.evidence.record.chain import read_lines
from robot.evidence.record.comparisons import comparisons
from robot.evidence.report.changes import changes_since_plan

B_UPDATED, END = ("b-updated", "after B's update"), ("end", "at the end")


def difference(weight: str, sentence: str, **more: Any) -> dict[str, Any]:
    """One difference as a line holds it."""
    given = {"unit": "a", "area": "holdings", "field": "users", "before": 42, "after": 41, "owner": "", "seq": 1, "picture": ""}
    return {**given, **more, "weight": weight, "sentence": sentence}


def compared(run: MadeRun, moment: tuple[str, str], *differences: dict[str, Any]) -> None:
    """One comparison, with its look before it."""
    gate, when = moment
    look = f"a-observed-{gate}-status"
    run.note("reading", look, unit="a", title="Status", heading="Observation", **run.shot(look, "after"))
    step = f"site-observed-{gate}"
    run.note(
        "reading", step, unit="site", title="How the pair differs", heading="Observation", procedure=["OP8"], when=when,
        asked=f"site-unexpected-{gate}", reading={"unexpected": 0}, differences=list(differences),
    )  # fmt: skip


def answered(run: MadeRun, gate: str, by: str, *, yes: bool = True) -> None:
    """A person's answer about what nobody planned."""
    step = f"site-unexpected-{gate}"
    run.note("gate", step, unit="site", text="asked: what is this?", heading="Observation", procedure=["OP8"])
    run.note("gate", step, unit="site", by=by, text=f"{by} answered", reading={"yes": yes, "by": by}, heading="Observation")


def section(page: Reader) -> str:
    """The section's words."""
    return page.text.partition("What has changed")[2].partition("What this report holds")[0]


@pytest.fixture
def by_plan(tmp_path: Path) -> MadeRun:
    return begin(tmp_path)


def test_a_run_without_a_plan_has_no_such_section(run: MadeRun) -> None:
    page = read(run)
    assert "What has changed" not in page.text
    assert "changes" not in page.values("id")


def test_behind_the_first_page_it_tells_what_nobody_planned_then_the_harmless_and_the_expected_folded(by_plan: MadeRun) -> None:
    compared(
        by_plan, B_UPDATED, difference("expected", "B: Product: it was 12 and is 15", field="version"),
        difference("harmless", "A: Clock: time goes by", field="time"), difference("unexpected", "A: users: it was 42 and is 41"),
    )  # fmt: skip
    by_plan.summarise(changes_since_plan=[])
    page = read(by_plan)
    told = section(page)
    order = [
        "What the plan observed was compared with the pair after B's update.", "Nobody planned this", "it was 42 and is 41",
        "seen after B's update · line 1", "nobody has answered for it", "Harmless, after B's update", "time goes by",
        "1 change as planned", "it was 12 and is 15",
    ]  # fmt: skip
    places = [told.find(each) for each in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert page.text.index("In brief") < page.text.index("What has changed") < page.text.index("What this report holds")
    assert "details" in page.tags


def test_where_everything_was_planned_or_harmless_one_sentence_says_so(by_plan: MadeRun) -> None:
    compared(by_plan, END)
    by_plan.summarise(changes_since_plan=[])
    assert section(read(by_plan)).strip() == (
        "What the plan observed was compared with the pair at the end. Nothing has changed that nobody planned."
    )


def test_a_run_that_came_to_no_comparison_and_one_that_went_back_say_so(by_plan: MadeRun) -> None:
    by_plan.note("note", "site-back-out", unit="site", text="backing out")
    by_plan.summarise(changes_since_plan=[])
    assert section(read(by_plan)).strip() == "This run did not come to a comparison."
    by_plan.summarise(changes_since_plan=[], backed_out=True)
    assert "On the way back the pair is not compared with the plan." in section(read(by_plan))


def test_one_change_is_told_once_with_every_moment_and_with_who_answered_for_it(by_plan: MadeRun) -> None:
    same = difference("unexpected", "A: users: it was 42 and is 41")
    compared(by_plan, B_UPDATED, same, difference("unexpected", "A: licences", area="licences", field="n"))
    answered(by_plan, "b-updated", "Olga Owner")
    compared(by_plan, END, {**same, "owner": "Olga Owner"})
    changes = changes_since_plan({}, read_lines(by_plan.folder / "evidence.jsonl"))
    assert changes
    [users, licences] = changes.unexpected
    assert (users.seen, users.owner) == ("seen after B's update, at the end", "Olga Owner")
    assert (licences.seen, licences.owner) == ("seen after B's update; not so any more at the end", "Olga Owner")


def test_a_no_and_the_answer_to_another_question_own_nothing(by_plan: MadeRun) -> None:
    compared(by_plan, B_UPDATED, difference("unexpected", "A: users"))
    answered(by_plan, "a-updated", "Somebody Else")
    answered(by_plan, "b-updated", "Olga Owner")
    answered(by_plan, "b-updated", "Nina No", yes=False)
    [made] = comparisons(read_lines(by_plan.folder / "evidence.jsonl"))
    assert [each["owner"] for each in made.differences] == [""]


def test_a_comparison_that_was_made_again_after_a_crash_counts_once_as_it_was_last(by_plan: MadeRun) -> None:
    compared(by_plan, B_UPDATED, difference("unexpected", "A: users"))
    compared(by_plan, B_UPDATED)
    [made] = comparisons(read_lines(by_plan.folder / "evidence.jsonl"))
    assert made.differences == ()
    assert made.in_short()["numbers"] == {"unexpected": 0, "harmless": 0, "expected": 0}


def test_the_picture_of_what_nobody_planned_is_shown_once_and_other_looks_are_only_named(by_plan: MadeRun) -> None:
    compared(by_plan, B_UPDATED)
    picture = "shots/001-a-observed-b-updated-status-after.png"
    two = [difference("unexpected", f"A: {name}", field=name, picture=picture) for name in ("users", "groups")]
    compared(by_plan, END, *two)
    by_plan.summarise(changes_since_plan=[])
    page = read(by_plan)
    assert page.values("src") == [picture]
    assert "Its picture is shown above: 001-a-observed-b-updated-status-after.png." in section(page)
    assert "shots/002-a-observed-end-status-after.png" in page.values("href")
    assert not [each for each in page.values("href") if each.startswith("#") and each[1:] not in page.values("id")]


def test_what_a_page_wrote_into_a_difference_is_shown_and_never_runs(by_plan: MadeRun) -> None:
    compared(by_plan, END, difference("unexpected", EVIL), difference("harmless", EVIL), difference("expected", EVIL))
    by_plan.summarise(changes_since_plan=[])
    page = read(by_plan)
    assert page.tags.count("script") == 1, "the report's own"
    assert section(page).count("<script>alert(1)</script>") == 3


def test_a_line_whose_differences_are_no_list_of_objects_tells_nothing(by_plan: MadeRun) -> None:
    for odd in ("text", 3, None, [1, "two", None]):
        by_plan.note("reading", "site-observed-end", unit="site", differences=odd, when=3, asked=None)
    [made] = comparisons(read_lines(by_plan.folder / "evidence.jsonl"))
    assert (made.differences, made.when) == ((), "")
    assert json.loads(json.dumps(made.in_short()))["unexpected"] == []
