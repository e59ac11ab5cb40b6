"""A run without a database, at a simulated pair: its steps are made at once, in a thread of their own, and put on record."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from flows.session.pair import Pair
from flows.step_names import STEPS
from flows.swings import pair_of
from robot.changes.run import Run
from robot.domain.waiting import Poller
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import begin
from robot.settings import Settings, load
from robot.settings.secrets import secrets
from robot.simulator.process import Simulation

T = TypeVar("T")


@dataclass
class Desk:
    """A pair, and one run after the other on it."""

    simulated: Simulation
    pair: Pair
    thread: ThreadPoolExecutor
    folder: Path
    run: Run
    number: int = 0

    def of(self, what: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Call something that looks at pages, where their browsers live."""
        return self.thread.submit(what, *arguments, **named).result()

    def begin(self, *, limits: dict[str, Any] | None = None) -> None:
        """Begin a new run, with a record of its own."""
        self.number += 1
        self.run.record.close()
        settings = self.pair.settings
        settings = settings.model_copy(update={"limits": settings.limits.model_copy(update=limits or {})})
        self.run = new_run(settings, self.thread, self.folder / str(self.number))
        self.pair = replace(self.pair, settings=settings, poller=self.run.poller)

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """The record's lines of one kind."""
        return [dict(line.fields) for line in self.run.record.history.lines if line.kind == kind]

    def kept(self, *, by: str = "refused") -> set[str]:
        """The procedure IDs that the lines of one kind name."""
        return {each for line in self.lines(by) for each in line["procedure"]}

    def notes(self) -> list[str]:
        """What the run has said."""
        return [line["text"] for line in self.lines("note")]


def new_run(settings: Settings, thread: ThreadPoolExecutor, folder: Path) -> Run:
    state = begin({"ticket": "CHG1", "settings": settings.model_dump(mode="json")}, folder, "CHG1")
    return Run(
        state, settings, EvidenceLog(state.evidence), lambda _, body: thread.submit(body).result(), lambda _: None, STEPS
    )  # fmt: skip


@contextmanager
def desk_at(simulated: Simulation, folder: Path) -> Generator[Desk]:
    """Sit down at a simulated pair."""
    settings = load(simulated.pair_file)
    settings = settings.model_copy(update={"limits": settings.limits.model_copy(update={"poll": 0.2})})
    with ThreadPoolExecutor(max_workers=1) as thread:
        pair = pair_of(settings, secrets(settings), Poller(poll=0.2))
        desk = Desk(simulated, pair, thread, folder, new_run(settings, thread, folder / "0"))
        try:
            yield desk
        finally:
            thread.submit(pair.close).result()
            desk.run.record.close()
