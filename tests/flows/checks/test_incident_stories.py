"""What went wrong at somebody's site is seen by the check that the document names, before the relationship is broken."""

import re
from pathlib import Path

import pytest
from faults import all_faults
from healthy_pairs import document, ground, settings

from flows.checks.check import CheckVerdict
from flows.checks.readiness_checks import findings

DOCUMENT = Path(__file__).parents[3] / "docs" / "incidents.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Story")
]
EDITS = {name: edit for name, edit, _ in all_faults()}


def test_there_are_thirty_stories_and_more_of_three_sentences_each() -> None:
    assert len({story for story, _, _ in ROWS}) == len(ROWS) >= 30
    assert [story for story, _, _ in ROWS if len(re.findall(r"\.(?: |$)", story)) != 3] == []


@pytest.mark.parametrize(("story", "seen", "check"), ROWS, ids=[f"{check}: {seen}" for _, seen, check in ROWS])
def test_a_pair_that_is_so_is_refused_by_the_check_that_the_story_names(
    story: str, seen: str, check: str, tmp_path: Path
) -> None:
    made = document()
    EDITS[seen](made)
    verdicts = {each.check: each.verdict for each in findings(ground(made, settings(tmp_path)))}
    assert verdicts[check] is CheckVerdict.FAIL, story
