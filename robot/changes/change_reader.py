"""Reads the state of a change, also while the appliance may be too busy to answer, and after a press that may be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line, ominous_answer, record_trace, recorded_trace
from robot.domain.errors import PressInDoubt, Unreachable, WrongScreen
from robot.domain.model import Reading
from robot.domain.waiting import duration
from robot.evidence.record.line import Kind

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext

R = TypeVar("R", bound=Reading)
STRANGE_PAGE_S = 180.0
"""Seconds for which a page that is none of the expected ones may stand there while something is waited for. An appliance that
goes down or comes up shows such pages for moments; longer, and it is a page that was drawn anew, or that asks for a person."""
MOST_PRESSES = 2
"""How often one change is pressed in a run's life: once, and once more where the first press is proved lost. Then a person is
asked."""
UNTOUCHED_READINGS = 10
"""Readings in a new session, at least, that must all show no trace of a press before it is taken for lost."""
GONE_S = 60.0
"""Seconds of silence after which an appliance is told to be gone while it is read whether a press came through."""
SILENT_S = 10.0
"""Seconds of silence after a press which may be a restart: a press before it is not taken for lost."""


def read_once(change: Change[R]) -> R:
    """One reading; what the browser itself could not do is said in our words.

    Raises:
        Unreachable: the page broke off while it was being read.
    """
    try:
        return change.read()
    except Error as error:
        raise Unreachable(f"{change.title}: the page could not be read: {error.message.splitlines()[0]}") from error


def read_if_possible(change: Change[R]) -> R | None:
    """One reading after a press, when the appliance may be too busy to answer: not to be had is a reading too."""
    try:
        return read_once(change)
    except (Unreachable, WrongScreen):
        return None


class ChangeReader(Generic[R]):
    """Reads a change that was pressed, while the appliance may be too busy to answer.

    That it does not answer is a reading too. So is a page that is none of the expected ones, for as long as pages may come
    and go while something is at work; after that it is told as what it is.

    Attributes:
        missed: why the newest reading could not be had; `None` where it was.
        silent_s: seconds for which no reading has been had without a break, at most so far.
        trace: what the newest press has left as a trace, in words; "" where it has left none.
    """

    def __init__(self, change: Change[R], context: ChangeContext) -> None:
        self.missed: Unreachable | WrongScreen | None = None
        self.silent_s = 0.0
        self.trace = recorded_trace(change, context)
        self._change, self._context = change, context
        self._ominous = bool(ominous_answer(change, context))
        self._clock = context.poller.clock
        self._strange_since = self._without_since = 0.0

    def look(self) -> R | None:
        """One reading; `None` where it is not to be had.

        Raises:
            WrongScreen: another page has stood there for too long.
        """
        began = self._clock()
        try:
            current = read_once(self._change)
        except (Unreachable, WrongScreen) as missed:
            self._miss(missed, began)
            return None
        if self.missed is not None:
            self._count(began)
        self.missed = None
        return current

    def state_of(self, before: R | None, current: R) -> ChangeState:
        """What a reading means; that it is not as before the press is a trace of it."""
        state = self._change.state(before, current)
        if state is not ChangeState.NOT_YET:
            self._keep(self._change.explain(before, current) if state is ChangeState.UNCLEAR else state.value)
        return state

    def _miss(self, why: Unreachable | WrongScreen, began: float) -> None:
        if self.missed is None:
            self._without_since = began
        strange = isinstance(why, WrongScreen)
        if strange and not isinstance(self.missed, WrongScreen):
            self._strange_since = began
        self.missed = why
        if isinstance(why, WrongScreen):
            why.on(self._change.place)
            self._keep(str(why))
        self._count(self._clock())
        if strange and self._clock() - self._strange_since >= min(STRANGE_PAGE_S, self._change.deadline_s):
            raise why

    def _count(self, current: float) -> None:
        self.silent_s = max(self.silent_s, current - self._without_since)
        if self.silent_s >= SILENT_S:
            self._keep(f"nothing for {duration(self.silent_s)}")

    def _keep(self, trace: str) -> None:
        if self.trace:  # on record already, where it belongs there
            return
        self.trace = trace
        if self._ominous:
            record_trace(self._change, trace, self._context)

    def require_no_other_page(self) -> None:
        """See that no deadline passes over a page that is none of the expected ones: it is told, for nothing may be at work.

        Raises:
            WrongScreen: such a page stands there.
        """
        if isinstance(self.missed, WrongScreen):
            raise self.missed


def read_after_unproved_press(change: Change[R], before: R | None, context: ChangeContext) -> R:
    """Read after an unproved press, as it has settled; where it was lost, say so, and see that it may be made again.

    Raises:
        PressInDoubt: it may not, until a person says so.
    """
    current = read_until_settled(change, before, context)
    if change.state(before, current) is ChangeState.NOT_YET:
        presses, trace = context.record.history.attempts(change.name), recorded_trace(change, context)
        found = "no reading in a new session shows a trace of it"
        if trace:
            found = f"after the press it showed: {trace}; now everything stands as before"
        elif presses >= MOST_PRESSES:
            found = f"pressed {presses} times, and {found}"
        if (trace or presses >= MOST_PRESSES) and not context.allowed_by(change):
            raise PressInDoubt(f"{change.title}: {found}", change.name)
        append_line(change, Kind.NOTE, context, text=f"nothing has come of the last press: {found}", reading=current)
    return current


def read_until_settled(change: Change[R], before: R | None, context: ChangeContext) -> R:
    """Read after an unproved press, for as long as the press may still come through, and at least `UNTOUCHED_READINGS` times.

    A trace of the press that is seen meanwhile is noted on record.

    Raises:
        Unreachable: it does not answer for a minute, or for most of the time.
        WrongScreen: another page stands there for too long.
    """
    poller, settle = context.poller, context.settle_s_of(change)
    reader, began = ChangeReader(change, context), poller.clock()
    at_most, readings = max(change.deadline_s, settle + STRANGE_PAGE_S), 0
    while True:
        current = reader.look()
        waited = poller.clock() - began
        if reader.missed is not None and (waited >= at_most or _is_gone(reader)):
            raise reader.missed
        if current is not None:
            readings += 1
            state = reader.state_of(before, current)
            if state not in {ChangeState.NOT_YET, ChangeState.UNCLEAR} or (readings >= UNTOUCHED_READINGS and waited >= settle):
                if state is ChangeState.NOT_YET:
                    record_trace(change, reader.trace, context)
                return current
        poller.tell(f"{change.title}: whether the last press came through", 0.0, settle)
        poller.pause(min(poller.poll, max(settle / UNTOUCHED_READINGS, 0.01)))


def _is_gone(reader: ChangeReader[Any]) -> bool:
    return isinstance(reader.missed, Unreachable) and reader.silent_s >= GONE_S
