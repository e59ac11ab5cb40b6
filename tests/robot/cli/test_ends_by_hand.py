"""Ctrl-D, Ctrl-C, a polite end and a lost terminal: one path, on which the run is closed and everybody is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import click.termui
import pytest
from a_begun_run import begun
from a_pair_file import ENVIRONMENT, PAIR
from spoken import Here

from robot.cli import terminal
from robot.cli.lifecycle import performance
from robot.runs import store

WORKER = """#!{python}
import json, pathlib, sys
sys.path.insert(0, {root!r})
from robot.runs import store
from robot.runs.parent import agreed
run = store.find(sys.argv[4])
yes = agreed({{"title": "Break on B", "label": "Break", "reading": {{}}, "picture": ""}})
assert not yes
ending = {{"outcome": "stopped", "code": 3, "sentence": "stopped by hand: " + ("asked" if run.asked_to_stop else "not asked")}}
(run.folder / "ending.json").write_text(json.dumps(ending))
"""
ROOT = Path(__file__).resolve().parents[3]
WAYS = [None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
"""What ends the question: Ctrl-D, or a signal."""


def pair_file(folder: Path) -> Path:
    """A pair file; whoever must be told gets a file."""
    pair = folder / "pair.toml"
    pair.write_text(f'{PAIR}\n[notify]\ncommand = ["touch", "{folder / "told"}"]\n', encoding="utf-8")
    return pair


@pytest.fixture
def at_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person sits there, a worker asks for its press, and nothing of the network is asked who serves."""
    worker = tmp_path / "worker"
    worker.write_text(WORKER.format(python=sys.executable, root=str(ROOT)), encoding="utf-8")
    worker.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(worker))
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize(("pressed", "code"), [((), 3), (("b-sync-now",), 4)])
@pytest.mark.parametrize("way", WAYS)
def test_what_ends_a_question_by_hand_ends_the_run_by_its_record_with_card_report_and_message(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: signal.Signals | None, pressed: tuple[str, ...], code: int
) -> None:
    def prompt(_: str) -> str:
        if way is None:
            raise EOFError
        os.kill(os.getpid(), way)
        time.sleep(20)
        return "y"

    monkeypatch.setattr(click.termui, "visible_prompt_func", prompt)
    run = begun(pair_file(tmp_path), *pressed)
    said = here("resume", run.name, "--confirm-each")
    assert said.code == code, said.err
    assert "nothing was pressed by this command" not in said.err
    assert "stopped by hand: asked" in said.err
    assert "Do NOT" in said.err, "the stop card stands on the terminal"
    assert (run.summary["outcome"], run.summary["exit_code"]) == ("stopped", code)
    assert (run.evidence / "report.html").exists()
    assert (tmp_path / "told").exists()
    assert not run.is_alive


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize("fault", [RuntimeError("whatever"), KeyboardInterrupt()])
def test_whatever_ends_the_supervising_the_run_is_closed(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(performance, "supervise", broken)
    run = begun(pair_file(tmp_path), "b-sync-now")
    said = here("resume", run.name)
    assert said.code == run.summary["exit_code"] == (1 if isinstance(fault, RuntimeError) else 4)
    assert "Do NOT" in said.err
    assert (run.evidence / "report.html").exists()


@pytest.mark.usefixtures("at_a_terminal")
def test_where_a_fault_of_the_process_that_holds_the_lease_happened_stands_in_the_log_without_a_secret(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"whatever {ENVIRONMENT['A_LOGIN_PASSWORD']}")

    monkeypatch.setattr(performance, "supervise", broken)
    run = begun(pair_file(tmp_path))
    said = here("resume", run.name)
    log = run.folder / "robot.log"
    assert "RuntimeError: whatever [secret]" in log.read_text("utf-8")
    assert "in broken" in log.read_text("utf-8"), "the line that raised it"
    assert log.stat().st_mode & 0o077 == 0
    assert "whatever [secret]" in run.summary["reason"]
    assert ENVIRONMENT["A_LOGIN_PASSWORD"] not in said.err + run.summary["reason"]


@pytest.mark.usefixtures("at_a_terminal")
def test_a_run_whose_kept_pair_file_holds_what_this_version_refuses_is_not_resumed_and_can_be_looked_at(
    here: Here, tmp_path: Path
) -> None:
    run = begun(pair_file(tmp_path), "b-break-failover-relationships")
    settings = run.facts["settings"]
    store.change_facts(run, {"settings": {**settings, "limits": {**settings["limits"], "poll": 0}, "windows": None}})
    for command in ("resume", "support-bundle"):
        said = here(command, run.name)
        assert said.code == 2
        assert said.sentence == (
            f"this version refuses the pair file that {run.name} was begun with: limits.poll must be longer than nothing: write "
            '"90s", "15m", "4h" or "2d"; resume it with the version that began it'
        )
    store.change_facts(run, {"settings": {**settings, "windows": {"first": 0}}})
    assert "without failover for" in here("status", run.name).out


@pytest.mark.usefixtures("at_a_terminal")
def test_a_database_that_keeps_the_leases_and_does_not_answer_ends_a_run_with_its_stop_card(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_DATABASE_URL", "postgresql://robot@127.0.0.1:1/postgres")
    run = begun(pair_file(tmp_path), "b-sync-now")
    said = here("resume", run.name)
    assert said.code == 4
    assert "the database of FAILOVER_ROBOT_DATABASE_URL does not answer" in run.summary["reason"]
    assert "Do NOT" in said.err


@pytest.mark.parametrize(("pressed", "code"), [((), 3), (("b-sync-now",), 4)])
def test_a_command_about_a_run_that_is_ended_by_hand_before_it_does_anything_ends_by_the_record(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pressed: tuple[str, ...], code: int
) -> None:
    def prompt(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(click.termui, "visible_prompt_func", prompt)
    run = begun(pair_file(tmp_path), *pressed)
    said = here("back-out", run.name)
    assert (said.code, "interrupted by hand; nothing was pressed by this command" in said.err) == (code, True)
