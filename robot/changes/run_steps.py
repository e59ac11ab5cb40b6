"""The durable steps of a run: every look and every change is one, and a step that ended is never made again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from playwright.sync_api import Error

from robot.changes.run_context import no_op
from robot.domain.errors import (
    InternalError,
    LoginUnanswered,
    PressInDoubt,
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
"""Seconds for which a page that does not come is asked for again."""
_POLL_AGAIN_S = 5.0
"""Seconds between two such attempts, at most."""


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
        """Read something that decides, with a picture; a replay decides the same.

        Args:
            name: the step's name; begins with `a-`, `b-` or `site-`.
            title: what a person would say.
            place: where it is read.
            kind: the type of the reading.
            read: one look.
            procedure_ids: procedure IDs.
            require: the sentence that ends the run, or "".
            otherwise: what kind of end that is.
            afterwards: closes what was opened for this look only.

        Returns:
            What was read, now or in an earlier process.

        Raises:
            Refused: what was read is not what must be.
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
        """Read, with a picture, within a step of the caller's own: what must be read afresh each time and never remembered."""
        reading = read()
        shot = place.picture(self._context.record, name, "after")
        fields = {"title": title, "heading": self._context.heading, "procedure": list(procedure_ids)}
        self._context.record.append(Kind.READING, name, **place.where(), **fields, **shot, reading=reading.plain())
        return reading

    def require(
        self, name: str, title: str, objection: str, *, procedure_ids: tuple[str, ...] = (), otherwise: type[Stop] = Refused
    ) -> None:
        """Refuse on record what several readings together forbid.

        Args:
            name: the step's name.
            title: what is required, as a person would say it.
            objection: the sentence that ends the run; "" lets it go on, without a trace.
            procedure_ids: procedure IDs.
            otherwise: what kind of end that is.

        Raises:
            Refused: there is an objection.
        """
        if not objection:
            return

        def refuse() -> NoReturn:
            raise otherwise(objection)

        self.durably(name, title, None, refuse, procedure_ids=procedure_ids)

    def note(self, name: str, text: str, *, procedure_ids: tuple[str, ...] = (), reading: Any = None) -> None:
        """Say something in the record and in the report, as a step: what was not done, and why."""

        def once() -> dict[str, Any]:
            self._context.log_note(name, text, procedure_ids=procedure_ids, reading=reading)
            return {}

        self._context.step(name, once)

    def done_by_person(self, name: str, text: str, by: str, *, procedure_ids: tuple[str, ...] = ()) -> None:
        """Record what a person did in mid-run, and owns by name."""

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
            title: what a person would say.
            place: where it takes place; `None` where it needs no appliance.
            body: what is done; what it gives is kept as JSON.
            procedure_ids: procedure IDs.
            afterwards: closes what was opened for this step only.
            heed_stop: whether a stop request holds it back; it does not where the first half of a swing was pressed already.

        Returns:
            What the body gave, now or in an earlier process.

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
            operator_questions.close_question(context.state, name)
            context.tell({"event": "done", "step": name, "title": title})
            context.checkpoint(name, "end")
            return result

        return context.step(name, once)

    def _attempt(
        self, name: str, title: str, place: ChangePlace | None, body: Callable[[], dict[str, Any]], procedure_ids: tuple[str, ...]
    ) -> dict[str, Any]:
        """Make the body of a step; record what stops it, and ask whom it concerns."""

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
            if isinstance(stop, PressInDoubt):
                self._ownership.ask_to_press_again(title, stop)
            raise

    def _read_again(self, name: str, title: str, place: ChangePlace | None, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Make a step's body; where a page does not come, again in new sessions, for a minute: only reading repeats.

        Not where it has pressed something; not where a password went unanswered; not where the appliance has never answered in
        this run, for then its address is wrong or it is down, and somebody may still be there to be told.

        Raises:
            Unreachable: it does not come back.
        """
        context, pressed, told = self._context, self._presses(), ""
        ends = context.poller.clock() + _COMES_BACK_S

        def attempt() -> dict[str, Any] | None:
            nonlocal told
            try:
                return body()
            except LoginUnanswered:
                raise
            except Unreachable as lost:
                if place is None or self._presses() > pressed or not self._has_answered(name) or context.poller.clock() >= ends:
                    raise
                if str(lost) != told:
                    told = str(lost)
                    unit = unit_of(name)
                    context.record.append(Kind.NOTE, name, unit=unit, heading=context.heading, text=f"read again: {told}")
                context.close_browsers()
                place.drop()
                return None

        if (found := attempt()) is not None:
            return found
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
