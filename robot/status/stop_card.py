"""The stop card: what the person who is called must know, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import fill
from typing import TYPE_CHECKING

from robot.domain.clocks import in_utc
from robot.domain.errors import Stop, Untrusted
from robot.domain.model import Unit
from robot.evidence.record.line import Kind
from robot.evidence.wording import duration
from robot.network import tls
from robot.network.tls import Endpoint
from robot.runs.evidence_log import now_utc
from robot.schedule.press_policy import exposure_of
from robot.schedule.procedure_part import ProcedurePart
from robot.schedule.windows import MaintenanceWindows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.domain.appliance_family import ApplianceFamily
    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.step_names import StepNames
    from robot.evidence.record.summary import Summary
    from robot.network.site_location import Whereabouts
    from robot.runs.store import RunState
    from robot.settings import Settings

_ASKED_S = 10.0
"""Seconds within which the site must answer; long, because a slow answer is an answer too."""


def make(
    run: RunState,
    settings: Settings,
    summary: Summary,
    next_action: str,
    history: RunHistory,
    names: StepNames,
    where: Whereabouts,
    family: ApplianceFamily,
) -> list[list[str]]:
    """Make the card of a run that has stopped.

    Args:
        run: the run.
        settings: its pair file.
        summary: its summary, which tells how it ended.
        next_action: the next safe action, in which ` RUN ` stands for the run's name; an empty string if none is known.
        history: its record.
        names: the flows' step names.
        where: where the site's name leads.
        family: the appliances' family.

    Returns:
        Rows of a label and a text, in the order in which they are needed.
    """
    pressed = _unproved(history)
    return [
        ["State", f"{summary['outcome']} (exit code {summary['exit_code']}) at {now_utc()}"],
        ["Change", f"{settings.change.ticket}, run {run.name}, {settings.site.hostname}"],
        ["Serving now", serving(settings, summary, history, names, where, family.health_path)],
        ["Failover", _protection(summary, history)],
        ["What happened", summary["reason"]],
        ["The robot", f'has stopped; it pressed "{pressed}" and could not prove it: the appliance may still be at work on it'
         if pressed else "has stopped; nothing it pressed is under way"],
        ["Do NOT", _never(history, family)],
        ["Next", (next_action or "Read the report, then resume.").replace(" RUN ", f" {run.name} ")],
        ["Until when", _until(settings, history, names)],
        *(["Waived", str(waiver)] for waiver in settings.waivers),
        *_ways(run, history, names),
        ["Look", f"failover-robot status {run.name}   ·   {run.evidence / 'report.html'}"],
    ]  # fmt: skip


def _ways(run: RunState, history: RunHistory, names: StepNames) -> list[list[str]]:
    """Return the rows with the commands that go on, hand over and go back."""
    if run.facts.get("rehearsal"):
        return [["Go on", "failover-robot rehearse; this rehearsal's simulated pair is gone"]]
    on_a = names.installs["a"]
    no_way_back = "none: A's install has begun ({} says so)" if history.is_pressed(*on_a) else ""
    if (press := history.unproved_press()) and press.step.startswith(on_a) and not history.without(press).is_pressed(*on_a):
        no_way_back = "none, unless A's install never began: {} reads that first"
    back = f"failover-robot back-out {run.name}"
    touched = history.broken or history.presses
    lost = "it says first what is lost" if touched else "nothing was pressed: it only ends the run"
    return [
        ["Go on", f"failover-robot resume {run.name}{'   (it goes on with the way back)' if history.goes_back(names) else ''}"],
        ["By hand", f"failover-robot hand-over {run.name} --by NAME"],
        [
            "Way back",
            no_way_back.format(back) or f"{back}   ({lost})",
        ],
    ]


def text(card: Sequence[Sequence[str]], width: int | None = None) -> str:
    """Return the card as text, with labels of 13 characters; folded at `width` characters if a terminal's width is given."""
    rows = [f"{label:<13} {sentence}" for label, sentence in card]
    if width is None:
        return "\n".join(rows)
    margin = " " * 14
    return "\n".join(
        fill(row, max(width, 60), subsequent_indent=margin, break_long_words=False, break_on_hyphens=False) for row in rows
    )


def serving(
    settings: Settings, summary: Summary, history: RunHistory, names: StepNames, where: Whereabouts, health_path: str
) -> str:
    """Return who serves users now, by a connection to where the site's name leads; or why that is unknown.

    Args:
        settings: the pair file.
        summary: the run's summary, which has the versions.
        history: the run's record.
        names: the flows' step names.
        where: where the site's name leads.
        health_path: the path at which an appliance tells its health.
    """
    if not where.address:
        return where.remark
    at = where.address
    ca = settings.path(settings.b.tls.ca_file) if settings.b.tls.ca_file else None
    way = Endpoint(settings.site.hostname, at, settings.site.port, ca, (*settings.a.tls.pin, *settings.b.tls.pin))
    try:
        key = tls.certificate(way, timeout=_ASKED_S).key
        healthy = tls.get(way, health_path, timeout=_ASKED_S).status == 200
    except Untrusted as odd:
        return f"unknown: {odd}{where.remark}"
    except Stop:
        return f"NOBODY answers at {at} for {settings.site.hostname} (asked {now_utc()}){where.remark}"
    who = _by_key(key, history) or (_by_reading(history) if settings.swing.shared_ip else _by_way(settings, at, history, names))
    answers = "answers" if healthy else "answers, but does not call itself healthy"
    if not who:
        return f"somebody {answers} at {at}; which appliance is unknown{where.remark}"
    versions = summary["versions"][who]["after"]
    address = settings.a.address if who == "a" else settings.b.address
    version = versions["product"] or "unknown version"
    return f"{who.upper()} ({address}) {answers} at {at}, with {version} (asked {now_utc()}){where.remark}"


def _by_key(key: str, history: RunHistory) -> str:
    """Return the unit whose certificate has this key on record; an empty string if not exactly one has it."""
    keys: dict[str, str] = {
        line.unit: line.values["key"] for line in history.lines if line.unit in {"a", "b"} and line.values.get("key")
    }
    units = [unit for unit, own in keys.items() if own == key]
    return units[0] if len(units) == 1 else ""


def _by_reading(history: RunHistory) -> str:
    """Return the unit on which the shared IP was last read as enabled; an empty string if not on exactly one."""
    last: dict[str, bool] = {}
    for line in history.lines:
        if "enabled" in line.values and "ip" in line.values and line.unit:
            last[line.unit] = bool(line.values["enabled"])
    units = [unit for unit, enabled in last.items() if enabled]
    return units[0] if len(units) == 1 else ""


def _by_way(settings: Settings, at: str, history: RunHistory, names: StepNames) -> str:
    """Return the unit that an address belongs to; else the one that the last swing led to; else the first primary on record."""
    for unit in Unit:
        if at == settings.swung_to(unit):
            return unit.value
    shows = [line for line in history.lines if line.is_settled or line.kind == Kind.READING]
    swung = [names.leads_to[line.step] for line in shows if line.step in names.leads_to]
    roles = [line.unit for line in history.lines if line.values.get("role") == "primary"]
    return swung[-1] if swung else roles[0] if roles else ""


def _protection(summary: Summary, history: RunHistory) -> str:
    broken = history.broken
    if broken is None:
        return "untouched by this run"
    if history.restored:
        return "established again"
    return f"NONE since {broken.utc} ({duration(summary['exposure_s'] or 0)} so far)"


def _unproved(history: RunHistory) -> str:
    """Return the title of the change that is pressed and not proved, or an empty string."""
    press = history.unproved_press()
    return (press.title or press.step) if press else ""


def _never(history: RunHistory, family: ApplianceFamily) -> str:
    pressed = _unproved(history)
    return f'{family.never_do}; do not press "{pressed}" by hand' if pressed else family.never_do


def _until(settings: Settings, history: RunHistory, names: StepNames) -> str:
    """Return by when somebody must act: by the end of the window, and of the time allowed without failover."""
    exposed = history.is_exposed
    if settings.windows is None:
        return "there is no failover until it is resumed" if exposed else "no deadline"
    timetable = MaintenanceWindows(settings.windows)
    done = history.swing_proved_at(names)
    part = ProcedurePart.SECOND if done else ProcedurePart.FIRST
    opens, closes = timetable.span(part, swing_done_at=done)
    window = f"the {part} window is from {in_utc(opens)} to {in_utc(closes)}"
    clock = exposure_of(timetable, history, datetime.now(UTC))
    return f"{window}; {clock.told()}" if exposed and clock else window
