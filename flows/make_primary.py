"""Make Appliance B the Primary Appliance, by the shared IP switch: one critical section, its gap measured from outside."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows import readings
from flows.checks.by_command import run_command
from flows.checks.named import NAMES, carry_out_check
from flows.update_appliance import shared_ip_is
from flows.visitor import Answer, Visitor
from pages.appliance.ip_configuration import IpConfigurationScreen
from robot.change import Change, Seen
from robot.critical import perform_both
from robot.errors import Refused, Unverified
from robot.model import Reading, Release, SharedAddress, SiteStatus
from robot.prober import Prober, longest_gap
from robot.record import PRESSED
from robot.tls import Endpoint

if TYPE_CHECKING:
    from flows.appliance import Appliance
    from flows.pair import Pair
    from robot.change import Control
    from robot.performing import Run

HEADING = "Make Appliance B the Primary Appliance"


class SwingGap(Reading):
    """How long nobody served during the swing, measured from outside; milliseconds."""

    swing_gap_ms: int
    error_ms: int
    measured_from: str
    answers: int


class Serving(Reading):
    """Who answers under the site's hostname."""

    hostname: str
    address: str
    serial: str
    product: str
    base: str


def make_primary(pair: Pair, run: Run, *, old_release: Release) -> None:
    """B takes over from A. Everything that could hold it up is asked before the first press.

    Args:
        pair: both.
        run: the run.
        old_release: what A still runs; before 10.6 its session data must be out first (MP4).
    """
    a, b = pair.a, pair.b
    with run.under(HEADING):
        count = run.look(
            "a-status-before-swing", "Who is connected to A, and will be cut off", a, SiteStatus,
            lambda: readings.site_status(a), fulfils=("PL4", "OP1"),
        )  # fmt: skip
        each = ", ".join(f"{label} {number}" for label, number in count.clients.items())
        told = f"{count.connected} connected clients are cut off by the swing: {each}"
        run.note("site-cut-off", told if count.clients else "A does not tell how many are connected", fulfils=("PL4",))
        carry_out_check("notice", run, step="site-check-notice", places={"minutes": "0"})
        begun = run.record.last("a-disable-shared-ip", {PRESSED}) is not None

        def swing_with_session_data() -> dict[str, Any]:
            if not begun and not old_release.merges_sessions_made_while_apart:
                extract_session_data(run)  # immediately before, and again when a crash came between (MP4)
            return swing(pair, run)

        run.durably(
            "site-swing", "The shared IP from A to B", a, swing_with_session_data, fulfils=("SI1", "SI4"), heed_stop=not begun
        )
        for box in (a, b):
            run.look(
                f"{box.unit.value}-shared-ip-after-swing", f"The shared IP on {box.name} after the swing", box,
                SharedAddress, lambda box=box: readings.shared_address(box, pair.shared_ip),
                fulfils=("SI5", "OP5"), require=shared_ip_is(box, enabled=box is b),
            )  # fmt: skip
        measured(pair, run)
        site_is_served_by(b, pair, run, step="site-served-by-b", fulfils=("SI5", "MP1"))
        carry_out_check("integration_client", run, step="b-check-integration-client", places={"address": b.endpoint.address})


def extract_session_data(run: Run) -> None:
    """Before 10.6 the session data of A is lost unless it was extracted immediately before (MP4)."""
    check = run.settings.checks.session_data
    if check is None or not check.command:
        raise Refused(
            "A runs a release before 10.6, whose session data would be lost at the swing; "
            "give [checks] session_data a command that extracts it, and begin a new run"
        )
    named = NAMES["session_data"]
    run_command(check.command, run, "a-check-session-data", named.what, named.fulfils)


def site_endpoint(pair: Pair) -> Endpoint:
    """The site as the world reaches it: its hostname at the shared IP."""
    own = pair.b.endpoint
    return Endpoint(pair.settings.site.hostname, pair.shared_ip, pair.settings.site.port, own.ca_file, own.pins)


def switch(box: Appliance, pair: Pair, *, enabled: bool, name: str, title: str) -> Change[SharedAddress]:
    """One half: the shared IP's Enabled box on one appliance, and Save Changes."""
    ip = pair.shared_ip

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
        fulfils=("SI3", "SI4", "OP5") if enabled else ("SI1", "SI2", "OP5"),
        stage=box,
        reading=SharedAddress,
        read=lambda: readings.shared_address(box, ip),
        seen=lambda _, now: {enabled: Seen.IN_PLACE, None: Seen.UNCLEAR}.get(now.enabled, Seen.NOT_YET),
        require=objection,
        ready=ready,
        within=pair.settings.limits.swing,
        awaiting=f"the shared IP to be {'enabled' if enabled else 'disabled'} on {box.name}",
        settle=0,
    )


def swing(pair: Pair, run: Run) -> dict[str, Any]:
    """The critical section, with the prober asking all the while."""
    off = switch(pair.a, pair, enabled=False, name="a-disable-shared-ip", title="Disable the shared IP on A")
    on = switch(pair.b, pair, enabled=True, name="b-enable-shared-ip", title="Enable the shared IP on B")
    back = switch(pair.a, pair, enabled=True, name="a-enable-shared-ip", title="Enable the shared IP on A again")
    limit = pair.settings.limits.swing
    with Prober(site_endpoint(pair), run.state.folder / "probes.jsonl") as prober:
        perform_both(off, on, back, run.conduct(), within=limit, require_lease=run.require_lease)
        replace(run.patience, poll=0.1).until(prober.is_served, bool, what="the site to answer at the shared IP", within=limit)
    return {}


def gap(run: Run) -> SwingGap:
    """What the prober saw."""
    found = longest_gap(run.state.folder / "probes.jsonl")
    if found is None:
        raise Unverified("nobody answers at the shared IP after the swing")
    return SwingGap(
        swing_gap_ms=found.value,
        error_ms=found.error,
        measured_from=f"{socket.gethostname()}, the robot's own machine",
        answers=found.answers,
    )


def measured(pair: Pair, run: Run) -> SwingGap:
    """Put the measured gap on record."""

    def once() -> dict[str, Any]:
        found = gap(run)
        run.record.note(
            "reading", "site-swing-gap", unit="site", address=pair.shared_ip, reading=found.plain(),
            procedure=["SI5"], heading=run.heading, title="How long nobody served",
        )  # fmt: skip
        return found.plain()

    return SwingGap.from_plain(run.durably("site-swing-gap", "How long nobody served", None, once, fulfils=("SI5",)))


def site_is_served_by(b: Appliance, pair: Pair, run: Run, *, step: str, fulfils: tuple[str, ...]) -> Serving:
    """Ask the site, under its hostname and at the shared IP: it is B, with B's build.

    Raises:
        Unverified: it is not.
    """
    site = pair.settings.site
    way = site_endpoint(pair)
    client = pair.as_site(b, address=way.address, port=way.port)

    def read() -> Serving:
        b.afresh()  # one session per account at a time
        basics = client.basics()
        status = readings.site_status(client)
        return Serving(hostname=site.hostname, address=client.ip, serial=basics.serial, product=status.product, base=basics.base)

    def objection(now: Serving) -> str:
        if Release(text=now.product).is_(site.target_version):
            return ""
        return f"{site.hostname} answers with {now.product} instead of {site.target_version}"

    found = run.look(
        step, "Who answers under the site's hostname", client, Serving, read, fulfils=fulfils, require=objection,
        otherwise=Unverified, afterwards=client.afresh,
    )  # fmt: skip
    visitor = Visitor("site", way, pair.browsers)
    run.look(
        f"{step}-portal", "The public portal under the site's hostname", visitor, Answer, visitor.visit, fulfils=fulfils,
        require=lambda now: now.objection and f"{site.hostname}: {now.objection}",
        otherwise=Unverified, afterwards=visitor.afresh,
    )  # fmt: skip
    return found
