"""What every part of a run shares while this process performs it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from robot.domain.errors import StoppedByHand
from robot.domain.waiting import Poller, duration
from robot.evidence.record.line import Kind
from robot.evidence.record.step_names import unit_of
from robot.schedule.press_policy import PressPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from robot.evidence.record.step_names import StepNames
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.settings import Settings


def no_op(*_arguments: object) -> None:
    """Do nothing: nobody listens, or there is nothing to close."""


@dataclass
class RunContext:
    """One run, while this process performs it.

    Attributes:
        state: its state folder.
        settings: the pair, as it was when the run began.
        record: the truth about what was pressed.
        step: makes a durable step of a function: `step(name, body)` gives what body gave, now or in an earlier process.
        tell: tells the parent process what goes on, as plain JSON.
        names: the flows' step names.
        checkpoint: called at named points of a step; where tests pull the plug.
        heading: the procedure's heading under which the steps stand now.
        parent: the process that holds the lease; without it nothing is pressed.
        waits: whether the run stays while only a window or a person can help.
        close_browsers: closes every browser, as before a long wait.
        confirm: asks the person at the terminal before each press; gives whether it may be.
        send_message: sends a message at a turn of the run: the turn, a sentence, a deadline or "".
        hours: when it may press.
        is_critical: whether nothing may take time now, not even a message: the swing.
    """

    state: RunState
    settings: Settings
    record: EvidenceLog
    step: Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]
    tell: Callable[[dict[str, Any]], None]
    names: StepNames
    checkpoint: Callable[[str, str], None] = no_op
    heading: str = ""
    parent: int = field(default_factory=os.getppid)
    waits: bool = False
    close_browsers: Callable[[], None] = no_op
    confirm: Callable[[dict[str, Any]], bool] | None = None
    send_message: Callable[[str, str, str], None] = no_op
    is_critical: bool = False

    def __post_init__(self) -> None:
        self.hours = PressPolicy(self.settings, self.record, {}, steps=self.names)

    @property
    def poller(self) -> Poller:
        """How this run waits: the pair file's poll, and the stop flag at every tick."""
        return Poller(
            poll=self.settings.limits.poll,
            interrupted=self.raise_if_stop_requested,
            tell=self.tell_waiting,
            pace=self.state.facts.get("pace", 1.0),
        )

    def tell_waiting(self, what: str, so_far: float, within: float) -> None:
        """Tell what is waited for, for how many seconds so far and at most; and how long there has been no failover."""
        self.tell({"event": "waiting", "what": what, "so_far": round(so_far, 1), "within": within})
        self.report_exposure()

    def report_exposure(self) -> None:
        """Tell, at 50, 90 and 100 per cent, how much of the time allowed without failover is over (PL7)."""
        if self.is_critical or (exposure := self.hours.exposure()) is None:
            return
        for mark in exposure.passed:
            self.notify(f"exposure_{mark}", f"{mark} % of the {duration(exposure.at_most)} allowed without failover are over")

    def notify(self, turn: str, sentence: str, *, deadline: str = "") -> None:
        """Tell those who want to know that the run has come to a turn; never holds it back."""
        self.send_message(turn, sentence, deadline)

    def raise_if_stop_requested(self) -> None:
        """End here when somebody asked for it.

        Raises:
            StoppedByHand: the stop flag is set.
        """
        if self.state.asked_to_stop:
            pressed = self.unproved_change()
            after = f"{pressed} is pressed, not yet proved; the appliance goes on" if pressed else "nothing is under way"
            raise StoppedByHand(f"stopped by hand; {after}")

    def unproved_change(self) -> str:
        """Give the step of the change that was pressed and is not proved yet, or ""."""
        press = self.record.history.unproved_press({Kind.PROVED, Kind.ALREADY})
        return press.step if press else ""

    @contextmanager
    def under(self, heading: str) -> Generator[None]:
        """Have everything within stand under this heading of the procedure."""
        before, self.heading = self.heading, heading
        try:
            yield
        finally:
            self.heading = before

    def step_fields(self, step: str, title: str = "", procedure_ids: tuple[str, ...] = ()) -> dict[str, Any]:
        """Give what a line of a step carries in the record, where no appliance's page is shown."""
        return {"unit": unit_of(step), "title": title, "heading": self.heading, "procedure": list(procedure_ids)}

    def log_note(self, step: str, text: str, *, procedure_ids: tuple[str, ...] = (), reading: Any = None) -> None:
        """Say something in the record and in the report, within a step: what was not done, and why."""
        unit = unit_of(step)
        self.record.append(
            Kind.NOTE, step, unit=unit, text=text, reading=reading, heading=self.heading, procedure=list(procedure_ids)
        )
        self.tell({"event": "note", "text": text})
