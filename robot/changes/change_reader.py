"""Reads the state of a change, also while the appliance may be too busy to answer, and after a press that may be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playwright.sync_api import Error

from robot.changes.change import ChangeState
from robot.changes.change_log import append_line, ominous_answer, record_trace, recorded_trace
from robot.domain.errors import PressInDoubt, Unreachable, WrongScreen
from robot.domain.model import Reading
from robot.evidence.record.line import Kind
from robot.evidence.wording import duration

if TYPE_CHECKING:
    from robot.changes.change import Change, ChangeContext

R = TypeVar("R", bound=Reading)
STRANGE_PAGE_S = 180.0
"""Seconds for which an unexpected page may be shown during a wait. An appliance that goes down or comes up shows such pages for
moments; a page that stays longer has been redesigned, or needs a person."""
MOST_PRESSES = 2
"""How often one change is pressed in a run's life: once, and once more if the first press is proved lost. Then a person is
asked."""
UNTOUCHED_READINGS = 10
"""The least number of readings in a new session that must all show no trace of a press before it is taken for lost."""
GONE_S = 60.0
"""Seconds of silence after which the robot gives up reading whether a press came through."""
SILENT_S = 10.0
"""Seconds of silence that count as a trace of the press before them, because the appliance may have restarted."""


def read_once(change: Change[R]) -> R:
    """Return one reading of a change's state.

    Raises:
        Unreachable: the page broke off while it was being read.
    """
    try:
        return change.read()
    except Error as error:
        raise Unreachable(f"{change.title}: the page could not be read: {error.message.splitlines()[0]}") from error


def read_if_possible(change: Change[R]) -> R | None:
    """Return one reading of an appliance that may be too busy to answer; None if there is none."""
    try:
        return read_once(change)
    except (Unreachable, WrongScreen):
        return None


class ChangeReader(Generic[R]):
    """Reads a change that was pressed, while the appliance may be too busy to answer.

    Silence is accepted as a reading. So is an unexpected page, but only for as long as pages may come and go while the appliance
    is at work; then it is raised as an error.

    Attributes:
        missed: why the newest reading failed; None if it did not.
        silent_s: the longest time so far, in seconds, in which every reading failed.
        trace: the trace of the newest press, in words; an empty string if there is none.
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
        """Return one reading; None if there is none.

        Raises:
            WrongScreen: an unexpected page has been shown for too long.
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
        """Return how far the change has come by a reading; keep any state but "not yet" as a trace of the press."""
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

    def _count(self, until_s: float) -> None:
        self.silent_s = max(self.silent_s, until_s - self._without_since)
        if self.silent_s >= SILENT_S:
            self._keep(f"nothing for {duration(self.silent_s)}")

    def _keep(self, trace: str) -> None:
        if self.trace:  # the first trace is enough, and is on record if it has to be
            return
        self.trace = trace
        if self._ominous:
            record_trace(self._change, trace, self._context)

    def require_no_other_page(self) -> None:
        """Require that the newest reading did not meet an unexpected page: it explains a missed deadline better than the wait.

        Raises:
            WrongScreen: it met one.
        """
        if isinstance(self.missed, WrongScreen):
            raise self.missed


def read_after_unproved_press(change: Change[R], before: R | None, context: ChangeContext) -> R:
    """Read what came of an unproved press, after it has settled; record a lost press if it may be repeated.

    Args:
        change: the change that was pressed.
        before: the reading before the press; None if there is none.
        context: what the changes of this run share.

    Returns:
        The settled reading. If it is not yet in place, the change may be pressed once more.

    Raises:
        PressInDoubt: the press may only be repeated if a person allows it.
    """
    current = read_until_settled(change, before, context)
    if change.state(before, current) is ChangeState.NOT_YET:
        presses, trace = context.record.history.attempts(change.name), recorded_trace(change, context)
        finding = "no reading in a new session shows a trace of it"
        if trace:
            finding = f"after the press it showed: {trace}; now everything stands as before"
        elif presses >= MOST_PRESSES:
            finding = f"pressed {presses} times, and {finding}"
        if (trace or presses >= MOST_PRESSES) and not context.allowed_by(change):
            raise PressInDoubt(f"{change.title}: {finding}", change.name)
        append_line(change, Kind.NOTE, context, text=f"nothing has come of the last press: {finding}", reading=current)
    return current


def read_until_settled(change: Change[R], before: R | None, context: ChangeContext) -> R:
    """Return the reading of an unproved press after it has had time to take effect.

    It reads for the settling time and at least `UNTOUCHED_READINGS` times, unless the change is seen under way or in place
    before. If nothing has come of the press in the end, any trace that was seen meanwhile is recorded.

    Raises:
        Unreachable: the appliance does not answer for a minute, or there is no reading at the end of the longest time.
        WrongScreen: an unexpected page is shown for too long.
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
