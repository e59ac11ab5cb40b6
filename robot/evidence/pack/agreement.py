"""Check that a run's summary agrees with its record: people read the summary, the record is what happened."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from robot.evidence.record.history import RunHistory
from robot.evidence.record.line import Kind, Line
from robot.evidence.record.plain_json import object_in, objects, text_in
from robot.evidence.record.summary import units_of
from robot.evidence.traces.findings import TRACES

CODES: Final[Mapping[str, frozenset[int]]] = {
    "done": frozenset({0}),
    "already": frozenset({0}),
    "refused": frozenset({2, 3}),
    "stopped": frozenset({3, 4}),
    "stalled": frozenset({5}),
    "waiting": frozenset({6}),
    "failed": frozenset({1, 7}),
}
"""The exit codes that each outcome may have."""

_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_PROOFS: Final = frozenset({"proved", "by_person"})
"""The kinds of line that settle a press."""
_BETWEEN: Final = frozenset({"note", "torn", "stalled", "refused", "by_person"})


def check_summary(summary: Mapping[str, Any], lines: Sequence[Line]) -> list[str]:
    """Return where the summary contradicts the record or itself, one sentence for each finding."""
    return [
        *_check_outcome(summary, lines),
        *_check_steps(summary, lines),
        *_check_versions(summary, lines),
        *_check_measures(summary),
        *_check_traces(summary, lines),
    ]


def check_presses(lines: Sequence[Line], *, done: bool) -> list[str]:
    """Return which presses are not accounted for, one sentence for each finding.

    Args:
        lines: the record.
        done: whether the run claims to be done; then every press must be proved, withdrawn, or owned by a person.
    """
    findings, history = list[str](), RunHistory(lines)
    proofs = {line.step: place for place, line in enumerate(lines) if line.kind in _PROOFS}
    standing: dict[tuple[str, str, str], int] = {}  # the swing is one step with a press on each appliance
    for place, line in enumerate(lines):
        if line.kind in _BETWEEN:
            standing.clear()
        if not line.is_press:
            continue
        if not line.step:
            findings.append(f"Line {line.seq} is a press without a step.")
        key = (line.step, line.unit, line.address)
        if key in standing:
            findings.append(
                f"Step {line.step}: pressed in line {standing[key]} and again in line {line.seq}, and no line says why."
            )
        standing[key] = line.seq
        if done and proofs.get(line.step, -1) < place and not history.is_withdrawn(line):
            findings.append(f"Step {line.step}: its press in line {line.seq} is never proved, yet the run claims done.")
    return findings


def check_times(lines: Sequence[Line]) -> list[str]:
    """Return where the time of day runs backwards or cannot be read, one sentence for each finding.

    `monotonic` is not checked: it starts anew with each process.
    """
    findings: list[str] = []
    last = ""
    for line in lines:
        utc = line.utc
        if not _UTC.fullmatch(utc):
            findings.append(f"Line {line.seq}: its time {utc!r} is not a UTC time.")
        elif utc < last:
            findings.append(f"Line {line.seq}: its time {utc} is before that of an earlier line ({last}).")
        last = max(last, utc)
    return findings


def _check_outcome(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterable[str]:
    outcome, code = text_in(summary, "outcome"), summary.get("exit_code")
    if summary.get("pack_sha256") is not None:
        yield "summary.json: inside the pack, pack_sha256 must be null."
    if outcome not in CODES:
        yield f"summary.json: {summary.get('outcome')!r} is no outcome."
    elif summary.get("backed_out") and (outcome, code) != ("stopped", 0):
        yield f"summary.json: backed out goes with stopped and 0, not with {outcome!r} and {code!r}."
    elif not isinstance(code, int) or (code not in CODES[outcome] and not summary.get("backed_out")):
        yield f"summary.json: the outcome {outcome!r} does not go with exit code {code!r}."
    pressed = any(line.is_press for line in lines)
    if pressed and (code == 3 or outcome in {"already", "refused"}):
        yield f"summary.json: it says {outcome!r} with exit code {code!r}, but the record holds a press."


def _check_steps(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterable[str]:
    steps = {str(step.get("name")): step for step in objects(summary.get("steps"))}
    intents, history = {line.step: line for line in lines if line.is_press}, RunHistory(lines)
    proofs = {line.step: line.seq for line in lines if line.kind in _PROOFS}
    for name in intents.keys() - steps.keys():
        yield f"summary.json: the step {name!r}, which the record shows being pressed, is missing."
    for name, step in steps.items():
        state = text_in(step, "state")
        last = intents.get(name)
        # a step that presses nothing may have refused at first, and leaves no line when it is passed later
        unfinished = state in {"running", "stopped"} or (state == "refused" and last is not None)
        if summary.get("outcome") == "done" and unfinished and not (last is not None and history.is_withdrawn(last)):
            yield f"summary.json: the run claims done, but step {name!r} is {state!r}."
        if last and state == "done" and proofs.get(name, 0) <= last.seq:
            yield f"summary.json: step {name!r} claims done, but its press in line {last.seq} is not proved."
        began, ended = step.get("began"), step.get("ended")
        if isinstance(began, str) and isinstance(ended, str) and began and ended and ended < began:
            yield f"summary.json: step {name!r} ends before it begins."


def _check_versions(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterable[str]:
    versions, smoke = summary.get("versions"), object_in(summary, "smoke")
    alone, units = summary.get("procedure") == "single", units_of(summary)
    target = smoke.get("expected") or object_in(summary, "site").get("target_version")
    if not isinstance(versions, dict):
        yield "summary.json: the versions are missing."
        return
    if alone and (odd := next((line for line in lines if line.unit == "b"), None)):
        yield f"summary.json: it tells of a single appliance, and line {odd.seq} is about B."
    for unit in () if smoke and not smoke.get("serial") else units:  # who signs in nowhere reads no version
        unit_versions = object_in(cast("dict[str, Any]", versions), unit)
        if summary.get("outcome") != "done":
            continue
        after = object_in(unit_versions, "after").get("product")
        if not isinstance(after, str) or not after:
            yield f"summary.json: the run claims done, but {unit.upper()}'s version at the end is not known."
        elif isinstance(target, str) and target and not _is_within(after, target):
            yield f"summary.json: the run claims done, but {unit.upper()} ends with {after}, not {target}."


def _is_within(version: str, target: str) -> bool:
    """Return whether a version is the target, or a release within it; 15.1 and 15.1.0 are the same."""
    found, wanted = (
        [number.lstrip("0") for number in match[0].split(".")] if (match := re.search(r"\d+(\.\d+)+", text)) else []
        for text in (version, target)
    )
    return bool(found and wanted) and [*found, *[""] * len(wanted)][: len(wanted)] == wanted


def _check_measures(summary: Mapping[str, Any]) -> Iterable[str]:
    gap = summary.get("swing_gap_ms")
    if gap is not None and not all(_is_amount(object_in(summary, "swing_gap_ms").get(name)) for name in ("value", "error")):
        yield "summary.json: swing_gap_ms is neither null nor a value with its error."
    exposure = summary.get("exposure_s")
    if exposure is not None and not _is_amount(exposure):
        yield "summary.json: exposure_s is neither null nor a number of seconds."


def _check_traces(summary: Mapping[str, Any], lines: Sequence[Line]) -> Iterable[str]:
    line = RunHistory(lines).latest(TRACES, {Kind.READING})
    if line is not None and object_in(summary, "traces") != line.values:
        yield f"summary.json: it does not tell what line {line.seq} tells of the appliances' own traces."


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
