"""Closing a run: everything that is made from its record once the performing process has ended."""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime
from typing import TYPE_CHECKING, Any

from robot import __version__
from robot.domain.errors import Refused, exit_code, outcome
from robot.evidence import pack, report
from robot.evidence.chain import BrokenRecord
from robot.network.site_location import whereabouts
from robot.operators.telling import Teller
from robot.recording.record import PRESSED, Record, now_utc
from robot.reporting import stop_card
from robot.schedule.hours import back_by, broken_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from robot.runs.store import RunState
    from robot.runs.supervision import Ended
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

BACKED_OUT = "backed_out"
"""How a flow says that it went the way back; to the summary that is a stop, with exit code 0 and `backed_out`."""
_STATES = {"proved": "done", "already": "already", "by_person": "by_person", "reading": "done", "gate": "done"}


def close(run: RunState, settings: Settings, ended: Ended, known: Secrets | None = None) -> dict[str, Any]:
    """Write summary, report and, at a run's end, the pack; give the summary.

    Args:
        run: the run, which is not being performed.
        settings: its pair file.
        ended: how it ended.
        known: the secrets, where messages are to be sent.
    """
    final = ended.outcome in {"done", "already", BACKED_OUT}
    with Record(run.evidence) as record:
        pressed = record.anything_pressed
        if final and record.last("site-record", {"sealed"}) is None:
            record.note("sealed", "site-record", text=f"the run has ended: {ended.outcome}")
        lines = record.lines
    code = exit_code(ended.code, anything_pressed=pressed)
    word = "stopped" if ended.outcome == BACKED_OUT else outcome(ended.outcome, anything_pressed=pressed)
    summary = summarise(run, settings, lines) | {"outcome": word, "exit_code": code, "reason": ended.sentence}
    summary["backed_out"] = ended.outcome == BACKED_OUT
    if code:
        card = summary["stop_card"] = stop_card.make(
            run, settings, summary, ended.next_action, lines, whereabouts(settings, known)
        )
        if known is not None:
            with Record(run.evidence, hide=known.texts()) as record:
                Teller(run, settings, known)(record, "stopped", f"{word} at {now_utc()}: {ended.sentence}", card=card)
    write_summary(run.evidence, summary)
    report.write(run.evidence)
    if final:
        pack.seal(run.evidence)
        summary = json.loads((run.evidence / "summary.json").read_text(encoding="utf-8"))
    return summary


def summarise(run: RunState, settings: Settings, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the record says, in short."""
    procedure = run.procedure
    alone = procedure == "single"
    return {
        "run": run.name,
        "ticket": settings.change.ticket,
        "summary_text": settings.change.summary,
        "requested_by": settings.change.requested_by,
        "rehearsal": bool(run.facts.get("rehearsal")),
        "site": settings.site.model_dump(mode="json"),
        "patch": settings.update.patch or "",
        "procedure": procedure,
        "methods": {
            "swing": settings.swing.method if procedure == "asynchronous" else "none", "update": settings.update.method,
        },
        "addresses": {
            "a": settings.a.address, "b": "" if alone else settings.b.address, "shared": settings.swing.shared_ip or "",
        },
        "serials": {unit: _last_of(lines, unit, "serial") or "" for unit in ("a", "b")},
        "began": lines[0]["utc"] if lines else "",
        "ended": lines[-1]["utc"] if lines else "",
        "steps": steps(lines),
        "versions": {unit: _versions(lines, unit) for unit in ("a", "b")},
        "swing_gap_ms": _gap(lines),
        "exposure_s": exposure(lines),
        "notes": [line["text"] for line in lines if line["kind"] == "note" and line.get("text")],
        "backups": [
            {"unit": line["unit"], **{name: line["reading"][name] for name in ("file", "bytes", "sha256")}}
            for line in lines
            if line["kind"] == "reading" and line["step"].endswith("-download-backup") and line["reading"]
        ],
        "robot": {
            "version": __version__,
            "python": platform.python_version(),
            "host": platform.node(),
            "revision": run.facts.get("revision"),
        },
        "pack_sha256": None,
    }  # fmt: skip


def steps(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a record, in the order in which they were begun."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line["step"] == "site-record":
            continue
        step = found.setdefault(
            line["step"],
            {
                "name": line["step"], "title": line.get("title", ""), "heading": line.get("heading", ""),
                "unit": line["unit"], "procedure": line["procedure"], "state": "running",
                "began": line["utc"], "ended": line["utc"],
            },
        )  # fmt: skip
        step["ended"] = line["utc"]
        step["unit"] = step["unit"] or line["unit"]
        step["title"] = step["title"] or line.get("title", "")
        step["state"] = _state(line, step["state"])
    return list(found.values())


def exposure(lines: Sequence[dict[str, Any]]) -> float | None:
    """Seconds without failover: from the press that broke the relationship to the proof of the first synchronisation.

    While it is not established again: to the record's last line. `None` where nothing was broken.
    """
    broken = broken_by(lines)
    if broken is None:
        return None
    return round((_moment(back_by(lines) or lines[-1]) - _moment(broken)).total_seconds(), 1)


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Write `summary.json` whole or not at all."""
    part = folder / f".summary.{os.getpid()}"
    part.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / "summary.json")


def _state(line: dict[str, Any], before: str) -> str:
    if line["kind"] == "note":
        text: str = line.get("text", "")
        return "skipped" if text.startswith(("skipped:", "not checked:")) else ("done" if before == "running" else before)
    if line["kind"] == PRESSED:
        return "running"
    if line["kind"] == "reading" and before == "done":
        return before
    return {"refused": "refused", "stalled": "stalled"}.get(line["kind"]) or _STATES.get(line["kind"], before)


def _moment(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["utc"])


def _last_of(lines: Sequence[dict[str, Any]], unit: str, name: str) -> Any:
    return next((line[name] for line in reversed(lines) if line["unit"] == unit and line[name]), None)


def _versions(lines: Sequence[dict[str, Any]], unit: str) -> dict[str, dict[str, str]]:
    own: list[dict[str, Any]] = [
        line["reading"] or {} for line in lines if line["unit"] == unit and line["kind"] in {"reading", "proved"}
    ]
    told = {name: [str(reading[name]) for reading in own if reading.get(name)] for name in ("product", "base")}
    return {
        when: {name: values[place] if values else "" for name, values in told.items()}
        for when, place in (("before", 0), ("after", -1))
    }


def _gap(lines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    found = next((line["reading"] for line in reversed(lines) if line["step"] == "site-swing-gap" and line["reading"]), None)
    if not found:
        return None
    return {"value": found["swing_gap_ms"], "error": found["error_ms"], "from": found["measured_from"]}


def seal_by_hand(run: RunState) -> Path:
    """Make the pack of a run that is not being performed; of an open one a partial pack.

    Raises:
        Refused: it is in progress, or its record cannot be packed.
    """
    if run.is_alive:
        raise Refused(f"{run.name} is in progress; stop it first, or wait")
    try:
        return pack.seal(run.evidence, partial=run.is_open)
    except (pack.SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be sealed: {error}") from error
