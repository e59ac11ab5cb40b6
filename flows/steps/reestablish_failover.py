"""Reestablish Failover Relationship: from whoever is to be the primary, with the other as its backup.

In the asynchronous procedure that is B; in the synchronous one, and on the way back before B was updated, it is A.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.checks.as_left import require_as_left, said
from flows.checks.counts import sessions_are_found, unless_owned
from flows.checks.reachability import each_reaches_the_other
from flows.session import readings
from flows.session.readings import Tabs
from flows.steps.backup_and_sync import LAG, failures_anew, synchronised, told_of_sync, unreadable, untold
from flows.steps.readiness import inter_appliance_key, unlike_keys
from pages.engine.text.wording import quote
from pages.login.failover import FailoverScreen
from robot.domain.errors import Refused, Stalled, UnknownHand, Unverified
from robot.domain.model import FailoverStatus, Release, Role, SiteStatus, Unit
from robot.execution.change import Change, Seen
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flows.checks.as_left import Left
    from flows.checks.found import Readiness
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.execution.change import Control
    from robot.execution.performing import Run

HEADING = "Reestablish Failover Relationship"
NO_ALERT = (
    "neither Failover page shows a failover alert. The product mails them to its administrators and lists them under Status "
    "History: look there too"
)


def reestablish_failover(pair: Pair, run: Run, found: Readiness, left: Mapping[Unit, Left], *, leading: Unit) -> None:
    """Establish from the primary, force the first synchronisation, and see that the pair is protected (RE1 to RE12).

    Args:
        pair: both.
        run: the run.
        found: how both stood before anything was changed.
        left: how this run left each.
        leading: who is to be the primary. Established on the other one, its old data would overwrite this one's (RE3).
    """
    here, there = pair.box(leading), pair.box(leading.other)
    u, n = there.unit.value, there.name
    with run.under(HEADING):
        alone = run.look(
            f"{u}-tabs-alone", f"{n}'s menu while it stands alone", there, Tabs, lambda: readings.tabs(there), fulfils=("RE8",)
        )  # fmt: skip
        own = inter_appliance_key(pair.a, run, "a-inter-appliance-key-again", again=", once more")
        inter_appliance_key(
            pair.b, run, "b-inter-appliance-key-again", again=", once more", require=lambda now: unlike_keys(own, now)
        )
        each_reaches_the_other(pair, run, before="establishing")
        releases = [
            run.look(
                f"{box.unit.value}-software-before-establishing", f"{box.name}'s software before establishing", box,
                SiteStatus, lambda box=box: readings.site_status(box), fulfils=("RE3",),
            )
            for box in (pair.a, pair.b)
        ]  # fmt: skip
        run.require("site-one-release", "That both run one release", unlike_releases(*releases), fulfils=("RE3",))
        run.change(establish_relationship(pair, run, left, leading))
        first = run.look(
            f"{u}-failover-as-backup", f"That {n} is the backup now", there, FailoverStatus,
            lambda: pair.patience.until(
                lambda: readings.failover(there),
                lambda now: now.role is Role.BACKUP or readings.failover(here).role is not Role.PRIMARY,
                what=f"{n} to become the backup", within=pair.settings.limits.establish,
            ),
            fulfils=("RE3", "RE7"), require=as_established(there), otherwise=UnknownHand,
        )  # fmt: skip
        run.change(first_synchronisation(pair, run, there, first, left))
        there.login_account = here.login_account  # a synchronised backup has the primary's accounts
        final_check(pair, run, found, alone, leading=leading)
        run.turn("protected_again", f"{pair.settings.site.hostname} is protected again: {here.name} primary, {n} backup")
        sessions_are_found(here, run, old_release=Release(text=found.a.site.product))


def unlike_releases(a: SiteStatus, b: SiteStatus) -> str:
    """Why A and B do not run one release, of one build where both tell theirs; "" where they do."""
    ours, theirs = Release(text=a.product), Release(text=b.product)
    builds_differ = bool(ours.build and theirs.build) and ours.build != theirs.build
    if a.product == b.product or (ours.numbers == theirs.numbers and not builds_differ):
        return ""
    return f"A runs {a.product} and B {b.product}; a pair must run one release"


def establish_relationship(pair: Pair, run: Run, left: Mapping[Unit, Left], leading: Unit) -> Change[FailoverStatus]:
    """Establish Relationship, on the one meant to be primary and nowhere else (RE3)."""
    here, there = pair.box(leading), pair.box(leading.other)
    name = f"{leading.value}-establish-relationship"
    own, other = pair.settings.of(leading), pair.settings.of(leading.other)
    backup = (other.peer_address or other.address, other.port)
    reverse = (own.peer_address or own.address, own.port)

    def ready() -> Control:
        screen = here.open(FailoverScreen)
        screen.new_relationship.fill(backup=backup, reverse=reverse)
        wanted = {
            "backup host": backup[0], "backup port": str(backup[1]),
            "reverse host": reverse[0], "reverse port": str(reverse[1]),
        }  # fmt: skip
        if (filled := screen.new_relationship.filled()) != wanted:
            raise Refused(f"the connection details on {here.name} read {filled} instead of {wanted}")
        return screen.new_relationship.establish_relationship(here.answers)

    def seen(before: FailoverStatus | None, now: FailoverStatus) -> Seen:
        if now.role is Role.PRIMARY:
            return Seen.IN_PLACE
        if now.role is not Role.NONE:
            return Seen.UNCLEAR
        return Seen.UNCLEAR if before is not None and failures_anew(before, now) else Seen.NOT_YET

    def explain(before: FailoverStatus | None, now: FailoverStatus) -> str:
        new = failures_anew(before, now) if before else []
        return f"{here.name} says: {quote(new[:3])}" if new else f"{here.name} is {now.role.value}"

    def objection(now: FailoverStatus) -> str:
        if now.role is not Role.NONE:
            return f"{here.name} is {now.role.value}, in a relationship already"
        run.hours.require_fit(Work.ESTABLISH)
        require_as_left(pair, run, left, name)
        return ""

    return Change(
        name=name,
        title=f"Establish Relationship on {here.name}, with {there.name} as the backup",
        fulfils=("RE1", "RE3", "RE4", "RE5", "RE6", "RE7"),
        stage=here,
        reading=FailoverStatus,
        read=lambda: readings.failover(here),
        seen=seen,
        require=objection,
        ready=ready,
        within=pair.settings.limits.establish,
        awaiting=f"{here.name} to be the primary of the new relationship",
        explain=explain,
    )


def first_synchronisation(
    pair: Pair, run: Run, backup: Appliance, first: FailoverStatus, left: Mapping[Unit, Left]
) -> Change[FailoverStatus]:
    """The backup pulls everything. It begins by itself after about a minute; Sync Now forces it (RE9 to RE11)."""
    name = "a-sync-now" if backup.unit is Unit.A else "b-first-sync-now"  # B's first one is the one before the break
    roles = {backup.unit: Role.BACKUP, backup.unit.other: Role.PRIMARY}

    def objection(now: FailoverStatus) -> str:
        if now.role is not Role.BACKUP:
            return f"{backup.name} is {now.role.value}, not a backup"
        if said := unreadable(backup, now):
            return said
        require_as_left(pair, run, {unit: replace(each, role=roles[unit]) for unit, each in left.items()}, name)
        return ""

    def seen(before: FailoverStatus | None, now: FailoverStatus) -> Seen:
        found = synchronised(before or first, now)
        if before is None and not now.syncing:  # no press of ours: has it run by itself since it became the backup?
            return found if found is Seen.IN_PLACE else Seen.NOT_YET
        return found

    return Change(
        name=name,
        title=f"Sync Now on {backup.name}, the backup: the first synchronisation",
        fulfils=("RE9", "RE10", "RE11"),
        stage=backup,
        reading=FailoverStatus,
        read=lambda: readings.failover(backup),
        seen=seen,
        require=objection,
        ready=lambda: backup.open(FailoverScreen).sync_now(backup.answers),
        within=pair.settings.limits.sync,
        awaiting=f"the first synchronisation of {backup.name}",
        by_itself=True,
        lag=LAG,
        explain=lambda before, now: told_of_sync(backup, before or first, now),
        undone=lambda before, now: untold(backup, before or first, now),
    )


def final_check(pair: Pair, run: Run, found: Readiness, tabs_alone: Tabs, *, leading: Unit) -> None:
    """Re-established is not yet protected: roles, tabs, settings, shared IP and alerts as they must be (RE8, RE12).

    Raises:
        Unverified: a role is not what it must be, or an alert stands.
    """
    here, there = pair.box(leading), pair.box(leading.other)
    ends = {
        box.unit: run.look(
            f"{box.unit.value}-failover-at-the-end", f"{box.name} at the end: the {role.value}", box, FailoverStatus,
            lambda box=box: readings.failover(box), fulfils=("RE3", "RE11", "RE12"), require=has_role(box, role),
            otherwise=Unverified,
        )
        for box, role in ((there, Role.BACKUP), (here, Role.PRIMARY))
    }  # fmt: skip
    menu = run.look(
        f"{there.unit.value}-tabs-at-the-end", f"{there.name}'s menu at the end: extraneous tabs are gone", there, Tabs,
        lambda: readings.tabs(there), fulfils=("RE8",),
    )  # fmt: skip
    for box in (pair.a, pair.b):
        pair.swing.require(
            box, run, f"{box.unit.value}-shared-ip-at-the-end", f"The shared IP on {box.name} at the end",
            serves=box is here, fulfils=("RE12",),
        )  # fmt: skip
    gone = sorted(set(tabs_alone.entries) - set(menu.entries))
    lost = f"tabs gone from {there.name}: {', '.join(gone)}"
    run.note(
        f"{there.unit.value}-tabs-gone", lost if gone else f"no tab is gone from {there.name}'s menu: look at it by hand",
        fulfils=("RE8",),
    )  # fmt: skip
    unlike = differences(found.b.failover, ends[there.unit], "the backup")
    unlike += differences(found.a.failover, ends[here.unit], "the primary")
    kept = "the failover settings are as before" + (", with the roles exchanged" if leading is Unit.B else "")
    said = "; ".join(unlike) if unlike else kept
    run.note("site-failover-settings", said, fulfils=("RE12",), reading={"differences": unlike})
    no_alert_stands(pair, run, found)


def no_alert_stands(pair: Pair, run: Run, found: Readiness) -> None:
    """See that no failover alert stands on either; one that goes by itself is given the time to.

    The vendor promises its alerts as mails and in the Status History, and nowhere says that the page shows them: where it
    shows none, a person is told where else to look.

    Raises:
        Unverified: one stands, and nobody goes on by name all the same.
    """
    step = "site-no-failover-alert"
    before = {found.a.failover.message, found.b.failover.message}  # what stood there all the time is no news

    def shown_by(box: Appliance) -> list[str]:
        now = run.read_now(
            f"{box.unit.value}-failover-alerts", f"{box.name}'s failover alerts: Management > Failover", box,
            lambda: without_alerts(box, pair, before), fulfils=("RE12",),
        )  # fmt: skip
        return [f'{box.name} shows "{alert}"' for alert in standing_alerts(now, before)]

    def once() -> dict[str, Any]:
        told = [*shown_by(pair.a), *shown_by(pair.b)]
        if not told:
            run.say(step, NO_ALERT, fulfils=("RE12",))
        elif objection := unless_owned(
            run, step, "failover_alert", ("RE12",),
            f"the relationship is established, and a failover alert stands: {'; '.join(told)}. Have its cause set right and "
            "resume, or go on by name all the same",
        ):  # fmt: skip
            raise Unverified(objection)
        return {}

    run.durably(step, "That no failover alert stands", pair.b, once, fulfils=("RE12",))


def standing_alerts(now: FailoverStatus, before: Collection[str]) -> list[str]:
    """The alerts of the screen, and what else it says of a failure that neither appliance said before the break."""
    news = [now.message] if now.message and now.message not in before else []
    return list(dict.fromkeys([*now.alerts, *news]))


def without_alerts(box: Appliance, pair: Pair, before: Collection[str]) -> FailoverStatus:
    """The Failover screen once no alert stands there; or as it stands after the time that is given them to go."""
    with contextlib.suppress(Stalled):
        return pair.patience.until(
            lambda: readings.failover(box),
            lambda now: not standing_alerts(now, before),
            what=f"{box.name} to show no failover alert",
            within=pair.settings.limits.establish,
        )
    return readings.failover(box)


def as_established(box: Appliance) -> Callable[[FailoverStatus], str]:
    """The requirement that an appliance has become the backup that this run has made it."""

    def objection(now: FailoverStatus) -> str:
        if now.role is Role.BACKUP:
            return ""
        return f"{box.name} is {said(now.role)}, and this run has just made it the backup: somebody else is at work on the pair"

    return objection


def has_role(box: Appliance, role: Role) -> Callable[[FailoverStatus], str]:
    """The requirement that an appliance has this role."""

    def objection(now: FailoverStatus) -> str:
        return "" if now.role is role else f"at the end {box.name} is {now.role.value} and not the {role.value}"

    return objection


def differences(before: FailoverStatus, after: FailoverStatus, who: str) -> list[str]:
    """Failover settings of a role that are not as they were on whoever had it before; listed, not corrected."""
    return [
        f"{name} of {who} was {before.settings.get(name, 'absent')} and is {after.settings.get(name, 'absent')}"
        for name in sorted({*before.settings, *after.settings})
        if before.settings.get(name) != after.settings.get(name)
    ]
