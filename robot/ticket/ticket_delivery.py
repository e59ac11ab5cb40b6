"""Brings each export to the ticket exactly once, over calls that fail.

Each call is announced in the log of exports first. What was announced and not settled is asked of the system, until any call that
is still on its way must have come through, before it is sent again. Where it cannot be asked, either its receiver knows an export
by its id, or nothing is sent again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from robot.domain.clocks import wall_clock
from robot.domain.errors import Refused, Stalled, Unreachable
from robot.evidence.record import layout
from robot.evidence.wording import duration, size
from robot.runs import custody_log
from robot.ticket.ticket_client import LONGEST_PAUSE_S
from robot.ticket.ticket_values import FileExport, NotYet, Unclear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.domain.waiting import Poller
    from robot.runs.custody_log import CustodyLog
    from robot.ticket.ticket_values import Export, TicketReading, TicketSystem

_CALLS = 3
"""How often an export is sent, in one go of ours."""


class TicketDelivery:
    """Brings exports of one run to one ticket.

    Args:
        system: the ticket.
        log: the run's log of exports.
        poller: how pauses are made.
        settle_s: seconds after a call without a clear answer, after which it no longer has an effect.
        largest_bytes: what a file may have, by the pair file; None if it does not say.
    """

    def __init__(
        self, system: TicketSystem, log: CustodyLog, poller: Poller, *, settle_s: float = 60.0, largest_bytes: int | None = None
    ) -> None:
        self._system, self._log, self._poller, self._settle_s = system, log, poller, settle_s
        self._largest = largest_bytes

    def deliver(self, exports: Sequence[Export]) -> list[str]:
        """Bring exports to the ticket, in this order; what is there already is left alone.

        Args:
            exports: files and notes.

        Returns:
            A sentence for each.

        Raises:
            Refused: one was not taken, or it is not known whether it was; those before it are there. Also `LoginRejected`,
                `Untrusted` and `Unreachable`.
        """
        ticket = self._system.read()
        self._require_sizes([each for each in exports if isinstance(each, FileExport) and not self._is_settled(ticket, each)])
        return [f"{each.name}: {self._once(ticket, each)}" for each in exports]

    def _require_sizes(self, files: Sequence[FileExport]) -> None:
        if not files:
            return
        limits = [limit for limit in (self._largest, self._system.limit_bytes()) if limit is not None]
        for each in files:
            if limits and each.size > min(limits):
                raise Refused(
                    f"{each.name} has {size(each.size)}, and {self._system.name} takes {size(min(limits))}: nothing was sent; "
                    "have the limit raised (and [ticket] largest_mb), or attach without the pack: --without-pack"
                )

    def _once(self, ticket: TicketReading, export: Export) -> str:
        if done := self._is_settled(ticket, export):
            return f"is there since {done}"
        failed: Unclear | NotYet | None = None
        for _ in range(_CALLS):
            if self._is_there(ticket, export):
                return "is there"
            failed = self._call(ticket, export)
            if failed is None:
                return "is there now"
            if isinstance(failed, NotYet):
                if failed.after_s > LONGEST_PAUSE_S:
                    raise Unreachable(f"{failed}; try again in {duration(failed.after_s)}")
                self._poller.pause(failed.after_s)
        if self._is_there(ticket, export):
            return "is there"
        raise Unreachable(f"{failed}, and {export.name} is not there; try again later: it is looked for first")

    def _call(self, ticket: TicketReading, export: Export) -> Unclear | NotYet | None:
        """Send an export once; return why it may not be there, or None if it is."""
        self._note(custody_log.INTENT, ticket, export)
        try:
            self._system.send(ticket, export)
        except NotYet as later:
            self._note(custody_log.NOT_SENT, ticket, export, str(later))
            return later
        except Unclear as lost:
            self._note(custody_log.UNCLEAR, ticket, export, str(lost))
            return lost
        except Refused as refused:
            self._note(custody_log.REFUSED, ticket, export, str(refused))
            raise
        self._note(custody_log.SENT, ticket, export)
        return None

    def _is_settled(self, ticket: TicketReading, export: Export) -> str:
        """Return since when an export is there, by the log; "" if the log does not say."""
        done = (self._log.latest(kind=kind, **self._what(ticket, export)) for kind in custody_log.DONE)
        return next((str(line["utc"]) for line in done if line), "")

    def _is_there(self, ticket: TicketReading, export: Export) -> bool:
        """Return whether the system shows an export; after a call without a clear answer it is asked until that has settled."""
        newest = self._log.latest(**self._what(ticket, export))
        still_s, is_open = 0.0, bool(newest and newest["kind"] in {custody_log.INTENT, custody_log.UNCLEAR})
        if newest and is_open:
            passed_s = (wall_clock() - datetime.fromisoformat(newest["utc"])).total_seconds()
            still_s = min(max(self._settle_s - passed_s, 0.0), self._settle_s)
        try:
            there = self._poller.poll_until(
                lambda: self._system.holds(ticket, export), lambda there: there is not False, what=f"{export.name} to appear",
                within=still_s,
            )  # fmt: skip
        except Stalled:
            return False
        if there:
            self._note(custody_log.FOUND, ticket, export)
        if there is None and is_open and not self._system.knows_it_again:
            raise Refused(
                f"whether {self._system.name} has got the {export.name} is not known, and it shows this account no notes: it is "
                f"not sent again; look at {ticket.key}, and add {layout.EXPORTED[-1]} by hand if it is missing"
            )
        return bool(there)

    def _note(self, kind: str, ticket: TicketReading, export: Export, text: str = "") -> None:
        self._log.append(kind, **self._what(ticket, export), bytes=export.size, text=text)

    def _what(self, ticket: TicketReading, export: Export) -> dict[str, str]:
        return {"to": self._system.name, "ticket": ticket.identity, "name": export.name, "sha256": export.sha256}
