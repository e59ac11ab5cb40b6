"""A plan of a pair file on the disk, approved or not, and a run by it; no appliance is there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from a_pair_file import PAIR, write_env
from a_plan import openssh_line, plan_fields, read, signature
from healthy_pairs import document as observed

from flows.planning.bound_run import bind_to_plan
from flows.planning.press_list import press_list
from flows.step_names import STEPS
from pages.readings.available_updates import UpdateOffer
from robot.approval.kept_plan import copy_plan
from robot.approval.planned_run import ApprovalGate, PlannedRun, plan_to_perform, planned_run
from robot.approval.statement import Emergency
from robot.changes.run import Run
from robot.domain.clocks import Clocks, wall_clock
from robot.domain.model import Unit
from robot.plan.named_files import digests_of_named_files
from robot.plan.program import code_digest
from robot.runs import durable, store
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.settings import load, load_kept

ANN, BOB, EVE, OPERATOR = "Ann Lee", "Bob May", "Eve Kay", "John Roe"
EMERGENCY = Emergency(reason="The appliance is being broken into", incident="INC0004711")
WINDOWS = """
[windows]
first  = { opens = 2036-12-01T22:00:00Z, closes = 2036-12-02T02:00:00Z }
second = { opens = 2036-12-03T22:00:00Z, closes = 2036-12-04T02:00:00Z }
interim = { at_least = "24h", at_most = "72h" }
"""
"""Windows that are far away."""


@dataclass
class Desk:
    """A folder with a pair file, its policy and a plan of it.

    Attributes:
        folder: the folder.
        shift: by how much the clock of the run is set forward.
    """

    folder: Path
    shift: timedelta = field(default_factory=timedelta)

    @property
    def pair_file(self) -> Path:
        return self.folder / "pair.toml"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    def write_pair(self, more: str = "") -> None:
        (self.folder / "ca.pem").write_text("a certificate", encoding="utf-8")
        tls = 'credentials = "A"\ntls = { ca_file = "ca.pem", name = "support.example.com" }'
        self.pair_file.write_text(PAIR.replace('credentials = "A"', tls) + more, encoding="utf-8")
        write_env(self.folder)

    def write_policy(self, needed: int = 1, more: str = "") -> Path:
        """A policy by which some of two people must approve."""
        people = "".join(f'[[approvers]]\nname = "{name}"\nkeys = ["{openssh_line(name)}"]\n' for name in (ANN, BOB))
        operator = f'[[operators]]\nname = "{OPERATOR}"\nkeys = ["{openssh_line(OPERATOR)}"]\n'
        path = self.folder / "policy.toml"
        path.write_text(f"[approval]\nneeded = {needed}\n{people}{operator}{more}", encoding="utf-8")
        return path

    def write_plan(self, **changed: Any) -> dict[str, Any]:
        settings = load(self.pair_file)
        offer = UpdateOffer(name="Bomgar Remote Support 15.1.3", version="15.1.3")
        fields: dict[str, Any] = {
            "pair": {
                "file": str(self.pair_file), "sha256": hashlib.sha256(self.pair_file.read_bytes()).hexdigest(),
                "site": settings.site.hostname,
            },
            "windows": settings.windows.model_dump(mode="json") if settings.windows else None,
            "made": {"utc": wall_clock().replace(microsecond=0).isoformat(), "by": OPERATOR},
            "presses": press_list(settings, {unit: [offer] for unit in Unit}, "asynchronous").as_document(),
            "settings": settings.model_dump(mode="json", exclude={"folder"}), "files": digests_of_named_files(settings),
            "robot": {"version": "0", "code_sha256": code_digest()}, "snapshot": observed(),
            "tried": {"elsewhere": None, "rehearsal": None},
            **changed,
        }  # fmt: skip
        document = plan_fields(**fields)
        self.plan.write_text(json.dumps(document), encoding="utf-8")
        return document

    def sign(self, name: str, *, key: str = "", emergency: Emergency | None = None, lasts: timedelta | None = None) -> Path:
        """What somebody signs about the plan that is there, put beside it."""
        now = wall_clock()
        about = read(json.loads(self.plan.read_text(encoding="utf-8")))
        data = signature(about, name, key=key, signed=now, expires=now + lasts if lasts else None, emergency=emergency)
        path = self.folder / f"plan.json.{hashlib.sha256(data).hexdigest()[:16]}.sig"
        path.write_bytes(data)
        return path

    def planned(self, emergency: Emergency | None = None, runner: str = "root") -> PlannedRun:
        return plan_to_perform(self.plan, runner, emergency)[0]

    def begin(self, emergency: Emergency | None = None) -> RunState:
        """Begin a run by the plan, as the command line does once it has found the plan approved."""
        planned, settings = plan_to_perform(self.plan, "root", emergency)
        facts = {
            "pair_file": str(self.pair_file), "ticket": settings.change.ticket, "settings": settings.model_dump(mode="json"),
            "revision": durable.REVISION, "rehearsal": False, "procedure": planned.plan.procedure, "pace": 1.0,
            "plan": planned.facts(),
        }  # fmt: skip
        state = store.begin(facts, self.folder / "artifacts", settings.change.ticket)
        copy_plan(planned.data, state.evidence)
        return state

    def gate(self, state: RunState, record: EvidenceLog) -> ApprovalGate | None:
        """What the process that performs a run makes of it; `None` for one without a plan."""
        settings = load_kept(state.facts["settings"], state.name)
        planned = planned_run(state, settings, begun=record.anything_pressed)
        return ApprovalGate(planned, record, Clocks(wall=self.now)) if planned else None

    def may_begin(self, state: RunState) -> None:
        """Go through everything that stands before a run's first press."""
        with EvidenceLog(state.evidence) as record:
            if gate := self.gate(state, record):
                gate.note_plan()
                gate.require()

    def now(self) -> datetime:
        return wall_clock() + self.shift


def bound(state: RunState, *, goes_back: bool = False) -> Run:
    """The run as the process that performs it has it, bound to its plan."""
    with EvidenceLog(state.evidence) as record:
        settings = load_kept(state.facts["settings"], state.name)
        run = Run(state, settings, record, lambda _name, body: body(), lambda _event: None, STEPS)
        bind_to_plan(run, goes_back=goes_back)
        return run
