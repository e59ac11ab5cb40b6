"""A simulated pair and somebody at a terminal: whole runs through real browsers, by the commands that a person types."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.domain.waiting import Poller
from robot.runs import durable, store
from robot.runs.supervisor import leased, performing, supervise
from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import Simulation, simulation
from robot.status.finalize import finalize

ROOT = Path(__file__).resolve().parents[2]
DIES = ROOT / "tests" / "faults" / "killed_child.py"
FORBIDDEN = re.compile(r"reboot|restart|shut|fix-this|become|exchange-roles|restore|reset", re.IGNORECASE)
LABELS = ["State", "Serving now", "Failover", "What happened", "The robot", "Do NOT", "Next", "Until when", "Go on"]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Scene:
    """One simulated pair, with a state folder and an artifacts folder of its own."""

    folder: Path
    simulated: Simulation
    codes: list[int] = field(default_factory=list[int])
    cards: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def robot(self, *words: str | Path, ends: int = 0) -> Said:
        """Type a command, and see how it ends."""
        said = self.end_of(self.begin(*words))
        assert said.code == ends, f"{' '.join(map(str, words))} ended with {said.code} instead of {ends}:\n{said.err[-3000:]}"
        return said

    def begin(self, *words: str | Path) -> subprocess.Popen[str]:
        """Type a command that stays."""
        log = (self.folder / "terminal.log").open("a", encoding="utf-8")
        with log:
            log.write(f"$ failover-robot {' '.join(map(str, words))}\n")
        return subprocess.Popen(
            [sys.executable, "-m", "robot", *map(str, words)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def end_of(self, process: subprocess.Popen[str], within: float = 900) -> Said:
        """Wait until it ends."""
        out, err = process.communicate(timeout=within)
        with (self.folder / "terminal.log").open("a", encoding="utf-8") as log:
            log.write(f"{out}{err}[ended with {process.returncode}]\n")
        self.codes.append(process.returncode)
        return Said(process.returncode, out, err)

    def run(self, *words: str, ends: int = 0, pair: Path | None = None, now: bool = True) -> Said:
        """`run PAIR --now`."""
        hours = ["--now"] if now else []
        return self.robot("run", pair or self.simulated.pair_file, *hours, "--artifacts", self.artifacts, *words, ends=ends)

    def dies_at(self, point: str, *, procedure: str = "asynchronous") -> None:
        """Begin a run whose process is killed (kill -9) at one named point."""
        settings = load(self.simulated.pair_file, single=procedure == "single")
        facts: dict[str, Any] = {
            "pair_file": str(self.simulated.pair_file), "ticket": settings.change.ticket, "rehearsal": False,
            "settings": settings.model_dump(mode="json"), "revision": durable.REVISION, "procedure": procedure,
        }  # fmt: skip
        begun = store.begin(facts, self.artifacts, settings.change.ticket)
        died_at = self.folder / "died-at"
        with performing(begun), leased(settings) as lease:
            ended = supervise(begun, lease, [sys.executable, str(DIES), begun.name, str(died_at), point], lambda _: None)
        assert died_at.exists(), f"{point} was not reached: {ended.sentence}"
        finalize(begun, settings, ended, STEPS, FAMILY, secrets(settings))

    @property
    def artifacts(self) -> Path:
        """Where the run lands."""
        return self.folder / "artifacts"

    @property
    def state(self) -> store.RunState:
        """The one run of this scene."""
        [found] = store.every()
        return found

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its record, so far."""
        path = self.state.evidence / "evidence.jsonl"
        data = path.read_bytes() if path.exists() else b""
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]

    def kinds(self, step: str) -> list[str]:
        """The kinds of a step's lines."""
        return [line["kind"] for line in self.lines if line["step"] == step]

    def wait(self, done: Any, what: str, within: float = 240) -> None:
        """Wait for something outside the robot."""
        Poller(poll=0.1).poll_until(done, bool, what=what, within=within)

    # -- the pair file ---------------------------------------------------------------------------------------------------

    def change_section(self, name: str, *lines: str, pair: Path | None = None) -> None:
        """Write a section of the pair file anew; without lines it is taken out."""
        path = pair or self.simulated.pair_file
        text = re.sub(rf"^\[{name}\]\n.*?(?=^\[|\Z)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        told = "\n".join([f"[{name}]", *lines]) if lines else ""
        path.write_text(f"{text}\n{told}\n", encoding="utf-8")

    def also_secret(self, name: str, value: str) -> None:
        """Add a line to `.env`."""
        with self.simulated.env_file.open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")

    # -- what must be so -------------------------------------------------------------------------------------------------

    def told(self) -> list[str]:
        """What the robot told the appliances to change, in order."""
        shared = self.simulated.addresses["shared"]
        own = [line for line in self.simulated.changes() if line["account"] != "somebody"]
        return [f"{line['unit']} {line['action'].replace(shared, 'shared')}" for line in own]

    def require_told(self, wanted: Iterable[str]) -> None:
        """See that the appliances were told exactly these changes, in this order, and that each was taken."""
        assert self.told() == list(wanted), "\n".join(["the appliances were told:", *self.told()])
        changes = self.simulated.changes()
        assert not [line for line in changes if line["status"] >= 400], changes
        assert not [line for line in changes if FORBIDDEN.search(line["action"])], changes
        assert "conflict" not in [line["serving"] for line in self.simulated.serving()]

    def require_over(self, outcome: str = "done", code: int = 0) -> None:
        """See that the run is over, its report there, and that its evidence verifies, also for the command."""
        state, summary = self.state, self.state.summary
        assert (summary["outcome"], summary["exit_code"]) == (outcome, code), summary["reason"]
        assert (state.evidence / "report.html").stat().st_size > 10_000
        pack = state.evidence / f"{state.name}.zip"
        if code:
            pack = Path(self.robot("seal", state.name).out.strip())
        said = self.robot("verify", pack)
        assert said.out.startswith("verified: "), said

    def card(self) -> dict[str, str]:
        """The stop card that `status` shows; it leaves nothing open."""
        told = json.loads(self.robot("status", self.state.name, "--json").out)["stop_card"]
        card = dict(told)
        self.cards.append(card)
        assert all(card.get(label) for label in LABELS), card
        assert "restart" in card["Do NOT"], card
        return card

    def answer_all(self, by: str = "Ada Ops") -> list[str]:
        """Answer whatever is asked now."""
        asked = json.loads(self.robot("status", self.state.name, "--json").out)["asked"]
        for each in asked:
            self.robot("answer", self.state.name, each["step"], "--by", by, "--note", f"{each['check']}: seen to")
        return [each["step"] for each in asked]


@contextmanager
def a_scene(folder: Path, *, knobs: Mapping[str, object] | None = None, **names: object) -> Generator[Scene]:
    """Serve an instant pair, and stand before it with an empty state folder."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    os.environ["PYTHONPATH"] = str(ROOT)  # for what is started in scripts' own folders
    os.environ["FAILOVER_ROBOT_POLICY"] = str(folder / "no-policy.toml")
    with simulation(folder / "pair", instant=True, knobs=knobs, **cast("dict[str, Any]", names)) as simulated:
        yield Scene(folder, simulated)


@contextmanager
def meanwhile(act: Any) -> Generator[None]:
    """Do something in a thread, again and again, until the block ends; what fails there fails here."""
    over = threading.Event()
    faults: list[BaseException] = []

    def on_and_on() -> None:
        try:
            while not over.wait(0.1):
                act()
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    thread = threading.Thread(target=on_and_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)
    if faults:
        raise faults[0]
