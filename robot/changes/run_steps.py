"""The durable steps of a run: every reading that decides and every change is one, and a step that ended is never made again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from playwright.sync_api import Error

from robot.changes.run_context import no_op
from robot.domain.errors import (
    InternalError,
    LoginUnanswered,
    PressWanted,
    Refused,
    Stalled,
    Stop,
    StoppedByHand,
    UnknownHand,
    Unreachable,
    Waiting,
    WrongScreen,
)
from robot.domain.model import Reading
from robot.evidence.record.line import Kind
from robot.evidence.record.step_names import unit_of
from robot.operators import operator_questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.changes.change import ChangePlace
    from robot.changes.ownership import Ownership
    from robot.changes.run_context import RunContext
    from robot.domain.errors import Place

R = TypeVar("R", bound=Reading)
_COMES_BACK_S = 60.0
"""Seconds for which a page that does not answer is asked for again."""
_POLL_AGAIN_S = 5.0
"""The most seconds between two such attempts."""


class RunSteps:
    """Makes the durable steps of one run."""

    def __init__(self, context: RunContext, ownership: Ownership) -> None:
        self._context, self._ownership = context, ownership

    def observe(
        self,
        name: str,
        title: str,
        place: ChangePlace,
        kind: type[R],
        read: Callable[[], R],
        *,
        procedure_ids: tuple[str, ...] = (),
        require: Callable[[R], str] | None = None,
        otherwise: type[Stop] = Refused,
        afterwards: Callable[[], None] = no_op,
    ) -> R:
        """Read something that decides how the run goes on, with a picture; a resumed run gets the same reading.

        Args:
            name: the step's name; begins with `a-`, `b-` or `site-`.
            title: the step in a person's words.
            place: where it is read.
            kind: the type of the reading.
            read: makes one reading.
            procedure_ids: the IDs of the obligations that the step keeps.
            require: returns the sentence that ends the run because of the reading, or an empty string.
            otherwise: the class of that end.
            afterwards: closes what was opened for this step only.

        Returns:
            The reading, made now or in an earlier process.

        Raises:
            Refused: the reading is not as required.
        """

        def once() -> dict[str, Any]:
            reading = self.observe_now(name, title, place, read, procedure_ids=procedure_ids)
            if require and (objection := require(reading)):
                raise otherwise(objection)
            return reading.plain()

        return kind.from_plain(self.durably(name, title, place, once, procedure_ids=procedure_ids, afterwards=afterwards))

    def observe_now(
        self, name: str, title: str, place: ChangePlace, read: Callable[[], R], *, procedure_ids: tuple[str, ...] = ()
    ) -> R:
        """Return a reading that must be made afresh each time, with a picture, within a step of the caller.

        Args:
            name: the step's name.
            title: the step in a person's words.
            place: where it is read.
            read: makes one reading.
            procedure_ids: the IDs of the obligations that the reading keeps.
        """
        reading = read()
        shot = place.picture(self._context.record, name, "after")
        fields = {"title": title, "heading": self._context.heading, "procedure": list(procedure_ids)}
        self._context.record.append(Kind.READING, name, **place.where(), **fields, **shot, reading=reading.plain())
        return reading

    def require(
        self, name: str, title: str, objection: str, *, procedure_ids: tuple[str, ...] = (), otherwise: type[Stop] = Refused
    ) -> None:
        """End the run, on record, if there is an objection that several readings together give.

        Args:
            name: the step's name.
            title: what is required, in a person's words.
            objection: the sentence that ends the run; with an empty string it goes on, and nothing is recorded.
            procedure_ids: the IDs of the obligations that the step keeps.
            otherwise: the class of that end.

        Raises:
            Refused: there is an objection.
        """
        if not objection:
            return

        def refuse() -> NoReturn:
            raise otherwise(objection)

        self.durably(name, title, None, refuse, procedure_ids=procedure_ids)

    def note(self, name: str, text: str, *, procedure_ids: tuple[str, ...] = (), reading: Any = None) -> None:
        """Write a note into the record and the report, as a durable step: what was not done, and why.

        Args:
            name: the step's name.
            text: the sentence.
            procedure_ids: the IDs of the obligations that the note answers.
            reading: plain JSON values that belong to it; None if there are none.
        """

        def once() -> dict[str, Any]:
            self._context.log_note(name, text, procedure_ids=procedure_ids, reading=reading)
            return {}

        self._context.step(name, once)

    def done_by_person(self, name: str, text: str, by: str, *, procedure_ids: tuple[str, ...] = ()) -> None:
        """Record what a person did in mid-run and answers for, as a durable step.

        Args:
            name: the step's name.
            text: what was done.
            by: the person's name.
            procedure_ids: the IDs of the obligations that it keeps.
        """

        def once() -> dict[str, Any]:
            unit, heading = unit_of(name), self._context.heading
            self._context.record.append(
                Kind.BY_PERSON,
                name,
                unit=unit,
                by=by,
                text=f"done by {by}: {text}",
                heading=heading,
                procedure=list(procedure_ids),
            )
            self._context.tell({"event": "note", "text": f"done by {by}: {text}"})
            return {}

        self._context.step(name, once)

    def durably(
        self,
        name: str,
        title: str,
        place: ChangePlace | None,
        body: Callable[[], dict[str, Any]],
        *,
        procedure_ids: tuple[str, ...] = (),
        afterwards: Callable[[], None] = no_op,
        heed_stop: bool = True,
    ) -> dict[str, Any]:
        """Make one durable step of `body`; what stops it is recorded with a picture.

        Args:
            name: the step's name.
            title: the step in a person's words.
            place: where it is made; None if it needs no appliance.
            body: does the step; what it returns is kept as JSON.
            procedure_ids: the IDs of the obligations that the step keeps.
            afterwards: closes what was opened for this step only.
            heed_stop: whether a stop request holds it back; False if the first half of a swing was pressed already.

        Returns:
            What the body returned, now or in an earlier process.

        Raises:
            InternalError: the body failed by a fault of ours.
        """
        context = self._context

        def once() -> dict[str, Any]:
            context.tell({"event": "step", "step": name, "title": title, "heading": context.heading})
            context.checkpoint(name, "begin")
            if heed_stop:
                context.raise_if_stop_requested()
                context.report_exposure()
            try:
                with ExitStack() as stack:
                    stack.callback(afterwards)
                    result = self._attempt(name, title, place, body, procedure_ids)
            except Exception as fault:  # an Exception would be the step's result for ever; a Stop can be resumed
                raise InternalError(f"{title}: a fault of the robot's own: {fault!r}") from fault
            self._close_question(context.step_fields(name, title, procedure_ids), name)
            context.tell({"event": "done", "step": name, "title": title})
            context.checkpoint(name, "end")
            return result

        return context.step(name, once)

    def _close_question(self, fields: dict[str, Any], step: str) -> None:
        """Close what was asked at a step that has ended, and record whatever was answered."""
        operator_questions.close_question(self._context.state, step)
        operator_questions.all_into_record(self._context, step, fields)

    def _attempt(
        self, name: str, title: str, place: ChangePlace | None, body: Callable[[], dict[str, Any]], procedure_ids: tuple[str, ...]
    ) -> dict[str, Any]:
        """Run the body of a step; record what stops it, and ask the person who must answer for it."""

        def guarded() -> dict[str, Any]:
            try:
                return body()
            except Error as error:  # the browser could not do it; no fault of ours
                raise Unreachable(f"{title}: the page broke off: {error.message.splitlines()[0]}") from error

        try:
            return self._read_again(name, title, place, guarded)
        except Stop as stop:
            self._record_stop(name, title, place, procedure_ids, stop)
            if isinstance(stop, UnknownHand):
                self._ownership.ask_for_owner(name, str(stop))
            if isinstance(stop, PressWanted):
                self._ownership.ask_to_press(title, stop)
            raise

    def _read_again(self, name: str, title: str, place: ChangePlace | None, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what a step's body returns; if a page does not answer, run it again in new sessions for a minute.

        Only reading repeats: not a body that has pressed something, and not one whose password was not answered. Nor is it run
        again if the appliance has never answered in this run: its address is wrong or it is down, and somebody may still be at
        the terminal.

        Raises:
            Unreachable: the page does not come back.
        """
        context, pressed, last_reason = self._context, self._presses(), ""
        ends = context.poller.clock() + _COMES_BACK_S

        def attempt() -> dict[str, Any] | None:
            nonlocal last_reason
            try:
                return body()
            except LoginUnanswered:
                raise
            except Unreachable as lost:
                if place is None or self._presses() > pressed or not self._has_answered(name) or context.poller.clock() >= ends:
                    raise
                if str(lost) != last_reason:
                    last_reason = str(lost)
                    unit = unit_of(name)
                    context.record.append(Kind.NOTE, name, unit=unit, heading=context.heading, text=f"read again: {last_reason}")
                context.close_browsers()
                place.drop()
                return None

        if (result := attempt()) is not None:
            return result
        again = replace(context.poller, poll=min(context.settings.limits.poll, _POLL_AGAIN_S)).poll_until(
            attempt,
            lambda result: result is not None,
            what=f"{unit_of(name).upper()} to answer again ({title})",
            within=_COMES_BACK_S + 60,
        )
        return again or {}

    def _presses(self) -> int:
        return len(self._context.record.history.presses)

    def _has_answered(self, name: str) -> bool:
        """Tell whether the appliance that a step is about has been read in this run."""
        unit = unit_of(name)
        lines = self._context.record.history.lines
        return any(line.kind == Kind.READING and unit in {line.unit, "site"} for line in lines)

    def _record_stop(self, name: str, title: str, place: ChangePlace | None, procedure_ids: tuple[str, ...], stop: Stop) -> None:
        if isinstance(stop, StoppedByHand | Waiting):
            return
        fields = self._context.step_fields(name, title, tuple(dict.fromkeys((*procedure_ids, *stop.procedure_ids))))
        seen_on: Place | None = place
        if isinstance(stop, WrongScreen):
            if place is not None:
                stop.on(place)
            seen_on = stop.seen_on
        if seen_on is not None:
            try:
                fields |= {**seen_on.where(), **seen_on.picture(self._context.record, name, "failed")}
            except (Stop, OSError, Error) as none:
                fields["no_picture"] = str(none)
        if isinstance(stop, WrongScreen) and stop.drift:
            fields["drift"] = stop.drift.plain()
        kind = Kind.STALLED if isinstance(stop, Stalled) else Kind.REFUSED
        self._context.record.append(kind, name, text=str(stop), **fields)
