"""How each obligation of the procedure was fulfilled in one run: by the lines of the record that name it, and nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robot.evidence import wording
from robot.evidence.obligations.catalogue import Obligation, obligations
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import object_in, text_in

STATES: Final = {
    "refused": "refused",
    "stalled": "past its deadline",
    "running": "pressed, not proved",
    "asked": "a person is asked",
    "partly": "in part",
    "done": "done",
    "by_person": "done by a person",
    "by_command": "done by a command",
    "kept": "kept",
    "checked": "checked",
    "already": "already in place",
    "told": "told",
    "skipped": "skipped",
    "not reached": "not reached",
    "not in this run": "not in this run",
}
"""Every state in words. Of the states of several steps the first in this order counts; `partly` and `kept` are worked out."""

NEEDS_AN_EYE: Final = frozenset({"refused", "stalled", "running", "asked"})
_SETTLED: Final = frozenset({"done", "by_person", "by_command", "checked", "already"})
_PASSED: Final = frozenset({"refused", "stalled", "asked"})
"""States that are over once a later step follows: a run goes on only when it may."""
_BY_KIND: Final = {
    "intent": "running",
    "proved": "done",
    "already": "already",
    "by_person": "by_person",
    "refused": "refused",
    "stalled": "stalled",
}
_SKIPPED: Final = ("skipped:", "not checked:")
_OF_ONE_METHOD: Final = {
    r"SI\d": ("swing", "shared-ip"),
    r"DS\d": ("swing", "dns"),
    r"NS\d": ("swing", "nat"),
    r"UA\d": ("update", "automatic"),
    r"UM[1-8]": ("update", "manual"),  # UM9 holds after an automatic install too: an empty list is no proof
}


@dataclass(frozen=True)
class Deed:
    """One step that served an obligation: what it did, when, and its pictures.

    Attributes:
        step: its stable name.
        title: the step in words; may be empty.
        state: one of `STATES`.
        sentences: the texts of its lines.
        shots: its lines with a picture, each picture of a moment once.
        began: the time of its first line, in UTC.
        ended: the time of its last line, in UTC.
        seq: the number of its last line.
    """

    step: str
    title: str
    state: str
    sentences: tuple[str, ...]
    shots: tuple[Line, ...]
    began: str
    ended: str
    seq: int


@dataclass(frozen=True)
class Fulfilment:
    """One obligation in one run; `reason` says why no step served it, or is empty if that is not known."""

    obligation: Obligation
    state: str
    deeds: tuple[Deed, ...]
    reason: str = ""

    @property
    def when(self) -> str:
        """The time from its first line to its last one, in words; "" if no step served it."""
        return wording.span(min(each.began for each in self.deeds), max(each.ended for each in self.deeds)) if self.deeds else ""


@dataclass(frozen=True)
class ProcedureSection:
    """The obligations under one heading of the procedure."""

    heading: str
    entries: tuple[Fulfilment, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many are in each state, in the order of `STATES`; states without any are left out."""
        return tally(self.entries)

    @property
    def needs_an_eye(self) -> bool:
        """Whether something under it was refused, is past its deadline, is not proved, or waits for a person."""
        return not NEEDS_AN_EYE.isdisjoint(self.counts)


def parts(summary: Mapping[str, Any], lines: Sequence[Line]) -> list[ProcedureSection]:
    """Return every obligation of the procedure, under its heading, with how it was fulfilled.

    Args:
        summary: the run's summary, for its outcome and its methods; the rest is taken from the record.
        lines: the record.
    """
    by_step: dict[str, list[Line]] = {}
    for line in lines:
        by_step.setdefault(line.step, []).append(line)
    by_obligation: dict[str, list[Deed]] = {}
    for step, own in by_step.items():
        deed = _deed(step, own)
        for each in dict.fromkeys(each for line in own for each in line.procedure):
            by_obligation.setdefault(each, []).append(deed)
    entries = [_fulfilment(each, by_obligation.get(each.id, []), summary) for each in obligations()]
    headings = dict.fromkeys(entry.obligation.heading for entry in entries)
    return [
        ProcedureSection(heading, tuple(entry for entry in entries if entry.obligation.heading == heading))
        for heading in headings
    ]


def tally(entries: Iterable[Fulfilment]) -> dict[str, int]:
    """Count the entries in each state, in the order of `STATES`; states without any are left out."""
    states = [entry.state for entry in entries]
    return {state: states.count(state) for state in STATES if state in states}


def _fulfilment(obligation: Obligation, deeds: Sequence[Deed], summary: Mapping[str, Any]) -> Fulfilment:
    if deeds:
        return Fulfilment(obligation, _by_kind(_joint_state(deeds), obligation), tuple(deeds))
    if reason := _other_method(obligation.id, summary):
        return Fulfilment(obligation, "not in this run", (), reason)
    return Fulfilment(obligation, "not in this run" if summary.get("outcome") in ("done", "already") else "not reached", ())


def _joint_state(deeds: Sequence[Deed]) -> str:
    """Return the state of several steps: the one that most needs attention. A stop or a question before the last one is over."""
    latest = max(deed.seq for deed in deeds)
    states = {deed.state for deed in deeds if deed.state not in _PASSED or deed.seq == latest}
    if not states & NEEDS_AN_EYE and states & _SETTLED and "skipped" in states:
        return "partly"
    return next(state for state in STATES if state in states)


def _by_kind(state: str, obligation: Obligation) -> str:
    """Return the word for the obligation's kind: a download is done though it is no press; what is refused otherwise is kept."""
    if state not in {"done", "checked"}:
        return state
    return "done" if "do" in obligation.kinds else "kept" if "refuse" in obligation.kinds else "checked"


def _deed(step: str, lines: Sequence[Line]) -> Deed:
    return Deed(
        step=step,
        title=next((line.title for line in lines if line.title), ""),
        state=_state(lines),
        sentences=tuple(dict.fromkeys(text for line in lines if (text := _sentence(line)))),
        shots=tuple({(line.file, line.moment): line for line in lines if line.file}.values()),
        began=lines[0].utc,
        ended=lines[-1].utc,
        seq=lines[-1].seq,
    )


def _state(lines: Sequence[Line]) -> str:
    """Return the state of one step by its lines; a reading or a note after a press changes nothing."""
    state = ""
    for line in lines:
        if line.kind in _BY_KIND:
            state = _BY_KIND[line.kind]
        elif line.kind == "gate" and not (line.by and state in {"done", "by_person"}):  # what was asked about has happened
            state = _of_gate(line)
        elif line.kind == "reading" and state not in {"done", "running", "by_person"}:
            state = "checked"
        elif not state:
            state = "skipped" if line.text.startswith(_SKIPPED) else "told"
    return state


def _of_gate(line: Line) -> str:
    """Return the state at a gate: by the exit code of its command, or `asked` if a person is asked."""
    if "exit" not in line.values:
        return "asked"
    return "by_command" if line.values["exit"] == 0 else "refused"


def _sentence(line: Line) -> str:
    if line.kind == "reading":
        return ""  # the step shows what was read
    by = line.by
    return f"{line.text} ({by})" if by and line.text else line.text


def _other_method(name: str, summary: Mapping[str, Any]) -> str:
    """Return why an obligation of one method does not apply to a run by another; "" if it applies, or that is not known."""
    choice, needed = next((way for pattern, way in _OF_ONE_METHOD.items() if re.fullmatch(pattern, name)), ("", ""))
    chosen = text_in(object_in(summary, "methods"), choice)
    return f"the pair file's method for the {choice} is {chosen}" if chosen and chosen != needed else ""
