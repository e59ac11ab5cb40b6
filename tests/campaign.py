"""What the long campaigns share: each case in a process of its own, two at a time, in goes of twenty minutes.

What came of a case for these very files is kept in `.pytest_cache/<campaign>`, and not done again: a campaign that was
interrupted, or ran out of its time, goes on where it was.
"""

from __future__ import annotations

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
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
AT_MOST = 20 * 60.0
SHORTEST = 2 * 60.0
LONGEST = 10 * 60.0
"""Seconds: for one go; what must be left of them for a case to be begun; and what a case may take.

One that the end of a go cuts off sooner has not failed: it is left for the next go.
"""
GOOD, NOT_BEGUN = "as it must", "NOT BEGUN"


@dataclass(frozen=True)
class Result:
    """What came of one case.

    Attributes:
        name: the case's.
        codes: the exit codes of every command that was typed.
        seconds: how long it took.
        presses: how many changes the appliances were told.
        verdict: `GOOD`, or what else.
        problem: why it is not good.
        facts: what else the campaign wants to compare.
    """

    name: str
    codes: list[int]
    seconds: float
    presses: int
    verdict: str
    problem: str = ""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def row(self) -> str:
        """Its line of the table."""
        codes = " ".join(map(str, self.codes[-6:])) or "-"
        return f"{self.name:<92} {codes:>12} {self.seconds:6.0f} s {self.presses:4}  {self.verdict}"


Perform = Callable[[str, Path], Result]


@dataclass(frozen=True)
class Campaign:
    """One campaign.

    Attributes:
        module: what `python -m` is given to perform a single case.
        depends_on: folders and files of ours on which an outcome depends.
        perform: goes one case through, in a folder of its own.
    """

    module: str
    depends_on: tuple[str, ...]
    perform: Perform

    @property
    def name(self) -> str:
        """Its last word."""
        return self.module.rpartition(".")[2]

    def fingerprint(self) -> str:
        """What the outcome depends on: every file of ours, as it stands now."""
        digest = hashlib.sha256()
        for each in self.depends_on:
            paths = [ROOT / each] if (ROOT / each).is_file() else sorted((ROOT / each).rglob("*"))
            for path in paths:
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    def place(self, mark: str, name: str) -> Path:
        """Where a case's result is kept."""
        return ROOT / ".pytest_cache" / self.name / mark / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.json"

    def single(self, words: Sequence[str]) -> int:
        """Perform one case, in this process: `--alone NAME FOLDER`."""
        name, folder = words[1], Path(words[2])
        began = time.monotonic()
        try:
            result = self.perform(name, folder)
        except pytest.skip.Exception as skipped:
            result = Result(name, [], time.monotonic() - began, 0, "SKIPPED", f"not possible here: {skipped}")
        except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - it is the campaign's to tell, with all the others
            result = Result(name, [], time.monotonic() - began, 0, "FAILED", f"{fault}\n{traceback.format_exc()}")
        (folder / "result.json").write_text(json.dumps(asdict(result)), encoding="utf-8")
        return 0 if result.verdict == GOOD else 1

    def run(self, chosen: Sequence[str]) -> list[Result]:
        """Go through the chosen cases that are not kept yet, two at a time; give what came of every one."""
        mark, until = self.fingerprint(), time.monotonic() + AT_MOST
        kept = {name: _read(self.place(mark, name)) for name in chosen if self.place(mark, name).exists()}
        for result in kept.values():
            print(f"{result.row}  (before)", flush=True)  # noqa: T201 - a campaign
        with ThreadPoolExecutor(2) as two:
            begun = [two.submit(self._kept_alone, name, mark, until) for name in chosen if name not in kept]
            made = {result.name: result for result in (each.result() for each in begun)}
        return [kept.get(name) or made[name] for name in chosen]

    def main(self, words: Sequence[str], cases: Iterable[str]) -> int:
        """Go through the cases with all of these words, and tell; the exit code. `--alone NAME FOLDER` performs one."""
        if words[:1] == ["--alone"]:
            return self.single(words)
        began = time.monotonic()
        results = self.run([name for name in cases if all(word in name for word in words)])
        passed, took = sum(result.verdict == GOOD for result in results), (time.monotonic() - began) / 60
        told = f"{passed} of {len(results)} ended as they must, evidence verified, in {took:.1f} min{the_rest(results)}"
        print(f"{self.name}: {told}")  # noqa: T201 - a campaign
        return 0 if passed == len(results) else 1

    def _kept_alone(self, name: str, mark: str, until: float) -> Result:
        """Go one case through in a process of its own, with a folder that is kept only where it failed."""
        if time.monotonic() > until - SHORTEST:
            return Result(name, [], 0.0, 0, NOT_BEGUN, "the campaign's time was over: begin it again, it goes on from here")
        folder = Path(tempfile.mkdtemp(prefix=f"{self.name.replace('_', '-')}-"))
        result = self.alone(name, folder, within=min(until - time.monotonic(), LONGEST))
        if result.verdict == GOOD:
            self.place(mark, name).parent.mkdir(parents=True, exist_ok=True)
            self.place(mark, name).write_text(json.dumps(asdict(result)), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)
        print(result.row, flush=True)  # noqa: T201 - a campaign
        if result.problem:
            print(f"    {result.problem}\n    kept: {folder}", flush=True)  # noqa: T201 - a campaign
        return result

    def alone(self, name: str, folder: Path, *, within: float) -> Result:
        """Go one case through in a process of its own; whatever it started ends with it."""
        command = [sys.executable, "-m", self.module, "--alone", name, str(folder)]
        began = time.monotonic()
        with (folder / "case.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        why = "it ended without a word"
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if within < LONGEST:
                return Result(
                    name, [], within, 0, NOT_BEGUN, "it was cut off by the end of its time: it is begun again the next time"
                )
            why = "it took too long"
        told = folder / "result.json"
        if told.exists():
            return _read(told)
        said = (folder / "case.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        return Result(name, [], time.monotonic() - began, 0, "FAILED", f"{why}\n{said}")


def the_rest(results: Iterable[Result]) -> str:
    """How the last line ends: what did not end as it must, and how many are left for the next go; "" where nothing is."""
    wrong = [result.name for result in results if result.verdict not in {GOOD, NOT_BEGUN}]
    left = sum(result.verdict == NOT_BEGUN for result in results)
    told = f"; NOT: {'; '.join(wrong)}" if wrong else ""
    return told + (f"; {left} not begun yet: the same command goes on with them" if left else "")


def _read(path: Path) -> Result:
    return Result(**json.loads(path.read_text(encoding="utf-8")))
