"""`make canaries`: an observation and a whole upgrade through Chromium of a pair full of canary secrets; none may be found.

Looked at are the evidence, the pack, the state folder with log and database, what the commands said, and, every half second, the
arguments and the environment of every process that they started. Pictures are read by tesseract where it is installed. A control
shows that the scan sees what is planted: the simulated pair's own folder is full of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from canaries import found_below, seen_in, traces_in

from robot.simulator.process import Simulation, simulation

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 500


class Processes:
    """What the arguments and environments of a process, and of all that it starts, have shown."""

    def __init__(self) -> None:
        self.found, self.looks = set[str](), 0
        self._ended = threading.Event()

    def watch(self, pid: int) -> threading.Thread:
        self._ended.clear()
        thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        self._ended.set()

    def _watch(self, pid: int) -> None:
        while not self._ended.wait(0.5):
            self.looks += 1
            try:
                processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            except psutil.Error:
                return
            for process in processes:
                for kind in ("cmdline", "environ"):
                    try:
                        shown = Path(f"/proc/{process.pid}/{kind}").read_bytes()
                    except OSError:
                        continue
                    self.found.update(f"{kind} of a process: {trace}" for trace in traces_in(shown.replace(b"\0", b"\n")))


def perform(folder: Path, pair: Simulation, processes: Processes) -> None:
    """Observe the pair, then upgrade it, and keep what the commands said."""
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "FAILOVER_ROBOT_POLICY": str(folder / "none.toml")}
    for words in (
        ["observe", str(pair.pair_file), "--json", "--evidence", str(folder / "observed")],
        ["run", str(pair.pair_file), "--now", "--artifacts", str(folder / "artifacts")],
    ):
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "robot", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=env, cwd=ROOT,
        )  # fmt: skip
        watching = processes.watch(process.pid)
        said, _ = process.communicate(timeout=1500)
        processes.end()
        watching.join()
        (folder / f"{words[0]}.said").write_bytes(said)
        tell(f"{words[0]}: ended with {process.returncode} after {time.monotonic() - began:.0f} s")
        if process.returncode:
            tell(said.decode(errors="replace")[-3000:])


def tell(text: str) -> None:
    """Tell whoever started the campaign."""
    print(text, flush=True)  # noqa: T201 - a campaign


def pictures_of(folder: Path) -> list[Path]:
    """Each different picture below a folder, once; their captioned copies aside."""
    different: dict[str, Path] = {}
    for path in sorted([*folder.rglob("shots/*.png"), *folder.rglob("shots/*.webp")]):
        different.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return list(different.values())


def main() -> int:
    """Perform it, scan, and tell."""
    with tempfile.TemporaryDirectory(prefix="canaries-") as name:
        folder, processes = Path(name), Processes()
        knobs = {"api_account": True, "own_accounts": True}
        program = ("tests.flows.canary_pair", str(folder / "planted.jsonl"))
        with simulation(folder / "pair", instant=True, generation="g3", knobs=knobs, program=program) as pair:
            perform(folder, pair, processes)
            control = len(found_below(folder / "pair"))
        planted = [json.loads(line) for line in (folder / "planted.jsonl").read_text(encoding="utf-8").splitlines()]
        looked = [folder / each for each in ("artifacts", "observed", "state")]
        found = [trace for each in looked for trace in found_below(each)] + sorted(processes.found)
        found += [f"{said.name}: {trace}" for said in folder.glob("*.said") for trace in traces_in(said.read_bytes())]
        pictures = [picture for each in looked for picture in pictures_of(each)]
        if shutil.which("tesseract"):
            found += [f"{picture}: {seen} is seen" for picture in pictures if (seen := seen_in(picture))]
        canaries = len({each["canary"] for each in planted})
        read = "read" if shutil.which("tesseract") else "not read: tesseract is not installed"
        places = len({each["where"] for each in planted})
        tell(f"{canaries} canaries in {places} kinds of places; control: {control} found in the pair's own folder")
        tell(f"{len(pictures)} different pictures, {read}; processes looked at {processes.looks} times; found: {len(found)}")
        tell("\n".join(each.replace(name, "") for each in found[:40]))
        packs = [path for path in (folder / "artifacts").rglob("*.zip") if "support" not in path.name]
        is_good = not found and canaries >= FEWEST and control > 0 and pictures and packs
        tell("as it must" if is_good else f"NOT as it must: {len(found)} found, {canaries} planted, {len(packs)} packs")
        if not is_good and (keep := os.environ.get("KEEP")):
            shutil.copytree(folder, keep, dirs_exist_ok=True)
        return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
