"""What the presses of this procedure leave in the appliances' traces, and what people answer for, by a run's record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flows.step_names import BREAK, ESTABLISH, FIRST_SYNC, STEPS, SYNC_NOW
from pages.readings.status_history import EventKind
from robot.evidence.record.line import Kind
from robot.evidence.traces.events import Cause, InHand, Span
from robot.operators.handover import HAND_OVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.line import Line

PAIR: Final = frozenset({"a", "b"})
_LATE: Final = timedelta(seconds=3)
"""An appliance may note a moment later what it has shown, and a clock is read between two of its ticks."""
_SYNCS: Final = (SYNC_NOW, FIRST_SYNC, "b-first-sync-now")
_LEAVES: Final[Mapping[str, Mapping[str, int]]] = {
    **{step: {EventKind.SYNC.value: 1} for step in _SYNCS},
    BREAK: {EventKind.BREAK.value: 1},
    ESTABLISH: {EventKind.ESTABLISH.value: 1},
    ESTABLISH.replace("b-", "a-", 1): {EventKind.ESTABLISH.value: 1},
}
"""By the name of a step how many entries of each kind it leaves in either history."""


def causes(history: RunHistory) -> list[Cause]:
    """Return what this run has pressed, and what a person answers for by name, as far as a Status History tells of it."""
    return [*_presses(history), *_answered_for(history)]


def _presses(history: RunHistory) -> Iterator[Cause]:
    for press, until in _standing(history):
        if leaves := _LEAVES.get(press.step):
            yield _cause(press, leaves, press.at, until)
            if EventKind.ESTABLISH.value in leaves:
                yield _cause(press, {EventKind.SYNC.value: 1}, press.at, _until_first_sync(history, press, until))


def while_pressed(history: RunHistory) -> list[tuple[str, Span]]:
    """Return for each press of the run its step, and from when until when it may have had its effect."""
    return [(press.step, _about(press.at, until)) for press, until in _standing(history)]


def _standing(history: RunHistory) -> Iterator[tuple[Line, datetime]]:
    """Yield each press that was not withdrawn, and until when it may have had its effect."""
    return ((press, _until(history, press)) for press in history.presses if not history.is_withdrawn(press))


def _about(begins: datetime, ends: datetime) -> Span:
    return Span(begins - _LATE, ends + _LATE)


def _until(history: RunHistory, press: Line) -> datetime:
    """Return until when a press may have had its effect: its proof, or the newest line of its step."""
    own = [line for line in history.of_step(press.step) if line.seq > press.seq]
    again = next((line.seq for line in own if line.is_press), None)
    own = [line for line in own if again is None or line.seq < again]
    return next((line for line in own if line.is_settled), own[-1] if own else press).at


def _until_first_sync(history: RunHistory, press: Line, proved: datetime) -> datetime:
    """Return until when the first synchronisation may begin by itself: until that is asked for by a press, or proved."""
    later = (line for line in history.lines if line.seq > press.seq and line.step in _SYNCS)
    follows = next((line.at for line in later if line.is_press or line.is_settled), proved)
    return max(proved, follows)


def _cause(line: Line, leaves: Mapping[str, int], begins: datetime, ends: datetime, by: str = "") -> Cause:
    return Cause(line.step, PAIR, leaves, _about(begins, ends), by)


def _answered_for(history: RunHistory) -> Iterator[Cause]:
    """Yield what a person has done in the place of a press and answers for: since the role was read last before that step."""
    for line in history.lines:
        if line.kind == Kind.BY_PERSON and line.by and (leaves := _LEAVES.get(line.step)):
            found = history.of_step(line.step)[0]
            before = [each for each in history.lines if each.seq < found.seq and "role" in each.values]
            yield _cause(line, leaves, before[-1].at if before else history.lines[0].at, line.at, line.by)


def in_hand(history: RunHistory) -> list[InHand]:
    """Return when people had the pair in hand: from each hand-over until the same person gave it back."""
    found: list[InHand] = []
    handed: Line | None = None
    for line in history.lines:
        if line.step == HAND_OVER and line.by:
            handed = line
        elif line.step == STEPS.take_back and handed is not None and line.by:
            found.append(InHand(line.by, Span(handed.at, line.at)))
            handed = None
    return found
