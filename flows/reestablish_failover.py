"""Reestablish Failover Relationship: from B, which is the primary now, with A as its backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows import readings
from flows.backup_and_sync import synchronised
from flows.readiness import compare_keys
from flows.readings import InterApplianceKey, Tabs
from pages.login.failover import FailoverScreen
from robot.change import Change, Seen
from robot.errors import Refused, Unverified
from robot.model import FailoverStatus, Release, Role, SiteStatus

if TYPE_CHECKING:
    from flows.pair import Pair
    from flows.readiness import Readiness
    from robot.change import Control
    from robot.performing import Run

HEADING = "Reestablish Failover Relationship"


def reestablish_failover(pair: Pair, run: Run, found: Readiness) -> None:
    """Establish from B, force the first synchronisation, and see that the pair is protected as before (RE1 to RE12)."""
    a, b = pair.a, pair.b
    with run.under(HEADING):
        alone = run.look(
            "a-tabs-alone", "A's menu while it stands alone", a, Tabs, lambda: readings.tabs(a), fulfils=("RE8",)
        )  # fmt: skip
        keys = [
            run.look(
                f"{box.unit.value}-inter-appliance-key-again", f"{box.name}'s Inter-Appliance key, once more", box,
                InterApplianceKey, lambda box=box: readings.inter_appliance_key(box), fulfils=("RE2",),
            )
            for box in (a, b)
        ]  # fmt: skip
        compare_keys(*keys)
        releases = [
            run.look(
                f"{box.unit.value}-software-before-establishing", f"{box.name}'s software before establishing", box,
                SiteStatus, lambda box=box: readings.site_status(box), fulfils=("RE3",),
            )
            for box in (a, b)
        ]  # fmt: skip
        if releases[0].product != releases[1].product and (
            Release(text=releases[0].product).numbers != Release(text=releases[1].product).numbers
        ):
            raise Refused(f"A runs {releases[0].product} and B {releases[1].product}; a pair must run one release")
        run.change(establish_relationship(pair))
        first = run.look(
            "a-failover-as-backup", "That A is the backup now", a, FailoverStatus,
            lambda: pair.patience.until(
                lambda: readings.failover(a), lambda now: now.role is Role.BACKUP,
                what="A to become the backup", within=pair.settings.limits.establish,
            ),
            fulfils=("RE3", "RE7"),
        )  # fmt: skip
        run.change(first_synchronisation(pair, first))
        final_check(pair, run, found, alone)


def establish_relationship(pair: Pair) -> Change[FailoverStatus]:
    """Establish Relationship, on B and nowhere else: done on A it would overwrite B with A's old data (RE3)."""
    a, b = pair.settings.a, pair.settings.b
    backup = (a.peer_address or a.address, a.port)
    reverse = (b.peer_address or b.address, b.port)

    def ready() -> Control:
        screen = pair.b.open(FailoverScreen)
        screen.fill_connection(backup=backup, reverse=reverse)
        wanted = {
            "backup host": backup[0], "backup port": str(backup[1]),
            "reverse host": reverse[0], "reverse port": str(reverse[1]),
        }  # fmt: skip
        if (filled := screen.connection()) != wanted:
            raise Refused(f"the connection details on B read {filled} instead of {wanted}")
        return screen.establish_relationship(pair.b.answers)

    def seen(before: FailoverStatus | None, now: FailoverStatus) -> Seen:
        if now.role is Role.PRIMARY:
            return Seen.IN_PLACE
        if now.role is not Role.NONE:
            return Seen.UNCLEAR
        said_anew = before is not None and now.message and now.message != before.message
        return Seen.UNCLEAR if said_anew else Seen.NOT_YET

    return Change(
        name="b-establish-relationship",
        title="Establish Relationship on B, with A as the backup",
        fulfils=("RE1", "RE3", "RE4", "RE5", "RE6", "RE7"),
        stage=pair.b,
        reading=FailoverStatus,
        read=lambda: readings.failover(pair.b),
        seen=seen,
        require=lambda now: objection_to_establishing(pair, now),
        ready=ready,
        within=pair.settings.limits.establish,
        awaiting="B to be the primary of the new relationship",
        explain=lambda now: f'B says: "{now.message}"' if now.message else f"B is {now.role.value}",
    )


def objection_to_establishing(pair: Pair, now: FailoverStatus) -> str:
    """Why the relationship must not be established from B now; everything is read afresh (RE3)."""
    if now.role is not Role.NONE:
        return f"B is {now.role.value}, in a relationship already"
    if (role := readings.failover(pair.a).role) is not Role.NONE:
        return f"A is {role.value}, in a relationship already"
    for box in (pair.a, pair.b):
        if wrong := pair.swing.objection(box, serves=box is pair.b):
            return wrong
    return ""


def first_synchronisation(pair: Pair, first: FailoverStatus) -> Change[FailoverStatus]:
    """A pulls everything from B. It begins by itself after about a minute; Sync Now forces it (RE9 to RE11)."""
    a = pair.a

    def seen(before: FailoverStatus | None, now: FailoverStatus) -> Seen:
        if before is None and not now.syncing:  # no press of ours: has it run by itself since A became the backup?
            return Seen.IN_PLACE if now.last_sync and now.last_sync != first.last_sync else Seen.NOT_YET
        return synchronised(before or first, now)

    return Change(
        name="a-sync-now",
        title="Sync Now on A, the backup: the first synchronisation",
        fulfils=("RE9", "RE10", "RE11"),
        stage=a,
        reading=FailoverStatus,
        read=lambda: readings.failover(a),
        seen=seen,
        require=lambda now: "" if now.role is Role.BACKUP else f"A is {now.role.value}, not a backup",
        ready=lambda: a.open(FailoverScreen).sync_now(a.answers),
        within=pair.settings.limits.sync,
        awaiting="the first synchronisation of A",
        by_itself=True,
        explain=lambda now: now.message or f"A is {now.role.value}, last sync {now.last_sync or 'unknown'}",
    )


def final_check(pair: Pair, run: Run, found: Readiness, tabs_alone: Tabs) -> None:
    """Re-established is not yet protected: roles, tabs, settings and shared IP as they must be (RE8, RE12).

    Raises:
        Unverified: the roles are not exchanged, or an alert stands.
    """
    a, b = pair.a, pair.b
    end_a = run.look(
        "a-failover-at-the-end", "A at the end: the backup", a, FailoverStatus, lambda: readings.failover(a),
        fulfils=("RE3", "RE11", "RE12"),
    )  # fmt: skip
    end_b = run.look(
        "b-failover-at-the-end", "B at the end: the primary", b, FailoverStatus, lambda: readings.failover(b),
        fulfils=("RE3", "RE12"),
    )  # fmt: skip
    menu = run.look(
        "a-tabs-at-the-end", "A's menu at the end: extraneous tabs are gone", a, Tabs, lambda: readings.tabs(a),
        fulfils=("RE8",),
    )  # fmt: skip
    for box in (a, b):
        pair.swing.require(
            box, run, f"{box.unit.value}-shared-ip-at-the-end", f"The shared IP on {box.name} at the end",
            serves=box is b, fulfils=("RE12",),
        )  # fmt: skip
    if (end_a.role, end_b.role) != (Role.BACKUP, Role.PRIMARY):
        raise Unverified(f"at the end A is {end_a.role.value} and B is {end_b.role.value}")
    gone = sorted(set(tabs_alone.entries) - set(menu.entries))
    run.note(
        "a-tabs-gone", f"tabs gone from A: {', '.join(gone)}" if gone else "no tab is gone from A's menu: look at it by hand",
        fulfils=("RE8",),
    )  # fmt: skip
    unlike = differences(found.b.failover, end_a, "the backup") + differences(found.a.failover, end_b, "the primary")
    said = "; ".join(unlike) if unlike else "the failover settings are as before, with the roles exchanged"
    run.note("site-failover-settings", said, fulfils=("RE12",), reading={"differences": unlike})


def differences(before: FailoverStatus, after: FailoverStatus, who: str) -> list[str]:
    """Failover settings of a role that are not as they were on whoever had it before; listed, not corrected."""
    return [
        f"{name} of {who} was {before.settings.get(name, 'absent')} and is {after.settings.get(name, 'absent')}"
        for name in sorted({*before.settings, *after.settings})
        if before.settings.get(name) != after.settings.get(name)
    ]
