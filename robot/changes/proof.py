"""Waits until a reading proves a change that was pressed, and ends early if nothing comes of the press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from robot.changes.change import ChangeState
from robot.changes.change_log import LOST_ANSWER, append_line, ominous_answer
from robot.changes.change_reader import ChangeReader
from robot.domain.errors import PressLost, Stalled, Surprised
from robot.domain.model import Reading
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext

R = TypeVar("R", bound=Reading)


def wait_for_proof(change: Change[R], before: R | None, context: ChangeContext) -> R:
    """Return the reading that shows a change in place, or attested by a person; end early if the press had no result.

    Raises:
        PressLost: the answer to the press showed that it may be lost, and nothing has come of it.
        Surprised: the press had no effect or no result in time, or it is unclear what happened.
        Stalled: the change is not in place at its deadline.
    """
    clock, began = context.poller.clock, context.poller.clock()
    noted = ominous_answer(change, context)
    reader = ChangeReader(change, context)
    first: dict[ChangeState, float] = {}
    pressed = context.record.history.standing_press(change.name) is not None
    worked, last = not pressed, None  # without a press of ours it was found under way
    end = "it is not pressed again" if pressed else "this run did not press it, and does not"

    def done(current: R | None) -> bool:
        nonlocal worked, last
        context.checkpoint(change.name, "waiting")
        if current is None:
            first.clear()
            return False
        last, state = current, reader.state_of(before, current)
        since = first.setdefault(state, clock())
        for other in [each for each in first if each is not state]:
            del first[other]
        worked = worked or state is ChangeState.UNDER_WAY
        unchanged_s = clock() - since
        if state is ChangeState.UNCLEAR and unchanged_s >= context.settle_s_of(change):
            return require_attested(change, before, current)
        if state is ChangeState.NOT_YET and worked and unchanged_s >= context.settle_s_of(change) + change.lag_s:
            raise Surprised(f"{change.title}: {change.explain_no_result(before, current)}; {end}")
        if state is ChangeState.NOT_YET and not worked:
            require_effect(change, noted, reader, clock() - began, context)
        return state is ChangeState.IN_PLACE

    try:
        proof = context.poller.poll_until(reader.look, done, what=change.awaiting, within=change.deadline_s)
    except Stalled as stalled:
        reader.require_no_other_page()
        if last is not None and ChangeState.NOT_YET in first:  # it neither works nor is silent
            raise Surprised(f"{change.title}: {change.explain_no_result(before, last)}; {end}") from stalled
        return keep_reading_past_deadline(
            change, before, context, Stalled(f"{stalled}{what_it_shows(change, before, last, reader)}")
        )
    if proof is None:  # cannot be: `done` accepts only a reading
        raise Stalled(f"{change.title} could not be read")
    return proof


def require_effect(change: Change[Any], noted: str, reader: ChangeReader[Any], waited: float, context: ChangeContext) -> None:
    """Require that a press that shows no effect yet may still have one.

    Args:
        change: the change that was pressed.
        noted: the note about an ominous answer to the press, or an empty string.
        reader: the reader that has read since.
        waited: seconds since the wait began.
        context: what the changes of this run share.

    Raises:
        PressLost: by its answer the press may be lost; a new session must read whether it is.
        Surprised: nothing has come of the press in time.
    """
    if noted.startswith(LOST_ANSWER) and not reader.trace:
        raise PressLost(f"{change.title}: {noted}")
    if waited >= (context.settle_s_of(change) if noted else change.reaction_timeout_s):
        raise Surprised(f"{change.title}: pressed, and nothing came of it{noted and f' ({noted})'}; it is not pressed again")


def require_attested(change: Change[R], before: R | None, current: R) -> bool:
    """Return True after a person has attested that the change is in place, as no reading proves it.

    Raises:
        Surprised: this change asks nobody.
    """
    if not change.attested_by(current):
        raise Surprised(f"{change.title}: {change.explain(before, current)}")
    return True


def what_it_shows(change: Change[R], before: R | None, last: R | None, reader: ChangeReader[R]) -> str:
    """Return what an appliance past its deadline shows, in brackets to end a sentence with; or an empty string."""
    shown = str(reader.missed or "") or (change.explain(before, last) if last is not None else "")
    return f" ({shown})" if shown else ""


def keep_reading_past_deadline(change: Change[R], before: R | None, context: ChangeContext, stalled: Stalled) -> R:
    """Go on reading after the deadline, for as long again, and press nothing (OP9): a person is called.

    It never returns.

    Raises:
        Stalled: always, except for an unexpected page. If the appliance comes back meanwhile, that is recorded, and `resume` goes
            on from there: a person has been called by then, so the robot does not press on by itself.
        WrongScreen: an unexpected page has been shown for too long.
    """
    append_line(change, Kind.STALLED, context, text=str(stalled), when="failed")
    reader = ChangeReader(change, context)
    try:
        current = context.poller.poll_until(
            reader.look,
            lambda current: current is not None and change.state(before, current) is ChangeState.IN_PLACE,
            what=f"{change.awaiting}; it is past its deadline: do not restart it",
            within=change.deadline_s,
        )
    except Stalled:
        reader.require_no_other_page()
        raise Stalled(f"{change.title}: {stalled}; do not restart the appliance") from stalled
    append_line(change, Kind.PROVED, context, reading=current, when="after")
    raise Stalled(
        f"{change.title}: {stalled}; it has come back since",
        next_action="Agree with whoever was called, then resume: the change itself is done and on record.",
    )
