"""The steps, presses and notes of a run in order, from its record and summary."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from robot.evidence import wording
from robot.evidence.record import layout
from robot.evidence.record.history import proof_of
from robot.evidence.record.line import OBSERVATION, Kind, Line
from robot.evidence.record.plain_json import objects, texts
from robot.evidence.report import readings
from robot.evidence.report.readings import ReadingRow

AT_FIRST: Final = "Before anything is changed"

# By all letters at the beginning of a procedure ID; `{unit}` is the appliance if one heading serves both.
_HEADINGS: Final = {
    "BS": "Backup and Sync",
    "UB": "Update Appliance B",
    "UA": "Update Appliance {unit}",
    "UM": "Update Appliance {unit}",
    "VT": "Verify and Test",
    "MP": "Make Appliance B the Primary Appliance",
    "SI": "Make Appliance B the Primary Appliance",
    "DS": "Make Appliance B the Primary Appliance",
    "NS": "Make Appliance B the Primary Appliance",
    "AA": "Update Appliance A",
    "RE": "Reestablish Failover Relationship",
}
_STATE_BY_KIND: Final = {
    "intent": "running",
    "proved": "done",
    "already": "already",
    "by_person": "by_person",
    "refused": "refused",
    "stalled": "stalled",
    "gate": "asked",
    "reading": "done",
}
_BY_WEIGHT: Final = ("refused", "stalled", "stopped", "running", "asked", "by_person", "done", "already", "skipped")
_OF_NO_STEP: Final = frozenset({Kind.NOTE, Kind.TORN, Kind.SEALED})


@dataclass(frozen=True)
class Table:
    """One reading, or those before and after a press; the title is empty if the step has only this table."""

    title: str
    rows: tuple[ReadingRow, ...]


@dataclass(frozen=True)
class Step:
    """One step, by the summary and the record.

    Attributes:
        name: its stable name.
        title: the step in words.
        heading: the procedure's heading that it stands under.
        unit: "a", "b", "site" or "".
        procedure: the procedure IDs that it fulfils.
        state: that of the summary, or else one of `_STATE_BY_KIND`; "" if neither says one.
        began: in UTC, or "".
        ended: in UTC, or "".
        sentences: the texts of its lines.
        tables: its readings.
        shots: its lines with a picture.
        pressed: whether something was pressed in it.
        lines: the numbers of its lines.
    """

    name: str
    title: str
    heading: str
    unit: str
    procedure: tuple[str, ...]
    state: str
    began: str
    ended: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    shots: tuple[Line, ...]
    pressed: bool
    lines: tuple[int, ...]

    @property
    def seconds(self) -> float | None:
        """How long it took; None if that is not known."""
        return wording.between(self.began, self.ended)


@dataclass(frozen=True)
class ReportSection:
    """Consecutive steps under one heading of the procedure."""

    heading: str
    steps: tuple[Step, ...]

    @property
    def looks(self) -> tuple[Step, ...]:
        """The single looks of an observation, which keep no obligation: the report names them, and folds them away."""
        return tuple(step for step in self.steps if self.heading == OBSERVATION and not step.procedure)

    @property
    def told(self) -> tuple[Step, ...]:
        """The other steps."""
        return tuple(step for step in self.steps if step not in self.looks)

    @property
    def began(self) -> str:
        """When its first step began."""
        return _first(step.began for step in self.steps)

    @property
    def seconds(self) -> float | None:
        """From its first step's beginning to its last step's end; None if that is not known."""
        return wording.between(self.began, max(step.ended for step in self.steps))

    @property
    def worst(self) -> str:
        """The state of its steps that most needs a reader's attention."""
        states = {step.state for step in self.steps}
        return next((state for state in _BY_WEIGHT if state in states), "")


@dataclass(frozen=True)
class Press:
    """One press that alters an appliance, and the line that proves it.

    Attributes:
        seq: the number of its intent.
        utc: the time of its intent.
        unit: "a", "b", "site" or "".
        step: its step's stable name.
        control: the label of the control, or else the step in words.
        proved: the time of the proof, or "".
        proof: the number of the line that proves it, or 0.
    """

    seq: int
    utc: str
    unit: str
    step: str
    control: str
    proved: str
    proof: int

    @property
    def seconds(self) -> float | None:
        """From the intent to the proof; None without a proof."""
        return wording.between(self.utc, self.proved)


def sections(summary: Mapping[str, Any], lines: Sequence[Line]) -> list[ReportSection]:
    """Return the steps in order, under the procedure's headings; a heading to which the work returns appears again."""
    summaries = {str(step.get("name", "")): step for step in objects(summary.get("steps"))}
    by_step: dict[str, list[Line]] = {name: [] for name in summaries}
    for line in lines:
        if line.step in by_step or (line.step and line.kind not in _OF_NO_STEP):
            by_step.setdefault(line.step, []).append(line)
    steps = [_step(name, summaries.get(name, {}), own) for name, own in by_step.items()]
    return [
        ReportSection(heading, tuple(group)) for heading, group in groupby(_with_headings(_in_order(steps)), lambda s: s.heading)
    ]


def presses(lines: Sequence[Line]) -> list[Press]:
    """Return every press in order, each with the first line after it that proves it."""
    made: list[Press] = []
    for place, line in enumerate(lines):
        if not line.is_press:
            continue
        proof = proof_of(line, lines[place + 1 :])
        label = line.control.get("label")
        made.append(
            Press(
                seq=line.seq,
                utc=line.utc,
                unit=line.unit,
                step=line.step,
                control=label if isinstance(label, str) and label else line.title or line.text,
                proved=proof.utc if proof else "",
                proof=proof.seq if proof else 0,
            )
        )
    return made


def remarks(summary: Mapping[str, Any], lines: Sequence[Line]) -> list[str]:
    """Return what the run could not do or know: the summary's notes, then those of the record."""
    sentences = list(texts(summary.get("notes")))
    for line in lines:
        if line.kind in {"note", "torn"} and not line.drift and (text := line.text) and text not in sentences:
            sentences.append(f"{text}{': ' if line.orphans else ''}{', '.join(line.orphans)} (line {line.seq})")
    return list(dict.fromkeys(sentences))


def drifts(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return where pages differed from what is known of them: each drift as plain JSON, with `seq` and `step` of its line."""
    noted = [(line, drift) for line in lines for drift in objects([line.fields.get("drift")])]
    return [{**drift, "seq": line.seq, "step": line.step} for line, drift in noted]


def _step(name: str, step_summary: Mapping[str, Any], lines: Sequence[Line]) -> Step:
    summarised = Line(b"", step_summary)
    unit = summarised.unit or _first(line.unit for line in lines)
    procedure = summarised.procedure or tuple(dict.fromkeys(each for line in lines for each in line.procedure))
    return Step(
        name=name,
        title=summarised.title or _first(line.title for line in lines) or _from_name(name),
        heading=summarised.heading or _first(line.heading for line in lines) or _heading(procedure, unit),
        unit=unit,
        procedure=procedure,
        state=summarised.string("state") or _state(lines),
        began=summarised.string("began") or _first(line.utc for line in lines),
        ended=summarised.string("ended") or (lines[-1].utc if lines and not summarised.string("began") else ""),
        sentences=tuple(dict.fromkeys(_sentence(line) for line in lines if line.text)),
        tables=_tables(lines),
        shots=tuple(line for line in lines if line.file.startswith(layout.SHOTS)),
        pressed=any(line.is_press for line in lines),
        lines=tuple(line.seq for line in lines),
    )


def _tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return the readings of a step: for each appliance those before and after a press together, then all others."""
    shown = [line for line in lines if line.reading is not None]
    pressed: dict[str, Line] = {}
    for line in shown:
        if line.is_press:
            pressed.setdefault(line.unit, line)  # after a crash a second press keeps the "before" of the first one
    proved = {line.unit: line for line in shown if line.is_settled and line.unit in pressed}
    looks = {
        (line.unit, line.screen): line for line in shown if not line.is_press and not (line.is_settled and line.unit in pressed)
    }
    tables: list[tuple[list[str], list[ReadingRow]]] = []
    for unit, intent in pressed.items():
        proof = proved.get(unit)
        rows = readings.rows_of(intent.reading, proof.reading if proof else None)
        tables.append(([wording.unit(unit), "" if proof else "before the press"], rows))
    tables += [([wording.unit(unit), screen], readings.rows_of(None, line.reading)) for (unit, screen), line in looks.items()]
    return tuple(
        Table(", ".join(filter(None, words)) if len(tables) > 1 or "before the press" in words else "", tuple(rows))
        for words, rows in tables
        if rows
    )


def _state(lines: Sequence[Line]) -> str:
    kinds = [line.kind for line in lines if line.kind in _STATE_BY_KIND]
    return _STATE_BY_KIND[kinds[-1]] if kinds else ""


def _sentence(line: Line) -> str:
    by = line.by
    return f"{line.text} ({by})" if by else line.text


def _heading(procedure: Sequence[str], unit: str) -> str:
    """Return the guide's heading of the first procedure ID that has one; "" if none has."""
    for each in procedure:
        letters = re.match(r"[A-Z]*", each)
        if letters and letters[0] in _HEADINGS:
            return _HEADINGS[letters[0]].format(unit=unit.upper() or "B")
    return ""


def _with_headings(steps: Iterable[Step]) -> Iterable[Step]:
    """Give a step without a heading that of the step before it."""
    heading = AT_FIRST
    for step in steps:
        heading = step.heading or heading
        yield replace(step, heading=heading)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Sort steps by their first lines; a step without lines keeps its place behind the one before it."""
    placed: list[tuple[int, Step]] = []
    for step in steps:
        placed.append((min(step.lines, default=placed[-1][0] if placed else 0), step))
    return [step for _, step in sorted(placed, key=lambda pair: pair[0])]


def _from_name(name: str) -> str:
    """Make a title of a step's name, if it has none: `b-sync-now` -> "Sync now"."""
    unit, _, rest = name.partition("-")
    return (rest if unit in {"a", "b", "site"} and rest else name).replace("-", " ").capitalize()


def _first(candidates: Iterable[str]) -> str:
    return next((text for text in candidates if text), "")
