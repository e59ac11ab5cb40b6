"""Performs a run, and pulls its own plug (kill -9) at the first named point that it has not been killed at before."""

import os
import signal
import sys
from pathlib import Path

from flows.worker import perform_run
from robot.runs.options import RunOptions


def main() -> int:
    """Perform the run `argv[1]`; points died at are kept in the file `argv[2]`, those to die at listed in `argv[3]`."""
    run, died_at, wanted = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    points = set(wanted.split(",")) if wanted else None

    def checkpoint(step: str, point: str) -> None:
        here = f"{step}:{point}"
        seen = died_at.read_text(encoding="utf-8").split() if died_at.exists() else []
        if here in seen or point == "end" or (points is not None and here not in points):
            return
        with died_at.open("a", encoding="utf-8") as file:
            file.write(f"{here}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)

    return perform_run(run, RunOptions(), checkpoint=checkpoint)


sys.exit(main())
