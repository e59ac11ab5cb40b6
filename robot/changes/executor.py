"""Makes one change of an appliance, once: read, require, picture, intent, press once, wait, prove.

Everything that alters an appliance is declared as a `Change` and made by `execute`, always in the same way. Only this module
makes a press safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from playwright.sync_api import Error

from robot.changes.change import SOMEBODY, ChangeState, Outcome
from robot.changes.change_log import ADVERSE_ANSWER, LOST_ANSWER, append_line
from robot.changes.change_reader import read_after_unproved_press, read_once, read_until_settled
from robot.changes.proof import wait_for_proof
from robot.domain.errors import AnswerWanted, PressBeyondPlan, PressLost, Refused, Surprised, UnknownHand, WrongScreen
from robot.domain.model import Reading
from robot.evidence.pictures.covered import is_covered
from robot.evidence.record.line import WITHDRAWN, Kind
from robot.evidence.wording import duration

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext, Pressable

R = TypeVar("R", bound=Reading)
CONFIRMED_WITHIN_S = 30.0
"""Seconds within which a person's confirmation holds for what was read before it was asked for; later the change begins again."""


class StaleReadingError(Exception):
    """A person has confirmed a press too late: the change begins again with its reading."""


def execute(change: Change[R], context: ChangeContext) -> Outcome[R]:
    """Make one change, once. After any interruption it can be called again: it goes on from the record.

    Returns:
        How the change ended, with the reading that proves it.

    Raises:
        Refused: a requirement does not hold; the control was not pressed.
        Surprised: it is unclear what happened, or somebody else was at work; the control was not pressed (again).
        AnswerWanted: the press led to a question that only a person can answer; nothing has begun.
        Stalled: the change was pressed and not proved in time.
    """
    while True:
        try:
            return begin_with_a_reading(change, context)
        except (StaleReadingError, PressLost):
            continue  # after a lost press a trace of it is looked for in a new session, as after a crash


def begin_with_a_reading(change: Change[R], context: ChangeContext) -> Outcome[R]:
    """Make one change from where the record says that it stands.

    Returns:
        How the change ended, with the reading that proves it.

    Raises:
        StaleReadingError: it was confirmed too late to be pressed by what was read before.
        PressLost: it was pressed, and by the answer the press may be lost.
    """
    history = context.record.history
    if settled := history.proof(change.name):  # killed between the record and the database: the record wins
        state = "done" if settled.kind == Kind.PROVED else settled.kind
        return Outcome(state, change.reading.from_plain(settled.reading))
    intent = history.standing_press(change.name)
    if intent:
        change.place.afresh()
    before = change.reading.from_plain(intent.reading) if intent else None
    current = read_after_unproved_press(change, before, context) if intent else read_once(change)
    owner = ""
    match change.state(before, current):
        case ChangeState.UNCLEAR:
            return record_attested(change, before, current, context, pressed=intent is not None)
        case ChangeState.NOT_YET:
            before = current
            try:
                prepare_and_press(change, current, context)
            except WrongScreen as wrong:
                current, state = state_without_control(change, before, wrong)
                owner = require_owner(change, current, state, context)
                if state is ChangeState.IN_PLACE:
                    return record_found_done(change, owner, current, context)
        case state if intent is None:
            owner = require_owner(change, current, state, context)
            if state is ChangeState.IN_PLACE:
                return record_found_done(change, owner, current, context)
            before = change.basis(current)
        case _:
            pass
    current = wait_for_proof(change, before, context)
    return record_outcome(change, before, owner, current, context)


def record_outcome(change: Change[R], before: R | None, owner: str, current: R, context: ChangeContext) -> Outcome[R]:
    """Record who made the change that was waited for: this run, the appliance or somebody else, or this run as attested."""
    if context.record.history.standing_press(change.name) is None:
        return record_found_done(change, owner, current, context)
    if change.state(before, current) is ChangeState.UNCLEAR:
        return record_attested(change, before, current, context, pressed=True)
    append_line(change, Kind.PROVED, context, reading=current, when="after")
    context.checkpoint(change.name, "after-proof")
    return Outcome("done", current)


def record_found_done(change: Change[R], owner: str, current: R, context: ChangeContext) -> Outcome[R]:
    """Record a change that was found done.

    Args:
        change: the change.
        owner: who answers for it by name; an empty string if the appliance has made it by itself.
        current: the reading that shows it in place.
        context: what the changes of this run share.

    Returns:
        The outcome `by_person` or `already`.
    """
    if owner:
        append_line(change, Kind.BY_PERSON, context, reading=current, when="after", text=f"done by {owner}", by=owner)
        return Outcome("by_person", current)
    append_line(change, Kind.ALREADY, context, reading=current, when="after")
    return Outcome("already", current)


def record_attested(change: Change[R], before: R | None, current: R, context: ChangeContext, *, pressed: bool) -> Outcome[R]:
    """Return the outcome of a press that no reading proves, after a person has attested by name that it is in place.

    Raises:
        Surprised: this run did not press it, or this change asks nobody.
    """
    if not pressed or not (by := change.attested_by(current)):
        raise Surprised(f"{change.title}: cannot tell what happened: {change.explain(before, current)}")
    text = f"pressed by this run; that it is in place is attested by {by}: {change.explain(before, current)}"
    append_line(change, Kind.BY_PERSON, context, reading=current, when="after", text=text, by=by)
    return Outcome("by_person", current)


def require_owner(change: Change[R], current: R, state: ChangeState, context: ChangeContext) -> str:
    """Return the name of the person who answers for a change that this run did not press.

    Returns:
        The name; an empty string if the appliance may make the change by itself.

    Raises:
        UnknownHand: nobody answers for it.
    """
    owner = context.owner_of(change, current)
    if not owner and not change.may_begin_by_itself:
        raise UnknownHand(unknown_hand(change, state, change.suspect(current)))
    return owner


def unknown_hand(change: Change[Any], state: ChangeState, who: str = SOMEBODY) -> str:
    """Return the sentence that ends a run whose change was made without an intent of ours (OP8).

    Args:
        change: the change.
        state: how far it was found.
        who: who may have made it, in words.

    Returns:
        The sentence.
    """
    return f"{change.title}: found {state.value} although this run did not press it: {who}"


def state_without_control(change: Change[R], before: R, wrong: WrongScreen) -> tuple[R, ChangeState]:
    """Read again after the control could not be used: the appliance may have begun by itself and disabled it.

    Returns:
        The reading, and its state: under way or in place.

    Raises:
        WrongScreen: `wrong` itself, if the appliance cannot begin by itself or has not.
    """
    if not change.may_begin_by_itself:
        raise wrong
    current = read_once(change)
    state = change.state(before, current)
    if state in {ChangeState.NOT_YET, ChangeState.UNCLEAR}:
        raise wrong
    return current, state


def prepare_and_press(change: Change[R], current: R, context: ChangeContext) -> None:
    """Check the requirements, prepare the control, take a picture, ask for permission, write the intent, and press once."""
    control = prepare_control(change, current, context)
    shot = picture_before(change, control, context)
    confirm_in_time(change, current, control, context)
    context.may_press()
    record_intent_and_press(change, current, control, shot, context)


def picture_before(change: Change[R], control: Pressable, context: ChangeContext) -> dict[str, Any]:
    """Take the picture of a change that is about to be made.

    Args:
        change: the change.
        control: the control that will be pressed.
        context: what the changes of this run share.

    Returns:
        Its fields for the record line.

    Raises:
        Refused: there is none, or what the pair file takes out of pictures covers the control on it.
    """
    shot = change.place.picture(context.record, change.name, "before")
    kept, box = context.record.last_picture(change.name, "before"), control.box()
    if kept and box and shot.get("redacted") and is_covered(kept, box):
        raise Refused(
            f'{change.title}: its picture does not show "{control.label}", because a rule or an area of [evidence] in the pair '
            f"file covers it; make that narrower"
        )
    return shot


def confirm_in_time(change: Change[R], current: R, control: Pressable, context: ChangeContext) -> None:
    """Have a person confirm the press, if the run was started so, while what they are shown is new.

    Args:
        change: the change.
        current: what was read before the press.
        control: what is about to be pressed.
        context: what the changes of this run share.

    Raises:
        StoppedByHand: they did not confirm it.
        StaleReadingError: they took so long that what was read before may not be true any more.
    """
    asked_at = context.poller.clock()
    context.confirm(change, current, control)
    if context.poller.clock() - asked_at > CONFIRMED_WITHIN_S:
        text = f"confirmed after more than {duration(CONFIRMED_WITHIN_S)}: everything is read again before it is pressed"
        append_line(change, Kind.NOTE, context, text=text)
        raise StaleReadingError


def prepare_control(change: Change[R], current: R, context: ChangeContext) -> Pressable:
    """Return the control of the opened and filled form, after checking that it can be pressed.

    Args:
        change: the change.
        current: the reading before the press.
        context: what the changes of this run share.

    Raises:
        Refused: the reading forbids the press, or the run has an approved plan that does not list it.
        WrongScreen: the control cannot be reached or used.
    """
    if objection := change.objection(current):
        raise Refused(f"{change.title}: {objection}")
    try:
        control = change.open_control()
        require_listed(change, control, context)
        change.place.prove_identity()
        control.check_actionable()
    except WrongScreen as wrong:
        wrong.on(change.place)
        raise
    except Error as error:
        raise WrongScreen(f"{change.title} cannot be made ready: {error.message.splitlines()[0]}") from error
    context.checkpoint(change.name, "before-picture")
    return control


def require_listed(change: Change[Any], control: Pressable, context: ChangeContext) -> None:
    """Require that the approved plan lists a press, if the run has one; and that it is approved still, unless the press restores.

    Raises:
        Refused: it does not, or its approval holds no more.
        PressBeyondPlan: it does not, and a person may allow it, who has not answered yet.
        Waiting: its approval holds no more, and may be given again.
    """
    if context.press_list is None:
        return
    unit = str(change.place.where()["unit"])
    if objection := context.press_list.objection(change.name, unit=unit, control=control.label):
        if not change.may_be_beyond_plan:
            raise Refused(
                f"{change.title}: {objection}; it is not pressed. Have a plan approved that holds it, or have it done by hand"
            )
        if not context.permitted_beyond_plan(change):
            raise PressBeyondPlan(f"{change.title}: {objection}, and the appliance offers the target only behind it", change.name)
    listed = context.press_list.find(change.name)
    if listed is None or not listed.restores:
        context.require_approval()


def record_intent_and_press(
    change: Change[R], current: R, control: Pressable, shot: dict[str, Any], context: ChangeContext
) -> None:
    """Write the intent with the reading before, and press once. Nothing may be done between the two.

    Args:
        change: the change.
        current: the reading before the press.
        control: the control to press.
        shot: the picture's fields for the record line.
        context: what the changes of this run share.

    Raises:
        AnswerWanted: the press led to a question that only a person can answer; nothing has begun.
    """
    change.place.prove_identity()
    context.record.append(
        Kind.INTENT, change.name, **change.line_fields(context.heading), **shot, reading=current.plain(),
        control={"label": control.label, **(control.box() or {})},
    )  # fmt: skip
    context.checkpoint(change.name, "after-intent")
    noted = ""
    try:
        if against := control.press():
            noted = f"{ADVERSE_ANSWER}: {against}"
    except PressLost as lost:
        noted = f"{LOST_ANSWER}: {lost}"
    except AnswerWanted as wanted:
        withdraw_press(change, current, wanted, context)
        raise
    except Error as error:  # a reading shows whether it was pressed; it is not pressed again
        noted = f"{LOST_ANSWER}: it was not answered: {error.message.splitlines()[0]}"
    if noted:
        context.record.append(Kind.NOTE, change.name, **change.line_fields(context.heading), text=noted)
    context.checkpoint(change.name, "after-press")


def withdraw_press(change: Change[R], before: R, wanted: AnswerWanted, context: ChangeContext) -> None:
    """Leave the question to which a press led, and record the press as withdrawn once a new session shows that nothing began.

    Until that is on record the press counts, like any other that is not proved.

    Raises:
        Surprised: something has begun all the same.
    """
    append_line(change, Kind.NOTE, context, text=str(wanted), when="question")
    change.place.afresh()
    context.checkpoint(change.name, "question-left")
    current = read_until_settled(change, before, context)
    if (state := change.state(before, current)) is not ChangeState.NOT_YET:
        raise Surprised(f"{change.title}: {wanted}; and yet it is found {state.value}: {change.explain(before, current)}")
    text = f"{wanted}; it was left, and nothing has begun: the press is withdrawn, and made again with the answer"
    append_line(change, Kind.REFUSED, context, text=text, reading=current, when="after", **{WITHDRAWN: wanted.check})
    context.checkpoint(change.name, "withdrawn")
