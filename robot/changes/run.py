"""A run while it is performed, as every flow is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from robot.changes.change import ChangeContext, Outcome
from robot.changes.executor import execute
from robot.changes.ownership import Ownership
from robot.changes.permission import Permission
from robot.changes.run_context import RunContext
from robot.changes.run_steps import RunSteps
from robot.domain.errors import AnswerWanted
from robot.domain.model import Reading

if TYPE_CHECKING:
    from robot.changes.change import Change

R = TypeVar("R", bound=Reading)


@dataclass
class Run(RunContext):
    """One run, with what makes its steps, names owners and permits presses.

    Attributes:
        steps: makes its durable steps.
        ownership: names who owns what was done without a press of ours.
        permission: decides whether it may press now.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ownership = Ownership(self)
        self.steps = RunSteps(self, self.ownership)
        self.permission = Permission(self, self.steps)

    def change_context(self, step: str) -> ChangeContext:
        """Return what every change of this run shares.

        Args:
            step: the name of the change that is pressed first: what restores may be pressed when other changes may not.
        """
        return ChangeContext(
            record=self.record,
            poller=self.poller,
            may_press=lambda: self.permission.require(step),
            checkpoint=self.checkpoint,
            owner_of=self.ownership.owner_of,
            confirm=self.ownership.confirm,
            allowed_by=self.ownership.allowed_by,
            press_list=self.press_list,
            require_approval=self.require_approval,
            permitted_beyond_plan=self.ownership.permitted_beyond_plan,
            heading=self.heading,
            settle_s=self.settings.limits.settle,
        )

    def change(self, change: Change[R]) -> Outcome[R]:
        """Make one change, once, as a durable step; return how it ended, also if an earlier process made it."""

        def once() -> dict[str, Any]:
            change.ask_beforehand()
            try:
                outcome = execute(change, self.change_context(change.name))
            except AnswerWanted:  # nothing has begun: with the answer the change begins again, from its reading
                change.ask_beforehand()
                outcome = execute(change, self.change_context(change.name))
            return {"state": outcome.state, "reading": outcome.reading.plain()}

        result = self.steps.durably(change.name, change.title, change.place, once, procedure_ids=change.procedure_ids)
        return Outcome(result["state"], change.reading.from_plain(result["reading"]))
