"""Faults between SI2 and SI4, each repeated: does exactly one appliance serve again within 30 s, and never both? `make swing`.

Each case is a swing of its own: a simulated pair whose relationship is broken and whose B is updated, the real supervisor, the
real flow in a child process, real Chromium, and the fault at its named point. Who serves is told by two witnesses that are not
the robot's: the simulated pair's own journal, and a prober of ours on the shared address. A robot that was killed is resumed at
once, as a service manager would. What was found for a commit is kept in `build/`: the campaign goes on where it was ended.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the kinds are shared with the child, which is a script of its own

from swing_kinds import KINDS, LEASE_LOST, Kind, named  # noqa: E402 - found there

from pages.appliance_family import FAMILY  # noqa: E402 - as above
from robot.domain.errors import Stop  # noqa: E402 - as above
from robot.network.availability_probe import Prober, longest_gap  # noqa: E402 - as above
from robot.network.tls import Endpoint  # noqa: E402 - as above
from robot.runs import durable, store  # noqa: E402 - as above
from robot.runs.events import Event  # noqa: E402 - as above
from robot.runs.lease import Lease  # noqa: E402 - as above
from robot.runs.supervisor import leased, performing, supervise  # noqa: E402 - as above
from robot.settings import Settings, load  # noqa: E402 - as above
from robot.simulator.process import Simulation, simulation  # noqa: E402 - as above

WITHIN, BOTH = 30.0, 2.0
"""Seconds: until one serves again; for which both may."""
LIVES = 4
"""How often a killed robot is resumed."""
NOBODY = "Nobody may be served now"
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Swing:
    """What came of one case.

    Attributes:
        kind: the fault's name.
        end: who serves in the end: a, b, none or conflict.
        gap_s: the longest time with nobody serving, by the worse of both witnesses.
        both_s: the longest time with both serving.
        lives: how many processes it took.
        called: whether a person was called because nobody may be served.
        said: how the robot says that it ended.
        took_s: seconds for the whole case.
    """

    kind: str
    end: str
    gap_s: float
    both_s: float
    lives: int
    called: bool
    said: str
    took_s: float

    @property
    def one_serves(self) -> bool:
        """Whether exactly one serves again in time, and never both did for long."""
        return self.end in {"a", "b"} and self.gap_s <= WITHIN and self.both_s <= BOTH

    @property
    def ended_as_expected(self) -> bool:
        """Whether that one serves who must after its kind, never both; and a person was called where only one can help."""
        kind = named(self.kind)
        return self.end == kind.ends and self.both_s <= BOTH and (self.called or not kind.apart)

    @property
    def as_expected(self) -> bool:
        """Whether it ended as its kind must, and in time."""
        return self.ended_as_expected and (named(self.kind).apart or self.gap_s <= WITHIN)


class Fading(Lease):
    """A lease that is lost when a file says so."""

    def __init__(self, lease: Lease, lost: Path) -> None:
        self._lease, self._lost = lease, lost

    def add(self, appliance: str) -> None:
        self._lease.add(appliance)

    def is_held(self) -> bool:
        return not self._lost.exists()

    def release(self) -> None:
        self._lease.release()


def carry_out(name: str) -> Swing:
    """One case, in a folder of its own."""
    kind, began = named(name), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="swing-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(HERE)])
        knobs = {"broken": True, "b_upgraded": True, "chain": 1, **kind.knobs}
        with simulation(folder / "pair", instant=True, knobs=knobs) as simulated:
            settings = load(simulated.pair_file)
            site = Endpoint(settings.site.hostname, simulated.addresses["shared"], simulated.port, simulated.folder / "ca.pem")
            with Prober(lambda: site, FAMILY.health_path, folder / "probes.jsonl", interval_s=0.2):
                lives, called, said = live_on(kind, folder, settings)
                end = str(simulated.state()["serving"])
            gap, both = told(simulated, folder / "probes.jsonl", end)
    return Swing(name, end, round(gap, 2), round(both, 2), lives, called, said, round(time.monotonic() - began, 1))


def live_on(kind: Kind, folder: Path, settings: Settings) -> tuple[int, bool, str]:
    """Perform the swing until it ends otherwise than by a kill; give the lives, whether a person was called, and the ending."""
    lost = folder / LEASE_LOST
    run = begun(folder, settings)
    called = False

    def news(event: Event) -> None:
        nonlocal called
        if NOBODY in str(event.get("text", "")) or "both at once" in str(event.get("text", "")):
            called = True
            if kind.apart:
                lost.touch()  # the robot reads on for ten minutes: we have seen what we wanted

    for life in range(1, LIVES + 1):
        with performing(run), leased(settings) as lease:
            command = [sys.executable, str(HERE / "swinging_child.py"), run.name, kind.name, str(folder)]
            ended = supervise(run, Fading(lease, lost), command, news)
        if (run.folder / "ending.json").exists() or kind.apart:
            called = called or NOBODY in ended.sentence or "both at once" in ended.sentence
            return life, called, ended.sentence
        if lost.exists():
            another_tries(folder, settings)
            lost.unlink()
    return LIVES, called, "killed again and again"


def another_tries(folder: Path, settings: Settings) -> None:
    """Another robot has the lease now, and tries the swing: it must not press anything."""
    other = begun(folder, settings)
    with performing(other), leased(settings) as lease:
        command = [sys.executable, str(HERE / "swinging_child.py"), other.name, "-", str(folder)]
        ended = supervise(other, lease, command, lambda _: None)
    if "somebody else is at work" not in ended.sentence:
        raise AssertionError(f"the other robot was not held back: {ended}")


def begun(folder: Path, settings: Settings) -> store.RunState:
    """A new run."""
    facts: dict[str, Any] = {
        "settings": settings.model_dump(mode="json"), "revision": durable.REVISION, "rehearsal": True,
    }  # fmt: skip
    return store.begin(facts, folder / "artifacts", settings.change.ticket)


def told(simulated: Simulation, probes: Path, end: str) -> tuple[float, float]:
    """The longest times with nobody and with both serving, seconds, by the pair's journal and by the prober."""
    lines = [(float(line["monotonic"]), str(line["serving"])) for line in simulated.serving()]
    lines.append((time.monotonic(), end))
    spans = [(serving, until - since) for (since, serving), (until, _) in pairwise(lines)]
    if end not in {"a", "b"}:
        return float("inf"), max((span for serving, span in spans if serving == "conflict"), default=0.0)
    probed = longest_gap(probes)
    nobody = [span for serving, span in spans if serving == "none"] + ([(probed.value + probed.error) / 1000] if probed else [])
    return max(nobody, default=0.0), max((span for serving, span in spans if serving == "conflict"), default=0.0)


def in_a_process(name: str) -> Swing:
    """One case in a process of its own: it sets its own environment."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(carry_out, name).result()
        except Stop as stop:
            raise RuntimeError(str(stop)) from None


def carried_out(names: Sequence[str]) -> Iterator[Swing]:
    """What comes of each case, as it ends: two at a time, then those that must be alone."""
    for workers in (2, 1):
        with ThreadPoolExecutor(workers) as pool:
            begun = [pool.submit(in_a_process, name) for name in names if named(name).alone is (workers == 1)]
            yield from (future.result() for future in as_completed(begun))


# -- the campaign --------------------------------------------------------------------------------------------------------


def campaign(kinds: Sequence[Kind], repeats: int, kept: Path, *, say: bool) -> list[Swing]:
    """Carry out what is not kept yet; the apart kinds once each."""
    done = [Swing(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.exists() else []
    have = Counter(swing.kind for swing in done)
    wanted = [kind.name for turn in range(repeats) for kind in kinds if turn >= have[kind.name] and (turn == 0 or not kind.apart)]
    kept.parent.mkdir(parents=True, exist_ok=True)
    for swing in carried_out(wanted):
        done.append(swing)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(swing)) + "\n")
        if say:
            mark = "" if swing.as_expected else f"   <-- both for {swing.both_s} s; {swing.said}"
            print(f"  {swing.kind:24} {swing.end:8} {swing.gap_s:6.2f} s {swing.took_s:6.1f} s{mark}", flush=True)  # noqa: T201
    return [swing for swing in done if swing.kind in {kind.name for kind in kinds}]


def table(swings: Iterable[Swing]) -> list[str]:
    """One line per kind, and the summary."""
    swings = list(swings)
    lines = [f"{'fault':24} {'times':>5} {'ends':12} {'worst gap':>10} {'both':>8}   what"]
    for kind in KINDS:
        of = [swing for swing in swings if swing.kind == kind.name]
        if not of:
            continue
        ends = " ".join(f"{end} x{number}" for end, number in sorted(Counter(swing.end for swing in of).items()))
        worst = "a person" if kind.apart else f"{max(swing.gap_s for swing in of):.2f} s"
        both = f"{max(swing.both_s for swing in of) * 1000:.0f} ms"
        lines.append(f"{kind.name:24} {len(of):5} {ends:12} {worst:>10} {both:>8}   {kind.what}")
    counted = [swing for swing in swings if not named(swing.kind).apart]
    apart = [swing for swing in swings if named(swing.kind).apart]
    share = 100 * sum(swing.one_serves for swing in counted) / max(len(counted), 1)
    both = max((swing.both_s for swing in swings), default=0.0) * 1000
    lines.append(
        f"{len(counted)} swings, {len({swing.kind for swing in counted})} kinds: one serves again within {WITHIN:.0f} s in "
        f"{share:.1f} %, longest both {both:.0f} ms"
    )
    if apart:
        rule = sum(swing.as_expected for swing in apart)
        lines.append(
            f"apart, {len(apart)} swings need a person: the state of one appliance stays unknown, so that the other may not be "
            f"enabled (OP5), and somebody is called; so it was in {rule} of {len(apart)}"
        )
    return lines


def kept_for_this_commit() -> Path:
    """Where the results for what stands here are kept."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT)
    changed = subprocess.run(["git", "diff", "HEAD"], capture_output=True, check=False, cwd=ROOT).stdout
    mark = f"-{hash_of(changed)}" if changed else ""
    return ROOT / "build" / "swing-campaign" / f"{commit.stdout.strip() or 'unknown'}{mark}.jsonl"


def hash_of(data: bytes) -> str:
    """A few characters that tell one change from another."""
    return hashlib.sha256(data).hexdigest()[:8]


def main() -> int:
    """Run the whole campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], metavar="KIND")
    given = parser.parse_args()
    kinds = [kind for kind in KINDS if not given.only or kind.name in given.only]
    swings = campaign(kinds, given.repeats, kept_for_this_commit(), say=True)
    print("\n".join(table(swings)))  # noqa: T201 - a campaign
    counted = [swing for swing in swings if not named(swing.kind).apart]
    served = sum(swing.one_serves for swing in counted) >= 0.99 * len(counted)
    odd = [swing for swing in swings if not swing.ended_as_expected]
    for swing in odd:
        print(f"NOT as it must end: {swing.kind}: {swing.end}: {swing.said}")  # noqa: T201 - a campaign
    return 0 if served and not odd and all(swing.both_s <= BOTH for swing in swings) else 1


if __name__ == "__main__":
    sys.exit(main())
