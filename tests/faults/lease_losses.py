"""Leases that are lost while their runs press: is anything pressed after the loss was due to be known? `make leases`.

A real PostgreSQL keeps the leases, real parents hold them, and children press as fast as the robot's own permission lets them;
there is no browser. All runs of a round lose theirs at once: the database is frozen, cut off or restarted, or the clocks of the
parents jump, since they stand still while the database ends their sessions.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "robot")]

from a_database import Server, a_server  # noqa: E402 - found there
from a_network import Network  # noqa: E402 - found there

from robot.domain.waiting import Poller  # noqa: E402 - as above
from robot.runs.lease import HEARTBEAT  # noqa: E402 - as above

KINDS = ("freeze", "cut", "restart", "clock jump")
DUE_S = {"freeze": 2 * HEARTBEAT, "cut": 2 * HEARTBEAT, "restart": 2 * HEARTBEAT, "clock jump": 0.0}
"""Seconds after which a loss must be known: the question comes within a heartbeat, and its answer too. Who stands still knows
nothing, and must not press for it: not even on a proof that was on its way."""
_IN_HAND_S = 0.2
"""Seconds that a press may take which was permitted just before."""


@dataclass(frozen=True)
class Loss:
    """What came of one.

    Attributes:
        kind: how the lease was lost.
        last_s: seconds from the loss to the last press; below 0: it came before.
        late: how many presses came after the loss was due to be known.
        told: whether the run says that it has ended for the lease.
    """

    kind: str
    last_s: float
    late: int
    told: bool


@contextmanager
def stage() -> Generator[tuple[Server, tuple[str, ...]]]:
    """Serve a database in a network of its own, where one may be made; give it, and the kinds that are possible."""
    with ExitStack() as held:
        kinds = KINDS
        try:
            network = Network()
        except pytest.skip.Exception as reason:
            print(f"cut is left out: {reason}", flush=True)  # noqa: T201 - told, not hidden
            kinds = tuple(kind for kind in KINDS if kind != "cut")
        else:
            held.callback(network.close)
            held.enter_context(network.inside())
        yield held.enter_context(a_server()), kinds


def losses(kind: str, count: int, server: Server) -> list[Loss]:
    """Have so many runs press, and all of them lose their lease at once."""
    with tempfile.TemporaryDirectory(prefix="leases-") as place:
        folders = [Path(place) / f"{Path(place).name}-{number}" for number in range(count)]  # names that no round had before
        for folder in folders:
            folder.mkdir()
        environment = {
            **os.environ, "XDG_STATE_HOME": place, "PYTHONPATH": str(ROOT), "FAILOVER_ROBOT_DATABASE_URL": server.url("postgres"),
        }  # fmt: skip
        command = [sys.executable, str(HERE / "leasing_parents.py"), server.url("postgres"), *map(str, folders)]
        parents = subprocess.Popen(command, env=environment, start_new_session=True)  # no terminal hears that it stands still
        try:
            Poller(poll=0.1).poll_until(
                lambda: parents.poll() is not None or all(presses(folder) for folder in folders),
                bool, what="every run to press", within=120,
            )  # fmt: skip
            with lost(kind, server, parents.pid) as at:
                parents.wait(timeout=60)
        finally:
            parents.kill()
            parents.wait()
        return [loss(kind, at, folder) for folder in folders]


@contextmanager
def lost(kind: str, server: Server, parents: int) -> Generator[float]:
    """Have the leases be lost; give when, by the monotonic clock."""
    if kind == "freeze":
        with server.frozen():
            yield time.monotonic()
    elif kind == "cut":
        ways = [["add", "rule", "inet", "cut", "in", "tcp", way, str(server.port), "drop"] for way in ("dport", "sport")]
        hook = "{ type filter hook input priority 0; }"
        for words in (["add", "table", "inet", "cut"], ["add", "chain", "inet", "cut", "in", hook], *ways):
            subprocess.run(["nft", *words], check=True)
        try:
            yield time.monotonic()
        finally:
            subprocess.run(["nft", "delete", "table", "inet", "cut"], check=True)
    elif kind == "restart":
        server.stop()
        at = time.monotonic()
        server.start()
        yield at
    else:
        os.kill(parents, signal.SIGSTOP)
        at = time.monotonic()
        server.end_sessions()
        time.sleep(HEARTBEAT)  # longer than a proof may be on its way
        os.kill(parents, signal.SIGCONT)
        yield at


def presses(folder: Path) -> list[float]:
    """When a run has pressed."""
    path = folder / "presses"
    return [float(line) for line in path.read_text(encoding="ascii").split()] if path.exists() else []


def loss(kind: str, at: float, folder: Path) -> Loss:
    """What came of one."""
    after = [when - at for when in presses(folder)]
    ended = folder / "ended"
    told = ended.exists() and "lease of the appliances is lost" in json.loads(ended.read_text(encoding="utf-8"))["sentence"]
    return Loss(kind, max(after), sum(each > DUE_S[kind] + _IN_HAND_S for each in after), told)


def summary(found: Iterable[Loss]) -> str:
    """The last line: figures."""
    found = list(found)
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(Counter(each.kind for each in found).items()))
    return (
        f"{len(found)} losses of the lease ({kinds}): {sum(each.late for each in found)} presses after the loss was due to be "
        f"known, the last press {max(each.last_s for each in found):.3f} s after the loss; "
        f"{sum(each.told for each in found)} runs say that their lease is lost"
    )


def main() -> int:
    """Run the whole campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--losses", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=25)
    given = parser.parse_args()
    found: list[Loss] = []
    began = time.monotonic()
    with stage() as (server, kinds):
        while len(found) < given.losses:
            for kind in kinds:
                if count := min(given.at_once, given.losses - len(found)):
                    found += losses(kind, count, server)
                    print(f"{len(found):5} {time.monotonic() - began:6.0f} s  {kind}", flush=True)  # noqa: T201 - a campaign
    print(summary(found))  # noqa: T201 - its last line
    return 0 if all(each.told and not each.late for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
