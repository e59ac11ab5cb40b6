"""NAT: the user's command points the site's entry to the other appliance (NS1); the proof comes from outside (NS2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.session.swing import Swing
from flows.swings.outside import Answering, Order, Outside, answering, public_site
from robot.evidence.record.line import Kind
from robot.execution.change import Change, Seen, perform
from robot.network.commands import run_command
from robot.network.prober import Prober

if TYPE_CHECKING:
    from flows.session.pair import Pair
    from robot.domain.model import Unit
    from robot.execution.performing import Run
    from robot.network.tls import Endpoint


class ByNat(Swing):
    """A router's entry. The command sets a state, so it may be given again after a crash."""

    fulfils = ("NS1",)
    proves = ("NS2", "MP1")
    title = "The NAT entry"

    def site(self, pair: Pair) -> Endpoint:
        """The site's public address."""
        return public_site(self.settings, pair)

    def first_press(self, to: Unit) -> str:
        """The command itself."""
        return f"site-nat-to-{to.value}"

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - the record tells
        """Give the command, and wait until the other one answers."""
        with Prober(lambda: self.site(pair), run.state.folder / "probes.jsonl") as prober:
            perform(self.order(pair, run, to), replace(run.conduct(), settle=0.0))
            replace(run.patience, poll=0.1).until(
                prober.is_served, bool, what="the site to answer", within=self.settings.limits.swing
            )
        return {}

    def order(self, pair: Pair, run: Run, to: Unit) -> Change[Answering]:
        """The command as a change: who answers before, the command once, who answers after."""
        step, other, address = self.first_press(to), self.first_press(to.other), self.settings.swung_to(to)
        is_unproved = run.record.history.is_unproved(other)

        def read() -> Answering:
            return answering(pair, self.site(pair), ordered=run.record.history.latest(step, {Kind.GATE}) is not None)

        def seen(_before: Answering | None, now: Answering) -> Seen:
            if now.unit == to.value:
                return Seen.IN_PLACE
            if now.unit == to.other.value or not now.ordered:
                return Seen.NOT_YET
            return Seen.IN_PLACE if now.answers else Seen.UNDER_WAY

        def send() -> None:
            result = run_command(
                self.settings.swing.command, folder=self.settings.folder, deadline=self.settings.limits.swing,
                places={"address": address},
            )  # fmt: skip
            if result.exit:
                still = answering(pair, self.site(pair), ordered=False).unit
                who = (
                    f"{still.upper()} still answers"
                    if still == to.other.value
                    else f"who answers now: {still.upper() or 'unknown'}"
                )
                result.require_success(f"the NAT entry was to point to {address} ({who})")
            told = {"command": result.command, "exit": result.exit, "output": result.output}
            run.record.append(
                "gate", step, unit="site", reading=told, procedure=["NS1"], text=f"{result.command}: {result.last_line}"
            )

        return Change(
            name=step,
            title=f"Point the NAT entry to {to.upper()} ({address})",
            fulfils=("NS1",),
            stage=Outside("nat", address),
            reading=Answering,
            read=read,
            seen=seen,
            ready=lambda: Order(f"{self.settings.swing.command[0]} {address}", lambda: None, send),
            within=self.settings.limits.swing,
            awaiting=f"{to.upper()} to answer under the site's hostname",
            settle=0,
            by_itself=is_unproved,  # a swing that is taken back may never have been sent
        )
