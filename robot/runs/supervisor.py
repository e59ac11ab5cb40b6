"""The parent process of a run: it holds the lease, starts the child that performs the run, and relays the child's events.

The parent kills the child when the lease is lost. It outlives the child in any case, and closes the run.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import InternalError, Refused, Stop
from robot.runs.events import parse_event
from robot.runs.lease import lease_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import IO

    from robot.runs.events import Ending, Event, PressToConfirm
    from robot.runs.lease import Lease
    from robot.runs.store import RunState
    from robot.settings import Settings

_HEARTBEAT = 2.0
"""Seconds between two checks of the lease."""


@dataclass(frozen=True)
class Ended:
    """How the child ended.

    Attributes:
        outcome: in the words of `summary.json`.
        code: the exit code.
        sentence: what happened and what to do; may be empty.
        next_action: the next safe action; may be empty.
    """

    outcome: str
    code: int
    sentence: str
    next_action: str = ""


def supervise(
    run: RunState,
    lease: Lease,
    command: Sequence[str],
    news: Callable[[Event], None],
    confirm: Callable[[PressToConfirm], bool] | None = None,
) -> Ended:
    """Perform a run in a child process.

    Args:
        run: the run.
        lease: holds both appliances; their serial numbers are added once the child has read them.
        command: the words of the command that starts the child.
        news: called with each event of the child, as plain JSON.
        confirm: asks the person at the terminal whether a press may be made; if `None`, none that needs it is made.

    Returns:
        How the child ended.

    Raises:
        Refused: this very run is being performed already.
    """
    with _run_lock(run):
        run.forget_stop()
        (run.folder / "ending.json").unlink(missing_ok=True)
        with (run.folder / "robot.log").open("ab") as log:
            (run.folder / "robot.log").chmod(0o600)
            child = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one prctl; no thread of ours runs before it
                text=True,
            )
        with _stop_on_signals(run):
            _relay(child, lease, news, confirm)
        return _ending(run, child)


@contextlib.contextmanager
def _run_lock(run: RunState) -> Generator[None]:
    """Hold the run's own lock: only one process performs it."""
    with (run.folder / "alive").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"{run.name} is being performed already; `failover-robot status {run.name}` shows it") from None
        yield


@contextlib.contextmanager
def leased(settings: Settings, database_url: str | None = None) -> Generator[Lease]:
    """Hold the leases of both appliances of a pair, before a run on it is begun or resumed.

    Args:
        settings: the pair file.
        database_url: the PostgreSQL database that keeps the leases among machines; this machine alone if `None`.

    Yields:
        The lease of both, by address and port.

    Raises:
        Refused: another run has one of them.
    """
    lease = lease_for(database_url)
    try:
        for box in (settings.a, settings.b):
            lease.add(f"{box.address.lower()}:{box.port}")
        yield lease
    finally:
        lease.release()


@contextlib.contextmanager
def _stop_on_signals(run: RunState) -> Generator[None]:
    """Turn Ctrl-C, SIGTERM and SIGHUP into a stop request; the child reads the flag at its next tick."""

    def ask_to_stop(_number: int, _frame: object) -> None:
        run.ask_to_stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _relay(
    child: subprocess.Popen[str],
    lease: Lease,
    news: Callable[[Event], None],
    confirm: Callable[[PressToConfirm], bool] | None,
) -> None:
    """Pass on the child's events until it ends; kill its whole process group when the lease is lost."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_HEARTBEAT):
            if not lease.is_held():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                return

    watcher = threading.Thread(target=watch, name="lease", daemon=True)
    watcher.start()
    out: IO[str] | None = child.stdout
    if out is None or child.stdin is None:
        raise InternalError("the child process has no pipes")
    try:
        for line in out:
            if (event := parse_event(line)) is None:
                continue
            if event["event"] == "lease":
                _grant(child.stdin, lease, event["serials"])
            elif event["event"] == "confirm":
                _write_word(child.stdin, "yes" if confirm is not None and confirm(event) else "no")
            else:
                news = _pass_on(news, event)
        child.wait()
    finally:
        done.set()
        watcher.join(timeout=_HEARTBEAT * 2)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # browsers that a killed child left behind
        out.close()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()


def _pass_on(news: Callable[[Event], None], event: Event) -> Callable[[Event], None]:
    """Pass an event on and return what takes the next one: nothing, once the terminal is lost. That must not end a swing."""
    try:
        news(event)
    except OSError:
        return lambda _: None
    return news


def _grant(pipe: IO[str], lease: Lease, serials: Sequence[str]) -> None:
    answer = "granted"
    try:
        for serial in serials:
            lease.add(f"serial {serial}")
    except Stop as stop:
        answer = str(stop)
    _write_word(pipe, answer)


def _write_word(pipe: IO[str], word: str) -> None:
    """Write a word to the child, if it still reads."""
    with contextlib.suppress(BrokenPipeError):
        pipe.write(f"{word}\n")
        pipe.flush()


def _ending(run: RunState, child: subprocess.Popen[str]) -> Ended:
    path = run.folder / "ending.json"
    if path.exists():
        ending: Ending = json.loads(path.read_text(encoding="utf-8"))
        return Ended(ending["outcome"], ending["code"], ending["sentence"], ending.get("next_action", ""))
    way = f"by signal {-child.returncode}" if child.returncode < 0 else f"with {child.returncode}"
    fault = InternalError(f"the process that performed the run ended {way} without a word; its log is {run.folder / 'robot.log'}")
    return Ended(fault.outcome, fault.code, str(fault), fault.next_action)


def _die_with_parent() -> None:
    """Let the kernel kill this process when its parent dies: without a lease nothing may be pressed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, prctl(2)
