"""What happened, told from record and summary in the order in which it happened: steps, presses, notes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from robot.evidence import wording
from robot.evidence.record.history import proof_of
from robot.evidence.record.line import Kind, Line
from robot.evidence.record.plain_json import objects, texts
from robot.evidence.report import readings
from robot.evidence.report.readings import ReadingRow

AT_FIRST: Final = "Before anything is changed"

# The longest run of letters decides; the appliance where one heading serves both.
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
    "stalled": "stopped",
    "gate": "asked",
    "reading": "done",
}
_BY_WEIGHT: Final = ("refused", "stopped", "running", "asked", "by_person", "done", "already", "skipped")
_OF_NO_STEP: Final = frozenset({Kind.NOTE, Kind.TORN, Kind.SEALED})


@dataclass(frozen=True)
class Table:
    """One reading, or one before and one after a press; the title is empty where the step has only this one."""

    title: str
    rows: tuple[ReadingRow, ...]


@dataclass(frozen=True)
class Step:
    """One step: what the summary and the record say of it."""

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
    files: tuple[str, ...]
    lines: tuple[int, ...]

    @property
    def seconds(self) -> float | None:
        """How long it took; None where that is not known."""
        return wording.between(self.began, self.ended)


@dataclass(frozen=True)
class ReportSection:
    """Consecutive steps under one heading of the procedure."""

    heading: str
    steps: tuple[Step, ...]

    @property
    def began(self) -> str:
        """When its first step began."""
        return _first(step.began for step in self.steps)

    @property
    def seconds(self) -> float | None:
        """From its first step's beginning to its last step's end; None where that is not known."""
        return wording.between(self.began, max(step.ended for step in self.steps))

    @property
    def worst(self) -> str:
        """The state of its steps that most needs a reader's eye."""
        states = {step.state for step in self.steps}
        return next((state for state in _BY_WEIGHT if state in states), "")


@dataclass(frozen=True)
class Press:
    """One press that alters an appliance, and the line that proves it; `proved` is empty where none does."""

    seq: int
    utc: str
    unit: str
    step: str
    control: str
    proved: str
    proof: int

    @property
    def seconds(self) -> float | None:
        """From the intent to the proof."""
        return wording.between(self.utc, self.proved)


def sections(told: Mapping[str, Any], lines: Sequence[Line]) -> list[ReportSection]:
    """Tell the steps in order, under the headings of the procedure; a heading comes back where the work comes back."""
    told_steps = {str(step.get("name", "")): step for step in objects(told.get("steps"))}
    by_step: dict[str, list[Line]] = {name: [] for name in told_steps}
    for line in lines:
        if line.step in by_step or (line.step and line.kind not in _OF_NO_STEP):
            by_step.setdefault(line.step, []).append(line)
    steps = [_step(name, told_steps.get(name, {}), found) for name, found in by_step.items()]
    return [ReportSection(heading, tuple(group)) for heading, group in groupby(_headed(_in_order(steps)), lambda s: s.heading)]


def presses(lines: Sequence[Line]) -> list[Press]:
    """Every intent in order, with the first line after it that settles its step."""
    found: list[Press] = []
    for place, line in enumerate(lines):
        if not line.is_press:
            continue
        proof = proof_of(line, lines[place + 1 :])
        label = line.control.get("label")
        found.append(
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
    return found


def remarks(told: Mapping[str, Any], lines: Sequence[Line]) -> list[str]:
    """What the run could not do or know: the summary's notes, then those of the record."""
    found = list(texts(told.get("notes")))
    for line in lines:
        if line.kind in {"note", "torn"} and not line.drift and (text := line.text) and text not in found:
            found.append(f"{text}{': ' if line.orphans else ''}{', '.join(line.orphans)} (line {line.seq})")
    return list(dict.fromkeys(found))


def drifts(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Where pages differed from what is known of them: what was missing, or found by a fallback only; each with its line."""
    found = [(line, drift) for line in lines for drift in objects([line.fields.get("drift")])]
    return [{**drift, "seq": line.seq, "step": line.step} for line, drift in found]


def _step(name: str, told: Mapping[str, Any], lines: Sequence[Line]) -> Step:
    said = Line(b"", told)
    unit = said.unit or _first(line.unit for line in lines)
    procedure = said.procedure or tuple(dict.fromkeys(each for line in lines for each in line.procedure))
    return Step(
        name=name,
        title=said.title or _first(line.title for line in lines) or _from_name(name),
        heading=said.heading or _first(line.heading for line in lines) or _heading(procedure, unit),
        unit=unit,
        procedure=procedure,
        state=said.string("state") or _state(lines),
        began=said.string("began") or _first(line.utc for line in lines),
        ended=said.string("ended") or (lines[-1].utc if lines and not said.string("began") else ""),
        sentences=tuple(dict.fromkeys(_sentence(line) for line in lines if line.text)),
        tables=_tables(lines),
        files=tuple(dict.fromkeys(line.file for line in lines if line.file)),
        lines=tuple(line.seq for line in lines),
    )


def _tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """The readings of a step: each press's before and after on one appliance together, then looks at screens."""
    shown = [line for line in lines if line.reading is not None]
    pressed: dict[str, Line] = {}
    for line in shown:
        if line.is_press:
            pressed.setdefault(line.unit, line)  # a second press after a crash goes on with the first one's "before"
    proved = {line.unit: line for line in shown if line.is_settled and line.unit in pressed}
    looks = {
        (line.unit, line.screen): line for line in shown if not line.is_press and not (line.is_settled and line.unit in pressed)
    }
    found: list[tuple[list[str], list[ReadingRow]]] = []
    for unit, intent in pressed.items():
        proof = proved.get(unit)
        rows = readings.rows_of(intent.reading, proof.reading if proof else None)
        found.append(([wording.unit(unit), "" if proof else "before the press"], rows))
    found += [([wording.unit(unit), screen], readings.rows_of(None, line.reading)) for (unit, screen), line in looks.items()]
    return tuple(
        Table(", ".join(filter(None, words)) if len(found) > 1 or "before the press" in words else "", tuple(rows))
        for words, rows in found
        if rows
    )


def _state(lines: Sequence[Line]) -> str:
    kinds = [line.kind for line in lines if line.kind in _STATE_BY_KIND]
    return _STATE_BY_KIND[kinds[-1]] if kinds else ""


def _sentence(line: Line) -> str:
    by = line.by
    return f"{line.text} ({by})" if by else line.text


def _heading(procedure: Sequence[str], unit: str) -> str:
    """The guide's heading by the first procedure ID that has one; empty where none has."""
    for each in procedure:
        letters = re.match(r"[A-Z]*", each)
        if letters and letters[0] in _HEADINGS:
            return _HEADINGS[letters[0]].format(unit=unit.upper() or "B")
    return ""


def _headed(steps: Iterable[Step]) -> Iterable[Step]:
    """Give a step without a heading the one that it stands under."""
    heading = AT_FIRST
    for step in steps:
        heading = step.heading or heading
        yield replace(step, heading=heading)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """By each step's first line; a step without lines stays behind the one that it was told after."""
    placed: list[tuple[int, Step]] = []
    for step in steps:
        placed.append((min(step.lines, default=placed[-1][0] if placed else 0), step))
    return [step for _, step in sorted(placed, key=lambda pair: pair[0])]


def _from_name(name: str) -> str:
    """`b-sync-now` -> "Sync now"; a title is better, but a report never fails for want of one."""
    unit, _, rest = name.partition("-")
    return (rest if unit in {"a", "b", "site"} and rest else name).replace("-", " ").capitalize()


def _first(found: Iterable[str]) -> str:
    return next((text for text in found if text), "")
