"""The shared IP: disabled on the one, enabled on the other, in one critical section (SI1 to SI5, OP5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows import readings
from flows.swings.swing import Swing
from pages.appliance.ip_configuration import IpConfigurationScreen
from robot.change import Change, Seen
from robot.critical import perform_both
from robot.errors import Misused, Refused
from robot.model import SharedAddress, Unit
from robot.prober import Prober
from robot.tls import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.appliance import Appliance
    from flows.pair import Pair
    from robot.change import Control
    from robot.performing import Run
    from robot.settings import Secrets, Settings


class BySharedIp(Swing):
    """One address that moves from box to box."""

    fulfils = ("SI1", "SI2", "SI3", "SI4", "OP5")
    proves = ("SI5", "MP1")
    title = "The shared IP"

    def __init__(self, settings: Settings, known: Secrets) -> None:
        super().__init__(settings, known)
        if settings.swing.shared_ip is None:
            raise Misused("swing.shared_ip is missing")
        self.ip = settings.swing.shared_ip

    def site(self, pair: Pair) -> Endpoint:
        """The site's hostname at the shared IP."""
        own = pair.b.endpoint
        return Endpoint(self.settings.site.hostname, self.ip, self.settings.site.port, own.ca_file, own.pins)

    def first_press(self, to: Unit) -> str:
        """Where the shared IP is disabled first."""
        return off_name(to)

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - the record tells
        """The critical section, with the prober asking all the while."""
        frm, there = (pair.a, pair.b) if to is Unit.B else (pair.b, pair.a)
        off = self.switch(
            frm, enabled=False, name=off_name(to), title=f"Disable the shared IP on {frm.name}", fulfils=("SI1", "SI2", "OP5")
        )
        on = self.switch(
            there, enabled=True, name=on_name(to), title=f"Enable the shared IP on {there.name}", fulfils=("SI3", "SI4", "OP5")
        )
        back = self.switch(
            frm, enabled=True, name=back_name(to), title=f"Enable the shared IP on {frm.name} again", fulfils=("OP5",)
        )
        limit = self.settings.limits.swing
        with Prober(lambda: self.site(pair), run.state.folder / "probes.jsonl") as prober:
            perform_both(off, on, back, run.conduct(), within=limit, require_lease=run.require_lease)
            replace(run.patience, poll=0.1).until(
                prober.is_served, bool, what="the site to answer at the shared IP", within=limit
            )
        return {}

    def proved(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """The shared IP as both show it."""
        suffix = "" if to is Unit.B else "-back"
        for box in (pair.a, pair.b):
            self.require(
                box, run, f"{box.unit.value}-shared-ip-after-swing{suffix}", f"The shared IP on {box.name} after the swing",
                serves=box.unit is to, fulfils=("SI5", "OP5"),
            )  # fmt: skip

    def facts(self, box: Appliance) -> dict[str, Any]:
        """Whether it is enabled there."""
        return {"enabled": self.read(box).enabled}

    def read(self, box: Appliance) -> SharedAddress:
        """The shared IP on one appliance, read afresh."""
        return readings.shared_address(box, self.ip)

    def read_first(self, box: Appliance, run: Run) -> SharedAddress:
        """The shared IP before anything is changed."""
        return run.look(
            f"{box.unit.value}-ip-configuration", f"The shared IP on {box.name}", box, SharedAddress,
            lambda: self.read(box), fulfils=("PL2", "MP5"),
        )  # fmt: skip

    def objection(self, box: Appliance, *, serves: bool) -> str:
        """Why the shared IP does not stand as it must there."""
        return shared_ip_is(box, enabled=serves)(self.read(box))

    def require(self, box: Appliance, run: Run, step: str, title: str, *, serves: bool, fulfils: tuple[str, ...]) -> None:
        """Have the appliance show whether the shared IP is enabled."""
        run.look(
            step, title, box, SharedAddress, lambda: self.read(box), fulfils=fulfils, require=shared_ip_is(box, enabled=serves)
        )

    def switch(self, box: Appliance, *, enabled: bool, name: str, title: str, fulfils: tuple[str, ...]) -> Change[SharedAddress]:
        """One half: the shared IP's Enabled box on one appliance, and Save Changes."""
        ip = self.ip

        def ready() -> Control:
            form = box.open(IpConfigurationScreen).edit(ip)
            box.prefer(form)
            form.fill(enabled=enabled)
            if not form.is_filled(enabled=enabled):
                raise Refused(f"the Enabled box of {ip} on {box.name} cannot be set")
            return form.save_changes(box.answers)

        def objection(now: SharedAddress) -> str:
            return "" if now.enabled is not enabled else f"the shared IP is {'enabled' if enabled else 'disabled'} already"

        return Change(
            name=name,
            title=title,
            fulfils=fulfils,
            stage=box,
            reading=SharedAddress,
            read=lambda: self.read(box),
            seen=lambda _, now: {enabled: Seen.IN_PLACE, None: Seen.UNCLEAR}.get(now.enabled, Seen.NOT_YET),
            require=objection,
            ready=ready,
            within=self.settings.limits.swing,
            awaiting=f"the shared IP to be {'enabled' if enabled else 'disabled'} on {box.name}",
            settle=0,
        )


def off_name(to: Unit) -> str:
    """The step of the first half; the way back has names of its own, for a run may make both."""
    return "a-disable-shared-ip" if to is Unit.B else "b-disable-shared-ip-back"


def on_name(to: Unit) -> str:
    """The step of the second half."""
    return "b-enable-shared-ip" if to is Unit.B else "a-enable-shared-ip-back"


def back_name(to: Unit) -> str:
    """The step that undoes the first half."""
    return "a-enable-shared-ip" if to is Unit.B else "b-enable-shared-ip-back"


def shared_ip_is(box: Appliance, *, enabled: bool) -> Callable[[SharedAddress], str]:
    """The requirement that the shared IP is (or is not) enabled on an appliance."""

    def objection(now: SharedAddress) -> str:
        if now.enabled is enabled:
            return ""
        if enabled:
            return f"the shared IP {now.ip} is no longer enabled on {box.name}, which should serve: nobody may be served now"
        return (
            f"the shared IP {now.ip} is enabled on {box.name} too: both would answer. Disable it there by hand "
            "(Networking > IP Configuration), at once"
        )

    return objection
