"""What a visitor sees of the site: a page that comes wrong once is asked for again, one that stays wrong is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from paper_pair import PaperVisitor, story
from paper_screens import PaperStatus

from flows.session.anonymous_client import Answer
from pages.readings.site_status import SiteStatus
from robot.domain.errors import VerificationFailed


def answer(monkeypatch: pytest.MonkeyPatch, times: int, **wrong: int | str) -> list[Answer]:
    """Have the portal answer so many visits in another way; give what was answered."""
    looks = PaperVisitor.look
    given: list[Answer] = []

    def look(visitor: PaperVisitor) -> Answer:
        right = looks(visitor)
        given.append(right.model_copy(update=wrong) if len(given) < times else right)
        return given[-1]

    monkeypatch.setattr(PaperVisitor, "look", look)
    return given


WRONG = [
    {"health": 502}, {"health": 404}, {"health": 302}, {"health": 0}, {"status": 502}, {"begins_sessions": False},
    {"notice": "Upgrading, please wait"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_portal_that_answers_wrongly_once_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, int | str]
) -> None:
    given = answer(monkeypatch, 1, **wrong)
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
    assert [bool(each.objection) for each in given][:2] == [True, False]


@pytest.mark.proves("VT1", "VT2")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"health": 502}, "the public portal answers 200, and /check_health answers 502"),
        ({"health": 404}, "the public portal answers 200, and /check_health answers 404"),
        (
            {"title": "Upgrading, please wait", "notice": "Upgrading, please wait"},
            '"Upgrading, please wait", is not the public portal: it says "Upgrading, please wait"',
        ),
        ({"begins_sessions": False}, '"Portal", is not the public portal: it offers nothing to begin a session with'),
    ],
    ids=str,
)
def test_a_portal_that_stays_wrong_is_told_and_nothing_is_swung_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, int | str], sentence: str
) -> None:
    answer(monkeypatch, 1_000_000, **wrong)
    with story(tmp_path) as run:
        ending = run.perform()
    assert isinstance(ending.stop, VerificationFailed)
    assert sentence in ending.sentence
    assert not any("ip-" in press for _, press in run.world.presses)


@pytest.mark.proves("VT1")
@pytest.mark.parametrize(
    ("state", "sentence"), [("Upgrading", 'shows the state "Upgrading" of the site'), ("", "shows no state")]
)
def test_a_site_that_does_not_run_is_not_verified_and_nothing_is_swung_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, sentence: str
) -> None:
    shown = PaperStatus.read

    def read(screen: PaperStatus) -> SiteStatus:
        return shown(screen).model_copy(update={"state": state} if screen.unit == "b" else {})

    monkeypatch.setattr(PaperStatus, "read", read)
    with story(tmp_path) as run:
        ending = run.perform()
    assert isinstance(ending.stop, VerificationFailed), ending
    assert f"B {sentence}" in ending.sentence
    assert not any("ip-" in press for _, press in run.world.presses)


@pytest.mark.parametrize(
    ("state", "runs"),
    [
        ("Running", True), ("running", True), ("Running (13.1.2)", True), ("", False), ("Not running", False),
        ("● Running", True), ("Running upgrade", False), ("Running, but degraded", False), ("Stopped", False),
        ("Upgrading", False),
    ],
)  # fmt: skip
def test_only_running_is_running(state: str, *, runs: bool) -> None:
    assert SiteStatus(product="15.1", state=state).is_running is runs


def test_no_picture_of_the_portal_shows_a_secret_that_somebody_has_written_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, hidden = PaperVisitor.__init__, list[Sequence[str]]()

    def begin(visitor: PaperVisitor, *arguments: Any) -> None:
        hidden.append(arguments[4])
        made(visitor, *arguments)

    monkeypatch.setattr(PaperVisitor, "__init__", begin)
    with story(tmp_path) as run:
        assert run.perform().outcome == "done"
    assert len(hidden) >= 3
    assert all("B_LOGIN_PASSWORD" not in texts and len(texts) >= 4 for texts in hidden)
