"""A run that is over, with its pack, as its state folder and its evidence folder hold it; and what it brings to a ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from a_begun_run import begun
from a_pair_file import PAIR, write_env
from a_ticket_system import PASSWORD, SIGNING_KEY, TicketServer, ticket_section

from robot.domain.errors import Unreachable
from robot.domain.waiting import Poller
from robot.runs.custody_log import CustodyLog
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import RunState
from robot.settings import load
from robot.settings.secrets import Secrets, secrets
from robot.status.finalize import seal_by_hand
from robot.ticket.run_exports import exports_of
from robot.ticket.ticket_delivery import TicketDelivery
from robot.ticket.ticket_systems import ticket_of

SECRETS = {"TICKET_PASSWORD": PASSWORD, "TICKET_KEY": SIGNING_KEY}


@dataclass
class Hurry:
    """A clock that is moved on by waiting, which takes no time."""

    now_s: float = 0.0
    pauses: list[float] = field(default_factory=list[float])

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.pauses.append(seconds)

    def poller(self) -> Poller:
        return Poller(poll=20.0, clock=lambda: self.now_s, sleep=self.sleep)


def write_pair(folder: Path, server: TicketServer, **more: str) -> Path:
    """A pair file with this ticket system, and its secrets beside it."""
    pair = folder / "pair.toml"
    pair.write_text(PAIR + ticket_section(server, **more), encoding="utf-8")
    env = write_env(folder)
    with env.open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in SECRETS.items())
    return pair


def a_sealed_run(pair: Path, *, outcome: str = "done") -> RunState:
    """A run that has ended."""
    state = begun(pair, "a-sync-now", "b-break")
    with EvidenceLog(state.evidence) as record:
        record.append("proved", "b-break", unit="b", reading={})
        record.append("sealed", "site-record", text="the run has ended: done")
    told: dict[str, Any] = {
        "run": state.name, "ticket": state.facts["ticket"], "outcome": outcome, "exit_code": 0 if outcome == "done" else 4,
        "reason": "", "steps": [], "pack_sha256": None, "summary_text": "Upgrade", "rehearsal": False,
    }  # fmt: skip
    (state.evidence / "summary.json").write_text(json.dumps(told), encoding="utf-8")
    return state


@dataclass
class Desk:
    """A person who brings one run to one ticket, as often as it takes."""

    server: TicketServer
    state: RunState
    asked_s: float = 5.0
    hurry: Hurry = field(default_factory=Hurry)
    largest_bytes: int | None = None

    def deliver(self, *, with_pack: bool = True) -> list[str]:
        """Bring everything once, as a process of its own does."""
        pair = self.state.evidence.parents[2] / "pair.toml"
        settings = load(pair)
        known = secrets(settings, vault=None)
        exports = exports_of(self.state, seal_by_hand(self.state, lambda: "they are not known here"), with_pack=with_pack)
        system = ticket_of(settings, known, self.state.name, poller=self.hurry.poller(), asked_s=self.asked_s)
        with CustodyLog(self.state.evidence) as log:
            return TicketDelivery(system, log, self.hurry.poller(), largest_bytes=self.largest_bytes).deliver(exports)

    def deliver_in_the_end(self) -> int:
        """Bring everything, and try again while the system does not answer; how often it took."""
        for number in range(1, 6):
            try:
                self.deliver()
            except Unreachable:
                continue
            return number
        raise AssertionError("it never came through")

    @property
    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.state.evidence / "custody.jsonl").read_text(encoding="utf-8").splitlines()]


class MakesDesks(Protocol):
    """Makes a desk in front of a system of this kind."""

    def __call__(self, system: str, **given: object) -> Desk: ...


def secrets_of(pair: Path) -> Secrets:
    """The secrets of a pair file."""
    return secrets(load(pair), vault=None)
