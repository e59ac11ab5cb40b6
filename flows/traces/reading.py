"""Read the appliances' own traces at a run's end, match them to presses and people, and record what nobody explains.

What cannot be read is told and never ends a run: the upgrade is done by then.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import Error

from flows.session.readings import Machine
from flows.traces.appliance_clock import ClockLook, clock_of, spans
from flows.traces.causes import causes, in_hand
from flows.traces.syslog import read_syslog
from pages.appliance.basics import BasicsScreen
from pages.login.status_history import StatusHistoryScreen
from pages.readings.status_history import EventKind, StatusHistory
from robot.domain.clocks import wall_clock
from robot.domain.errors import Refused, Stalled, StoppedByHand
from robot.domain.model import Reading
from robot.evidence.record.line import Kind
from robot.evidence.traces.events import Owner, Span, TraceEvent
from robot.evidence.traces.findings import TRACES, TraceSource, findings
from robot.evidence.traces.matching import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from flows.traces.appliance_clock import ApplianceClock
    from robot.changes.run import Run
    from robot.evidence.record.history import RunHistory
    from robot.evidence.traces.events import Attribution, Cause

HEADING: Final = "The appliances' own traces"


class TraceReading(Reading):
    """What one appliance shows of its past, and its clock.

    Attributes:
        history: its Status History.
        clock: what its clock said when it was read.
        clock_read: this machine's time before and after that, UTC.
    """

    history: StatusHistory
    clock: str = ""
    clock_read: tuple[str, str] = ("", "")


def read_traces(pair: Pair, run: Run) -> str:
    """Read what both appliances tell of this run, and record whose doing each event was (OP8).

    Returns:
        The sentence with which the run ends if events are unexplained; "" if none is, or if the run has pressed nothing.
    """
    if not run.record.anything_pressed:
        return ""
    pair.remember_accounts(run.record)
    units = [pair.a] if run.state.procedure == "single" else [pair.a, pair.b]
    for each in units:
        first = run.record.history.first_reading(f"{each.unit.value}-status-basics")
        if each.identity is None and first is not None:
            each.expect(Machine.from_plain(first.reading).identity)
    with run.under(HEADING):
        read = {each.unit.value: _read(each, run) for each in units}
        told = run.steps.durably(TRACES, "Whose doing the appliances' traces tell", None, lambda: _matched(read, run, pair))
    if not (count := told["unexplained_count"]):
        return ""
    sentence = (
        f"the appliances tell of {count} event{'s' if count > 1 else ''} of the time of this run that no press and no person "
        "explains; the first page of the report lists them"
    )
    run.notify("unexpected", sentence)
    return sentence


def in_one_sentence(*sentences: str) -> str:
    """Return what a run ends with: the sentences that tell something, one after the other."""
    return ". ".join(each.removesuffix(".") for each in sentences if each)


def _read(appliance: Appliance, run: Run) -> TraceReading:
    """Read the traces of one appliance as a durable step; what cannot be read is a reading too."""
    step, title = f"{appliance.unit.value}-status-history", f"What {appliance.name}'s Status History tells"

    def once() -> dict[str, Any]:
        try:
            return run.steps.observe_now(step, title, appliance, lambda: _look(appliance), procedure_ids=("OP8",)).plain()
        except StoppedByHand:
            raise
        except (Refused, Stalled, Error) as fault:
            sentence = str(fault).splitlines()[0]
            reading = TraceReading(history=StatusHistory(unread=sentence)).plain()
            run.record.append(Kind.READING, step, **run.step_fields(step, title, ("OP8",)), reading=reading, no_picture=sentence)
            return reading

    return TraceReading.from_plain(run.steps.durably(step, title, appliance, once, heed_stop=False))


def _look(appliance: Appliance) -> TraceReading:
    after = wall_clock()
    clock = appliance.read(BasicsScreen, lambda screen: screen.read()).system_time
    before = wall_clock()
    history = appliance.read(StatusHistoryScreen, lambda screen: screen.read())
    return TraceReading(history=history, clock=clock, clock_read=(after.isoformat(), before.isoformat()))


def _matched(read: Mapping[str, TraceReading], run: Run, pair: Pair) -> dict[str, Any]:
    history = run.record.history
    whole = Span(history.lines[0].at, wall_clock())
    known = causes(history)
    clocks = {unit: _clock(reading, unit, history) for unit, reading in read.items()}
    events = [
        event
        for unit, reading in read.items()
        if (at := clocks[unit])
        for event in _events(unit, reading.history, at, pair.account_names)
    ]
    attributed = attribute(events, known, in_hand(history))
    sources = [_source(unit, reading, clocks[unit], attributed, known, whole) for unit, reading in read.items()]
    syslog = read_syslog(pair, tuple(read), run)
    told = {
        **findings([*sources, *syslog.sources], [*attributed, *syslog.attributed], whole),
        "clocks": {
            unit: {"ahead_s": clock.middle_s, "error_s": clock.error_s, "from": f"{unit.upper()}'s Status > Basics"}
            for unit, clock in clocks.items()
            if clock
        },
    }
    title = "Whose doing the appliances' traces tell"
    run.record.append(Kind.READING, TRACES, **run.step_fields(TRACES, title, ("OP8",)), reading=told)
    return told


def _clock(reading: TraceReading, unit: str, history: RunHistory) -> ApplianceClock | None:
    """Return an appliance's clock by the look at the end and the first one of the run."""
    if not reading.clock:
        return None
    looks = [ClockLook(reading.clock, *map(datetime.fromisoformat, reading.clock_read))]
    lines = history.lines
    for place, line in enumerate(lines):
        if line.step == f"{unit}-status-basics" and line.kind == Kind.READING and line.values.get("system_time") and place:
            looks.append(ClockLook(str(line.values["system_time"]), lines[place - 1].at, line.at))
            break
    return clock_of(looks)


def _events(unit: str, history: StatusHistory, clock: ApplianceClock, own: frozenset[str]) -> list[TraceEvent]:
    """Return the entries of a history in the order in which they happened, without conditions: nobody brings these about."""
    events = [
        TraceEvent(
            source=_name(unit), unit=unit, time=each.time, text=each.text, spans=spans(each.time, clock),
            kind=str(each.kind), ends=str(EventKind.SYNC) if each.kind is EventKind.SYNC_ENDED else "",
            by_itself=each.by_itself, person="" if each.who.lower() in own else each.who,
        )
        for each in history.events
        if each.kind is not EventKind.CONDITION
    ]  # fmt: skip
    timed = [each for each in events if len(each.spans) == 1]
    newest_first = len(timed) > 1 and timed[0].spans[0].earliest > timed[-1].spans[0].earliest
    return events[::-1] if newest_first else events


def _name(unit: str) -> str:
    return f"{unit.upper()}'s Status History"


def _source(
    unit: str, reading: TraceReading, clock: ApplianceClock | None, attributed: Sequence[Attribution], known: Sequence[Cause],
    run: Span,
) -> TraceSource:  # fmt: skip
    """Return how much of the run a history tells."""
    history, name = reading.history, _name(unit)
    if history.unread:
        return TraceSource(name, unit, f"not read: {history.unread}", read=False)
    if clock is None:
        times = f'"{reading.clock}"' if reading.clock else "its clock tells nothing"
        return TraceSource(name, unit, f"not judged: its clock cannot be compared with this machine's ({times})", read=False)
    own = [each for each in attributed if each.event.source == name]
    gaps: list[str] = []
    begins = min((span.earliest for each in own for span in each.event.spans), default=None)
    if begins is None or begins > run.earliest:
        gaps.append("it does not reach back to the beginning of the run" + (f", only to {own[0].event.time}" if own else ""))
    if history.goes_on:
        gaps.append("it goes on on further pages, which were not read")
    shown = {each.by for each in own if each.owner is Owner.PRESS}
    missing = list(dict.fromkeys(each.step for each in known if not each.by and unit in each.units and each.step not in shown))
    if missing:
        gaps.append(
            f"it does not tell of what this run has pressed ({', '.join(missing)}), so that it may not tell of others either"
        )
    return TraceSource(name, unit, "; ".join(gaps))
