"""`make bench`: one upgrade of an instant pair by the robot, and one by a bare Playwright script, in one run; as ratios."""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import Simulation, simulation

PEER = Path(__file__).with_name("bare_playwright.py")


class Memory:
    """The highest sum of PSS of a process and all it started, sampled twice a second; MiB."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak = pid, 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def stop(self) -> float:
        self._end.set()
        self._thread.join()
        return self.peak

    def _sample(self) -> None:
        while not self._end.wait(0.5):
            self.peak = max(self.peak, sum(map(_pss, _family(self.pid))))


def _family(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for each in found:
        found += [child for child, parent in parents if parent == each]
    return found


def _pss(pid: int) -> float:
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(next(line for line in rolled.splitlines() if line.startswith("Pss:")).split()[1]) / 1024


def run(command: Sequence[str], stdin: str = "") -> tuple[str, float, float]:
    """Run a command; give its stdout, its seconds and its peak memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    memory = Memory(process.pid)
    out, error = process.communicate(stdin, timeout=900)
    peak = memory.stop()
    if process.returncode:
        raise SystemExit(f"{command[-1]} ended with {process.returncode}: {error[-800:]}")
    return out, time.monotonic() - began, peak


def robot(simulated: Simulation, folder: Path) -> dict[str, Any]:
    """One upgrade by the robot."""
    command = [sys.executable, "-m", "robot", "run", str(simulated.pair_file), "--now", "--quiet", "--artifacts", str(folder)]
    out, seconds, peak = run(command)
    pack = Path(out.strip())
    lines = [json.loads(line) for line in (pack.parent / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    summary = json.loads((pack.parent / "summary.json").read_text(encoding="utf-8"))
    moments = [datetime.fromisoformat(line["utc"]) for line in lines]
    took = sorted((after - before).total_seconds() for before, after in pairwise(moments))
    return {
        "seconds": seconds,
        "performing": (moments[-1] - moments[0]).total_seconds(),
        "peak": peak,
        "steps": len(summary["steps"]),
        "lines": len(lines),
        "pictures": sum(bool(line["file"]) for line in lines),
        "p50": statistics.median(took),
        "p95": took[int(len(took) * 0.95)],
        "gap": summary["swing_gap_ms"],
    }


def bare(simulated: Simulation, folder: Path) -> dict[str, Any]:
    """One upgrade by the peer."""
    settings = load(simulated.pair_file)
    known = secrets(settings)
    accounts = {
        unit: {
            interface: (account.username, account.password.get_secret_value())
            for interface, account in (("login", boxes.login), ("appliance", boxes.appliance))
        }
        for unit, boxes in (("a", known.a), ("b", known.b))
    }
    plan = {
        **simulated.addresses, "port": simulated.port, "accounts": accounts,
        "versions": [settings.site.target_base, settings.site.target_version],
    }  # fmt: skip
    out, seconds, peak = run([sys.executable, str(PEER), str(folder)], json.dumps(plan))
    return {**json.loads(out), "with_start": seconds, "peak": peak}


def main() -> None:
    """Measure both, the robot first."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with simulation(folder / "one", instant=True) as simulated:
            ours = robot(simulated, folder / "artifacts")
        (folder / "shots").mkdir()
        with simulation(folder / "two", instant=True) as simulated:
            theirs = bare(simulated, folder / "shots")
    each = (ours["performing"] / ours["pictures"]) / (theirs["seconds"] / theirs["pictures"])
    print(  # noqa: T201 - its answer
        f"robot: {ours['steps']} evidence steps in {ours['lines']} lines with {ours['pictures']} pictures, "
        f"{ours['performing']:.1f} s (with start, report and pack {ours['seconds']:.1f} s), peak {ours['peak']:.0f} MiB PSS\n"
        f"robot: between two lines of the record p50 {ours['p50']:.2f} s, p95 {ours['p95']:.2f} s; swing gap {ours['gap']}\n"
        f"bare Playwright: {theirs['pictures']} pictures, {theirs['seconds']:.1f} s, peak {theirs['peak']:.0f} MiB PSS\n"
        f"ratio robot / bare: {ours['performing'] / theirs['seconds']:.2f} in time, {each:.2f} in time for each picture, "
        f"{ours['peak'] / theirs['peak']:.2f} in memory"
    )


if __name__ == "__main__":
    main()
