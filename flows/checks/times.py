"""Clocks, synchronisations and windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.areas.pair_snapshot import BY_A_PERSON
from flows.checks.check import EVERYWHERE, Ground, Judgement, ReadinessChecks, fail_with, failed, passed, warned
from pages.engine.text.moments import parse_moment
from robot.domain.clocks import in_utc
from robot.evidence.wording import duration
from robot.schedule.estimate import ORDER, Forecast

if TYPE_CHECKING:
    from pages.engine.text.moments import Moment

CHECKS = ReadinessChecks()
_CLOCKS_APART = timedelta(minutes=5)
_ZONES_DIFFER_BY = timedelta(minutes=30)
"""The unit of the differences between nearly all time zones; with quarters of an hour a clock that is wrong would often fit."""
_ZONES_APART = timedelta(hours=23)
"""A whole day between two clocks is a wrong date rather than two zones."""
_OLD_SYNC_S = 26 * 3600
"""Synchronisations run once a day or more often; the copy of one that is older may lack a day."""
_JUST_STARTED_S = 3600
_WHEN_B_IS_READ = "before the break, when the synchronisation is read"


@CHECKS("B has synchronised, and not long ago", until=_WHEN_B_IS_READ)
def last_sync(on: Ground) -> Judgement:
    """Read the age of B's last synchronisation by B's own clock."""
    age_s = on.tell(on.snapshot.b.synchronisation, "age_s")
    told = on.tell(on.snapshot.b.synchronisation, "last")
    if age_s > _OLD_SYNC_S:
        return failed(f"B's last synchronisation was {told}, {duration(age_s)} ago: find out why none has run since")
    return passed(f"the last one was {told}, {duration(age_s)} ago")


@CHECKS("B tells when it last synchronised")
def sync_is_told(on: Ground) -> Judgement:
    """Read the time: the next synchronisation is proved by its change."""
    return passed(f"it was {on.tell(on.snapshot.b.synchronisation, 'last')}")


@CHECKS("no synchronisation is running now")
def no_sync_running(on: Ground) -> Judgement:
    """Read B's Failover page."""
    if on.see(on.snapshot.b.synchronisation).running:
        return warned("one is running on B; the run waits for its end")
    return passed("none is")


@CHECKS("the clocks agree within five minutes", until=BY_A_PERSON)
def clocks(on: Ground) -> Judgement:
    """Compare both appliances' clocks, and this machine's where a clock tells its zone."""
    told = {name: str(on.tell(appliance.clock, "time")) for name, appliance in on.both}
    moments = {name: parse_moment(text) for name, text in told.items()}
    a, b = moments["A"], moments["B"]
    if a is None or b is None:
        return warned(f"the clocks cannot be compared: A says {told['A']}, B says {told['B']}")
    apart = _apart(a, b)
    if _zones_may_explain(a, b, apart):
        return warned(
            f"A says {told['A']}, B says {told['B']}: these agree if only the time zones differ, which the clocks do not tell; "
            "have a person see that both are right"
        )
    if apart > _CLOCKS_APART:
        return failed(f"the clocks differ: A says {told['A']}, B says {told['B']}; set both by the same time server")
    away = [name for name, moment in (("A", a), ("B", b)) if _from_here(moment, on) > _CLOCKS_APART]
    if away:
        return warned(f"{' and '.join(away)} and this machine differ in time by more than five minutes")
    return passed("they do")


@CHECKS("both stand in the same time zone", until=BY_A_PERSON)
def zones(on: Ground) -> Judgement:
    """Compare the zones: those that the clocks themselves show, where both do; else those that are set."""
    shown = [parse_moment(on.see(appliance.clock).time or "") for _, appliance in on.both]
    a, b = (moment.zone if moment else "" for moment in shown)
    if not (a and b):
        a, b = (on.tell(appliance.clock, "zone") for _, appliance in on.both)
    return (
        passed(f"both say {a}") if a == b else warned(f"A says {a}, and B says {b}: times in the evidence are each in their own")
    )


@CHECKS("neither was restarted just now", until=BY_A_PERSON, procedures=EVERYWHERE, of_one="it was not restarted just now")
def uptime(on: Ground) -> Judgement:
    """Read the uptimes."""
    new = [
        f"{name}: {on.tell(each.clock, 'uptime')}" for name, each in on.both if on.tell(each.clock, "uptime_s") < _JUST_STARTED_S
    ]
    return warned(f"up for less than an hour: {'; '.join(new)}; find out why") if new else passed("not just now")


@CHECKS("the windows are still to come", procedures=EVERYWHERE)
def windows_ahead(on: Ground) -> Judgement:
    """Compare the windows with this machine's clock."""
    if (windows := on.settings.windows) is None:
        return passed("no windows are named: somebody says when it is time")
    first = windows.named("first")
    if on.now >= first.closes:
        return failed(f"the first window closed at {in_utc(first.closes)}: name new windows")
    return passed(f"the first opens at {in_utc(first.opens)}, the second at {in_utc(windows.second.opens)}")


@CHECKS("each window is long enough for its work and the way back")
def windows_long_enough(on: Ground) -> Judgement:
    """Compare each window with the estimate of what is done in it."""
    if (windows := on.settings.windows) is None:
        return passed("no windows are named: somebody says when it is time")
    packages = max((len(each.offered.value.chain or ()) for _, each in on.both if each.offered.value), default=1) or 1
    short: list[str] = []
    forecast = Forecast(packages, history=on.history, procedure=on.procedure, looks=True)
    for name, (work, *_) in ORDER[on.procedure].items():
        window, estimate = windows.named(name), forecast.before(work)
        has_s = (window.closes - max(window.opens, on.now)).total_seconds()
        needs_s = estimate.left_seconds + estimate.back_seconds
        if has_s < needs_s:
            short.append(f"the {name} window has {duration(has_s)} and needs {duration(needs_s)} ({estimate.told()})")
    return fail_with(*short, otherwise="both are")


def _apart(one: Moment, other: Moment) -> timedelta:
    """Return how far two moments are apart at least, in whatever way they are read."""
    ahead = timedelta() if one.offset is None or other.offset is None else one.offset - other.offset
    return min(abs(first - second - ahead) for first in one.ways for second in other.ways)


def _zones_may_explain(one: Moment, other: Moment, apart: timedelta) -> bool:
    """Return whether a difference, or none, may come from time zones alone, because not both tell theirs."""
    if None not in {one.offset, other.offset} or (one.zone == other.zone and (one.zone or apart <= _CLOCKS_APART)):
        return False
    beside = apart % _ZONES_DIFFER_BY
    return apart <= _ZONES_APART and min(beside, _ZONES_DIFFER_BY - beside) <= _CLOCKS_APART


def _from_here(moment: Moment, on: Ground) -> timedelta:
    """Return how far a moment is from the observation at least; nothing if it does not tell its zone."""
    if moment.offset is None:
        return timedelta()
    seen = datetime.fromisoformat(on.snapshot.utc).astimezone(UTC).replace(tzinfo=None)
    return min(abs(way - moment.offset - seen) for way in moment.ways) - timedelta(minutes=10)
