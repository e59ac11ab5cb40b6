"""Whether B can carry what A carries, and who is there."""

from __future__ import annotations

from flows.areas.pair_snapshot import BY_A_PERSON, Unknown
from flows.checks.check import (
    EVERYWHERE,
    WITH_A_SWING,
    CheckVerdict,
    Ground,
    Judgement,
    ReadinessChecks,
    UnseenError,
    fail_with,
    failed,
    passed,
    warned,
)
from flows.requirements.production_readiness import doubtful_maintenance, end_of_change, fewer_licences, lapsed_maintenance
from pages.engine.meaning.numbers import parse_days

CHECKS = ReadinessChecks()
_DISK_FULL, _DISK_ALMOST_FULL = 95, 85
"""Per cent of a disk: an update needs room to unpack."""
_GOOD = frozenset({"ok", "pass", "passed", "good", "healthy", "green", "normal", "success", "online"})
_AFTER_THE_BREAK = "after the break"


@CHECKS("B has at least A's licences", until=BY_A_PERSON, procedures=WITH_A_SWING)
def licences(on: Ground) -> Judgement:
    """Compare the licences that both name in the same words."""
    a, b = (on.see(appliance.licences).numbers for _, appliance in on.both)
    fewer = fewer_licences(a, b)
    if not fewer and (untold := sorted(a.keys() - b.keys())):
        return warned(f"B does not tell how many it has of: {', '.join(untold)}")
    return fail_with(fewer, otherwise="B has as many of each")


@CHECKS("the maintenance contract runs to the end of the change", until=BY_A_PERSON, procedures=EVERYWHERE)
def maintenance(on: Ground) -> Judgement:
    """Read the contract's date on both; a date that can be read in two ways must hold in both."""
    until = end_of_change(on.settings, on.now)
    told = {name: on.see(appliance.maintenance).until for name, appliance in on.both}
    ends = [judge(name, text, until) for name, text in told.items() for judge in (lapsed_maintenance, doubtful_maintenance)]
    judgement = fail_with(*ends, otherwise="it does")
    unread = [f'{name} says "{text}"' for name, text in told.items() if not parse_days(text)]
    if unread and judgement.verdict is CheckVerdict.PASS:
        raise UnseenError("Maintenance contract", Unknown(reason=f"{' and '.join(unread)}, which is no date", known=BY_A_PERSON))
    return judgement


@CHECKS("the disks have room for an update", until=BY_A_PERSON, procedures=EVERYWHERE)
def disks(on: Ground) -> Judgement:
    """Read how much of each is used."""
    used = [
        (f"{name}, {disk}: {part} %", part) for name, each in on.both for disk, part in on.see(each.disks).used_percent.items()
    ]
    full = [said for said, part in used if part >= _DISK_FULL]
    if full:
        return failed(f"almost full: {'; '.join(full)}; make room first")
    tight = [said for said, part in used if part >= _DISK_ALMOST_FULL]
    return warned(f"little room: {'; '.join(tight)}") if tight else passed("every disk has room")


@CHECKS(
    "every check of its own health is good on both",
    until=BY_A_PERSON,
    procedures=EVERYWHERE,
    of_one="every check of its own health is good",
)
def health(on: Ground) -> Judgement:
    """Read the appliances' own health checks."""
    poor = [
        f"{name}, {check}: {result}"
        for name, each in on.both
        for check, result in on.see(each.health).checks.items()
        if result.strip().lower() not in _GOOD
    ]
    return fail_with(*poor, otherwise="all are good")


@CHECKS("who is signed in on A can be counted", until="at the swing, where a person is asked")
def people_are_counted(on: Ground) -> Judgement:
    """Read the numbers of representatives and sessions."""
    people, sessions = (on.tell(on.snapshot.a.signed_in, name) for name in ("representatives", "sessions"))
    return passed(f"now {people} representatives and {sessions} sessions; they are told, and waited for, at the swing")


@CHECKS("nobody is signed in on B", until=_AFTER_THE_BREAK)
def nobody_on_b(on: Ground) -> Judgement:
    """Read the numbers on B, which is parted and updated first."""
    people, sessions = (on.tell(on.snapshot.b.signed_in, name) for name in ("representatives", "sessions"))
    if people + sessions > on.settings.limits.sessions:
        return failed(f"{people} representatives and {sessions} sessions are on B: they would be cut off by its update")
    return passed("nobody is")


@CHECKS("what A holds can be counted, and found on B after the synchronisation", until=BY_A_PERSON)
def holdings(on: Ground) -> Judgement:
    """Read the numbers on A; a backup hides its own."""
    area = on.snapshot.a.holdings
    told = {name: on.tell(area, name) for name in ("users", "group_policies", "jump_items")}
    return passed(", ".join(f"{number} {name.replace('_', ' ')}" for name, number in told.items()))


@CHECKS("B holds what A holds", until=BY_A_PERSON)
def b_holds_the_same(on: Ground) -> Judgement:
    """Compare the numbers that both tell."""
    fields = ("users", "group_policies", "jump_items")
    pairs = [(name, *(on.tell(each.holdings, name) for _, each in on.both)) for name in fields]
    fewer = [f"{name.replace('_', ' ')}: {a} on A, {b} on B" for name, a, b in pairs if b < a]
    return warned(f"{'; '.join(fewer)}: the synchronisation must bring them") if fewer else passed("B holds as many of each")
