"""What the record tells of one change, and the lines that are added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.domain.errors import Stop
from robot.recording.record import PRESSED

if TYPE_CHECKING:
    from robot.domain.model import Reading
    from robot.execution.change import Change, ChangeContext

LOST_ANSWER = "the press may be lost"
ADVERSE_ANSWER = "the appliance answered"
TRACE = "trace"
"""Marks the line that tells what a press that may be lost has left as a trace."""


def append_line(
    change: Change[Any],
    kind: str,
    context: ChangeContext,
    *,
    when: str = "",
    reading: Reading | None = None,
    text: str = "",
    **more: Any,
) -> None:
    """Write one line of this change, with a picture where one can be had: after the press nothing fails for want of it."""
    shot: dict[str, Any] = {}
    if when:
        try:
            shot = change.place.picture(context.record, change.name, when)
        except (Stop, OSError) as stop:
            text = f"{text} (no picture: {stop})".strip()
    told = reading.plain() if reading else None
    context.record.note(kind, change.name, **change.line_fields(context.heading), **shot, text=text, reading=told, **more)


def lines_since_press(change: Change[Any], context: ChangeContext) -> list[dict[str, Any]]:
    """The lines of a change from its newest press on; none where it was not pressed."""
    lines = [line for line in context.record.lines if line["step"] == change.name]
    return lines[max((number for number, line in enumerate(lines) if line["kind"] == PRESSED), default=len(lines)) :]


def ominous_answer(change: Change[Any], context: ChangeContext) -> str:
    """What was noted of the answer to the newest press, where the answer bodes ill; else ""."""
    said = (line.get("text", "") for line in lines_since_press(change, context) if line["kind"] == "note")
    return next((text for text in said if text.startswith((LOST_ANSWER, ADVERSE_ANSWER))), "")


def recorded_trace(change: Change[Any], context: ChangeContext) -> str:
    """What was noted as a trace of the newest press, or ""."""
    return next((str(line[TRACE]) for line in reversed(lines_since_press(change, context)) if line.get(TRACE)), "")


def record_trace(change: Change[Any], trace: str, context: ChangeContext) -> None:
    """Note, once for each press, what trace it has left, if any: whatever is read later, it is not taken for lost."""
    if trace and not recorded_trace(change, context):
        text = f"the press has left a trace: {trace}"
        append_line(change, "note", context, text=text, trace=trace)
