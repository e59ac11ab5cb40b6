"""The shared IP: disabled on one appliance and enabled on the other, in one critical section (SI1 to SI5, OP5)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.session import readings
from flows.session.pair import Swing
from flows.step_names import STEPS, SWING
from pages.appliance.ip_configuration import IpConfigurationScreen
from pages.readings.machine import SharedAddress
from robot.changes.change import Change, ChangeState
from robot.changes.questions import wait_for_answer
from robot.domain.errors import Refused, UsageError
from robot.domain.model import Unit
from robot.evidence.record.line import Kind
from robot.network.tls import Endpoint
from robot.operators.operator_questions import SWING_AGAIN, OperatorQuestion
from robot.switchover.critical_section import switch_over
from robot.switchover.half import Switchover

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.change import Pressable
    from robot.changes.run import Run
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


RESULT = {Unit.B: SWING, Unit.A: "site-swing-back"}
"""The steps whose refusals say why a swing was undone, by the appliance that was to serve."""


class BySharedIp(Swing):
    """The swing of one address that is enabled on one appliance at a time."""

    procedure_ids = ("SI1", "SI2", "SI3", "SI4", "OP5")
    proves = ("SI5", "MP1")
    title = "The shared IP"

    def __init__(self, settings: Settings, known: Secrets) -> None:
        super().__init__(settings, known)
        if settings.swing.shared_ip is None:
            raise UsageError("swing.shared_ip is missing")
        self.ip = settings.swing.shared_ip

    def site(self, pair: Pair) -> Endpoint:
        """Return the site's hostname at the shared IP."""
        own = pair.b.endpoint
        return Endpoint(self.settings.site.hostname, self.ip, self.settings.site.port, own.ca_file, own.pins)

    def first_press(self, to: Unit) -> str:
        """Return the name of the step that disables the shared IP in the first attempt."""
        return SwingAttempt(to).off

    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:  # noqa: ARG002 - the record tells
        """Swing in one critical section, while the prober asks all the time; another attempt only if a person asks for it."""
        old, new = pair.appliance(to.other), pair.appliance(to)
        attempt, limit = self.attempt(pair, run, to), self.settings.limits.swing

        def call(sentence: str) -> None:  # in a thread of its own: a mail server that does not answer must not delay the swing
            run.tell({"event": "note", "text": sentence})
            threading.Thread(target=run.notify, args=("nobody_serves", sentence), name="call", daemon=True).start()

        switchover = Switchover(
            off=self.first_half(old, attempt.off),
            on=SwitchSharedIp(self, new, enabled=True, name=attempt.on, procedure_ids=("SI3", "SI4", "OP5")),
            back=SwitchSharedIp(self, old, enabled=True, name=attempt.back, procedure_ids=("OP5",), again=True),
            context=run.change_context(attempt.off),
            deadline_s=limit,
            require_lease=run.permission.require_lease,
            call=call,
            after_the_way_back=_after_the_way_back(to),
        )
        with self.until_served(pair, run, what="the site to answer at the shared IP"):
            switch_over(switchover)
        return {}

    def first_half(self, old: Appliance, name: str) -> SwitchSharedIp:
        """Return the change that takes the shared IP from the appliance that has served, as the step of this name."""
        return SwitchSharedIp(self, old, enabled=False, name=name, procedure_ids=("SI1", "SI2", "OP5"))

    def begun(self, record: EvidenceLog, to: Unit) -> bool:
        """Return whether the newest attempt has begun and was not undone."""
        attempt = SwingAttempt.newest(record, to)
        return attempt.has_begun(record) and not attempt.was_put_back(record)

    def attempt(self, pair: Pair, run: Run, to: Unit) -> SwingAttempt:
        """Find the attempt to be made or finished; after one that was undone a person must ask for another by name.

        Args:
            pair: both appliances.
            run: the run.
            to: who is to serve.

        Returns:
            The attempt.

        Raises:
            Waiting: nobody has answered yet.
            Refused: somebody answered no; the site is served as before the swing.
        """
        attempt = SwingAttempt.newest(run.record, to)
        if not attempt.was_put_back(run.record):
            return attempt
        new, old = pair.appliance(to), pair.appliance(to.other)
        question = OperatorQuestion(
            SWING_AGAIN,
            f"site-swing-again{'' if to is Unit.B else '-back'}-{attempt.following.number}",
            f"{new.name} did not take the shared IP ({attempt.reason(run.record)}), and {old.name} serves again. Have you found "
            f"out why, and is it mended? A yes swings once more; a no leaves {old.name} serving.",
            until=run.hours.until(),
        )
        try:
            wait_for_answer(run, question, title=f"Asked of a person: swing to {new.name} again", procedure_ids=("OP5",))
        except Refused as no:
            way = "; or go back: failover-robot back-out RUN" if to is Unit.B else ""
            raise Refused(
                f"{no}; {old.name} serves on",
                next_action=f"When it is mended, answer again (`{question.command(run.state.name)}`) and resume{way}.",
            ) from no
        return attempt.following

    def proved(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """Require, on record, that the shared IP is enabled on `to` and disabled on the other."""
        suffix = "" if to is Unit.B else "-back"
        for appliance in (pair.a, pair.b):
            self.require(
                appliance, run, f"{appliance.unit.value}-shared-ip-after-swing{suffix}",
                f"The shared IP on {appliance.name} after the swing",
                serves=appliance.unit is to, procedure_ids=("SI5", "OP5"),
            )  # fmt: skip

    def facts(self, appliance: Appliance) -> dict[str, Any]:
        """Read whether the shared IP is enabled there, as `enabled`."""
        return {"enabled": self.read(appliance).enabled}

    def read(self, appliance: Appliance) -> SharedAddress:
        """Read the shared IP on one appliance afresh."""
        return readings.shared_address(appliance, self.ip)

    def read_first(self, appliance: Appliance, run: Run) -> SharedAddress:
        """Read the shared IP before anything is changed, on record."""
        return run.steps.observe(
            f"{appliance.unit.value}-ip-configuration", f"The shared IP on {appliance.name}", appliance, SharedAddress,
            lambda: self.read(appliance), procedure_ids=("PL2", "MP5"),
        )  # fmt: skip

    def objection(self, appliance: Appliance, *, serves: bool) -> str:
        """Read afresh why the shared IP is not as it must be there; "" if it is."""
        return shared_ip_is(appliance, enabled=serves)(self.read(appliance))

    def require(
        self, appliance: Appliance, run: Run, step: str, title: str, *, serves: bool, procedure_ids: tuple[str, ...]
    ) -> None:
        """Require, on record, that the shared IP is enabled there (`serves`) or disabled."""
        run.steps.observe(
            step,
            title,
            appliance,
            SharedAddress,
            lambda: self.read(appliance),
            procedure_ids=procedure_ids,
            require=shared_ip_is(appliance, enabled=serves),
        )


def _after_the_way_back(to: Unit) -> str:
    """Return what a person is to do after a swing that came to nothing: a run resumes in the direction in which it was going."""
    found_out = f"Find out why {to.value.upper()} did not take the shared IP, then resume"
    if to is Unit.B:
        return f"{found_out}: it asks by name whether to swing again. Or go back: failover-robot back-out RUN."
    return f"{found_out}: it goes on with the way back, and asks by name whether to swing again."


class SwitchSharedIp(Change[SharedAddress]):
    """One half of a swing: the shared IP's Enabled checkbox on one appliance, and Save Changes.

    Args:
        swing: the swing whose shared IP it is.
        appliance: the appliance.
        enabled: whether the checkbox is to be ticked.
        name: the step's name.
        procedure_ids: procedure IDs.
        again: whether it was so before this swing, for the title.
    """

    reading = SharedAddress
    settle_s = 0.0

    def __init__(
        self,
        swing: BySharedIp,
        appliance: Appliance,
        *,
        enabled: bool,
        name: str,
        procedure_ids: tuple[str, ...],
        again: bool = False,
    ) -> None:
        self.name = name
        self.title = f"{'Enable' if enabled else 'Disable'} the shared IP on {appliance.name}{' again' if again else ''}"
        self.procedure_ids = procedure_ids
        self.place = self._appliance = appliance
        self.deadline_s = swing.settings.limits.swing
        self.awaiting = f"the shared IP to be {'enabled' if enabled else 'disabled'} on {appliance.name}"
        self._swing, self._enabled = swing, enabled

    def read(self) -> SharedAddress:
        """Read the shared IP."""
        return self._swing.read(self._appliance)

    def state(self, before: SharedAddress | None, current: SharedAddress) -> ChangeState:
        """Tell by its Enabled checkbox."""
        del before
        by_box = {self._enabled: ChangeState.IN_PLACE, None: ChangeState.UNCLEAR}
        return by_box.get(current.enabled, ChangeState.NOT_YET)

    def objection(self, current: SharedAddress) -> str:
        """Object if it is so already."""
        return (
            f"the shared IP is {'enabled' if self._enabled else 'disabled'} already" if current.enabled is self._enabled else ""
        )

    def open_control(self) -> Pressable:
        """Set the checkbox in this address's own form, and check that it is set."""
        return self._appliance.read(IpConfigurationScreen, self._filled)

    def _filled(self, listed: IpConfigurationScreen) -> Pressable:
        ip = self._swing.ip
        form = readings.form_of(self._appliance, listed, ip)
        form.read()  # it is the form of this same address
        form.fill(enabled=self._enabled)
        if not form.is_filled(enabled=self._enabled):
            raise Refused(f"the Enabled checkbox of {ip} on {self._appliance.name} cannot be set")
        return form.save_changes(self._appliance.answers)


@dataclass(frozen=True)
class SwingAttempt:
    """One attempt at a swing to an appliance; a run may make several, and each has its own steps.

    Attributes:
        to: the appliance that is to serve.
        number: 1-based number of the attempt.
    """

    to: Unit
    number: int = 1

    @property
    def off(self) -> str:
        """The name of the step of the first half."""
        return ("a-disable-shared-ip" if self.to is Unit.B else "b-disable-shared-ip-back") + self._suffix

    @property
    def on(self) -> str:
        """The name of the step of the second half."""
        return (STEPS.second_half if self.to is Unit.B else "a-enable-shared-ip-back") + self._suffix

    @property
    def back(self) -> str:
        """The name of the step that undoes the first half."""
        return ("a-enable-shared-ip" if self.to is Unit.B else "b-enable-shared-ip-back") + self._suffix

    @property
    def following(self) -> SwingAttempt:
        """The attempt after this one."""
        return SwingAttempt(self.to, self.number + 1)

    @property
    def _suffix(self) -> str:
        return "" if self.number == 1 else f"-{self.number}"

    @classmethod
    def newest(cls, record: EvidenceLog, to: Unit) -> SwingAttempt:
        """Return the newest attempt whose first half is on record; the first attempt if none is."""
        attempt = cls(to)
        while record.history.intent(attempt.following.off) or record.history.proof(attempt.following.off):
            attempt = attempt.following
        return attempt

    def has_begun(self, record: EvidenceLog) -> bool:
        """Return whether its first half was pressed, and that press was not withdrawn."""
        return record.history.standing_press(self.off) is not None

    def was_put_back(self, record: EvidenceLog) -> bool:
        """Return whether it ended with the first half undone; that is on record only once no late press is expected any more."""
        return record.history.proof(self.back) is not None

    def reason(self, record: EvidenceLog) -> str:
        """Return why an attempt that was undone ended, in the record's own words."""
        returned = record.history.proof(self.back)
        since = returned.seq if returned else 0
        ends = (line for line in record.history.of_step(RESULT[self.to]) if line.kind == Kind.REFUSED and line.seq > since)
        return next((line.text for line in ends), "see the record")


def shared_ip_is(appliance: Appliance, *, enabled: bool) -> Callable[[SharedAddress], str]:
    """Make the requirement that the shared IP is, or is not, enabled on an appliance."""

    def objection(reading: SharedAddress) -> str:
        if reading.enabled is enabled:
            return ""
        if reading.enabled is None:
            return (
                f"whether the shared IP {reading.ip} is enabled on {appliance.name} cannot be read, and it must be "
                f"{'enabled' if enabled else 'disabled'} there: look at Networking > IP Configuration by hand, then resume"
            )
        if enabled:
            return (
                f"the shared IP {reading.ip} is no longer enabled on {appliance.name}, which should serve: "
                "nobody may be served now"
            )
        return (
            f"the shared IP {reading.ip} is enabled on {appliance.name} too: both would answer. Disable it there by hand "
            "(Networking > IP Configuration), at once"
        )

    return objection
