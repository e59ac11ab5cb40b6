"""A run while it is performed: what a flow holds in its hands. Every look and every change is a durable step of its own."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from playwright.sync_api import Error

from robot.domain.errors import (
    AnswerWanted,
    Faulty,
    PressInDoubt,
    Refused,
    Stalled,
    Stop,
    StoppedByHand,
    Unanswered,
    UnknownHand,
    Unreachable,
    Waiting,
    WrongScreen,
)
from robot.domain.model import Reading
from robot.domain.waiting import Patience, duration
from robot.evidence.record.line import Kind
from robot.execution.change import Change, Conduct, Control, Outcome, Stage, perform
from robot.operators import operator_questions
from robot.schedule.press_policy import PressPolicy
from robot.schedule.windows import WindowState

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from robot.domain.errors import Place
    from robot.operators.operator_questions import OperatorAnswer
    from robot.recording.evidence_log import EvidenceLog
    from robot.runs.store import RunState
    from robot.schedule.estimate import Work
    from robot.schedule.windows import ProcedurePart
    from robot.settings import Settings

R = TypeVar("R", bound=Reading)
T = TypeVar("T")


def nothing_happens(_step: str, _point: str) -> None:
    """Pass a named point of a run; tests pull the plug there."""


def nothing_more() -> None:
    """Leave everything open."""


def nobody_is_told(_turn: str, _sentence: str, _deadline: str) -> None:
    """Send no message."""


_YEAR = 366 * 86400.0
_COMES_BACK = 60.0
"""Seconds for which a page that does not come is asked for again."""
FACTS = ("role", "enabled", "product", "base", "said")
"""What a person in mid-run may have changed, by its name in any reading; what is said of a patch no take-back reads."""


@dataclass
class Run:
    """One run, performed by this process.

    Attributes:
        state: its state folder.
        settings: the pair, as it was when the run began.
        record: the truth about what was pressed.
        step: makes a durable step of a function: `step(name, body)` gives what body gave, now or in an earlier process.
        tell: tells the parent process what goes on, as plain JSON.
        passing: called at named points; where tests pull the plug.
        heading: the procedure's heading under which the steps stand now.
        parent: the process that holds the lease; without it nothing is pressed.
        waits: whether it stays while only a window or a person can help.
        rest: closes every browser, as before a long wait.
        confirm: asks the person at the terminal before each press; gives whether it may be.
        message: sends a message at a turn of the run: the turn, a sentence, a deadline or "".
        hours: when it may press.
        hushed: whether nothing may take time now, not even a message: the swing.
    """

    state: RunState
    settings: Settings
    record: EvidenceLog
    step: Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]
    tell: Callable[[dict[str, Any]], None]
    passing: Callable[[str, str], None] = nothing_happens
    heading: str = ""
    parent: int = field(default_factory=os.getppid)
    waits: bool = False
    rest: Callable[[], None] = nothing_more
    confirm: Callable[[dict[str, Any]], bool] | None = None
    message: Callable[[str, str, str], None] = nobody_is_told
    hushed: bool = False

    def __post_init__(self) -> None:
        self.hours = PressPolicy(self.settings, self.record, {})

    @property
    def patience(self) -> Patience:
        """How this run waits: the pair file's poll, and the stop flag at every tick."""
        return Patience(
            poll=self.settings.limits.poll,
            interrupted=self.heed_stop,
            tell=self.tell_waiting,
            pace=self.state.facts.get("pace", 1.0),
        )

    def tell_waiting(self, what: str, so_far: float, within: float) -> None:
        """Tell what is waited for; and those who want to know, how long there has been no failover."""
        self.tell({"event": "waiting", "what": what, "so_far": round(so_far, 1), "within": within})
        self.mind_exposure()

    def heed_stop(self) -> None:
        """End here when somebody asked for it.

        Raises:
            StoppedByHand: the stop flag is set.
        """
        if self.state.asked_to_stop:
            pressed = self.unproved()
            after = f"{pressed} is pressed, not yet proved; the appliance goes on" if pressed else "nothing is under way"
            raise StoppedByHand(f"stopped by hand; {after}")

    def may_press(self) -> None:
        """Look once more before a press: is the lease still held for us, and does nobody want a stop?"""
        self.heed_stop()
        self.require_lease()
        self.hours.require()

    def enter(self, part: ProcedurePart, work: Work) -> None:
        """Begin one part of the procedure: hold until its window is open, and see that the part fits into it (PL3, PL5, PL6).

        Raises:
            Waiting: the window is not open yet. Refused: it is over, or too short.
        """
        self.hours.part = part
        if self.settings.windows is None:
            self.note(
                f"site-{part}-window", "skipped: no windows are kept, because somebody said that now is the time (--now)",
                fulfils=("PL3", "PL5", "PL6"),
            )  # fmt: skip
            return

        def once() -> dict[str, Any]:
            permit = self.hours.permit()
            if permit is not None and permit.verdict is WindowState.NOT_YET:
                self.rest()
                if self.waits:
                    self.patience.until(
                        self.hours.permit, lambda now: now is None or now.verdict is not WindowState.NOT_YET,
                        what=permit.sentence, within=_YEAR,
                    )  # fmt: skip
            self.hours.require()
            fits = self.hours.require_fit(work)
            self.record.append(
                "note", f"site-{part}-window", unit="site", heading=self.heading, procedure=["PL3", "PL5", "PL6"],
                title=f"The {part} window", text=f"the {part} window is open: {fits}",
            )  # fmt: skip
            return {}

        self.durably(f"site-{part}-window", f"The {part} window", None, once, fulfils=("PL3", "PL5", "PL6"))

    def mind_exposure(self) -> None:
        """Tell, at 50, 90 and 100 per cent, how much of the time allowed without failover is over (PL7)."""
        if self.hushed or (exposure := self.hours.exposure()) is None:
            return
        for mark in exposure.passed:
            self.turn(f"exposure_{mark}", f"{mark} % of the {duration(exposure.at_most)} allowed without failover are over")

    def require_lease(self) -> None:
        """See that the parent process, which holds the lease, still lives.

        Raises:
            Refused: it does not.
        """
        if os.getppid() != self.parent:
            raise Refused("the process that holds the lease is gone; nothing is pressed without it")

    def unproved(self) -> str:
        """The change that was pressed and is not proved yet, or ""."""
        press = self.record.history.unproved_press({Kind.PROVED, Kind.ALREADY})
        return press.step if press else ""

    def conduct(self) -> Conduct:
        """What every change of this run shares."""
        return Conduct(
            record=self.record,
            patience=self.patience,
            may_press=self.may_press,
            passing=self.passing,
            heading=self.heading,
            settle=self.settings.limits.settle,
            owner=self.owner_of,
            confirm=self.confirmed,
            allowed=self.allowed,
        )

    def owner_of(self, change: Change[Any], found: Reading) -> str:
        """Who owns what was found done without a press of ours, or "" (OP8).

        A person who answered for it by name; or whoever had the pair in hand, where it stands as it stood at the take-back.
        """
        return self.owner_at(change.name, change.stage.where()["unit"], found.plain())

    def owner_at(self, step: str, unit: str, found: dict[str, Any]) -> str:
        """Who owns what was found on an appliance at a step, or ""."""
        if by := self.owner_by_answer(step):
            return by
        taken = self.record.history.latest("site-take-back", {Kind.NOTE})
        if taken is None:
            return ""
        stood = taken.reading["found"].get(unit, {})
        facts = {name: value for name, value in found.items() if name in FACTS and value not in {"", None}}
        return taken.by if facts and all(stood.get(name) == value for name, value in facts.items()) else ""

    def owner_by_answer(self, step: str, check: str = operator_questions.UNKNOWN_HAND) -> str:
        """Who has answered for what was last found at a step without a press of ours, or "".

        An answer stands for what was found before it, not for what is found later.
        """
        answer = operator_questions.answer_to(self.state, step)
        return answer.by if answer and answer.check == check and self._given_since(answer, {"refused"}) else ""

    def allowed(self, change: Change[Any]) -> str:
        """Who has said, since the newest press of a change, that it may be pressed once more; "" where nobody has."""
        answer = operator_questions.answer_to(self.state, change.name, operator_questions.PRESS_AGAIN)
        if answer is None or not self._given_since(answer, {Kind.INTENT}):
            return ""
        operator_questions.into_record(answer, self.state, self.record, self.conduct().told(change))
        return answer.by

    def _given_since(self, answer: OperatorAnswer, kinds: set[str]) -> bool:
        """Whether an answer is a yes, given since the newest line of these kinds at its step."""
        newest = self.record.history.latest(answer.step, kinds)
        return answer.yes and newest is not None and newest.utc <= answer.utc

    def confirmed(self, change: Change[Any], reading: Reading, control: Control) -> None:
        """Have the person at the terminal agree to this very press, where that was asked for.

        Raises:
            StoppedByHand: they did not.
        """
        if self.confirm is None:
            return
        shot = self.record.last_picture(change.name, "before")
        told = {"title": change.title, "label": control.label, "reading": reading.plain(), "picture": str(shot or "")}
        if not self.confirm(told):
            raise StoppedByHand(f'stopped by hand before "{change.title}", which was not confirmed; it is not pressed')

    def until(self) -> str:
        """By when the people who are asked must have answered, or ""."""
        return self.hours.until()

    def turn(self, turn: str, sentence: str, *, deadline: str = "") -> None:
        """Tell those who want to know that the run has come to a turn; never holds it back."""
        self.message(turn, sentence, deadline)

    @contextmanager
    def under(self, heading: str) -> Generator[None]:
        """Everything within stands under this heading of the procedure."""
        before, self.heading = self.heading, heading
        try:
            yield
        finally:
            self.heading = before

    def change(self, change: Change[R]) -> Outcome[R]:
        """Bring one change about, once, whatever happens to this process."""

        def once() -> dict[str, Any]:
            change.ask()
            try:
                outcome = perform(change, self.conduct())
            except AnswerWanted:  # nothing has begun: with the answer the change begins again, from its reading
                change.ask()
                outcome = perform(change, self.conduct())
            return {"state": outcome.state, "reading": outcome.reading.plain()}

        done = self.durably(change.name, change.title, change.stage, once, fulfils=change.fulfils)
        return Outcome(done["state"], change.reading.from_plain(done["reading"]))

    def look(
        self,
        name: str,
        title: str,
        stage: Stage,
        kind: type[R],
        read: Callable[[], R],
        *,
        fulfils: tuple[str, ...] = (),
        require: Callable[[R], str] | None = None,
        otherwise: type[Stop] = Refused,
        afterwards: Callable[[], None] = nothing_more,
    ) -> R:
        """Read something that decides, with a picture; a replay decides the same.

        Args:
            name: the step's name; begins with `a-`, `b-` or `site-`.
            title: what a person would say.
            stage: where it is read.
            kind: the type of the reading.
            read: one look.
            fulfils: procedure IDs.
            require: the sentence that ends the run, or "".
            otherwise: what kind of end that is.
            afterwards: closes what was opened for this look only.

        Raises:
            Refused: what was read is not what must be.
        """

        def once() -> dict[str, Any]:
            reading = self.read_now(name, title, stage, read, fulfils=fulfils)
            if require and (objection := require(reading)):
                raise otherwise(objection)
            return reading.plain()

        return kind.from_plain(self.durably(name, title, stage, once, fulfils=fulfils, afterwards=afterwards))

    def read_now(self, name: str, title: str, stage: Stage, read: Callable[[], R], *, fulfils: tuple[str, ...] = ()) -> R:
        """Read, with a picture, within a step of the caller's own: what must be read afresh each time and never remembered."""
        reading = read()
        shot = stage.picture(self.record, name, "after")
        extras = {"title": title, "heading": self.heading, "procedure": list(fulfils)}
        self.record.append("reading", name, **stage.where(), **extras, **shot, reading=reading.plain())
        return reading

    def require(
        self, name: str, title: str, objection: str, *, fulfils: tuple[str, ...] = (), otherwise: type[Stop] = Refused
    ) -> None:
        """Refuse on record what several readings together forbid.

        Args:
            name: the step's name.
            title: what is required, as a person would say it.
            objection: the sentence that ends the run; "" lets it go on, without a trace.
            fulfils: procedure IDs.
            otherwise: what kind of end that is.

        Raises:
            Refused: there is an objection.
        """
        if not objection:
            return

        def refuse() -> NoReturn:
            raise otherwise(objection)

        self.durably(name, title, None, refuse, fulfils=fulfils)

    def durably(
        self,
        name: str,
        title: str,
        stage: Stage | None,
        body: Callable[[], dict[str, Any]],
        *,
        fulfils: tuple[str, ...] = (),
        afterwards: Callable[[], None] = nothing_more,
        heed_stop: bool = True,
    ) -> dict[str, Any]:
        """Make one durable step of `body`; what stops it is recorded with a picture.

        A stop request is heeded before it begins, unless it is a swing whose first half was pressed already.

        Raises:
            Faulty: the body failed by a fault of ours.
        """

        def guarded() -> dict[str, Any]:
            try:
                return body()
            except Error as error:  # the browser could not do it; no fault of ours
                raise Unreachable(f"{title}: the page broke off: {error.message.splitlines()[0]}") from error

        def noted() -> dict[str, Any]:
            try:
                return self._read_again(name, title, stage, guarded)
            except Stop as stop:
                self._note_stop(name, title, stage, fulfils, stop)
                if isinstance(stop, UnknownHand):
                    operator_questions.ask(
                        self.state,
                        [operator_questions.OperatorQuestion(operator_questions.UNKNOWN_HAND, name, f"Who owns this? {stop}")],
                    )
                if isinstance(stop, PressInDoubt):
                    self._ask_to_press_again(title, stop)
                raise
            finally:
                afterwards()

        def once() -> dict[str, Any]:
            self.tell({"event": "step", "step": name, "title": title, "heading": self.heading})
            self.passing(name, "begin")
            if heed_stop:
                self.heed_stop()
                self.mind_exposure()
            try:
                done = noted()
            except Exception as fault:  # an Exception would be the step's result for ever; a Stop can be resumed
                raise Faulty(f"{title}: a fault of the robot's own: {fault!r}") from fault
            operator_questions.close_question(self.state, name)
            self.tell({"event": "done", "step": name, "title": title})
            self.passing(name, "end")
            return done

        return self.step(name, once)

    def _read_again(self, name: str, title: str, stage: Stage | None, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Make a step's body; where a page does not come, again in new sessions, for a minute: only reading repeats.

        Not where it has pressed something; not where a password went unanswered; not where the appliance has never answered in
        this run, for then its address is wrong or it is down, and somebody may still be there to be told.

        Raises:
            Unreachable: it does not come back.
        """
        pressed, told = self._presses(), ""
        ends = self.patience.clock() + _COMES_BACK

        def attempt() -> dict[str, Any] | None:
            nonlocal told
            try:
                return body()
            except Unanswered:
                raise
            except Unreachable as lost:
                if stage is None or self._presses() > pressed or not self._has_answered(name) or self.patience.clock() >= ends:
                    raise
                if str(lost) != told:
                    told = str(lost)
                    self.record.append("note", name, unit=name.split("-", 1)[0], heading=self.heading, text=f"read again: {told}")
                self.rest()
                stage.drop()
                return None

        if (found := attempt()) is not None:
            return found
        patience = replace(self.patience, poll=min(self.settings.limits.poll, 5.0))
        again = patience.until(
            attempt,
            lambda done: done is not None,
            what=f"{name.split('-', 1)[0].upper()} to answer again ({title})",
            within=_COMES_BACK + 60,
        )
        return again or {}

    def _presses(self) -> int:
        return len(self.record.history.presses)

    def _has_answered(self, name: str) -> bool:
        """Whether the appliance that a step is about has been read in this run."""
        unit = name.split("-", 1)[0]
        return any(line.kind == Kind.READING and unit in {line.unit, "site"} for line in self.record.history.lines)

    def note(self, name: str, text: str, *, fulfils: tuple[str, ...] = (), reading: Any = None) -> None:
        """Say something in the record and in the report: what was not done, and why."""

        def once() -> dict[str, Any]:
            self.say(name, text, fulfils=fulfils, reading=reading)
            return {}

        self.step(name, once)

    def say(self, name: str, text: str, *, fulfils: tuple[str, ...] = (), reading: Any = None) -> None:
        """The same within a step of the caller's own."""
        unit = name.split("-", 1)[0]
        self.record.append("note", name, unit=unit, text=text, reading=reading, heading=self.heading, procedure=list(fulfils))
        self.tell({"event": "note", "text": text})

    def by_person(self, name: str, text: str, by: str, *, fulfils: tuple[str, ...] = ()) -> None:
        """Record what a person did in mid-run, and owns by name."""

        def once() -> dict[str, Any]:
            unit = name.split("-", 1)[0]
            self.record.append(
                "by_person", name, unit=unit, by=by, text=f"done by {by}: {text}", heading=self.heading, procedure=list(fulfils)
            )
            self.tell({"event": "note", "text": f"done by {by}: {text}"})
            return {}

        self.step(name, once)

    def _ask_to_press_again(self, title: str, doubt: PressInDoubt) -> None:
        name, sentence = doubt.change, f"May it be pressed once more? {doubt}"
        operator_questions.ask(
            self.state, [operator_questions.OperatorQuestion(operator_questions.PRESS_AGAIN, name, sentence, until=self.until())]
        )
        place = {"unit": name.split("-", 1)[0], "title": title, "heading": self.heading}
        self.record.append("gate", name, **place, text=f"asked: {sentence}")

    def _note_stop(self, name: str, title: str, stage: Stage | None, fulfils: tuple[str, ...], stop: Stop) -> None:
        if isinstance(stop, StoppedByHand | Waiting):
            return
        extras: dict[str, Any] = {
            "unit": name.split("-", 1)[0], "title": title, "heading": self.heading,
            "procedure": list(dict.fromkeys((*fulfils, *stop.fulfils))),
        }  # fmt: skip
        place: Place | None = stage
        if isinstance(stop, WrongScreen):
            if stage is not None:
                stop.on(stage)
            place = stop.seen_on
        if place is not None:
            try:
                extras |= {**place.where(), **place.picture(self.record, name, "failed")}
            except (Stop, OSError, Error) as none:
                extras["no_picture"] = str(none)
        if isinstance(stop, WrongScreen) and stop.drift:
            extras["drift"] = stop.drift.plain()
        kind = "stalled" if isinstance(stop, Stalled) else "refused"
        self.record.append(kind, name, text=str(stop), **extras)
