"""Whether a run may press now: its windows, its lease, and nobody who wants it to stop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from robot.domain.errors import Refused
from robot.evidence.record.line import Kind
from robot.schedule.windows import WindowState

if TYPE_CHECKING:
    from robot.changes.run_context import RunContext
    from robot.changes.run_steps import RunSteps
    from robot.schedule.estimate import Work
    from robot.schedule.windows import ProcedurePart

_YEAR_S = 366 * 86400.0
_FULFILS = ("PL3", "PL5", "PL6")


class Permission:
    """Says whether a run may press, and holds it until its window is open."""

    def __init__(self, context: RunContext, steps: RunSteps) -> None:
        self._context, self._steps = context, steps

    def require(self) -> None:
        """Look once more before a press: does nobody want a stop, is the lease still held for us, is the window open?

        Raises:
            StoppedByHand: the stop flag is set. Refused: the lease is gone, or the window is over. Waiting: it is not open yet.
        """
        self._context.raise_if_stop_requested()
        self.require_lease()
        self._context.hours.require()

    def require_lease(self) -> None:
        """See that the parent process, which holds the lease, still lives.

        Raises:
            Refused: it does not.
        """
        if os.getppid() != self._context.parent:
            raise Refused("the process that holds the lease is gone; nothing is pressed without it")

    def enter(self, part: ProcedurePart, work: Work) -> None:
        """Begin one part of the procedure: hold until its window is open, and see that the part fits into it (PL3, PL5, PL6).

        Args:
            part: the part of the procedure.
            work: the work that must fit into what is left of the window.

        Raises:
            Waiting: the window is not open yet. Refused: it is over, or too short.
        """
        context, name, title = self._context, f"site-{part}-window", f"The {part} window"
        context.hours.part = part
        if context.settings.windows is None:
            self._steps.note(
                name, "skipped: no windows are kept, because somebody said that now is the time (--now)", procedure_ids=_FULFILS
            )
            return

        def once() -> dict[str, Any]:
            self._hold()
            context.hours.require()
            fits = context.hours.require_fit(work)
            context.record.append(
                Kind.NOTE, name, unit="site", heading=context.heading, procedure=list(_FULFILS), title=title,
                text=f"the {part} window is open: {fits}",
            )  # fmt: skip
            return {}

        self._steps.durably(name, title, None, once, procedure_ids=_FULFILS)

    def _hold(self) -> None:
        """Wait for the window, where it is not open yet and the run stays for it."""
        permit, hours = self._context.hours.permit(), self._context.hours
        if permit is None or permit.verdict is not WindowState.NOT_YET:
            return
        self._context.close_browsers()
        if self._context.waits:
            self._context.poller.poll_until(
                hours.permit, lambda now: now is None or now.verdict is not WindowState.NOT_YET,
                what=permit.sentence, within=_YEAR_S,
            )  # fmt: skip
