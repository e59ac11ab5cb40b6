"""A simulated pair as a process of its own, for tests and rehearsals."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from robot.simulator.domain.journal import CHANGES, FETCHES, REQUESTS, SERVING, VIEWS
from robot.simulator.folder import ENV_FILE, PAIR_FILE, READY_FILE

START_WITHIN = 20.0  # seconds; about one is needed


class DidNotStart(Exception):  # noqa: N818 the house names an error for what happened
    """The simulated pair did not start; the message holds its output."""


class Impossible(Exception):  # noqa: N818 the house names an error for what happened
    """The control address refused; the message is its answer."""


@dataclass(frozen=True)
class Simulation:
    """A simulated pair in a process of its own, as tests drive it."""

    folder: Path
    port: int
    addresses: Mapping[str, str]
    control: str
    pid: int

    @property
    def pair_file(self) -> Path:
        """The pair file."""
        return self.folder / PAIR_FILE

    @property
    def env_file(self) -> Path:
        """The credentials beside it."""
        return self.folder / ENV_FILE

    def changes(self) -> list[dict[str, Any]]:
        """Return every request that altered an appliance, or tried to."""
        return self._lines(CHANGES)

    def fetches(self) -> list[dict[str, Any]]:
        """Return every request that asked for something and altered nothing."""
        return self._lines(FETCHES)

    def views(self) -> list[dict[str, Any]]:
        """Return the pages shown and the attempts to sign in."""
        return self._lines(VIEWS)

    def serving(self) -> list[dict[str, Any]]:
        """Return who served on the shared address, from when on."""
        return self._lines(SERVING)

    def requests(self) -> list[dict[str, Any]]:
        """Return every request to the appliances."""
        return self._lines(REQUESTS)

    def state(self) -> dict[str, Any]:
        """Return everything about the pair at this moment."""
        return self._ask("/state")

    def set(self, seconds: float | None = None, /, **knobs: object) -> None:
        """Set knobs, for so many seconds only where given."""
        self._ask("/knobs", knobs if seconds is None else {**knobs, "seconds": seconds})

    def act(self, unit: str, action: str) -> None:
        """Make another person act on an appliance."""
        self._ask("/act", {"unit": unit, "action": action})

    def _lines(self, name: str) -> list[dict[str, Any]]:
        text = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def _ask(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.control}{path}", data=data)  # noqa: S310 our own address
        try:
            with _DIRECT.open(request, timeout=10) as answer:
                return cast("dict[str, Any]", json.loads(answer.read()))
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Impossible(json.loads(refusal.read())["error"]) from None


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy in the environment is none of ours


@contextmanager
def simulation(
    folder: Path,
    *,
    speed: float = 60,
    instant: bool = False,
    knobs: Mapping[str, object] | None = None,
    program: Sequence[str] = ("robot.simulator",),
    **names: object,
) -> Generator[Simulation]:
    """Serve a simulated pair out of a folder for as long as the block runs.

    Args:
        folder: made where missing; must not hold a pair's files yet.
        speed: divides all durations.
        instant: everything happens within 0.3 s.
        knobs: what goes differently from the start.
        program: what `python -m` is given to serve it, with its own arguments first.
        **names: hostname, ticket, summary, requested_by, from_version, target_version, from_base, target_base, port;
            generation ("g2", "g2:g3"), language, seed.

    Yields:
        The pair, as tests and rehearsals work with it.

    Raises:
        DidNotStart: with what the process said.
    """
    command = [sys.executable, "-m", *program, "--dir", str(folder), "--speed", str(speed), "--until-eof"]
    command += ["--instant"] if instant else []
    for knob, value in (knobs or {}).items():
        command += ["--knob", f"{knob}={value}"]
    for name, value in names.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "simulator.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
    try:
        yield _wait_until_ready(process, folder, said)
    finally:
        _end(process)


def found(folder: Path) -> Simulation:
    """Return the simulated pair that serves out of a folder, whoever started it."""
    ready = json.loads((folder / READY_FILE).read_text(encoding="utf-8"))
    return Simulation(folder, ready["port"], ready["addresses"], ready["control"], ready["pid"])


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path, said: Path) -> Simulation:
    deadline = time.monotonic() + START_WITHIN
    ready = folder / READY_FILE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(f"The simulated pair did not start: {said.read_text(errors='replace').strip()}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    return found(folder)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and its children."""
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
