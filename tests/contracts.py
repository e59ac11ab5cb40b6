"""Compare what two checkouts promise to their users: `python -m tests.contracts BEFORE AFTER [PROCEDURE ...]`.

Each checkout has its own `.venv` (`sh .ci/setup test` makes it). Each prints the help of every command, writes the pair file of
`init`, refuses the same misuses, and performs the same instant rehearsal. Compared are commands and options, exit codes, the pair
file, the record and the summary. What differs from run to run (times, addresses, paths, serial numbers, digests) is replaced by a
word first. Sentences are compared too, and counted apart: they are no contract. Ends with 1 where a contract differs.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

MISUSES = (
    "no-such-command", "run", "run no-such.toml --now", "rehearse --procedure none", "status no-such-run", "resume",
    "stop no-such-run", "seal no-such-run", "verify no-such.zip", "back-out no-such-run", "hand-over no-such-run --by Jo",
    "doctor no-such.toml", "observe no-such.toml", "status", "status --json", "run site/pair.toml", "init site",
)  # fmt: skip
LONGEST = 60
"""The number of differing lines of a part that are printed."""
SENTENCES = {"text", "title", "heading", "notes", "reason", "said", "complaints", "sentence"}
"""The fields of a record and a summary that hold sentences for people."""
VARIES = {
    "seq", "monotonic", "bytes", "sha256", "pack_sha256", "previous", "key", "url", "port", "swing_gap_ms", "error_ms",
    "exposure_s", "value", "error",
}  # fmt: skip
"""The fields that differ between two runs of the same code; `url` holds a path that the simulated pair makes up."""
WORDS = (
    (r"\d{8}T\d{6}Z-[0-9a-f]{4}", "RUN"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|UTC|\+00:00))?", "TIME"),
    (r"\d+ days, \d\d:\d\d:\d\d", "UPTIME"),
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"\d+(\.\d+)? (s|ms|KB)\b", "AMOUNT"),
    (rf"{tempfile.gettempdir()}/[^\s\"',;)]*", "PATH"),
    (r"cert #[\w-]+", "CERTIFICATE"),
    (r"\b[0-9a-f]{32,64}\b|\b[0-9A-F]{10}\b", "ID"),
    (r"(?<=:)\d{5}\b|(?<=port )\d{5}\b", "PORT"),
    (r"process \d+", "process PID"),
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Compare two checkouts; the exit code."""
    before, after, *procedures = arguments
    made = [contracts_of(Path(checkout).resolve(), procedures or ["asynchronous"]) for checkout in (before, after)]
    differing = 0
    for part in {**made[0], **made[1]}:
        old, new = (each.get(part, []) for each in made)
        diff = [line for line in difflib.unified_diff(old, new, before, after, "", "", 0, "") if not line.startswith("@@")][2:]
        print(f"{part}: {f'{len(diff)} lines differ' if diff else f'{len(old)} lines are equal'}")  # noqa: T201 - a tool
        for line in diff[:LONGEST]:
            print(f"  {line:.200}")  # noqa: T201
        differing += bool(diff and "sentences" not in part)
    return 1 if differing else 0


def contracts_of(checkout: Path, procedures: list[str]) -> dict[str, list[str]]:
    """Return everything to be compared, part by part, as lines."""
    with tempfile.TemporaryDirectory(prefix="contracts-") as name:
        folder = Path(name)
        parts = {"commands and options": list(helps(checkout, folder))}
        say(checkout, folder, "init", "site")
        parts["pair file"] = [
            line for file in sorted((folder / "site").iterdir()) for line in file.read_text(encoding="utf-8").splitlines()
        ]
        parts["exit codes"] = [f"{say(checkout, folder, *words.split()).returncode}  {words}" for words in MISUSES]
        for procedure in procedures:
            done = say(checkout, folder, "rehearse", "--instant", "--quiet", "--procedure", procedure, "--artifacts", procedure)
            parts["exit codes"].append(f"{done.returncode}  rehearse --procedure {procedure}: {varied(done.stdout.strip())}")
            for run in (folder / procedure).glob("*/*"):
                parts |= {f"{procedure}: {part}": lines for part, lines in run_contracts(run).items()}
    return parts


def helps(checkout: Path, folder: Path, *group: str) -> Iterator[str]:
    """Yield the help of a command and of those below it."""
    printed = say(checkout, folder, *group, "--help").stdout.splitlines()
    yield from (" ".join(["$", *group, line]) for line in printed)
    listed = "\n".join(printed).partition("\nCommands:\n")[2].partition("\n\n")[0]
    for name in re.findall(r"^  (\w\S*)", listed, re.MULTILINE):
        yield from helps(checkout, folder, *group, name)


def run_contracts(run: Path) -> dict[str, list[str]]:
    """Return the record, the summary, the names of the files, and the sentences, as lines without what varies."""
    text = (run / "evidence.jsonl").read_text(encoding="utf-8"), (run / "summary.json").read_text(encoding="utf-8")
    for unit, address in json.loads(text[1])["addresses"].items():
        text = text[0].replace(address or "?!", f"ADDRESS-{unit}"), text[1].replace(address or "?!", f"ADDRESS-{unit}")
    rows: dict[str, list[str]] = {"record": [], "summary": [], "sentences": []}
    for line in map(json.loads, text[0].splitlines()):
        told_by = f"{line['step']} {line['kind']}"
        add(rows, "record", ((f"{told_by}: {name}", value) for name, value in flat(line)))
    add(rows, "summary", flat(json.loads(text[1])))
    files = sorted(str(path.relative_to(run)) for path in run.rglob("*"))
    return {**rows, "files": [varied(name) for name in files]}


def add(rows: dict[str, list[str]], part: str, values: Iterable[tuple[str, str]]) -> None:
    """Add values to a part; of a sentence only that it is there, and itself to the sentences."""
    for name, value in values:
        if SENTENCES.intersection(re.split(r"[ .\[]", name)) and value not in ('""', "null"):
            rows[part].append(f"{name} = SENTENCE")
            rows["sentences"].append(f"{name} = {value}")
        else:
            rows[part].append(f"{name} = {value}")


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every plain value of some JSON with its path."""
    if not value:
        yield path, json.dumps(value)
    elif isinstance(value, dict):
        for name, each in cast("dict[str, Any]", value).items():
            yield from flat(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, each in enumerate(cast("list[Any]", value)):
            yield from flat(each, f"{path}[{number}]")
    else:
        hidden = path.rpartition(".")[2] in VARIES and value not in {"", 0, None}
        yield path, f"<{type(value).__name__}>" if hidden else varied(json.dumps(value))


def varied(text: str) -> str:
    """Replace what differs between two runs of the same code by words."""
    for pattern, word in WORDS:
        text = re.sub(pattern, word, text)
    return text


def say(checkout: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Give a command to a checkout's command line, in a folder of its own."""
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "COLUMNS": "100"}
    script = checkout / ".venv" / "bin" / "failover-robot"
    return subprocess.run([script, *words], cwd=folder, env=env, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
