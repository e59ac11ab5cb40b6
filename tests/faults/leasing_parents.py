"""Some parents, each with a run, a lease in the database and a child that presses; in one process, so that it can be stopped."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from robot.runs.lease import SharedLease
from robot.runs.store import RunState
from robot.runs.supervisor import performing, supervise

CHILD = Path(__file__).with_name("pressing_child.py")


def parent(folder: Path, url: str) -> None:
    """Hold the lease of an appliance that is named for the folder, and write down how the child ended."""
    run = RunState(folder, {"run": folder.name, "evidence": str(folder / "evidence")})
    lease = SharedLease(url)
    try:
        lease.add(f"{folder.name}:443")
        with performing(run):
            ended = supervise(run, lease, [sys.executable, str(CHILD), str(folder), folder.name], lambda _: None)
        (folder / "ended").write_text(json.dumps(asdict(ended)), encoding="utf-8")
    finally:
        lease.release()


def main() -> None:
    """Be the parents of the runs in the folders `argv[2:]`, with the database `argv[1]`."""
    with ThreadPoolExecutor(len(sys.argv)) as threads:
        for each in [threads.submit(parent, Path(folder), sys.argv[1]) for folder in sys.argv[2:]]:
            each.result()


if __name__ == "__main__":
    main()
