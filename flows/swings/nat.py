"""NAT: the user's command points the site's entry to the other appliance (NS1); the proof comes from outside (NS2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.session.pair import Swing
from flows.swings.external import Answering, Order, Outside, answering, public_site
from robot.changes.change import Change, ChangeState
from robot.changes.executor import execute
from robot.evidence.record.line import Kind
from robot.network.commands import run_command

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.changes.change import Pressable
    from robot.changes.run import Run
    from robot.domain.model import Unit
    from robot.network.tls import Endpoint


class ByNat(Swing):
    """The swing of a router's entry. The command sets a state, so it may be given again after a crash."""

    procedure_ids = ("NS1",)
    proves = ("NS2", "MP1")
    title = "The NAT entry"

    def site(self, pair: Pair) -> Endpoint:
        """Return the site at its public address."""
        return public_site(self.settings, pair)

    def first_press(self, to: Unit) -> str:
        """Return the name of the step that gives the command."""
        return f"site-nat-to-{to.value}"

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - the record tells
        """Give the command, and wait until the other appliance answers and the site is served."""
        with self.until_served(pair, run):
            change = PointNat(self, pair, run, to)
            execute(change, replace(run.change_context(change.name), settle_s=0.0))
        return {}


class PointNat(Change[Answering]):
    """The command as a change: read who answers, give the command once, read who answers afterwards.

    Args:
        swing: the swing whose command it is.
        pair: both appliances.
        run: the run.
        to: the appliance that is to serve.
    """

    procedure_ids = ("NS1",)
    reading = Answering
    settle_s = 0.0

    def __init__(self, swing: ByNat, pair: Pair, run: Run, to: Unit) -> None:
        self._swing, self._pair, self._run, self._to = swing, pair, run, to
        self._address = swing.settings.swung_to(to)
        self.name = swing.first_press(to)
        self.title = f"Point the NAT entry to {to.upper()} ({self._address})"
        self.place = Outside("nat", self._address)
        self.deadline_s = swing.settings.limits.swing
        self.awaiting = f"{to.upper()} to answer under the site's hostname"
        # a swing that is undone may never have been sent
        self.may_begin_by_itself = run.record.history.is_unproved(swing.first_press(to.other))

    def read(self) -> Answering:
        """Ask who answers under the site's hostname."""
        ordered = self._run.record.history.latest(self.name, {Kind.GATE}) is not None
        return answering(self._pair, self._swing.site(self._pair), ordered=ordered)

    def state(self, before: Answering | None, current: Answering) -> ChangeState:
        """Tell by who answers; if both have the same key, by whether the command was carried out."""
        del before
        if current.unit == self._to.value:
            return ChangeState.IN_PLACE
        if current.unit == self._to.other.value or not current.ordered:
            return ChangeState.NOT_YET
        return ChangeState.IN_PLACE if current.answers else ChangeState.UNDER_WAY

    def open_control(self) -> Pressable:
        """Return the order that gives the command."""
        return Order(f"{self._swing.settings.swing.command[0]} {self._address}", lambda: None, self._send)

    def _send(self) -> None:
        settings = self._swing.settings
        result = run_command(
            settings.swing.command, folder=settings.folder, deadline=settings.limits.swing, places={"address": self._address}
        )
        if result.exit:
            still = answering(self._pair, self._swing.site(self._pair), ordered=False).unit
            who = (
                f"{still.upper()} still answers"
                if still == self._to.other.value
                else f"who answers now: {still.upper() or 'unknown'}"
            )
            result.require_success(f"the NAT entry was to point to {self._address} ({who})")
        reading = {"command": result.command, "exit": result.exit, "output": result.output}
        self._run.record.append(
            "gate", self.name, unit="site", reading=reading, procedure=["NS1"], text=f"{result.command}: {result.last_line}"
        )
