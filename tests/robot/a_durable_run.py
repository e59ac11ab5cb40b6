"""A run of three steps in a process of its own; it dies by kill -9 in the second when told to."""

import json
import os
import signal
import sys
from typing import Any

from robot.domain.errors import Refused
from robot.runs.durable import durable_step, run_workflow


def main() -> None:
    """Run `argv[1]`; `argv[2]`: `die`, `refuse` or `go`. Prints what each step did, and the result."""
    name, mood = sys.argv[1:]

    def body(number: int) -> dict[str, Any]:
        print(f"step {number}", flush=True)  # noqa: T201 - its answer
        if number == 2 and mood == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 2 and mood == "refuse":
            raise Refused("not today")
        return {"number": number}

    def flow() -> dict[str, Any]:
        return {"steps": [durable_step(f"step-{number}", lambda number=number: body(number)) for number in (1, 2, 3)]}

    try:
        print(json.dumps(run_workflow(name, flow)))  # noqa: T201 - its answer
    except Refused as refused:
        print(f"refused: {refused}")  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
