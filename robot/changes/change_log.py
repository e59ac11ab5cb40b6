"""What the record tells of one change, and the lines that are added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.domain.errors import Stop
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext
    from robot.domain.model import Reading

LOST_ANSWER = "the press may be lost"
ADVERSE_ANSWER = "the appliance answered"


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
    context.record.append(kind, change.name, **change.line_fields(context.heading), **shot, text=text, reading=told, **more)


def ominous_answer(change: Change[Any], context: ChangeContext) -> str:
    """Give what was noted of the answer to the newest press, where the answer bodes ill; else ""."""
    texts = (line.text for line in context.record.history.since_press(change.name) if line.kind == Kind.NOTE)
    return next((text for text in texts if text.startswith((LOST_ANSWER, ADVERSE_ANSWER))), "")


def recorded_trace(change: Change[Any], context: ChangeContext) -> str:
    """Give what was noted as a trace of the newest press, or ""."""
    lines = context.record.history.since_press(change.name)
    return next((line.trace for line in reversed(lines) if line.trace), "")


def record_trace(change: Change[Any], trace: str, context: ChangeContext) -> None:
    """Note, once for each press, what trace it has left, if any: whatever is read later, it is not taken for lost."""
    if trace and not recorded_trace(change, context):
        text = f"the press has left a trace: {trace}"
        append_line(change, Kind.NOTE, context, text=text, trace=trace)
