"""What every part of a run shares while this process performs it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from robot.approval.effective_rules import answerers_of_run
from robot.domain.errors import StoppedByHand
from robot.domain.waiting import Poller
from robot.evidence.record.line import Kind
from robot.evidence.record.step_names import unit_of
from robot.evidence.wording import duration
from robot.schedule.press_policy import PressPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from robot.approval.rules import KeyHolder
    from robot.evidence.record.step_names import StepNames
    from robot.plan.press_list import PressList
    from robot.runs.events import Event, PressShown
    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.settings import Settings


def no_op(*_arguments: object) -> None:
    """Do nothing, whatever is passed."""


@dataclass
class RunContext:
    """One run, while this process performs it.

    Attributes:
        state: its state folder.
        settings: the pair file's settings, as they were when the run began.
        record: the truth about what was pressed.
        step: makes a durable step: `step(name, body)` returns what body returned, now or in an earlier process.
        tell: sends an event to the parent process, as plain JSON: `event` is its kind. For a "lease" it raises a `Refused` unless
            the parent, which holds the lease, answers that it is held: without that nothing is pressed.
        names: the flows' step names.
        checkpoint: called with the step's name at the named points of a step; tests pull the plug there.
        heading: the heading of the procedure under which the steps are made now.
        waits: whether the run stays while only a window or a person can help.
        close_browsers: closes every browser, as before a long wait.
        between_windows: called again and again while the run waits for its next window.
        confirm: asks the person at the terminal before each press and returns whether they agree; None if nobody is asked.
        send_message: sends a message at a turn of the run: the turn, a sentence, a deadline or an empty string.
        is_critical: whether nothing may take time now, not even a message: the swing.
        press_list: the presses of the approved plan, beside which nothing is pressed; None if it has no plan.
        require_approval: requires that the approval of that plan holds still; raises a `Stop`.
        require_ticket: requires before the first press that the change's ticket is in a state for it; raises a `Stop`.
        restores_at_any_hour: whether what that plan lists as restoring waits for no window, since its emergency is over.
        planned_snapshot: the pair as the approved plan observed it, plain JSON; None if it has no plan.
        answerers: whose signed answers count, by the policy as it is when this process begins; with none, a name is enough.
        told_in_plan: what the approved plan tells already of what a person would be asked: by the check's name, text and by whom.
        hours: decides by the windows when it may press.
    """

    state: RunState
    settings: Settings
    record: EvidenceLog
    step: Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]
    tell: Callable[[Event], None]
    names: StepNames
    checkpoint: Callable[[str, str], None] = no_op
    heading: str = ""
    waits: bool = False
    close_browsers: Callable[[], None] = no_op
    between_windows: Callable[[], None] = no_op
    confirm: Callable[[PressShown], bool] | None = None
    send_message: Callable[[str, str, str], None] = no_op
    is_critical: bool = False
    press_list: PressList | None = None
    require_approval: Callable[[], None] = no_op
    require_ticket: Callable[[], None] = no_op
    restores_at_any_hour: bool = False
    planned_snapshot: dict[str, Any] | None = None
    told_in_plan: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    answerers: tuple[KeyHolder, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.answerers = answerers_of_run(begun=self.record.anything_pressed, goes_back=False)
        self.hours = PressPolicy(self.settings, self.record, {}, steps=self.names)

    @property
    def poller(self) -> Poller:
        """How this run waits: with the pair file's poll, and with the stop flag checked at every tick."""
        return Poller(
            poll=self.settings.limits.poll,
            interrupted=self.raise_if_stop_requested,
            tell=self.tell_waiting,
            pace=self.state.facts.get("pace", 1.0),
        )

    def tell_waiting(self, what: str, so_far: float, within: float) -> None:
        """Tell the parent process about a wait, and report the time without failover.

        Args:
            what: what is waited for, in words that complete "waiting for".
            so_far: seconds since the wait began.
            within: seconds that it may take.
        """
        self.tell({"event": "waiting", "what": what, "so_far": round(so_far, 1), "within": within})
        self.report_exposure()

    def report_exposure(self) -> None:
        """Send a message when 50, 90 and 100 per cent of the time allowed without failover are over (PL7)."""
        if self.is_critical or (exposure := self.hours.exposure()) is None:
            return
        for mark in exposure.passed:
            self.notify(f"exposure_{mark}", f"{mark} % of the {duration(exposure.at_most)} allowed without failover are over")

    def notify(self, turn: str, sentence: str, *, deadline: str = "") -> None:
        """Send a message at a turn of the run; a message that fails never holds the run back.

        Args:
            turn: the name of the turn.
            sentence: what has happened.
            deadline: by when somebody must act; an empty string if nobody must.
        """
        self.send_message(turn, sentence, deadline)

    def raise_if_stop_requested(self) -> None:
        """End the run if somebody has asked for it.

        Raises:
            StoppedByHand: the stop flag is set.
        """
        if self.state.asked_to_stop:
            pressed = self.unproved_change()
            after = f"{pressed} is pressed, not yet proved; the appliance goes on" if pressed else "nothing is under way"
            raise StoppedByHand(f"stopped by hand; {after}")

    def unproved_change(self) -> str:
        """Return the step name of the change that is pressed and not proved yet, or an empty string."""
        press = self.record.history.unproved_press({Kind.PROVED, Kind.ALREADY})
        return press.step if press else ""

    @contextmanager
    def under(self, heading: str) -> Generator[None]:
        """Record everything within under this heading of the procedure."""
        before, self.heading = self.heading, heading
        try:
            yield
        finally:
            self.heading = before

    def step_fields(self, step: str, title: str = "", procedure_ids: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the fields of a step's record line where no appliance's page is shown.

        Args:
            step: the step's name, which tells the unit.
            title: the step in a person's words.
            procedure_ids: the IDs of the obligations that the step keeps.

        Returns:
            `unit`, `title`, `heading` and `procedure` (the IDs as a list).
        """
        return {"unit": unit_of(step), "title": title, "heading": self.heading, "procedure": list(procedure_ids)}

    def log_note(self, step: str, text: str, *, procedure_ids: tuple[str, ...] = (), reading: Any = None) -> None:
        """Write a note into the record and the report, within a step: what was not done, and why.

        Args:
            step: the step's name.
            text: the sentence.
            procedure_ids: the IDs of the obligations that the note answers.
            reading: plain JSON values that belong to it; None if there are none.
        """
        unit = unit_of(step)
        self.record.append(
            Kind.NOTE, step, unit=unit, text=text, reading=reading, heading=self.heading, procedure=list(procedure_ids)
        )
        self.tell({"event": "note", "text": text})
