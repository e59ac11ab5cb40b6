"""What a visitor sees of the site: a page that comes wrong once is asked for again, one that stays wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import PaperVisitor, story

from flows.session.anonymous_client import Answer
from robot.domain.errors import VerificationFailed


def answer(monkeypatch: pytest.MonkeyPatch, times: int, **wrong: int) -> list[Answer]:
    """Have the portal answer so many visits in another way; give what was answered."""
    looks = PaperVisitor.look
    given: list[Answer] = []

    def look(visitor: PaperVisitor) -> Answer:
        right = looks(visitor)
        given.append(right.model_copy(update=wrong) if len(given) < times else right)
        return given[-1]

    monkeypatch.setattr(PaperVisitor, "look", look)
    return given


@pytest.mark.parametrize("wrong", [{"health": 502}, {"health": 0}, {"status": 502}], ids=str)
def test_a_portal_that_answers_wrongly_once_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, int]
) -> None:
    given = answer(monkeypatch, 1, **wrong)
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
    assert [bool(each.objection) for each in given][:2] == [True, False]


def test_a_portal_that_stays_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 1_000_000, health=502)
    with story(tmp_path) as run:
        ending = run.perform()
    assert isinstance(ending.stop, VerificationFailed)
    assert "/check_health 502" in ending.sentence
