"""A stage without a browser: a switch that can be pressed, with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from robot.changes.change import Change, ChangeContext, ChangeState
from robot.domain.errors import Refused, Unreachable
from robot.domain.model import Reading
from robot.domain.waiting import Poller
from robot.runs.evidence_log import EvidenceLog


class Lamp(Reading):
    """What is read of a switch."""

    on: bool
    busy: bool = False
    odd: bool = False


@dataclass
class Clock:
    """Time that passes only by waiting."""

    now: float = 0.0
    events: list[tuple[float, Callable[[], None]]] = field(default_factory=list[tuple[float, Callable[[], None]]])

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Let something happen at a time."""
        self.events.append((when, what))

    def read(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass, and what was to happen meanwhile."""
        self.now += seconds
        for event in [each for each in self.events if each[0] <= self.now]:
            self.events.remove(event)
            event[1]()


@dataclass
class Switch:
    """A stage and its control: the appliance side is the fields, and `presses` counts what it was told."""

    clock: Clock
    on: bool = False
    busy: bool = False
    odd: bool = False
    presses: int = 0
    works: bool = True
    takes: float = 5.0
    reachable: bool = True
    camera: bool = True
    identity: bool = True
    fresh: int = 0
    label: str = "Switch"
    says: str = ""
    target: bool = True
    calls: list[str] = field(default_factory=list[str])

    def read(self) -> Lamp:
        """Look."""
        self.calls.append("read")
        if not self.reachable:
            raise Unreachable("no answer")
        return Lamp(on=self.on, busy=self.busy, odd=self.odd)

    def press(self) -> str:
        """Be pressed; it takes a while."""
        self.calls.append("press")
        self.presses += 1
        if self.works:
            self.busy = True
            self.clock.at(self.clock.now + self.takes, self.settle)
        return self.says

    def settle(self) -> None:
        """Have changed."""
        self.on, self.busy = self.target, False

    def check_actionable(self) -> None:
        """Stand there."""
        self.calls.append("check_actionable")

    def box(self) -> dict[str, float]:
        """Stand somewhere."""
        return {"x": 1, "y": 2, "width": 3, "height": 4}

    def where(self) -> dict[str, Any]:
        """Be an appliance."""
        return {"unit": "b", "address": "192.0.2.13", "serial": "S", "interface": "login", "screen": "Lamp", "url": "u"}

    def prove_identity(self) -> None:
        """Prove to be the one that was meant."""
        self.calls.append("identity")
        if not self.identity:
            raise Refused("another box answers")

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Be photographed."""
        self.calls.append(f"picture {when}")
        if not self.camera:
            raise Refused("no picture could be taken")
        return record.keep_picture(step, when, f"{step} {when}".encode())

    def afresh(self) -> None:
        """Begin a new session."""
        self.fresh += 1

    def drop(self) -> None:
        """Forget the session."""


class Switching(Change[Lamp]):
    """The change that presses a switch; `more` replaces what a change declares."""

    procedure_ids = ("XX1",)
    reading = Lamp
    deadline_s = 60.0
    awaiting = "the lamp"
    settle_s = 10.0
    reaction_timeout_s = 30.0

    def __init__(self, switch: Switch, name: str = "b-switch", **more: Any) -> None:
        self.name, self.title = name, f"Switch {name}"
        self.place = self._switch = switch
        for what, is_so in more.items():
            setattr(self, what, is_so)

    def read(self) -> Lamp:
        """Look."""
        return self._switch.read()

    def state(self, before: Lamp | None, current: Lamp) -> ChangeState:
        """Tell what a look at the switch means."""
        del before
        if current.odd:
            return ChangeState.UNCLEAR
        if current.busy:
            return ChangeState.UNDER_WAY
        return ChangeState.IN_PLACE if current.on is self._switch.target else ChangeState.NOT_YET

    def open_control(self) -> Switch:
        """Give the switch."""
        return self._switch


class Plug(BaseException):
    """The plug is pulled: what a kill -9 is to a test in one process."""


@dataclass
class Bench:
    """Makes changes over one record, as one process after the other would."""

    folder: Path
    clock: Clock
    interrupt: Callable[[], None] = lambda: None
    may_press: Callable[[], None] = lambda: None
    die_at: tuple[str, str] | None = None
    allowed: Callable[[], str] = lambda: ""
    confirm: Callable[[], None] = lambda: None
    owner: str = ""

    def context(self, record: EvidenceLog) -> ChangeContext:
        """What a process would share among its changes."""
        return ChangeContext(
            record=record,
            poller=Poller(poll=1.0, interrupted=self.interrupt, clock=self.clock.read, sleep=self.clock.sleep),
            may_press=self.may_press,
            checkpoint=self._passing,
            owner_of=lambda _change, _found: self.owner,
            confirm=lambda _change, _reading, _control: self.confirm(),
            allowed_by=lambda _: self.allowed(),
            heading="Test",
        )

    def _passing(self, step: str, point: str) -> None:
        if self.die_at == (step, point):
            self.die_at = None
            raise Plug

    def lines(self) -> list[dict[str, Any]]:
        """What stands in the record."""
        with EvidenceLog(self.folder) as record:
            return [dict(line.fields) for line in record.history.lines]

    def kinds(self) -> list[str]:
        """The kinds of its lines, notes left out."""
        return [line["kind"] for line in self.lines() if line["kind"] != "note"]
