"""Reads what came of a press that nothing proves, and presses nothing: before a way is chosen that depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line, recorded_trace
from robot.changes.change_reader import read_until_settled
from robot.evidence.record.line import WITHDRAWN, Kind

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext

NO_EFFECT = "nothing came of it"


def read_unproved_press(change: Change[Any], context: ChangeContext, *, despite_trace: bool = False) -> ChangeState:
    """Read in a new session what came of the newest press of a change, and record it.

    A press that is found in place is proved. One that has had no effect within the settling time, and has left no trace, is
    withdrawn: from then on it counts as never made. Every other one stays as it was, pressed and not proved.

    Args:
        change: the change; its press stands on record.
        context: what the changes of this run share.
        despite_trace: whether a reading that shows nothing is believed although the press has left a trace.

    Returns:
        What the settled reading shows.

    Raises:
        Unreachable: the appliance does not answer for a minute.
        WrongScreen: an unexpected page is shown for too long.
    """
    press = context.record.history.standing_press(change.name)
    before = change.reading.from_plain(press.reading) if press else None
    change.place.afresh()
    current = read_until_settled(change, before, context)
    state, trace = change.state(before, current), recorded_trace(change, context)
    context.checkpoint(change.name, "read-back")
    if state is ChangeState.IN_PLACE:
        append_line(change, Kind.PROVED, context, reading=current, when="after")
    elif state is ChangeState.NOT_YET and (despite_trace or not trace):
        seen = f" (after the press it showed: {trace})" if trace else ""
        text = f"{NO_EFFECT}: read again and again in a new session, everything stands as before the press{seen}"
        append_line(change, Kind.REFUSED, context, text=text, reading=current, when="after", **{WITHDRAWN: NO_EFFECT})
    else:
        shown = trace if state is ChangeState.NOT_YET else change.explain(before, current)
        text = f"pressed, and not proved when it was read again ({state.value}: {shown}); it counts as made"
        append_line(change, Kind.NOTE, context, text=text, reading=current, when="after")
    context.checkpoint(change.name, "read-back-noted")
    return state
