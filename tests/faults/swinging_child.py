"""Performs the swing of a run and nothing else, and lets one fault strike it, once, at its named point."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from swing_kinds import Scene, named

from flows import worker
from flows.session import readings
from flows.session.pair import Pair
from flows.session.readings import Machine
from flows.steps.make_primary import swing
from robot.changes.run import Run
from robot.domain.model import Unit
from robot.runs.options import RunOptions
from robot.simulator.process import found


def main() -> int:
    """Perform the run `argv[1]` in the folder `argv[3]`; the fault is `argv[2]`, or "-"."""
    name, kind, folder = sys.argv[1], None if sys.argv[2] == "-" else named(sys.argv[2]), Path(sys.argv[3])
    runs: list[Run] = []

    def checkpoint(step: str, point: str) -> None:
        if kind is None or f"{step}:{point}" != kind.at or (folder / "struck").exists():
            return
        (folder / "struck").touch()
        for strike in kind.strikes:
            strike(Scene(runs[0], found(folder / "pair"), folder))

    def only_the_swing(pair: Pair, run: Run) -> dict[str, Any]:
        runs.append(run)
        for box in (pair.a, pair.b):
            step, title = f"{box.unit.value}-status-basics", f"What {box.name} is"
            box.expect(run.steps.observe(step, title, box, Machine, partial(readings.machine, box)).identity)
        swing(pair, run, to=Unit.B, step="site-swing", first=lambda: None)
        return {"outcome": "done"}

    worker.PROCEDURES["asynchronous"] = only_the_swing
    return worker.perform_run(name, RunOptions(), checkpoint=checkpoint)


if __name__ == "__main__":
    sys.exit(main())
