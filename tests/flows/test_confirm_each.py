"""`run --confirm-each`: a person sees control, reading and picture before each press, and no press is made without them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paper_pair import PaperRun, story
from paper_world import World
from test_paper_upgrade import INTENTS

from robot.domain.errors import StoppedByHand
from robot.runs.events import PressShown


def test_every_press_is_shown_before_it_is_made_and_a_no_presses_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    shown: list[PressShown] = []
    answers = iter([True, True, True, False])

    def confirm(told: PressShown) -> bool:
        shown.append(told)
        return next(answers, True)

    made = PaperRun.__init__

    def with_confirm(self: PaperRun, *values: Any, **named: Any) -> None:
        made(self, *values, **named)
        self.confirm = confirm

    monkeypatch.setattr(PaperRun, "__init__", with_confirm)
    with story(tmp_path, World()) as run:
        ending = run.perform()
        assert isinstance(ending.stop, StoppedByHand)
        assert "was not confirmed; it is not pressed" in str(ending.stop)
        assert len(run.world.pressed) == 3
        assert run.perform().outcome == "done"
        assert [line["step"] for line in run.lines if line["kind"] == "intent"] == INTENTS
    assert shown[0]["title"] == "Sync Now on B"
    assert shown[0]["reading"]["role"] == "backup"
    assert Path(shown[0]["picture"]).name.endswith("b-sync-now-before.png")
    asked = [each["title"] for each in shown]
    assert len(asked) == len(INTENTS), "one more for the no, one less for the swing's second half: nothing may hold that up"
