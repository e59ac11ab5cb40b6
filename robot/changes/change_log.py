"""What the record says about one change, and how lines about it are added."""

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
    """Write one line of this change, with a picture if one can be taken: after a press a missing picture stops nothing.

    Args:
        change: the change.
        kind: the kind of the line.
        context: what the changes of this run share.
        when: the moment that the picture is named for, for example "after"; without it no picture is taken.
        reading: the reading that the line carries.
        text: the sentence that the line carries.
        **more: further fields of the line.
    """
    shot: dict[str, Any] = {}
    if when:
        try:
            shot = change.place.picture(context.record, change.name, when)
        except (Stop, Exception) as fault:  # noqa: BLE001 - whatever it is: what was pressed has to be recorded
            text = f"{text} (no picture: {fault})".strip()
    values = reading.plain() if reading else None
    context.record.append(kind, change.name, **change.line_fields(context.heading), **shot, text=text, reading=values, **more)


def ominous_answer(change: Change[Any], context: ChangeContext) -> str:
    """Return the note that the newest press may be lost or was answered with an objection, or an empty string."""
    texts = (line.text for line in context.record.history.since_press(change.name) if line.kind == Kind.NOTE)
    return next((text for text in texts if text.startswith((LOST_ANSWER, ADVERSE_ANSWER))), "")


def recorded_trace(change: Change[Any], context: ChangeContext) -> str:
    """Return the trace of the newest press that is on record, or an empty string."""
    lines = context.record.history.since_press(change.name)
    return next((line.trace for line in reversed(lines) if line.trace), "")


def record_trace(change: Change[Any], trace: str, context: ChangeContext) -> None:
    """Record the first trace of the newest press, if any: a press with a trace is never taken for lost later."""
    if trace and not recorded_trace(change, context):
        text = f"the press has left a trace: {trace}"
        append_line(change, Kind.NOTE, context, text=text, trace=trace)
