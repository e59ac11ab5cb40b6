"""One whole upgrade of an instant simulated pair, made once and looked at by many tests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a_plan import openssh_line, private_file

from robot.simulator.process import Simulation, simulation

ANN = "Ann Lee"
POLICY = f'[[approvers]]\nname = "{ANN}"\nkeys = ["{openssh_line(ANN)}"]\n'


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade left, here and on the simulated pair."""

    code: int
    stdout: str
    stderr: str
    folder: Path
    simulated: Simulation
    env: dict[str, str]
    process_lists: list[str]

    @property
    def run_folder(self) -> Path:
        return next((self.folder / "artifacts").glob("*/*"))

    @property
    def plan(self) -> dict[str, Any]:
        return json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))

    @property
    def pack(self) -> Path:
        return Path(self.stdout.strip())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.run_folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.run_folder / "summary.json").read_text(encoding="utf-8"))


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "robot", *arguments]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def upgraded(folder: Path) -> Generator[Upgrade]:
    """The same upgrade as with two terminals: a simulated pair, and `plan`, `approve`, `run PLAN` under a policy."""
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "https_proxy": "http://127.0.0.1:9"}
    with simulation(folder / "pair", instant=True, knobs={"syslog_port": _free_port()}) as simulated:
        text = simulated.pair_file.read_text(encoding="utf-8")  # this one upgrade makes the smoke checks
        simulated.pair_file.write_text(text.replace('[smoke]\nskip = "an instant pair"\n', ""), encoding="utf-8")
        bound = {**env, "FAILOVER_ROBOT_POLICY": str(folder / "policy.toml")}
        plan = approved_plan(simulated.pair_file, folder, bound)
        seen: list[str] = []
        process = subprocess.Popen(
            command("run", str(plan), "--now", "--artifacts", str(folder / "artifacts")),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=bound,
        )  # fmt: skip
        done = threading.Event()

        def watch() -> None:
            while not done.wait(1.0):
                listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
                seen.extend([listed, *map(_environment_of_a_browser, Path("/proc").glob("[0-9]*"))])

        watcher = threading.Thread(target=watch)
        watcher.start()
        stdout, stderr = process.communicate(timeout=900)
        done.set()
        watcher.join()
        yield Upgrade(process.returncode, stdout, stderr, folder, simulated, env, seen)


def approved_plan(pair_file: Path, folder: Path, env: dict[str, str]) -> Path:
    """Have a plan made, and approved by who may by the policy."""
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    plan, key = folder / "plan.json", private_file(folder / "ann", ANN)
    for words in (("plan", pair_file, "-o", plan, "--by", "John Roe"), ("approve", plan, "--by", ANN, "--key", key)):
        subprocess.run(command(*map(str, words)), env=env, check=True, capture_output=True, text=True)
    return plan


def _environment_of_a_browser(process: Path) -> str:
    """Return the environment of a process that is a browser; "" if it is none, or has ended meanwhile."""
    try:
        is_browser = b"chromium" in (process / "cmdline").read_bytes()
        return (process / "environ").read_bytes().decode("utf-8", "replace") if is_browser else ""
    except OSError:
        return ""
