"""Live progress: a log gets plain lines, a terminal a line whose time runs."""

import sys

import pytest
from rich.console import Console

from robot.cli.lifecycle import progress
from robot.cli.lifecycle.progress import Progress
from robot.runs.events import NoteMade, QuestionAsked, StepBegun, StepEnded, WaitGoesOn

STEP: StepBegun = {"event": "step", "step": "b-sync-now", "title": "Sync Now on B", "heading": "Backup and Sync"}
DONE: StepEnded = {"event": "done", "step": "b-sync-now", "title": "Sync Now on B"}
NO_HEADING: StepBegun = {"event": "step", "step": "b-sync-now", "title": "Sync Now on B", "heading": ""}
NOTE: NoteMade = {"event": "note", "text": "skipped: x"}
ASKED: QuestionAsked = {"event": "asked", "check": "rep_console", "sentence": "Does it upgrade itself?"}


def waiting(so_far: float) -> WaitGoesOn:
    return {"event": "waiting", "what": "the synchronisation of B", "so_far": so_far, "within": 14400.0}


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line[21:] for line in capsys.readouterr().err.splitlines()]


def test_a_log_tells_each_heading_once_each_step_and_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as tell:
        for event in (STEP, waiting(0), waiting(30), waiting(60), DONE, STEP, NO_HEADING, DONE, ASKED):
            tell(event)
    told = lines(capsys)
    assert told[:2] == ["== Backup and Sync", "          waiting for the synchronisation of B, at most 4 h"]
    assert told[2].startswith("   B      Sync Now on B  (0.")
    assert len(told) == 4, "no heading again, and none without words"


def test_a_long_wait_is_told_again_in_a_log_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as tell:
        tell(STEP)
        for so_far in range(0, 3601, 30):
            tell(waiting(so_far))
    still = [line.strip() for line in lines(capsys) if "still" in line]
    assert len(still) == 12
    assert still[0] == "still waiting for the synchronisation of B, 5 min so far"


def test_quiet_leaves_headings_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(quiet=True) as tell:
        for event in (STEP, waiting(0), waiting(900), NOTE, DONE):
            tell(event)
    assert lines(capsys) == ["== Backup and Sync", "   note   skipped: x"]


def test_on_a_terminal_the_time_runs_between_two_polls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress() as tell:
        tell(STEP)
        tell(waiting(30))
        now = progress.SoFar("waiting for B", 60.0, 30.0)
        console = Console(width=100, file=sys.stdout)
        console.print(now)
        began = progress.time.monotonic()
        monkeypatch.setattr(progress.time, "monotonic", lambda: began + 12)
        console.print(now)
    out, err = capsys.readouterr()
    assert "Backup and Sync" in err
    assert out.splitlines() == ["waiting for B, 30 s so far of at most 1 min", "waiting for B, 42 s so far of at most 1 min"]
