"""The parent process of a run: it holds the lease, starts the child that performs the run, and relays the child's events.

The parent kills the child when the lease is lost. It outlives the child in any case, and closes the run.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from robot.domain.errors import InternalError, Refused, Stop
from robot.runs import performance_lock
from robot.runs.events import parse_event
from robot.runs.lease import HEARTBEAT, lease_for, lost

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from types import FrameType
    from typing import IO

    from robot.runs.events import Ending, Event, PressToConfirm
    from robot.runs.lease import Lease
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_LAST_WORDS_S = 5.0
"""Seconds in which what a child has said is read after it has ended."""
_LIBC = ctypes.CDLL(None)  # found here: a new process looks for nothing between fork(2) and exec(2)


@dataclass(frozen=True)
class Ended:
    """How a performance ended.

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

    @classmethod
    def by(cls, stop: Stop) -> Self:
        """Return the end that a `Stop` is."""
        return cls(stop.outcome, stop.code, str(stop), stop.next_action)


@contextlib.contextmanager
def performing(run: RunState) -> Generator[None]:
    """Have this process perform a run, and no other, until the block ends; what would end the process asks the run to stop.

    Args:
        run: the run.

    Raises:
        Refused: another process performs it already.
    """
    with (run.folder / "alive").open("a") as lock:
        try:
            performance_lock.take(lock, performance_lock.Mark.PERFORMED)
        except BlockingIOError:
            raise Refused(f"{run.name} is being performed already; `failover-robot status {run.name}` shows it") from None
        run.forget_stop()
        performance_lock.take(lock, performance_lock.Mark.HEEDS_STOP)
        with _on_signals(lambda _number, _frame: run.ask_to_stop()):
            yield


def supervise(
    run: RunState,
    lease: Lease,
    command: Sequence[str],
    news: Callable[[Event], None],
    confirm: Callable[[PressToConfirm], bool] | None = None,
    known: Secrets | None = None,
) -> Ended:
    """Perform a run in a child process.

    Args:
        run: the run, which this process is `performing`.
        lease: holds both appliances; their serial numbers are added once the child has read them.
        command: the words of the command that starts the child.
        news: called with each event of the child, as plain JSON.
        confirm: asks the person at the terminal whether a press may be made, and raises `KeyboardInterrupt` if they end the
            question instead of answering it; if `None`, no press that needs it is made.
        known: fetches for the child what the vault lends, and gives it back; `None` if no secret comes from a vault. What is
            on loan when the child has ended, the caller gives back.

    Returns:
        How the child ended.
    """
    (run.folder / "ending.json").unlink(missing_ok=True)
    with (run.folder / "robot.log").open("ab") as log:
        (run.folder / "robot.log").chmod(0o600)
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 - two system calls, and no module is loaded for them
            encoding="utf-8",
            errors="replace",
        )
    return _ending(run, child, held=_relay(run, child, _Answers(lease, known), news, confirm))


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
def _on_signals(heed: Callable[[int, FrameType | None], None]) -> Generator[None]:
    """Have Ctrl-C, SIGTERM and SIGHUP call `heed`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, heed) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _relay(
    run: RunState,
    child: subprocess.Popen[str],
    answers: _Answers,
    news: Callable[[Event], None],
    confirm: Callable[[PressToConfirm], bool] | None,
) -> bool:
    """Pass on the child's events until it ends, and kill what it leaves behind; return whether the lease was held until then."""
    # Nothing that is shown to a person, or asked, may hold up the lease: it is watched, and given, in threads of their own.
    if child.stdout is None or child.stdin is None:
        raise InternalError("the child process has no pipes")
    events: SimpleQueue[Event | None] = SimpleQueue()
    reader = threading.Thread(target=_read, args=(child.stdout, child.stdin, answers, events), name="child", daemon=True)
    reader.start()
    held = True

    def watch() -> None:
        nonlocal held
        held = _watch(child, answers.lease)
        _kill_group(child)  # not reaped yet, so that its number is still its own
        reader.join(_LAST_WORDS_S)
        events.put(None)

    watcher = threading.Thread(target=watch, name="lease", daemon=True)
    watcher.start()
    try:
        while (event := events.get()) is not None:
            if event["event"] == "confirm":
                _write_word(child.stdin, "yes" if _agreed(run, confirm, event) else "no")
            else:
                news = _pass_on(news, event)
    finally:
        _kill_group(child)
        watcher.join()
        child.wait()
        if not reader.is_alive():  # else a process that left the group holds the pipe open
            child.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    return held


@dataclass(frozen=True)
class _Answers:
    """What answers the child's questions."""

    lease: Lease
    known: Secrets | None


def _read(out: IO[str], pipe: IO[str], answers: _Answers, events: SimpleQueue[Event | None]) -> None:
    """Answer the child's questions for the lease and for secrets, and put whatever else it tells into the queue."""
    for line in out:
        if (event := parse_event(line)) is None:
            continue
        if event["event"] == "lease":
            _grant(pipe, answers.lease, event["serials"])
        elif event["event"] == "secret":
            _write_line(pipe, json.dumps(_lent(answers.known, event["name"])))
        elif event["event"] == "give_back":
            if answers.known:
                answers.known.give_back(event["names"])
        elif event["event"] == "learned":
            if answers.known:
                answers.known.learn(event["value"], event["name"])
        else:
            events.put(event)


def _watch(child: subprocess.Popen[str], lease: Lease) -> bool:
    """Wait until the child has ended, or the lease is lost; return whether it is held."""
    handle = os.pidfd_open(child.pid)
    try:
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        while not ended.poll(HEARTBEAT * 1000):
            if not _is_held(lease):
                return False
    finally:
        os.close(handle)
    return True


def _is_held(lease: Lease) -> bool:
    """Return whether the lease is held; what cannot be found out is no."""
    try:
        return lease.is_held()
    except Exception:  # noqa: BLE001 - whatever it was: without proof of the lease nothing is pressed
        return False


def _kill_group(child: subprocess.Popen[str]) -> None:
    """Kill the child, and the browsers that it left behind. It must not have been reaped: its number could be somebody else's."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _agreed(run: RunState, confirm: Callable[[PressToConfirm], bool] | None, press: PressToConfirm) -> bool:
    """Ask the person at the terminal; what ends the question without an answer asks the run to stop."""
    try:
        with _on_signals(signal.default_int_handler):
            return confirm is not None and confirm(press)
    except KeyboardInterrupt:
        run.ask_to_stop()
        return False


def _pass_on(news: Callable[[Event], None], event: Event) -> Callable[[Event], None]:
    """Pass an event on and return what takes the next one: nothing, once the terminal is lost. That must not end a swing."""
    try:
        news(event)
    except OSError:
        return lambda _: None
    return news


def _grant(pipe: IO[str], lease: Lease, serials: Sequence[str]) -> None:
    """Take the lease of these serial numbers too, and tell the child that all of it is held, or why not."""
    try:
        for serial in serials:
            lease.add(f"serial {serial}")
        answer = "granted" if _is_held(lease) else str(lost())
    except Stop as stop:
        answer = str(stop)
    except Exception as fault:  # noqa: BLE001 - whatever it was: the child must hear that it has no lease
        answer = f"the lease cannot be taken: {fault!r}"
    _write_word(pipe, answer)


def _lent(known: Secrets | None, name: str) -> dict[str, str]:
    """Return the answer to a child that needs a secret."""
    try:
        return {"value": known.fetch(name)} if known else {"refused": f"{name} is asked for, and there is no vault"}
    except Stop as stop:
        return {"refused": str(stop)}
    except Exception as fault:  # noqa: BLE001 - the child must hear that it gets none; the fault's own text might hold a secret
        return {"refused": f"{name} cannot be fetched: a fault of the robot's own, {type(fault).__name__}"}


def _write_word(pipe: IO[str], word: str) -> None:
    """Write a word to the child, if it still reads."""
    _write_line(pipe, " ".join(word.split()))


def _write_line(pipe: IO[str], line: str) -> None:
    """Write a line to the child, if it still reads; once it has ended, its pipe may be closed already."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        pipe.write(f"{line}\n")
        pipe.flush()


def _ending(run: RunState, child: subprocess.Popen[str], *, held: bool) -> Ended:
    path = run.folder / "ending.json"
    if path.exists():
        ending: Ending = json.loads(path.read_text(encoding="utf-8"))
        return Ended(ending["outcome"], ending["code"], ending["sentence"], ending.get("next_action", ""))
    if not held:
        return Ended.by(lost())
    way = f"by signal {-child.returncode}" if child.returncode < 0 else f"with {child.returncode}"
    return Ended.by(
        InternalError(f"the process that performed the run ended {way} without a word; its log is {run.folder / 'robot.log'}")
    )


def dies_with(parent: int) -> Callable[[], None]:
    """Return what a new process calls before it becomes another program: the kernel is to kill it when its parent dies.

    Args:
        parent: the process ID of the parent, which may have died by then; without a lease nothing may be pressed.
    """

    def call() -> None:
        _LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, prctl(2): of a death from now on
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return call
