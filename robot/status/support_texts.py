"""What the vendor's support reads of a run: the facts of both appliances, and the timeline in words, a line each."""

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

_TOLD = (
    "role", "peer", "conflict", "last_sync", "syncing", "serial", "guid", "product", "base", "state", "uptime", "system_time",
    "ip", "enabled", "offers", "checked", "reachable", "installing", "offered", "progress", "message", "cluster", "health",
    "swing_gap_ms",
)  # fmt: skip
"""What is told of a reading. Who is connected, where a backup lies and what a command printed are not among it."""
_DID = {
    "reading": "read", "intent": "pressed", "proved": "proved", "already": "in place", "by_person": "by hand",
    "refused": "STOPPED", "stalled": "STALLED", "gate": "checked",
}  # fmt: skip


def facts(settings: Settings, told: RecordSummary, history: RunHistory, *, state: str, reason: str) -> str:
    """The facts, as last read; each with the moment at which it was read.

    Args:
        settings: the pair.
        told: the record in short.
        history: the record.
        state: where the run stands.
        reason: what happened, in a sentence, or "".
    """
    site, exposure = settings.site, told["exposure_s"]
    patch = f"patch {settings.update.patch} on " if settings.update.patch else ""
    rows = [
        ("Site", f"{site.hostname} port {site.port}"),
        ("Wanted", f"{patch}product {site.target_version}, base {site.target_base or 'any'}"),
        ("State", state),
        ("What happened", reason or "nothing to tell"),
        ("No failover for", "untouched by this run" if exposure is None else wording.duration(exposure)),
        ("Told by", f"failover-robot {__version__}, run {told['run']}{', REHEARSAL' if told['rehearsal'] else ''}"),
    ]
    return "\n".join(
        [_table(rows), *(f"Appliance {unit.upper()}\n{_table(_appliance(told, history, unit))}" for unit in ("a", "b"))]
    )


def timeline(history: RunHistory) -> str:
    """What was read, pressed and proved, in UTC, a line each."""
    return "".join(f"{_moment(line)}  {line.unit.upper():<4}  {_did(line):<8}  {_what(line)}\n" for line in history.lines)


def _appliance(told: RecordSummary, history: RunHistory, unit: str) -> list[tuple[str, str]]:
    versions = told["versions"][unit]
    machine, machine_at = _last(history, unit, "serial", "uptime")
    failover, failover_at = _last(history, unit, "role")
    shared, shared_at = _last(history, unit, "ip", "enabled")
    updates, updates_at = _last(history, unit, "offers")
    install, install_at = _last(history, unit, "installing")
    return [
        ("Address", told["addresses"][unit]),
        ("Serial number", told["serials"][unit]),
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
    """The last reading of an appliance that has these values, and when it was made; empty where there is none."""
    line = history.latest_with(unit, *names)
    return (line.values, _moment(line)) if line else ({}, "")


def _before_and_now(versions: VersionChange, name: Literal["product", "base"]) -> str:
    before, now = versions["before"][name], versions["after"][name]
    return now if before == now else f"{now} (before: {before})"


def _at(said: str, moment: str) -> str:
    return f"{said} (read {moment})" if said else ""


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {label:<16} {' '.join(said.split()) or 'not read'}\n" for label, said in rows)


def _words(reading: Mapping[str, Any], *names: str) -> str:
    """The named values of a reading in words, with their names where there are several; what is empty says nothing."""
    told = {
        name: [_offer(each) for each in reading[name]] if name == "offers" else reading[name] for name in names if name in reading
    }
    rows = [row for row in readings.rows_of(None, told or None) if row.after != readings.NOTHING]
    return ", ".join(row.after if len(names) == 1 else f"{row.label}: {row.after}" for row in rows)


def _offer(offer: dict[str, Any]) -> str:
    why = "" if offer.get("enabled", True) else f" (greyed out{': ' if offer.get('requires') else ''}{offer.get('requires', '')})"
    return f"{offer.get('name', '')}{why}"


def _moment(line: Line) -> str:
    return wording.moment(line.utc, seconds=True)


def _did(line: Line) -> str:
    return _DID.get(line.kind, line.kind)


def _what(line: Line) -> str:
    return " ".join(_happened(line).split())


def _happened(line: Line) -> str:
    """What happened, without the free words of people and programs: reasons, notes, outputs."""
    what, text, reading = line.title or line.step, line.text, line.values
    match line.kind:
        case "intent":
            return _joined(f'"{line.control.get("label", "")}", {what}', "before", _words(reading, *_TOLD))
        case "refused" | "stalled":
            return f"{what}: {text}"
        case "gate":
            return _joined(what, "ended with", str(reading.get("exit", "")))
        case "by_person":
            return f"{what}: a person says so"
        case "note" | "torn" | "sealed":
            return what if line.by else text.split(", because: ")[0] or what
        case _:
            return _joined(what, "", _words(reading, *_TOLD))


def _joined(what: str, how: str, said: str) -> str:
    return f"{what}; {how}{': ' if how else ''}{said}" if said else what
