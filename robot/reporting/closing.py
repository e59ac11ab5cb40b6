"""Closing a run: everything that is made from its record once the performing process has ended."""

from __future__ import annotations

import json
import os
import platform
from typing import TYPE_CHECKING, Any

from robot import __version__
from robot.domain.errors import Refused, exit_code, outcome
from robot.evidence.pack import sealing
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.line import KINDS, OF_THE_RECORD, Kind
from robot.evidence.report import html_page
from robot.network.site_location import whereabouts
from robot.operators.telling import Teller
from robot.recording.record import Record, now_utc
from robot.reporting import stop_card

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line
    from robot.evidence.record.step_names import StepNames
    from robot.runs.store import RunState
    from robot.runs.supervision import Ended
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

BACKED_OUT = "backed_out"
"""How a flow says that it went the way back; to the summary that is a stop, with exit code 0 and `backed_out`."""
_STATES = {
    Kind.PROVED: "done", Kind.ALREADY: "already", Kind.BY_PERSON: "by_person", Kind.READING: "done", Kind.GATE: "done",
    Kind.REFUSED: "refused", Kind.STALLED: "stalled",
}  # fmt: skip


def close(run: RunState, settings: Settings, ended: Ended, names: StepNames, known: Secrets | None = None) -> dict[str, Any]:
    """Write summary, report and, at a run's end, the pack; give the summary.

    Args:
        run: the run, which is not being performed.
        settings: its pair file.
        ended: how it ended.
        names: the flows' step names.
        known: the secrets, where messages are to be sent.
    """
    final = ended.outcome in {"done", "already", BACKED_OUT}
    with Record(run.evidence) as record:
        history = record.history
        pressed = record.anything_pressed
        if final and history.latest(OF_THE_RECORD, {Kind.SEALED}) is None:
            record.note(Kind.SEALED, OF_THE_RECORD, text=f"the run has ended: {ended.outcome}")
    code = exit_code(ended.code, anything_pressed=pressed)
    word = "stopped" if ended.outcome == BACKED_OUT else outcome(ended.outcome, anything_pressed=pressed)
    summary = summarise(run, settings, history, names) | {"outcome": word, "exit_code": code, "reason": ended.sentence}
    summary["backed_out"] = ended.outcome == BACKED_OUT
    if code:
        card = summary["stop_card"] = stop_card.make(
            run, settings, summary, ended.next_action, history, names, whereabouts(settings, known)
        )
        if known is not None:
            with Record(run.evidence, hide=known.texts()) as record:
                Teller(run, settings, known)(record, "stopped", f"{word} at {now_utc()}: {ended.sentence}", card=card)
    write_summary(run.evidence, summary)
    html_page.write(run.evidence)
    if final:
        sealing.seal(run.evidence)
        summary = json.loads((run.evidence / "summary.json").read_text(encoding="utf-8"))
    return summary


def summarise(run: RunState, settings: Settings, history: RunHistory, names: StepNames) -> dict[str, Any]:
    """What the record says, in short."""
    procedure = run.procedure
    alone = procedure == "single"
    lines = history.lines
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
        "serials": {unit: history.serial(unit) for unit in ("a", "b")},
        "began": lines[0].utc if lines else "",
        "ended": lines[-1].utc if lines else "",
        "steps": steps(lines),
        "versions": {unit: history.versions(unit) for unit in ("a", "b")},
        "swing_gap_ms": _gap(history, names.swing_gap),
        "exposure_s": history.exposure_s,
        "notes": [line.text for line in lines if line.kind == Kind.NOTE and line.text],
        "backups": [
            {"unit": line.unit, **{name: line.values[name] for name in ("file", "bytes", "sha256")}}
            for line in lines
            if line.kind == Kind.READING and line.step.endswith(names.backups) and line.values
        ],
        "robot": {
            "version": __version__,
            "python": platform.python_version(),
            "host": platform.node(),
            "revision": run.facts.get("revision"),
        },
        "pack_sha256": None,
    }  # fmt: skip


def steps(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The steps of a record, in the order in which they were begun."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line.step == OF_THE_RECORD:
            continue
        step = found.setdefault(
            line.step,
            {
                "name": line.step, "title": line.title, "heading": line.heading,
                "unit": line.unit, "procedure": list(line.procedure), "state": "running",
                "began": line.utc, "ended": line.utc,
            },
        )  # fmt: skip
        step["ended"] = line.utc
        step["unit"] = step["unit"] or line.unit
        step["title"] = step["title"] or line.title
        step["state"] = _state(line, step["state"])
    return list(found.values())


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Write `summary.json` whole or not at all."""
    part = folder / f".summary.{os.getpid()}"
    part.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / "summary.json")


def _state(line: Line, before: str) -> str:
    if line.kind == Kind.NOTE:
        return "skipped" if line.text.startswith(("skipped:", "not checked:")) else ("done" if before == "running" else before)
    if line.is_press:
        return "running"
    if line.kind == Kind.READING and before == "done":
        return before
    return _STATES.get(Kind(line.kind), before) if line.kind in KINDS else before


def _gap(history: RunHistory, step: str) -> dict[str, Any] | None:
    found = next((line.values for line in reversed(history.of_step(step)) if line.values), None)
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
        return sealing.seal(run.evidence, partial=run.is_open)
    except (sealing.SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be sealed: {error}") from error
