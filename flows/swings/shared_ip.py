"""The shared IP: disabled on the one, enabled on the other, in one critical section (SI1 to SI5, OP5)."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.session import readings
from flows.session.swing import Swing
from flows.step_names import STEPS, SWING
from pages.appliance.ip_configuration import IpConfigurationScreen
from robot.domain.errors import Misused, Refused
from robot.domain.model import SharedAddress, Unit
from robot.evidence.record.line import Kind
from robot.execution.asking import hold_for
from robot.execution.change import Change, Seen
from robot.execution.critical import perform_both
from robot.network.prober import Prober
from robot.network.tls import Endpoint
from robot.operators.operator_questions import SWING_AGAIN, OperatorQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.execution.change import Control
    from robot.execution.performing import Run
    from robot.recording.evidence_log import EvidenceLog
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


RESULT = {Unit.B: SWING, Unit.A: "site-swing-back"}
"""The steps whose refusals say why a swing was put back."""


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
        """The critical section, with the prober asking all the while; a second one only where a person asks for it by name."""
        frm, there = (pair.a, pair.b) if to is Unit.B else (pair.b, pair.a)
        attempt = self.attempt(pair, run, to)
        off = self.switch(
            frm, enabled=False, name=off_name(to, attempt), title=f"Disable the shared IP on {frm.name}",
            fulfils=("SI1", "SI2", "OP5"),
        )  # fmt: skip
        on = self.switch(
            there, enabled=True, name=on_name(to, attempt), title=f"Enable the shared IP on {there.name}",
            fulfils=("SI3", "SI4", "OP5"),
        )  # fmt: skip
        back = self.switch(
            frm, enabled=True, name=back_name(to, attempt), title=f"Enable the shared IP on {frm.name} again", fulfils=("OP5",)
        )
        limit = self.settings.limits.swing

        def call(sentence: str) -> None:  # in a thread of its own: a mail server that does not answer must not take time now
            run.tell({"event": "note", "text": sentence})
            threading.Thread(target=run.turn, args=("nobody_serves", sentence), name="call", daemon=True).start()

        with Prober(lambda: self.site(pair), run.state.folder / "probes.jsonl") as prober:
            perform_both(off, on, back, run.conduct(), within=limit, require_lease=run.require_lease, call=call)
            replace(run.patience, poll=0.1).until(
                prober.is_served, bool, what="the site to answer at the shared IP", within=limit
            )
        return {}

    def begun(self, record: EvidenceLog, to: Unit) -> bool:
        """Whether its newest attempt has begun and was not put back."""
        attempt = attempts(record, to)
        return record.history.intent(off_name(to, attempt)) is not None and not was_put_back(record, to, attempt)

    def attempt(self, pair: Pair, run: Run, to: Unit) -> int:
        """Which attempt is to be made or finished; after one that was put back a person must ask for another by name.

        Raises:
            Waiting: nobody has said so yet. Refused: somebody said no; the site is served as before the swing.
        """
        attempt = attempts(run.record, to)
        if not was_put_back(run.record, to, attempt):
            return attempt
        there, frm = pair.box(to), pair.box(to.other)
        step = f"site-swing-again{'' if to is Unit.B else '-back'}-{attempt + 1}"
        why = reason(run.record, to, attempt)
        question = OperatorQuestion(
            SWING_AGAIN,
            step,
            f"{there.name} did not take the shared IP ({why}), and {frm.name} serves again. Have you found out why, and is it "
            f"mended? A yes swings once more; a no leaves {frm.name} serving.",
            until=run.until(),
        )
        try:
            hold_for(run, question, title=f"Asked of a person: swing to {there.name} again", fulfils=("OP5",))
        except Refused as no:
            way = "; or go back: failover-robot back-out RUN" if to is Unit.B else ""
            raise Refused(
                f"{no}; {frm.name} serves on",
                next_action=f"When it is mended, answer again (`{question.command(run.state.name)}`) and resume{way}.",
            ) from no
        return attempt + 1

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

        def filled(listed: IpConfigurationScreen) -> Control:
            form = readings.form_of(box, listed, ip)
            form.read()  # it is the form of this very address
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
            ready=lambda: box.read(IpConfigurationScreen, filled),
            within=self.settings.limits.swing,
            awaiting=f"the shared IP to be {'enabled' if enabled else 'disabled'} on {box.name}",
            settle=0,
        )


def off_name(to: Unit, attempt: int = 1) -> str:
    """The step of the first half; the way back and each further attempt have names of their own, for a run may make them all."""
    return ("a-disable-shared-ip" if to is Unit.B else "b-disable-shared-ip-back") + _number(attempt)


def on_name(to: Unit, attempt: int = 1) -> str:
    """The step of the second half."""
    return (STEPS.second_half if to is Unit.B else "a-enable-shared-ip-back") + _number(attempt)


def back_name(to: Unit, attempt: int = 1) -> str:
    """The step that undoes the first half."""
    return ("a-enable-shared-ip" if to is Unit.B else "b-enable-shared-ip-back") + _number(attempt)


def _number(attempt: int) -> str:
    return "" if attempt == 1 else f"-{attempt}"


def attempts(record: EvidenceLog, to: Unit) -> int:
    """The number of the newest attempt of which anything stands on record; 1 where nothing does."""
    attempt = 1
    while (step := off_name(to, attempt + 1)) and (record.history.intent(step) or record.history.proof(step)):
        attempt += 1
    return attempt


def was_put_back(record: EvidenceLog, to: Unit, attempt: int) -> bool:
    """Whether an attempt ended with the first half undone: that is settled only once no late press is watched for any more."""
    return record.history.proof(back_name(to, attempt)) is not None


def reason(record: EvidenceLog, to: Unit, attempt: int) -> str:
    """What ended an attempt that was put back, in the record's own words."""
    returned = record.history.proof(back_name(to, attempt))
    since = returned.seq if returned else 0
    ends = (line for line in record.history.of_step(RESULT[to]) if line.kind == Kind.REFUSED and line.seq > since)
    return next((line.text for line in ends), "see the record")


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
