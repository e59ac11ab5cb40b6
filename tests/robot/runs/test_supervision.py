"""The promises of the parent process: nobody presses without the lease, and whatever the child does, it is told how it ended."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.domain.errors import Refused
from robot.domain.waiting import Poller
from robot.runs import parent
from robot.runs.events import Event, PressToConfirm
from robot.runs.lease import MachineLease
from robot.runs.parent import tell_and_heed
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


class Broken(MachineLease):
    """A lease that fails in a way nobody has thought of."""

    def add(self, appliance: str) -> None:
        raise OSError(f"no room for {appliance}")

    def is_held(self) -> bool:
        raise ValueError("whatever")


def test_a_lease_that_fails_in_any_way_is_told_to_the_child_as_not_held(run: RunState) -> None:
    code = f'print(\'{{"event": "lease", "serials": ["S1"]}}\', flush=True); assert "cannot be taken" in input(); {ending(run)}'
    assert supervise(run, Broken(), child(code), lambda _: None).code == 0
    asks = 'print(\'{"event": "lease", "serials": []}\', flush=True); '
    code = f'{asks} assert "the lease of the appliances is lost" in input(); {ending(run)}'
    assert supervise(run, Broken(), child(code), lambda _: None).code == 0


def test_the_lease_is_proved_while_a_terminal_holds_the_telling_up(run: RunState, lease: MachineLease) -> None:
    held_up = threading.Event()
    asks = 'print(\'{"event": "lease", "serials": []}\', flush=True)'
    heard = run.folder / "heard"
    code = f'print(\'{{"event": "note", "text": "x"}}\'); {asks}; open({str(heard)!r}, "w").write(input()); {ending(run)}'

    def news(_: Event) -> None:
        held_up.set()
        Poller(poll=0.05).poll_until(heard.exists, bool, what="the child to go on", within=20)

    assert supervise(run, lease, child(code), news).code == 0
    assert held_up.is_set()


def test_a_parent_that_has_died_before_its_child_asks_for_it_takes_the_child_along() -> None:
    code = "import os; from robot.runs.supervisor import dies_with; dies_with({})(); print('alive')"
    alone = subprocess.run(child(code.format("os.getpid()")), capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout) == (-signal.SIGKILL, "")
    cared_for = subprocess.run(child(code.format("os.getppid()")), capture_output=True, text=True, check=False)
    assert (cared_for.returncode, cared_for.stdout) == (0, "alive\n")


def test_a_parent_that_is_gone_proves_no_lease(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(Refused, match="the process that holds the lease is gone; nothing is pressed without it"):
        tell_and_heed({"event": "lease", "serials": []})
    assert json.loads(capsys.readouterr().out) == {"event": "lease", "serials": []}


@pytest.mark.parametrize(("late", "goes_on"), [(0, True), (2, True), (3, False)])
def test_a_proof_of_the_lease_that_was_long_on_its_way_is_asked_for_again_and_never_pressed_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], late: int, goes_on: bool
) -> None:
    moments = itertools.chain.from_iterable((10.0 * turn, 10.0 * turn + (2.0 if turn < late else 0.1)) for turn in range(9))
    monkeypatch.setattr(parent, "_now", lambda: next(moments))
    monkeypatch.setattr(sys, "stdin", io.StringIO("granted\n" * 9))
    with contextlib.nullcontext() if goes_on else pytest.raises(Refused, match="took more than 2 s to prove it"):
        tell_and_heed({"event": "lease", "serials": []})
    assert capsys.readouterr().out.count("lease") == min(late + 1, 3)


def test_no_process_group_is_killed_after_its_leader_was_reaped(
    run: RunState, lease: MachineLease, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[str] = []

    def killpg(group: int, _number: int) -> None:
        killed.append(Path(f"/proc/{group}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0])

    monkeypatch.setattr(os, "killpg", killpg)
    assert supervise(run, lease, child(ending(run)), lambda _: None).code == 0
    assert killed
    assert set(killed) == {"Z"}, "its number is its own until it is reaped"


def test_asking_whether_a_run_is_alive_takes_no_lock_that_another_needs(run: RunState) -> None:
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            assert run.is_alive in {True, False}

    assert not run.is_alive, "there is no lock's file yet"
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(ask) for _ in range(2)]
        try:
            for _ in range(200):
                with performing(run):
                    assert run.is_alive
                assert not run.is_alive, "nobody who asks is taken for a performer"
        finally:
            over.set()
        for each in asked:
            each.result()


def test_a_stop_flag_is_never_lost_once_somebody_was_told_that_the_run_is_asked(
    run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.ask_to_stop()  # in an earlier life
    alive_when_forgotten: list[bool] = []
    forget = RunState.forget_stop

    def forgotten(state: RunState) -> None:
        alive_when_forgotten.append(state.is_alive)
        forget(state)

    monkeypatch.setattr(RunState, "forget_stop", forgotten)
    with performing(run):
        assert alive_when_forgotten == [False], "until it is cleared `stop` says that the run does not run, and sets nothing"
        assert (run.is_alive, run.asked_to_stop) == (True, False)
        run.ask_to_stop()
        with pytest.raises(Refused, match="being performed already"), performing(run):
            raise AssertionError("two perform it")
        assert run.asked_to_stop, "who may not perform it clears no flag"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_question_at_the_terminal_and_asks_the_run_to_stop(
    run: RunState, lease: MachineLease, number: signal.Signals
) -> None:
    heard = run.folder / "heard"
    code = (
        'print(\'{"event": "confirm", "title": "Sync Now on B"}\', flush=True); '
        f'open({str(heard)!r}, "w").write(input()); {ending(run)}'
    )

    def confirm(_: PressToConfirm) -> bool:
        os.kill(os.getpid(), number)
        time.sleep(20)
        return True

    with performing(run):
        assert supervise(run, lease, child(code), lambda _: None, confirm).code == 0
        assert run.asked_to_stop
        os.kill(os.getpid(), number)  # outside of a question too it only asks
    assert heard.read_text(encoding="utf-8") == "no"


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
    holder = subprocess.Popen(
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
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
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
