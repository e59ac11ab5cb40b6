"""Whether a run may begin by the state of its change's ticket. It never holds up a run that has pressed something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import Refused, Unreachable, Waiting
from robot.domain.waiting import Poller
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.evidence.record.plain_json import object_in
from robot.ticket.ticket_systems import ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.runs.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets
    from robot.ticket.ticket_values import TicketReading, TicketSystem

_LONG_S = 366 * 86400.0
"""Seconds for which a state is waited for: until somebody ends it."""
_POLL_S = 60.0
TICKET_STATE = "ticket_state"
"""The value of a line about the record that says in which state the ticket was."""


class TicketGate:
    """The gate that the state of a ticket opens; one that is open where the pair file asks for no state.

    Args:
        settings: the pair file.
        known: the secrets.
        poller: how a state is waited for; this process's own way if `None`.
        lifted: whether it is open whatever the state: a rehearsal, or an emergency that two people have signed.
    """

    def __init__(self, settings: Settings, known: Secrets, *, poller: Poller | None = None, lifted: bool = False) -> None:
        self._wanted = () if lifted or settings.ticket is None else settings.ticket.state
        self._settings, self._known = settings, known
        self._poller = poller or Poller(poll=_POLL_S)

    def require(self, *, waits: bool = False, tell: Callable[[str], None] = lambda _: None) -> TicketReading | None:
        """Require that the ticket is in a state in which a run may begin.

        Args:
            waits: whether to stay while another state may still come.
            tell: is told that it is waited for, and what the ticket is like in the end.

        Returns:
            The ticket; None if no state is asked for.

        Raises:
            Waiting: it is in another state, and may still come into one of these.
            Refused: it is over, or not known; also `LoginRejected`, `Untrusted` and `Unreachable`.
        """
        if not self._wanted:
            return None
        system = ticket_of(self._settings, self._known, poller=self._poller)
        ticket = system.read()
        if waits and not (ticket.is_in(self._wanted) or ticket.is_over):
            tell(f"waiting for the ticket: {self._not_open(ticket)}")
            ticket = self._poller.poll_until(
                lambda: _read_or(ticket, system), lambda now: now.is_in(self._wanted) or now.is_over, what="the ticket's state",
                within=_LONG_S,
            )  # fmt: skip
        if ticket.is_in(self._wanted):
            tell(f"{ticket.key} is in {ticket.state} ({system.name})")
            return ticket
        if ticket.is_over:
            raise Refused(f"{self._not_open(ticket)}, and it is over: have a new change approved, and name its ticket")
        raise Waiting(
            f"{self._not_open(ticket)}; nothing was pressed", next_action="Have the ticket brought into that state, then resume."
        )

    def require_before_first_press(self, record: EvidenceLog) -> None:
        """Require the same in a run that has pressed nothing yet, and note in its record what the ticket said.

        Args:
            record: the run's record.

        Raises:
            Waiting: it is in another state, and may still come into one of these.
            Refused: as `require`.
        """
        if record.anything_pressed:
            return
        if ticket := self.require():
            told = {TICKET_STATE: ticket.state, "ticket": ticket.key}
            if told not in record.history.of_the_record(TICKET_STATE):
                record.append(Kind.NOTE, OF_THE_RECORD, text=f"the ticket {ticket.key} is in {ticket.state}", reading=told)

    def _not_open(self, ticket: TicketReading) -> str:
        return f"{ticket.key} is in {ticket.state or 'no state'}, and a run begins in {' or '.join(self._wanted)} only"


def _read_or(before: TicketReading, system: TicketSystem) -> TicketReading:
    """Read a ticket during a long wait: a system that does not answer for a while ends no wait."""
    try:
        return system.read()
    except Unreachable:
        return before


def has_emergency(state: RunState) -> bool:
    """Return whether a run is performed as an emergency, which is bound to another ticket: that of the incident."""
    return bool(object_in(object_in(state.facts, "plan"), "emergency"))
