"""Does what the table says, from the first press of a switch-over to its end.

Whatever fails on the way, also by a fault of ours, counts as not done. The table goes on, and its times bound that.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line
from robot.domain.errors import Surprised, UnknownHand
from robot.domain.model import Reading
from robot.evidence.record.line import Kind
from robot.evidence.wording import duration
from robot.switchover.half import (
    FAULTS,
    POLL_S,
    PreparedPress,
    Switchover,
    prepare_press,
    press_prepared,
    read_half,
    record_come_to_nothing,
    record_second_half,
)
from robot.switchover.table import (
    DOUBTED,
    ENDS,
    LOST,
    MOST_PRESSES,
    PRESSES,
    YIELDS,
    Action,
    Form,
    Side,
    Stage,
    State,
    transition,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.changes.change import Change

R = TypeVar("R", bound=Reading)
NOBODY_SERVES = "Nobody may be served now: look at both at once"


class FirstHalfWithoutEffectError(Exception):
    """The first press of an interrupted process has had no effect: the swing begins anew."""


class SwitchoverLoop(Generic[R]):
    """Does what the table says, from the first press to the end.

    Args:
        swap: both halves and the way back.
        stage: where the swing stands.
        prepared: the second half's form, ready to be pressed since before the first press; None if there is none.
        refusal: what was answered to the first press, if that speaks against it.
    """

    def __init__(
        self, swap: Switchover[R], stage: Stage, prepared: PreparedPress[R] | None = None, refusal: BaseException | None = None
    ) -> None:
        self._swap, self._poller = swap, swap.context.poller
        self._refusal, self._why = refusal, "an earlier process has given it up"
        self._read: dict[str, R] = {}
        self._presses: Counter[str] = Counter()
        self._enter(stage, prepared=prepared)
        off, on, back = swap.off, swap.on, swap.back
        # What is done, but for the ends. Each says first where the swing stands if the rest of it fails.
        self._steps: dict[Action, Callable[[], None]] = {
            Action.READ_FIRST: self._look_at_first,
            Action.READ_SECOND: self._look_at_second,
            Action.READ_ANEW: self._look_anew,
            Action.PROVE_FIRST: self._prove_first,
            Action.PREPARE_SECOND: lambda: self._prepare(on, self._read[on.name]),
            Action.PREPARE_BACK: lambda: self._prepare(back, self._read[off.name]),
            Action.PREPARE_YIELD: lambda: self._prepare(off, self._read[off.name]),
            Action.PRESS_SECOND: lambda: self._press(on, Stage.SECOND_PRESSED),
            Action.PRESS_BACK: lambda: self._press(back, Stage.BACK_PRESSED),
            Action.PRESS_YIELD: lambda: self._press(off, Stage.YIELD_PRESSED),
            Action.GIVE_UP: self._give_up,
            Action.YIELD: self._yield,
            Action.DOUBT: lambda: self._enter(DOUBTED[self._stage], prepared=self._prepared),
            Action.WATCH: lambda: self._enter(Stage.FIRST_ON_AGAIN, Side.ON),
        }
        if refusal:
            self._note(off, str(refusal))
        if stage is Stage.FIRST_OFF:
            swap.context.checkpoint(on.name, "between-halves")

    def run(self) -> R:
        """Return the reading that proves the second half.

        Raises:
            Surprised: the second side does not serve; the sentence says who does.
            UnknownHand: somebody else is at work on the pair.
            Refused: the lease is lost.
            FirstHalfWithoutEffectError: the first press has had no effect.
        """
        while True:
            elapsed = (self._poller.clock() - self._since) / self._swap.deadline_s
            action, calls = transition(State(self._stage, self._form()), self._first, self._second, elapsed)
            if action in ENDS:
                return self._end(action)
            if action in PRESSES:
                self._swap.require_lease()
            try:
                if calls:
                    self._call_a_person()
                self._steps[action]()
            except FAULTS as fault:  # it counts as not done: the table goes on, and bounds that by its times
                self._note(self._swap.off, f"{action.name} failed: {fault!r}")

    def _note(self, change: Change[R], text: str) -> None:
        """Write a note into the record if it can be written: what cannot be recorded is not pressed either, and it is read on."""
        with suppress(*FAULTS):
            self._swap.remark(change, text)

    def _enter(
        self, stage: Stage, first: Side = Side.UNREAD, second: Side = Side.UNREAD, prepared: PreparedPress[R] | None = None
    ) -> None:
        """Stand at another stage from now on; what is not given of it is forgotten."""
        self._stage, self._first, self._second, self._prepared = stage, first, second, prepared
        self._failed = self._called = False
        if stage is not Stage.SECOND_PRESSED:  # the second half's time begins with the proof of the first
            self._since = self._poller.clock()

    def _form(self) -> Form:
        if self._prepared:
            return Form.READY
        control = self._swap.off if self._stage in YIELDS else self._swap.back
        if self._presses[control.name] >= MOST_PRESSES:
            return Form.SPENT
        return Form.FAILED if self._failed else Form.FRESH

    def _look_at_first(self) -> None:
        known, self._first = self._first, Side.UNKNOWN
        self._first = self._look(self._swap.off, known)

    def _look_at_second(self) -> None:
        known, self._second = self._second, Side.UNKNOWN
        self._second = self._look(self._swap.on, known)

    def _look_anew(self) -> None:
        self._first = self._second = Side.UNREAD
        self._poller.pause(POLL_S)

    def _look(self, change: Change[R], known: Side) -> Side:
        """Read one side; after a pause if it was read before."""
        if known is not Side.UNREAD:
            self._poller.pause(POLL_S)
        self._poller.tell(change.awaiting, self._poller.clock() - self._since, self._swap.deadline_s)
        if (seen := read_half(self._swap, change)) is None:
            return Side.UNKNOWN
        state, self._read[change.name] = seen
        if state not in {ChangeState.IN_PLACE, ChangeState.NOT_YET}:
            return Side.UNKNOWN
        return Side.ON if (state is ChangeState.IN_PLACE) is (change is self._swap.on) else Side.OFF

    def _prove_first(self) -> None:
        off, on, context = self._swap.off, self._swap.on, self._swap.context
        ready = self._prepared is not None  # then the second side was read, and its form checked, before the first press
        self._enter(Stage.FIRST_OFF, Side.OFF, Side.OFF if ready else Side.UNREAD, self._prepared)
        append_line(off, Kind.PROVED, context, reading=self._read[off.name])
        context.checkpoint(on.name, "between-halves")

    def _prepare(self, change: Change[R], before: R) -> None:
        """Prepare the form of a half; if that fails, both sides are read again before another try."""
        tried, first, second = self._failed, self._first, self._second
        self._failed, self._first, self._second = True, Side.UNREAD, Side.UNREAD
        if tried:
            self._poller.pause(POLL_S)
        self._prepared = prepare_press(self._swap, change, before, pictured=change is not self._swap.off)
        if self._prepared:
            self._first = first
            self._second = Side.UNREAD if change is self._swap.back else second  # read once more before the first is put back

    def _press(self, change: Change[R], then: Stage) -> None:
        prepared, self._prepared, self._failed = self._prepared, None, True
        self._first = self._second = Side.UNREAD
        if prepared is None:
            return
        pressed = press_prepared(self._swap, change, prepared)
        if not pressed.made:
            return
        self._presses[change.name] += 1
        self._enter(then)
        if change is self._swap.on and pressed.refusal:
            self._give_up(pressed.refusal)

    def _give_up(self, refusal: str = "") -> None:
        took = duration(self._poller.clock() - self._since)
        pressed = self._stage is Stage.SECOND_PRESSED
        self._why = refusal or (
            f"pressed, and not in place after {took}" if pressed else f"it could not be pressed within {took}"
        )
        self._enter(Stage.GIVEN_UP)
        place = self._swap.on.place
        try:
            place.prove_identity()
        except FAULTS:
            place.drop()  # a new session proves whose page it is, and reads it

    def _yield(self) -> None:
        """Let the second side serve alone: it has come through after the first was, or may have been, put back."""
        if self._stage is Stage.FIRST_ON_AGAIN:
            self._enter(Stage.BOTH_ON, self._first, Side.ON, self._prepared)
        else:  # what was read of the first side is older than the newest press of the way back may be
            self._enter(Stage.BOTH_ON, second=Side.ON)
        self._swap.remark(
            self._swap.on, "it came through after all, so that both may be on: the first half is pressed again at once"
        )

    def _call_a_person(self) -> None:
        if not self._called:
            self._called = True
            sentence = f"{self._unproved()}; the robot reads on"
            self._swap.call(sentence)
            self._swap.remark(self._swap.off, sentence)

    def _unproved(self) -> str:
        """Return what is not proved, and who may be serving."""
        off, on, back = self._swap.off, self._swap.on, self._swap.back
        after = duration(self._poller.clock() - self._since)
        if self._stage in YIELDS:
            return f"{on.title} came through late and {off.title} is not proved: both may serve. Look at both at once"
        if self._stage in LOST:
            lost = f"{on.title}: not proved ({self._why})"
            if self._second is Side.UNKNOWN:
                lost += f", and its state cannot be read; {back.title} is not done, for both could be on then"
            else:
                lost += f", and {back.title} is not proved either"
            return f"{lost}. {NOBODY_SERVES}"
        return f"{off.title} is pressed and not proved after {after}; {on.title} is not pressed. {NOBODY_SERVES}"

    def _end(self, action: Action) -> R:
        """End the swing.

        Returns:
            The reading that proves the second half, if the second side serves.

        Raises:
            Surprised: it does not; the sentence says who does.
            UnknownHand: somebody else has undone the first half, or done the second.
            FirstHalfWithoutEffectError: the first press has had no effect.
        """
        swap, context, took = self._swap, self._swap.context, duration(self._poller.clock() - self._since)
        off, on, back = swap.off, swap.on, swap.back
        if action is Action.END_SWUNG:
            if self._stage in YIELDS:
                append_line(off, Kind.PROVED, context, reading=self._read[off.name])
                record_come_to_nothing(swap, back, f"{on.title} came through, and {off.title} was pressed again")
            return record_second_half(swap, self._read[on.name])
        if action is Action.END_PUT_BACK:
            kind = Kind.PROVED if swap.pressed(back) else Kind.ALREADY
            append_line(back, kind, context, reading=self._read[off.name], when="after")
            record_come_to_nothing(swap, on, f"it was given up ({self._why}), and {back.title} is done")
            raise Surprised(
                f"{on.title}: not proved ({self._why}); {back.title} is done, and the site is served as before the swing",
                next_action=swap.after_the_way_back,
            )
        if action is Action.BEGIN_AGAIN:
            raise FirstHalfWithoutEffectError
        if action is Action.END_UNDONE:
            raise UnknownHand(f"{off.title} was done by this run, and is undone: somebody else is at work on the pair")
        if action is Action.END_NOT_BEGUN:
            if self._stage is Stage.FIRST_REFUSED and self._refusal:
                raise self._refusal
            raise Surprised(f"{off.title} is pressed and not proved (it reads as before after {took}); {on.title} is not pressed")
        raise Surprised(self._unproved())
