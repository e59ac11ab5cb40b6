"""One upgrade, killed with kill -9 at every point in turn and resumed: `make kill-sweep`.

Five points inside every change (before the picture, after the intent, right after the press, while waiting, after the proof),
the two halves of the swing included, and one before every step.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.evidence.pack.verification import BROKEN, Verdict, verify
from robot.network.availability_probe import Prober, longest_gap
from robot.network.tls import Endpoint
from robot.runs import durable, store
from robot.runs.supervisor import Ended, leased, performing, supervise
from robot.settings import Settings, load
from robot.simulator.process import Simulation, simulation
from robot.status.finalize import finalize

CHILD = Path(__file__).with_name("killed_child.py")


@dataclass(frozen=True)
class Sweep:
    """What came of it."""

    kills: list[str]
    resumed: int
    changes: list[dict[str, Any]]
    outcome: str
    nobody_served_s: float
    verdict: Verdict
    serving: list[dict[str, Any]]

    @property
    def pressed(self) -> list[str]:
        """What the appliances were told to change, in order."""
        return [f"{line['unit']} {line['action']}" for line in self.changes]

    @property
    def repeated(self) -> list[str]:
        """What was told more than once."""
        return [each for number, each in enumerate(self.pressed) if each in self.pressed[:number]]

    def told(self) -> str:
        """The line that the campaign prints."""
        return (
            f"{len(self.kills)} kills, {self.resumed} resumed, {len(self.repeated)} presses repeated, "
            f"longest time with nobody serving: {self.nobody_served_s:.2f} s"
        )


def site_of(simulated: Simulation, settings: Settings) -> Endpoint:
    """The site as the world reaches it."""
    ca = simulated.folder / "ca.pem"
    return Endpoint(settings.site.hostname, simulated.addresses["shared"], simulated.port, ca)


def sweep(folder: Path, *, only: list[str] | None = None, packages: int = 2, say: bool = False) -> Sweep:
    """Upgrade a simulated pair by so many packages, dying at every point (or at these), until it is done."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    died_at = folder / "died-at"
    with simulation(folder / "pair", instant=True, knobs={"chain": packages}) as simulated:
        settings = load(simulated.pair_file)
        facts: dict[str, Any] = {
            "pair_file": str(simulated.pair_file),
            "ticket": settings.change.ticket,
            "settings": settings.model_dump(mode="json"),
            "revision": durable.REVISION,
            "rehearsal": True,
        }
        run = store.begin(facts, folder / "artifacts", settings.change.ticket)
        command = [sys.executable, str(CHILD), run.name, str(died_at), ",".join(only or [])]
        way = site_of(simulated, settings)
        with Prober(lambda: way, FAMILY.health_path, folder / "probes.jsonl"):
            ended, lives = live_on(run, settings, command, died_at, say=say)
        summary = finalize(run, settings, ended, STEPS, FAMILY)
        gap = longest_gap(folder / "probes.jsonl")
        pack = run.evidence / f"{run.name}.zip"
        return Sweep(
            kills=_points(died_at),
            resumed=lives - 1,
            changes=simulated.changes(),
            outcome=summary["outcome"] if not summary["reason"] else f"{summary['outcome']}: {summary['reason']}",
            nobody_served_s=(gap.value + gap.error) / 1000 if gap else float("inf"),
            verdict=verify(pack) if pack.exists() else Verdict(word=BROKEN, findings=("no pack",), notices=(), facts={}),
            serving=simulated.serving(),
        )


def live_on(run: store.RunState, settings: Settings, command: list[str], died_at: Path, *, say: bool) -> tuple[Ended, int]:
    """Perform the run again and again until it ends otherwise than by a kill; give its end and the number of lives."""
    lives = 0
    while True:
        before = len(_points(died_at))
        began = time.monotonic()
        with performing(run), leased(settings) as lease:
            ended = supervise(run, lease, command, lambda _: None)
        lives += 1
        died = _points(died_at)
        if say and len(died) > before:
            print(f"{len(died):4} {time.monotonic() - began:5.1f} s  {died[-1]}", flush=True)  # noqa: T201 - a campaign
        if len(died) == before:
            return ended, lives


def _points(died_at: Path) -> list[str]:
    return died_at.read_text(encoding="utf-8").split() if died_at.exists() else []


def main() -> int:
    """Run the whole campaign."""
    with tempfile.TemporaryDirectory(prefix="kill-sweep-") as folder:
        result = sweep(Path(folder), say=True)
    print(result.told())  # noqa: T201 - a campaign
    print(f"outcome: {result.outcome}; evidence {'verifies' if result.verdict.ok else result.verdict.findings}")  # noqa: T201
    for line in result.repeated:
        print(f"repeated: {line}")  # noqa: T201
    return 0 if result.outcome == "done" and not result.repeated and result.verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main())
