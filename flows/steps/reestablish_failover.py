"""Reestablish Failover Relationship: from the appliance that is to be the primary, with the other as its backup.

In the asynchronous procedure the primary is B; in the synchronous one, and on the way back before B was updated, it is A.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.requirements.counts import sessions_are_found, unless_owned
from flows.requirements.expected_state import require_expected_state, said
from flows.requirements.reachability import each_reaches_the_other
from flows.requirements.readiness_readings import unlike_releases
from flows.session import readings
from flows.session.readings import Tabs
from flows.step_names import FIRST_SYNC
from flows.steps.readiness import inter_appliance_key, unlike_keys
from flows.steps.synchronisation import Synchronisation, failures_anew
from pages.engine.text.wording import quote
from pages.login.failover import FailoverScreen
from pages.readings.failover_status import FailoverStatus, Role
from pages.readings.release import Release
from pages.readings.site_status import SiteStatus
from robot.changes.change import Change, ChangeState
from robot.domain.errors import Refused, Stalled, UnknownHand, VerificationFailed
from robot.domain.model import Unit
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flows.requirements.expected_state import ExpectedState
    from flows.requirements.readiness_readings import Readiness
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.change import Pressable
    from robot.changes.run import Run

HEADING = "Reestablish Failover Relationship"
NO_ALERT = (
    "neither Failover page shows a failover alert. The product mails them to its administrators and lists them under Status "
    "History: look there too"
)


def reestablish_failover(
    pair: Pair, run: Run, initial: Readiness, expected: Mapping[Unit, ExpectedState], *, leading: Unit
) -> None:
    """Establish from the primary, force the first synchronisation, and check that the pair is protected (RE1 to RE12).

    Args:
        pair: both appliances.
        run: the run.
        initial: what was read of both before anything was changed.
        expected: how this run left each.
        leading: who is to be the primary. Established on the other one, its old data would overwrite this one's (RE3).
    """
    leader, other = pair.appliance(leading), pair.appliance(leading.other)
    u, n = other.unit.value, other.name
    with run.under(HEADING):
        alone = run.steps.observe(
            f"{u}-tabs-alone", f"{n}'s menu while it stands alone", other, Tabs, lambda: readings.tabs(other),
            procedure_ids=("RE8",)
        )  # fmt: skip
        own = inter_appliance_key(pair.a, run, "a-inter-appliance-key-again", again=", once more")
        inter_appliance_key(
            pair.b, run, "b-inter-appliance-key-again", again=", once more", require=lambda reading: unlike_keys(own, reading)
        )
        each_reaches_the_other(pair, run, before="establishing")
        releases = [
            run.steps.observe(
                f"{appliance.unit.value}-software-before-establishing", f"{appliance.name}'s software before establishing",
                appliance,
                SiteStatus, lambda appliance=appliance: readings.site_status(appliance), procedure_ids=("RE3",),
            )
            for appliance in (pair.a, pair.b)
        ]  # fmt: skip
        unlike = unlike_releases(*(each.product for each in releases))
        run.steps.require("site-one-release", "That both run one release", unlike, procedure_ids=("RE3",))
        run.change(EstablishRelationship(pair, run, expected, leading))
        first = run.steps.observe(
            f"{u}-failover-as-backup", f"That {n} is the backup now", other, FailoverStatus,
            lambda: pair.poller.poll_until(
                lambda: readings.failover(other),
                lambda reading: reading.role is Role.BACKUP or readings.failover(leader).role is not Role.PRIMARY,
                what=f"{n} to become the backup", within=pair.settings.limits.establish,
            ),
            procedure_ids=("RE3", "RE7"), require=as_established(other), otherwise=UnknownHand,
        )  # fmt: skip
        run.change(FirstSynchronisation(pair, run, other, first, expected))
        other.login_account = leader.login_account  # a synchronised backup has the primary's accounts
        final_check(pair, run, initial, alone, leading=leading)
        run.notify("protected_again", f"{pair.settings.site.hostname} is protected again: {leader.name} primary, {n} backup")
        sessions_are_found(leader, run, old_release=Release(text=initial.a.site.product))


class EstablishRelationship(Change[FailoverStatus]):
    """Establish Relationship, on the appliance that is to be the primary and nowhere else (RE3).

    Args:
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; they must be so at the last moment.
        leading: who is to be the primary.
    """

    procedure_ids = ("RE1", "RE3", "RE4", "RE5", "RE6", "RE7")
    reading = FailoverStatus

    def __init__(self, pair: Pair, run: Run, expected: Mapping[Unit, ExpectedState], leading: Unit) -> None:
        leader, other = pair.appliance(leading), pair.appliance(leading.other)
        self.name = f"{leading.value}-establish-relationship"
        self.title = f"Establish Relationship on {leader.name}, with {other.name} as the backup"
        self.place = self._leader = leader
        self.deadline_s = pair.settings.limits.establish
        self.awaiting = f"{leader.name} to be the primary of the new relationship"
        self._pair, self._run, self._expected, self._leading = pair, run, expected, leading

    def read(self) -> FailoverStatus:
        """Read the Failover page of the appliance that is to be the primary."""
        return readings.failover(self._leader)

    def state(self, before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
        """Tell by its role; a failure that was not shown before the press makes it unclear."""
        if current.role is Role.PRIMARY:
            return ChangeState.IN_PLACE
        if current.role is not Role.NONE:
            return ChangeState.UNCLEAR
        return ChangeState.UNCLEAR if before is not None and failures_anew(before, current) else ChangeState.NOT_YET

    def explain(self, before: FailoverStatus | None, current: FailoverStatus) -> str:
        """Say which failures are new, or else its role."""
        new = failures_anew(before, current) if before else []
        n = self._leader.name
        return f"{n} says: {quote(new[:3])}" if new else f"{n} is {current.role.value}"

    def objection(self, current: FailoverStatus) -> str:
        """Object unless it is in no relationship, the window is long enough, and both are as they were left."""
        if current.role is not Role.NONE:
            return f"{self._leader.name} is {current.role.value}, in a relationship already"
        self._run.hours.require_fit(Work.ESTABLISH)
        require_expected_state(self._pair, self._run, self._expected, self.name)
        return ""

    def open_control(self) -> Pressable:
        """Return the button, once the connection details are filled in and the form is seen to hold them.

        Raises:
            Refused: the form holds something else.
        """
        own, other = self._pair.settings.of(self._leading), self._pair.settings.of(self._leading.other)
        backup = (other.peer_address or other.address, other.port)
        reverse = (own.peer_address or own.address, own.port)
        form = self._leader.open(FailoverScreen).new_relationship
        form.fill(backup=backup, reverse=reverse)
        wanted = {
            "backup host": backup[0], "backup port": str(backup[1]),
            "reverse host": reverse[0], "reverse port": str(reverse[1]),
        }  # fmt: skip
        if (filled := form.filled()) != wanted:
            raise Refused(f"the connection details on {self._leader.name} read {filled} instead of {wanted}")
        return form.establish_relationship(self._leader.answers)


class FirstSynchronisation(Synchronisation):
    """The backup pulls everything. This begins by itself after about a minute; Sync Now forces it (RE9 to RE11).

    Args:
        pair: both appliances.
        run: the run.
        backup: who is the backup now.
        first: its first reading as the backup.
        expected: how this run left each appliance; they must be so at the last moment, but for their roles.
    """

    procedure_ids = ("RE9", "RE10", "RE11")
    may_begin_by_itself = True

    def __init__(
        self, pair: Pair, run: Run, backup: Appliance, first: FailoverStatus, expected: Mapping[Unit, ExpectedState]
    ) -> None:
        super().__init__(backup, pair, run, first)
        # B's own first synchronisation is the one before the break
        self.name = FIRST_SYNC if backup.unit is Unit.A else "b-first-sync-now"
        self.title = f"Sync Now on {backup.name}, the backup: the first synchronisation"
        self.awaiting = f"the first synchronisation of {backup.name}"
        self._expected = expected

    def state(self, before: FailoverStatus | None, current: FailoverStatus) -> ChangeState:
        """Tell by the time of the last synchronisation."""
        state = super().state(before, current)
        if before is None and not current.syncing:  # not pressed: has it run by itself since this became the backup?
            return state if state is ChangeState.IN_PLACE else ChangeState.NOT_YET
        return state

    def objection(self, current: FailoverStatus) -> str:
        """Object if a requirement of every synchronisation fails, or if an appliance is not as it was left."""
        if reason := super().objection(current):
            return reason
        roles = {self._backup.unit: Role.BACKUP, self._backup.unit.other: Role.PRIMARY}
        still = {unit: replace(each, role=roles[unit]) for unit, each in self._expected.items()}
        require_expected_state(self._pair, self._run, still, self.name)
        return ""


def final_check(pair: Pair, run: Run, initial: Readiness, tabs_alone: Tabs, *, leading: Unit) -> None:
    """Check that the re-established pair is protected: its roles, tabs, settings, shared IP and alerts (RE8, RE12).

    Raises:
        VerificationFailed: a role is not what it must be, or an alert is shown.
    """
    leader, other = pair.appliance(leading), pair.appliance(leading.other)
    ends = {
        appliance.unit: run.steps.observe(
            f"{appliance.unit.value}-failover-at-the-end", f"{appliance.name} at the end: the {role.value}",
            appliance, FailoverStatus,
            lambda appliance=appliance: readings.failover(appliance), procedure_ids=("RE3", "RE11", "RE12"),
            require=has_role(appliance, role),
            otherwise=VerificationFailed,
        )
        for appliance, role in ((other, Role.BACKUP), (leader, Role.PRIMARY))
    }  # fmt: skip
    menu = run.steps.observe(
        f"{other.unit.value}-tabs-at-the-end", f"{other.name}'s menu at the end: extraneous tabs are gone", other, Tabs,
        lambda: readings.tabs(other), procedure_ids=("RE8",),
    )  # fmt: skip
    for appliance in (pair.a, pair.b):
        pair.swing.require(
            appliance, run, f"{appliance.unit.value}-shared-ip-at-the-end", f"The shared IP on {appliance.name} at the end",
            serves=appliance is leader, procedure_ids=("RE12",),
        )  # fmt: skip
    gone = sorted(set(tabs_alone.entries) - set(menu.entries))
    lost = f"tabs gone from {other.name}: {', '.join(gone)}"
    run.steps.note(
        f"{other.unit.value}-tabs-gone", lost if gone else f"no tab is gone from {other.name}'s menu: look at it by hand",
        procedure_ids=("RE8",),
    )  # fmt: skip
    unlike = differences(initial.b.failover, ends[other.unit], "the backup")
    unlike += differences(initial.a.failover, ends[leader.unit], "the primary")
    kept = "the failover settings are as before" + (", with the roles exchanged" if leading is Unit.B else "")
    text = "; ".join(unlike) if unlike else kept
    run.steps.note("site-failover-settings", text, procedure_ids=("RE12",), reading={"differences": unlike})
    no_alert_stands(pair, run, initial)


def no_alert_stands(pair: Pair, run: Run, initial: Readiness) -> None:
    """Check that neither appliance shows a failover alert; one that goes away by itself is given time.

    The vendor's guide promises alerts by mail and in the Status History, and does not say that the page shows them: if it
    shows none, a person is told where else to look.

    Raises:
        VerificationFailed: one is shown, and nobody has answered by name that the run goes on all the same.
    """
    step = "site-no-failover-alert"
    before = {initial.a.failover.message, initial.b.failover.message}  # what was shown before the upgrade is not new

    def shown_by(appliance: Appliance) -> list[str]:
        reading = run.steps.observe_now(
            f"{appliance.unit.value}-failover-alerts", f"{appliance.name}'s failover alerts: Management > Failover", appliance,
            lambda: without_alerts(appliance, pair, before), procedure_ids=("RE12",),
        )  # fmt: skip
        return [f'{appliance.name} shows "{alert}"' for alert in standing_alerts(reading, before)]

    def once() -> dict[str, Any]:
        alerts = [*shown_by(pair.a), *shown_by(pair.b)]
        if not alerts:
            run.log_note(step, NO_ALERT, procedure_ids=("RE12",))
        elif objection := unless_owned(
            run, step, "failover_alert", ("RE12",),
            f"the relationship is established, and a failover alert stands: {'; '.join(alerts)}. Have its cause set right and "
            "resume, or go on by name all the same",
        ):  # fmt: skip
            raise VerificationFailed(objection)
        return {}

    run.steps.durably(step, "That no failover alert stands", pair.b, once, procedure_ids=("RE12",))


def standing_alerts(reading: FailoverStatus, before: Collection[str]) -> list[str]:
    """Return the screen's alerts, and its message of a failure if neither appliance showed it before the break."""
    news = [reading.message] if reading.message and reading.message not in before else []
    return list(dict.fromkeys([*reading.alerts, *news]))


def without_alerts(appliance: Appliance, pair: Pair, before: Collection[str]) -> FailoverStatus:
    """Read the Failover screen once it shows no alert, or as it is when `limits.establish` is over."""
    with contextlib.suppress(Stalled):
        return pair.poller.poll_until(
            lambda: readings.failover(appliance),
            lambda reading: not standing_alerts(reading, before),
            what=f"{appliance.name} to show no failover alert",
            within=pair.settings.limits.establish,
        )
    return readings.failover(appliance)


def as_established(appliance: Appliance) -> Callable[[FailoverStatus], str]:
    """Make the requirement that an appliance is the backup, as this run has just made it."""

    def objection(reading: FailoverStatus) -> str:
        if reading.role is Role.BACKUP:
            return ""
        return (
            f"{appliance.name} is {said(reading.role)}, and this run has just made it the backup: "
            "somebody else is at work on the pair"
        )

    return objection


def has_role(appliance: Appliance, role: Role) -> Callable[[FailoverStatus], str]:
    """Make the requirement that an appliance has this role."""

    def objection(reading: FailoverStatus) -> str:
        return "" if reading.role is role else f"at the end {appliance.name} is {reading.role.value} and not the {role.value}"

    return objection


def differences(before: FailoverStatus, after: FailoverStatus, who: str) -> list[str]:
    """List the failover settings that differ from those of the appliance that had the role before; nothing is corrected."""
    return [
        f"{name} of {who} was {before.settings.get(name, 'absent')} and is {after.settings.get(name, 'absent')}"
        for name in sorted({*before.settings, *after.settings})
        if before.settings.get(name) != after.settings.get(name)
    ]
