"""The promises of the parent process: nobody presses without the lease, and whatever the child does, it is told how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from robot.domain.errors import Refused
from robot.domain.waiting import Poller
from robot.runs.events import Event, PressToConfirm
from robot.runs.lease import MachineLease
from robot.runs.store import RunState, begin
from robot.runs.supervisor import performing, supervise


@pytest.fixture
def lease() -> Generator[MachineLease]:
    held = MachineLease()
    yield held
    held.release()


ENDING = {"outcome": "done", "code": 0, "sentence": ""}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunState:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return begin({"ticket": "CHG1"}, tmp_path / "artifacts", "CHG1")


def child(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def ending(run: RunState) -> str:
    return f"open({str(run.folder / 'ending.json')!r}, 'w').write({json.dumps(ENDING)!r})"


def test_what_the_child_tells_is_passed_on_and_its_end_is_told(run: RunState, lease: MachineLease) -> None:
    news: list[Event] = []
    code = f'print(\'{{"event": "note", "text": "x"}}\'); print("5"); print("some library\'s word"); {ending(run)}'
    ended = supervise(run, lease, child(code), news.append)
    assert (ended.outcome, ended.code) == ("done", 0)
    assert news == [{"event": "note", "text": "x"}]


def test_a_child_that_dies_without_a_word_is_a_fault_of_the_robots_own(run: RunState, lease: MachineLease) -> None:
    ended = supervise(run, lease, child("import os; os.kill(os.getpid(), 9)"), lambda _: None)
    assert (ended.outcome, ended.code) == ("failed", 1)
    assert "by signal 9" in ended.sentence


def test_the_serial_numbers_are_leased_before_the_child_goes_on(run: RunState, lease: MachineLease) -> None:
    code = f'print(\'{{"event": "lease", "serials": ["S1"]}}\', flush=True); assert input() == "granted"; {ending(run)}'
    assert supervise(run, lease, child(code), lambda _: None).code == 0


def test_a_serial_number_that_another_run_has_is_refused_to_the_child(run: RunState, lease: MachineLease) -> None:
    other = MachineLease()
    other.add("serial S1")
    code = f'print(\'{{"event": "lease", "serials": ["S1"]}}\', flush=True); assert "another run" in input(); {ending(run)}'
    assert supervise(run, lease, child(code), lambda _: None).code == 0
    other.release()


def test_a_run_is_performed_by_one_process(run: RunState) -> None:
    with performing(run), pytest.raises(Refused, match="being performed already"), performing(run):
        raise AssertionError("two perform it")


class LostLease(MachineLease):
    """A lease that is lost at once."""

    def is_held(self) -> bool:
        return False


def test_when_the_lease_is_lost_the_child_and_all_it_started_are_killed(run: RunState, tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); "
        f"open({str(pid_file)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    ended = supervise(run, LostLease(), child(code), lambda _: None)
    assert (ended.outcome, ended.code, "the lease of the appliances is lost" in ended.sentence) == ("refused", 3, True)
    assert is_gone(int(pid_file.read_text(encoding="ascii")))


def test_when_the_parent_is_killed_the_child_dies_with_it(run: RunState, tmp_path: Path) -> None:
    pid_file = tmp_path / "child"
    code = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = subprocess.Popen(
        child(
            "import sys; from robot.runs import store; from robot.runs.lease import MachineLease; "
            "from robot.runs.supervisor import supervise; "
            f"supervise(store.find({run.name!r}), MachineLease(), [sys.executable, '-c', {code!r}], lambda _: None)"
        )
    )
    try:
        Poller(poll=0.05).poll_until(
            lambda: pid_file.exists() and pid_file.read_text(encoding="ascii"), bool, what="it", within=40
        )
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    assert is_gone(int(pid_file.read_text(encoding="ascii")))


def is_gone(pid: int) -> bool:
    """Whether a process is gone, or about to be, within two seconds."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
    return False


@pytest.mark.parametrize(("agrees", "said"), [(True, "yes"), (False, "no"), (None, "no")])
def test_a_press_is_confirmed_by_the_person_at_the_terminal_and_by_nobody_else(
    run: RunState, lease: MachineLease, tmp_path: Path, agrees: bool | None, said: str
) -> None:
    heard = tmp_path / "heard"
    code = (
        'import json, sys; print(json.dumps({"event": "confirm", "title": "Sync Now on B"}), flush=True); '
        f"open({str(heard)!r}, 'w').write(sys.stdin.readline().strip())"
    )
    shown: list[PressToConfirm] = []

    def confirm(told: PressToConfirm) -> bool:
        shown.append(told)
        return bool(agrees)

    supervise(run, lease, child(code), lambda _: None, None if agrees is None else confirm)
    assert heard.read_text(encoding="utf-8") == said
    assert [each["title"] for each in shown] == ([] if agrees is None else ["Sync Now on B"])
