"""Makes the summary of a run, as far as its record and its settings tell it."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from robot import __version__
from robot.domain.redaction_rules import PLACE
from robot.evidence.record.comparisons import comparisons
from robot.evidence.record.line import KINDS, OF_THE_RECORD, WRITTEN_BY, Kind
from robot.evidence.traces.findings import traces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line
    from robot.evidence.record.step_names import StepNames
    from robot.evidence.record.summary import PlanSummary, RecordSummary, StepSummary
    from robot.runs.store import RunState
    from robot.settings import Settings

_STATES = {
    Kind.PROVED: "done", Kind.ALREADY: "already", Kind.BY_PERSON: "by_person", Kind.READING: "done", Kind.GATE: "done",
    Kind.REFUSED: "refused", Kind.STALLED: "stalled",
}  # fmt: skip


def summarise(run: RunState, settings: Settings, history: RunHistory, names: StepNames) -> RecordSummary:
    """Return the summary of a run, without how it ended and without its pack.

    Args:
        run: the run.
        settings: its pair file.
        history: its record.
        names: the flows' step names.
    """
    procedure = run.procedure
    alone = procedure == "single"
    lines = history.lines
    summary: RecordSummary = {
        "run": run.name,
        "ticket": settings.change.ticket,
        "summary_text": settings.change.summary,
        "requested_by": settings.change.requested_by,
        "waivers": [str(waiver) for waiver in settings.waivers],
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
        "plan": _plan(history),
        "notes": [line.text for line in lines if line.kind == Kind.NOTE and line.text],
        "backups": _backups(history, names), "redactions": _redactions(lines, settings),
        "robot": {**_written_by(history), "revision": run.facts.get("revision")},
        "pack_sha256": None,
    }  # fmt: skip
    _add_what_only_some_runs_have(summary, history)
    if kept := settings.evidence and settings.evidence.kept(summary["ended"]):
        summary["kept"] = kept
    return summary


def _add_what_only_some_runs_have(summary: RecordSummary, history: RunHistory) -> None:
    if summary["plan"]:
        summary["changes_since_plan"] = [each.in_short() for each in comparisons(history.lines)]
    if (told := traces_of(history)) is not None:
        summary["traces"] = told


def _written_by(history: RunHistory) -> dict[str, Any]:
    """Return the program, the machine, the user and the browser of the process that wrote the record last, by that record."""
    told = history.of_the_record(WRITTEN_BY)
    return (
        dict(told[-1][WRITTEN_BY])
        if told
        else {"version": __version__, "python": platform.python_version(), "host": platform.node()}
    )


_OF_A_BACKUP = ("file", "bytes", "sha256", "plain_sha256")
"""What a summary tells of a backup; the last is there where it was encrypted."""


def _backups(history: RunHistory, names: StepNames) -> list[dict[str, Any]]:
    return [
        {"unit": line.unit, **{name: line.values[name] for name in _OF_A_BACKUP if line.values.get(name)}}
        for line in history.lines
        if line.kind == Kind.READING and line.step.endswith(names.backups) and line.values
    ]


def _redactions(lines: Sequence[Line], settings: Settings) -> list[dict[str, Any]]:
    """Return for each rule of `[evidence] redact` how many places it took out of the record's texts and covered in pictures.

    Behind them stands each area of `redact_areas`, with the places of pictures alone.
    """
    if settings.evidence is None:
        return []
    rules = [
        {
            "rule": rule,
            "texts": sum(line.raw.count(PLACE.format(rule=rule).encode()) for line in lines),
            "pictures": sum(line.redacted(rule) for line in lines),
        }
        for rule, _ in enumerate(settings.evidence.redact, 1)
    ]
    areas = settings.evidence.rules.areas.items()
    return rules + [{"area": words, "pictures": sum(line.redacted(area) for line in lines)} for area, words in areas]


def _plan(history: RunHistory) -> PlanSummary | None:
    """Return the plan that a run performs, by its record; None for a run without one."""
    plans, urgent = history.of_the_record("plan_made"), history.of_the_record("emergency")
    if not plans:
        return None
    return {
        "digest": plans[0]["plan"], "made": plans[0]["plan_made"], "made_by": plans[0]["by"],
        "emergency": urgent[0]["emergency"] if urgent else None,
        "approvals": [
            {"by": each["by"], "until": each["until"], "sha256": each["approval"]} for each in history.of_the_record("approval")
        ],
    }  # fmt: skip


def steps(lines: Sequence[Line]) -> list[StepSummary]:
    """Return the steps of a record, in the order in which they began."""
    by_name: dict[str, StepSummary] = {}
    for line in lines:
        if line.step == OF_THE_RECORD:
            continue
        step = by_name.setdefault(
            line.step,
            {
                "name": line.step, "title": line.title, "heading": line.heading,
                "unit": line.unit, "procedure": list(line.procedure), "state": "",
                "began": line.utc, "ended": line.utc,
            },
        )  # fmt: skip
        step["ended"] = line.utc
        step["unit"] = step["unit"] or line.unit
        step["title"] = step["title"] or line.title
        step["state"] = _state(line, step["state"])
    return [{**step, "state": step["state"] or "running"} for step in by_name.values()]


def _state(line: Line, before: str) -> str:
    if line.withdrawn:
        return "refused"
    if line.kind == Kind.NOTE:
        settled = "done" if before in {"", "asked"} else before
        return "skipped" if line.text.startswith(("skipped:", "not checked:")) else settled
    if line.is_press:
        return "running"
    if line.kind == Kind.GATE and line.text.startswith("asked: "):
        return "asked"
    if (line.kind == Kind.READING and before == "done") or (line.kind == Kind.GATE and before == "by_person"):
        return before
    return _STATES.get(Kind(line.kind), before) if line.kind in KINDS else before


def _gap(history: RunHistory, step: str) -> dict[str, Any] | None:
    reading = next((line.values for line in reversed(history.of_step(step)) if line.values), None)
    if not reading:
        return None
    return {"value": reading["swing_gap_ms"], "error": reading["error_ms"], "from": reading["measured_from"]}
