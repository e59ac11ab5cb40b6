"""`make procedures`: every way through the procedures, through real browsers, each to its end, as one table.

Two at a time; what passed for these very files is kept in `.pytest_cache/procedures` and not done again, so that a campaign
that was interrupted, or ran out of its twenty minutes, goes on where it was. Words on the command line choose cases.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".pytest_cache" / "procedures"
AT_MOST = 20 * 60.0
SHORTEST = 2 * 60.0
"""Seconds: for the campaign; and what must be left of them for a case to be begun."""


@dataclass(frozen=True)
class Result:
    """What came of one case."""

    name: str
    codes: list[int]
    seconds: float
    presses: int
    verdict: str
    problem: str = ""

    @property
    def row(self) -> str:
        """Its line of the table."""
        codes = " ".join(map(str, self.codes[-6:])) or "-"
        return f"{self.name:<92} {codes:>12} {self.seconds:6.0f} s {self.presses:4}  {self.verdict}"


def fingerprint() -> str:
    """What the outcome depends on: every file of ours, as it stands now."""
    digest = hashlib.sha256()
    for folder in ("robot", "pages", "flows", "tests/flows", "tests/faults", "tests/robot"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def place(mark: str, name: str) -> Path:
    """Where a case's result is kept."""
    return KEPT / mark / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.json"


def perform(name: str, folder: Path) -> Result:
    """Go one case through, in this process."""
    from procedure_cases import CASES

    began = time.monotonic()
    codes: list[int] = []
    problem, presses, verdict = "", 0, "-"
    try:
        scene = CASES[name](folder)
        codes = scene.codes
        presses, verdict = len(scene.told()), "verified"
    except pytest.skip.Exception as skipped:
        problem, verdict = f"not possible here: {skipped}", "SKIPPED"
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - it is the campaign's to tell, with all the others
        problem, verdict = f"{fault}\n{traceback.format_exc()}", "FAILED"
    return Result(name, codes, time.monotonic() - began, presses, verdict, problem)


def alone(name: str, mark: str, until: float) -> Result:
    """Go one case through in a process of its own, with a folder that is kept only where it failed."""
    if time.monotonic() > until - SHORTEST:
        return Result(name, [], 0.0, 0, "NOT BEGUN", "the campaign's time was over: begin it again, it goes on from here")
    folder = Path(tempfile.mkdtemp(prefix="procedure-"))
    command = [sys.executable, "-m", "tests.flows.procedures", "--alone", name, str(folder)]
    began = time.monotonic()
    with (folder / "case.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    try:
        process.wait(until - time.monotonic())
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    told = folder / "result.json"
    if told.exists():
        result = Result(**json.loads(told.read_text(encoding="utf-8")))
    else:
        said = (folder / "case.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        result = Result(name, [], time.monotonic() - began, 0, "FAILED", f"it ended without a word, or took too long\n{said}")
    if result.verdict == "verified":
        place(mark, name).parent.mkdir(parents=True, exist_ok=True)
        place(mark, name).write_text(json.dumps(asdict(result)), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
    print(result.row, flush=True)  # noqa: T201 - a campaign
    if result.problem:
        print(f"    {result.problem}\n    kept: {folder}", flush=True)  # noqa: T201 - a campaign
    return result


def main(words: list[str]) -> int:
    """Run the campaign; its exit code."""
    sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("flows", "robot", "faults")]
    from procedure_cases import CASES

    if words[:1] == ["--alone"]:
        folder = Path(words[2])
        result = perform(words[1], folder)
        (folder / "result.json").write_text(json.dumps(asdict(result)), encoding="utf-8")
        return 0 if result.verdict == "verified" else 1
    mark, began = fingerprint(), time.monotonic()
    chosen = [name for name in CASES if all(word in name for word in words)]
    done = [name for name in chosen if place(mark, name).exists()]
    for name in done:
        print(f"{Result(**json.loads(place(mark, name).read_text(encoding='utf-8'))).row}  (before)")  # noqa: T201
    with ThreadPoolExecutor(2) as two:
        todo = [name for name in chosen if name not in done]
        begun = [two.submit(alone, name, mark, began + AT_MOST) for name in todo]
        results = [each.result() for each in begun]
    passed = len(done) + sum(result.verdict == "verified" for result in results)
    rest = "" if passed == len(chosen) else f"; NOT: {'; '.join(r.name for r in results if r.verdict != 'verified')}"
    took = (time.monotonic() - began) / 60
    print(f"procedures: {passed} of {len(chosen)} ended as they must, evidence verified, in {took:.1f} min{rest}")  # noqa: T201
    return 0 if passed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
