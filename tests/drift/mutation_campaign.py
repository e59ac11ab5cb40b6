"""`make drift`: the procedure's screens, toured over pages that differ from the known ones in many ways; as one table.

Three mutations at a time, of different kinds: whoever masters them together masters each. Where they are not mastered
together, each is toured alone. At least 95 % must be mastered; the others stop, and say which control they missed; none
presses anything wrong. Words on the command line choose mutations; `--generation g3` (and `--seed 4`) takes other pages to
begin with, `--alone` tours each by itself.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from mutations import MUTATIONS
from tour import Toured, mutated, toured

TOGETHER = 3
LEAST = 0.95
"""The part that must be mastered."""


def together(names: list[str], number: int) -> list[list[str]]:
    """Groups of so many, each from different parts of the list, where unlike kinds stand."""
    groups = -(-len(names) // number)
    return [names[first::groups] for first in range(groups)]


def perform(names: str, generation: str, seed: int) -> Toured:
    """One tour, over one mutation or several with a + between, with a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="drift-"))
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    os.environ["FAILOVER_ROBOT_POLICY"] = str(folder / "no-policy.toml")
    try:
        with mutated(names, folder / "pair", generation=generation, seed=seed) as simulated:
            return toured(simulated)
    except Exception as fault:  # noqa: BLE001 - it is the campaign's to tell, with all the others
        return Toured(misread=f"a fault of the robot's own, or of the campaign: {fault!r}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judged(tours: dict[str, Toured]) -> tuple[str, bool]:
    """The last line, and whether it is good."""
    passed = [name for name, tour in tours.items() if tour.passed]
    wrong = sum(len(tour.wrong) for tour in tours.values())
    unclear = [name for name, tour in tours.items() if tour.misread or (tour.ended and not tour.names_control)]
    share = len(passed) / len(tours)
    rest = [name for name in tours if name not in passed]
    told = f"{len(passed)} of {len(tours)} mastered ({share:.1%}), {len(rest)} stopped, {wrong} wrong presses"
    for words, names in (("stopped", rest), ("without naming a control", unclear)):
        told += f"; {words}: {', '.join(names)}" if names else ""
    return told, share >= LEAST and not wrong and not unclear


def row(group: list[str], done: Toured, *, again: bool) -> str:
    """A line of the table for each mutation of a group."""
    names = "\n".join(f"{name.replace('-', ' '):<64}" for name in group)
    return f"{names} {done.seconds:5.0f} s  {'each alone, since together: ' if again else ''}{done.verdict}"


def main(arguments: list[str]) -> int:
    """Run the campaign; its exit code."""
    parser = argparse.ArgumentParser(prog="make drift", description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutations with all of these words")
    parser.add_argument("--generation", default="g1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args(arguments)
    chosen = [name for name in MUTATIONS if all(word in name for word in options.words)]
    if not chosen:
        parser.error("there is no such mutation")
    began, tours = time.monotonic(), dict[str, Toured]()
    with ProcessPoolExecutor(options.at_once, mp_context=multiprocessing.get_context("spawn")) as pool:

        def tour(groups: list[list[str]]) -> list[str]:
            """Tour each group, tell of it, and give those that are to be toured alone."""
            begun = [pool.submit(perform, "+".join(group), options.generation, options.seed) for group in groups]
            left: list[str] = []
            for group, each in zip(groups, begun, strict=True):
                done = each.result()
                again = len(group) > 1 and not done.passed and not done.wrong
                left += group if again else []
                tours.update({} if again else dict.fromkeys(group, done))
                print(row(group, done, again=again), flush=True)  # noqa: T201 - a campaign
            return left

        tour([[name] for name in tour(together(chosen, 1 if options.alone else TOGETHER))])
    told, good = judged(tours)
    print(f"drift of {options.generation}: {told}; in {(time.monotonic() - began) / 60:.1f} min")  # noqa: T201 - a campaign
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
