"""Whether a run may press now: its window is open, its lease is held, and nobody wants it to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.evidence.record.line import Kind
from robot.schedule.windows import WindowState

if TYPE_CHECKING:
    from robot.changes.run_context import RunContext
    from robot.changes.run_steps import RunSteps
    from robot.schedule.estimate import Work
    from robot.schedule.windows import ProcedurePart, WindowDecision

_YEAR_S = 366 * 86400.0
_PROCEDURE_IDS = ("PL3", "PL5", "PL6")


class Permission:
    """Decides whether a run may press, and holds it until its window is open."""

    def __init__(self, context: RunContext, steps: RunSteps) -> None:
        self._context, self._steps = context, steps

    def require(self, step: str = "") -> None:
        """Require before a press that nobody wants a stop, that lease and window allow it, and before the first one the ticket.

        Args:
            step: the step of the press; "" for none of its own.

        Raises:
            StoppedByHand: the stop flag is set.
            Refused: the lease is gone, the window is over, or the ticket is.
            Waiting: the window is not open yet, or the ticket is not in the state for it.
        """
        self._context.raise_if_stop_requested()
        self.require_lease()
        listed = self._context.press_list.find(step) if self._context.press_list and step else None
        if not (self._context.restores_at_any_hour and listed and listed.restores):
            self._context.hours.require()
        self._context.require_ticket()

    def require_lease(self) -> None:
        """Require that the parent process holds the lease at this moment, by address and by every serial number on record.

        Raises:
            Refused: it does not, it is gone, or another run has an appliance under another name.
        """
        history = self._context.record.history
        self._context.tell({"event": "lease", "serials": [serial for unit in "ab" if (serial := history.serial(unit))]})

    def enter(self, part: ProcedurePart, work: Work) -> None:
        """Begin one part of the procedure: hold until its window is open, and require that the work fits into it (PL3, PL5, PL6).

        Args:
            part: the part of the procedure.
            work: the work that must fit into what is left of the window.

        Raises:
            Waiting: the window is not open yet.
            Refused: the window is over, or too short.
        """
        context, name, title = self._context, f"site-{part}-window", f"The {part} window"
        context.hours.part = part
        if context.settings.windows is None:
            self._steps.note(
                name,
                "skipped: no windows are kept, because somebody said that now is the time (--now)",
                procedure_ids=_PROCEDURE_IDS,
            )
            return

        def once() -> dict[str, Any]:
            self._hold()
            context.hours.require()
            fits = context.hours.require_fit(work)
            context.record.append(
                Kind.NOTE, name, unit="site", heading=context.heading, procedure=list(_PROCEDURE_IDS), title=title,
                text=f"the {part} window is open: {fits}",
            )  # fmt: skip
            return {}

        self._steps.durably(name, title, None, once, procedure_ids=_PROCEDURE_IDS)

    def _hold(self) -> None:
        """Wait until the window is open, if it is not and the run may wait; the browsers are closed meanwhile."""
        permit, hours = self._context.hours.permit(), self._context.hours
        if permit is None or permit.verdict is not WindowState.NOT_YET:
            return
        self._context.close_browsers()
        if self._context.waits:

            def look() -> WindowDecision | None:
                self._context.between_windows()
                return hours.permit()

            self._context.poller.poll_until(
                look, lambda permit: permit is None or permit.verdict is not WindowState.NOT_YET,
                what=permit.sentence, within=_YEAR_S,
            )  # fmt: skip
