"""The texts about a run for the vendor's support: the facts of both appliances, and a timeline with a line for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from robot import __version__
from robot.evidence import wording
from robot.evidence.report import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line
    from robot.evidence.record.summary import RecordSummary, VersionChange
    from robot.settings import Settings

_SHOWN_FIELDS = (
    "role", "peer", "conflict", "last_sync", "syncing", "serial", "guid", "product", "base", "state", "uptime", "system_time",
    "ip", "enabled", "offers", "checked", "reachable", "installing", "offered", "progress", "message", "cluster", "health",
    "swing_gap_ms",
)  # fmt: skip
"""The fields of a reading that the timeline shows: not who is connected, where a backup lies or what a command printed."""
_VERBS = {
    "reading": "read", "intent": "pressed", "proved": "proved", "already": "in place", "by_person": "by hand",
    "refused": "STOPPED", "stalled": "STALLED", "gate": "checked",
}  # fmt: skip


def facts(settings: Settings, summary: RecordSummary, history: RunHistory, *, state: str, reason: str) -> str:
    """Return the facts as they were last read, with the moment of each reading.

    Args:
        settings: the pair file.
        summary: what the record says so far, in short.
        history: the record.
        state: where the run stands, in words.
        reason: what happened, in a sentence; an empty string if there is nothing to tell.
    """
    site, exposure = settings.site, summary["exposure_s"]
    patch = f"patch {settings.update.patch} on " if settings.update.patch else ""
    rows = [
        ("Site", f"{site.hostname} port {site.port}"),
        ("Wanted", f"{patch}product {site.target_version}, base {site.target_base or 'any'}"),
        ("State", state),
        ("What happened", reason or "nothing to tell"),
        ("No failover for", "untouched by this run" if exposure is None else wording.duration(exposure)),
        ("Told by", f"failover-robot {__version__}, run {summary['run']}{', REHEARSAL' if summary['rehearsal'] else ''}"),
    ]
    return "\n".join(
        [_table(rows), *(f"Appliance {unit.upper()}\n{_table(_appliance(summary, history, unit))}" for unit in ("a", "b"))]
    )


def timeline(history: RunHistory) -> str:
    """Return what was read, pressed and proved, a line for each record line, with times in UTC."""
    return "".join(f"{_moment(line)}  {line.unit.upper():<4}  {_verb(line):<8}  {_one_line(line)}\n" for line in history.lines)


def _appliance(summary: RecordSummary, history: RunHistory, unit: str) -> list[tuple[str, str]]:
    versions = summary["versions"][unit]
    machine, machine_at = _last(history, unit, "serial", "uptime")
    failover, failover_at = _last(history, unit, "role")
    shared, shared_at = _last(history, unit, "ip", "enabled")
    updates, updates_at = _last(history, unit, "offers")
    install, install_at = _last(history, unit, "installing")
    return [
        ("Address", summary["addresses"][unit]),
        ("Serial number", summary["serials"][unit]),
        ("GUID", _words(machine, "guid")),
        ("Product", _before_and_now(versions, "product")),
        ("Base software", _before_and_now(versions, "base")),
        ("Role", _at(_words(failover, "role"), failover_at)),
        ("Peer", _words(failover, "peer")),
        ("Failover", _at(_words(failover, "conflict", "last_sync", "syncing", "progress", "message"), failover_at)),
        ("Shared IP", _at(_words(shared, "ip", "enabled"), shared_at)),
        ("Uptime", _at(_words(machine, "uptime"), machine_at)),
        ("System time", _at(_words(machine, "system_time"), machine_at)),
        ("Offered", _at(_words(updates, "offers") or ("nothing" if updates else ""), updates_at)),
        ("Update screen", _at(_words(install, "reachable", "installing", "progress", "message"), install_at)),
    ]


def _last(history: RunHistory, unit: str, *names: str) -> tuple[Mapping[str, Any], str]:
    """Return an appliance's newest reading with these fields, and its time; both are empty if there is none."""
    line = history.latest_with(unit, *names)
    return (line.values, _moment(line)) if line else ({}, "")


def _before_and_now(versions: VersionChange, name: Literal["product", "base"]) -> str:
    before, after = versions["before"][name], versions["after"][name]
    return after if before == after else f"{after} (before: {before})"


def _at(text: str, moment: str) -> str:
    return f"{text} (read {moment})" if text else ""


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {label:<16} {' '.join(text.split()) or 'not read'}\n" for label, text in rows)


def _words(reading: Mapping[str, Any], *names: str) -> str:
    """Return the named fields of a reading in words, with labels if several are asked for; empty fields are left out."""
    values = {
        name: [_offer(each) for each in reading[name]] if name == "offers" else reading[name] for name in names if name in reading
    }
    rows = [row for row in readings.rows_of(None, values or None) if row.after != readings.NOTHING]
    return ", ".join(row.after if len(names) == 1 else f"{row.label}: {row.after}" for row in rows)


def _offer(offer: dict[str, Any]) -> str:
    why = "" if offer.get("enabled", True) else f" (greyed out{': ' if offer.get('requires') else ''}{offer.get('requires', '')})"
    return f"{offer.get('name', '')}{why}"


def _moment(line: Line) -> str:
    return wording.moment(line.utc, seconds=True)


def _verb(line: Line) -> str:
    return _VERBS.get(line.kind, line.kind)


def _one_line(line: Line) -> str:
    return " ".join(_event(line).split())


def _event(line: Line) -> str:
    """Return what happened, without the free words of people and programs: reasons, notes, outputs."""
    title, text, reading = line.title or line.step, line.text, line.values
    match line.kind:
        case "intent":
            return _joined(f'"{line.control.get("label", "")}", {title}', "before", _words(reading, *_SHOWN_FIELDS))
        case "refused" | "stalled":
            return f"{title}: {text}"
        case "gate":
            return _joined(title, "ended with", str(reading.get("exit", "")))
        case "by_person":
            return f"{title}: a person says so"
        case "note" | "torn" | "sealed":
            return title if line.by else text.split(", because: ")[0] or title
        case _:
            return _joined(title, "", _words(reading, *_SHOWN_FIELDS))


def _joined(title: str, label: str, value: str) -> str:
    return f"{title}; {label}{': ' if label else ''}{value}" if value else title
