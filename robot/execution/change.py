"""One change of an appliance, made once: read, require, picture, intent, press once, wait, prove.

Everything that alters an appliance is declared as a `Change` and brought about by `perform`, always in the same way. How a
press is made safe stands here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from playwright.sync_api import Error

from robot.domain.errors import (
    AnswerWanted,
    PressInDoubt,
    PressLost,
    Refused,
    Stalled,
    Stop,
    Surprised,
    UnknownHand,
    Unreachable,
    WrongScreen,
)
from robot.domain.model import Reading
from robot.domain.waiting import duration
from robot.evidence.record.line import WITHDRAWN, Kind, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.domain.waiting import Patience
    from robot.recording.evidence_log import EvidenceLog

R = TypeVar("R", bound=Reading)
STRANGE_FOR = 180.0
"""Seconds for which a page that is none of the expected ones may stand there while something is waited for. An appliance that
goes down or comes up shows such pages for moments; longer, and it is a page that was drawn anew, or that asks for a person."""
PRESSES = 2
"""How often one change is pressed in a run's life: once, and once more where the first press is proved lost. Then a person is
asked."""
UNTOUCHED = 10
"""Readings in a new session, at least, that must all show no trace of a press before it is taken for lost."""
GONE_FOR = 60.0
"""Seconds of silence after which an appliance is told to be gone while it is read whether a press came through."""
SILENT_FOR = 10.0
"""Seconds of silence after a press which may be a restart: a press before it is not taken for lost."""
_LOST = "the press may be lost"
_AGAINST = "the appliance answered"


class Seen(StrEnum):
    """What a reading means, given the one before the press."""

    NOT_YET = "not yet"
    UNDER_WAY = "under way"
    IN_PLACE = "in place"
    UNCLEAR = "unclear"


class Control(Protocol):
    """The one control that is about to be pressed."""

    @property
    def label(self) -> str:
        """The words on it."""
        ...

    def trial(self) -> None:
        """See that it stands there once, visible, enabled and uncovered, without pressing it."""
        ...

    def box(self) -> dict[str, float] | None:
        """Where it stands on the picture, in CSS pixels."""
        ...

    def press(self) -> str:
        """Press it, once, and wait until the appliance has answered; give what it says against it, or "".

        Raises:
            PressLost: it was likely not received. AnswerWanted: it led to a question, which was left unanswered.
        """
        ...


class Stage(Protocol):
    """Where a change takes place: one appliance, with its browser."""

    def where(self) -> dict[str, Any]:
        """Say where we are: unit, address, serial, interface, screen, url."""
        ...

    def prove_identity(self) -> None:
        """See that the last answer came from this very appliance, in the session that was signed in.

        Raises:
            Untrusted: it did not.
        """
        ...

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Take a picture; give `file`, `sha256`, `bytes` and `masked` for its line."""
        ...

    def afresh(self) -> None:
        """Forget every session and page, so that the next reading is a new one."""
        ...

    def drop(self) -> None:
        """The same without signing out, where nothing may answer any more."""
        ...


def no_objection(_reading: Any) -> str:
    """Require nothing."""
    return ""


def as_it_stands(_before: Reading | None, now: Reading) -> str:
    """Explain an unclear reading by itself."""
    return str(now.plain())


def come_to_nothing(_before: Reading | None, _now: Reading) -> str:
    """Say of what was seen under way, and stands as before, no more than that."""
    return "it was under way, and now everything stands as before: it came to nothing"


def nobody_attests(_reading: Any) -> str:
    """Have nobody say what no reading tells."""
    return ""


def nothing_to_ask() -> None:
    """Ask nobody."""


@dataclass(frozen=True)
class Change(Generic[R]):
    """One change, declared.

    Attributes:
        name: stable for ever, unique within a run: `b-sync-now`.
        title: what a person would say: "Sync Now on B".
        fulfils: procedure IDs.
        stage: the appliance on which it is pressed.
        reading: the type of its readings.
        read: one fresh look at the state.
        seen: what a reading means, given the one before the press (`None`: there was no press of ours).
        require: the sentence that forbids the press, or "".
        ready: opens and fills the form; gives the control. Pressed nothing yet.
        within: seconds from the press to the proof.
        awaiting: completes "waiting for".
        settle: seconds for which the control must look untouched before an unproved press may be repeated after a crash.
        notice: seconds within which the appliance must show any effect of the press.
        lag: seconds by which the page may tell the result later than it no longer tells that the work is under way.
        by_itself: whether the appliance may do this on its own (the first synchronisation), so that no hand is suspected.
        explain: says what an unclear reading shows, given the one before the press.
        undone: says what it means that the work was seen under way, and that everything stands as before the press again.
        attested: asks a person, by name, whether what was pressed is in place, where this reading never tells; names the
            person; "" where that is nobody's to say. Raises a `Stop` until it is answered.
        ask: asks a person for what a press was found to want; raises a `Stop` until it is answered.
    """

    name: str
    title: str
    fulfils: tuple[str, ...]
    stage: Stage
    reading: type[R]
    read: Callable[[], R]
    seen: Callable[[R | None, R], Seen]
    ready: Callable[[], Control]
    within: float
    awaiting: str
    require: Callable[[R], str] = no_objection
    settle: float = 30.0
    notice: float = 300.0
    lag: float = 0.0
    by_itself: bool = False
    explain: Callable[[R | None, R], str] = as_it_stands
    undone: Callable[[R | None, R], str] = come_to_nothing
    attested: Callable[[R], str] = nobody_attests
    ask: Callable[[], None] = nothing_to_ask


def nobody_owns_it(_change: Change[Any], _found: Any) -> str:
    """Name nobody."""
    return ""


def nobody_allows(_change: Change[Any]) -> str:
    """Name nobody who allows one more press."""
    return ""


def nobody_confirms(_change: Change[Any], _reading: Any, _control: Control) -> None:
    """Press without asking anybody."""


@dataclass(frozen=True)
class Conduct:
    """What every change of a run shares.

    Attributes:
        record: where it is written down.
        patience: how it waits.
        may_press: the last look before a press: lease, stop flag; raises a `Stop`.
        passing: called at the named points of a change; where tests pull the plug.
        heading: the procedure's heading under which the change stands.
        settle: the pair file's settling time, instead of each change's own.
        owner: names the person who owns what was found done without a press of ours, or "" (OP8).
        confirm: shows a person the control and the reading before each press; raises a `Stop` when told so.
        allowed: names the person who has said, since the newest press, that what was lost `PRESSES` times may be pressed once
            more, or "".
    """

    record: EvidenceLog
    patience: Patience
    may_press: Callable[[], None]
    passing: Callable[[str, str], None]
    heading: str = ""
    settle: float | None = None
    owner: Callable[[Change[Any], Any], str] = nobody_owns_it
    confirm: Callable[[Change[Any], Any, Control], None] = nobody_confirms
    allowed: Callable[[Change[Any]], str] = nobody_allows

    def told(self, change: Change[Any]) -> dict[str, Any]:
        """What every line of a change carries."""
        place = change.stage.where()
        return {**place, "title": change.title, "procedure": list(change.fulfils), "heading": self.heading}

    def settling(self, change: Change[Any]) -> float:
        """Seconds for which an unproved press must have left no trace."""
        return change.settle if self.settle is None else self.settle


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """How a change ended: `done` by our press, `already` by the appliance itself, `by_person` by somebody who owns it."""

    state: str
    reading: R


def perform(change: Change[R], conduct: Conduct) -> Outcome[R]:
    """Bring one change about, once. It may be begun again at any time, after anything: it then goes on from the record.

    Raises:
        Refused: a requirement does not hold; not pressed.
        Surprised: it cannot be told what happened, or another hand was at work; not pressed (again).
        AnswerWanted: pressed, and it led to a question that only a person can answer; nothing has begun.
        Stalled: pressed, and not proved in time.
    """
    history = conduct.record.history
    if settled := history.proof(change.name):  # killed between the record and the database: the record wins
        state = "done" if settled.kind == Kind.PROVED else settled.kind
        return Outcome(state, change.reading.from_plain(settled.reading))
    intent = history.standing_press(change.name)
    if intent:
        change.stage.afresh()
    before = change.reading.from_plain(intent.reading) if intent else None
    now = reading_after_press(change, before, conduct) if intent else reading_of(change)
    owner = ""
    match change.seen(before, now):
        case Seen.UNCLEAR:
            return settle_as_attested(change, before, now, conduct, pressed=intent is not None)
        case Seen.NOT_YET:
            before = now
            try:
                press(change, now, conduct)
            except WrongScreen as wrong:
                now, seen = moved_on(change, before, wrong)
                owner = found_so(change, now, seen, conduct)
                if seen is Seen.IN_PLACE:
                    return settle_as(change, owner, now, conduct)
        case seen if intent is None:
            owner = found_so(change, now, seen, conduct)
            if seen is Seen.IN_PLACE:
                return settle_as(change, owner, now, conduct)
        case _:
            pass
    try:
        now = wait(change, before, conduct)
    except PressLost:  # its trace is looked for once more, in a new session, as after a crash
        return perform(change, conduct)
    return settle(change, before, owner, now, conduct)


def settle(change: Change[R], before: R | None, owner: str, now: R, conduct: Conduct) -> Outcome[R]:
    """Record how a change that was waited for came about: by our press, by somebody else's, or as a person attests."""
    if conduct.record.history.standing_press(change.name) is None:
        return settle_as(change, owner, now, conduct)
    if change.seen(before, now) is Seen.UNCLEAR:
        return settle_as_attested(change, before, now, conduct, pressed=True)
    note(change, "proved", conduct, reading=now, when="after")
    conduct.passing(change.name, "after-proof")
    return Outcome("done", now)


def moved_on(change: Change[R], before: R, wrong: WrongScreen) -> tuple[R, Seen]:
    """What is so where the control could not be pressed: what begins by itself may have begun since, and greyed it out.

    Raises:
        WrongScreen: what was wrong; nothing has begun.
    """
    if not change.by_itself:
        raise wrong
    now = reading_of(change)
    seen = change.seen(before, now)
    if seen in {Seen.NOT_YET, Seen.UNCLEAR}:
        raise wrong
    return now, seen


def found_so(change: Change[R], now: R, seen: Seen, conduct: Conduct) -> str:
    """Who owns what was found done, or under way, without a press of ours; "" where the appliance does it by itself.

    Raises:
        UnknownHand: nobody does.
    """
    owner = conduct.owner(change, now)
    if not owner and not change.by_itself:
        raise unknown_hand(change, seen)
    return owner


def settle_as(change: Change[R], owner: str, now: R, conduct: Conduct) -> Outcome[R]:
    """Record what was found done: by a person who owns it, or by the appliance itself."""
    if owner:
        note(change, "by_person", conduct, reading=now, when="after", text=f"done by {owner}", by=owner)
        return Outcome("by_person", now)
    note(change, "already", conduct, reading=now, when="after")
    return Outcome("already", now)


def settle_as_attested(change: Change[R], before: R | None, now: R, conduct: Conduct, *, pressed: bool) -> Outcome[R]:
    """Record what was pressed and no reading proves, where a person says by name that it is in place.

    Raises:
        Surprised: it was not pressed, or it is nobody's to say.
    """
    if not pressed or not (by := change.attested(now)):
        raise Surprised(f"{change.title}: cannot tell what happened: {change.explain(before, now)}")
    text = f"pressed by this run; that it is in place is attested by {by}: {change.explain(before, now)}"
    note(change, "by_person", conduct, reading=now, when="after", text=text, by=by)
    return Outcome("by_person", now)


def reading_of(change: Change[R]) -> R:
    """One reading; what the browser itself could not do is said in our words.

    Raises:
        Unreachable: the page broke off while it was being read.
    """
    try:
        return change.read()
    except Error as error:
        raise Unreachable(f"{change.title}: the page could not be read: {error.message.splitlines()[0]}") from error


def reading_if_any(change: Change[R]) -> R | None:
    """One reading after a press, when the appliance may be too busy to answer: not to be had is a reading too."""
    try:
        return reading_of(change)
    except (Unreachable, WrongScreen):
        return None


class Watch(Generic[R]):
    """Reads a change that was pressed, while the appliance may be too busy to answer.

    That it does not answer is a reading too. So is a page that is none of the expected ones, for as long as pages may come
    and go while something is at work; after that it is told as what it is.

    Attributes:
        missed: why the newest reading could not be had; `None` where it was.
        without_s: seconds for which no reading has been had without a break, at most so far.
        trace: what the newest press has left as a trace, in words; "" where it has left none.
    """

    def __init__(self, change: Change[R], conduct: Conduct) -> None:
        self.missed: Unreachable | WrongScreen | None = None
        self.without_s = 0.0
        self.trace = trace_on_record(change, conduct)
        self._change, self._conduct = change, conduct
        self._ominous = bool(said_of_the_press(change, conduct))
        self._clock = conduct.patience.clock
        self._strange_since = self._without_since = 0.0

    def look(self) -> R | None:
        """One reading; `None` where it is not to be had.

        Raises:
            WrongScreen: another page has stood there for too long.
        """
        began = self._clock()
        try:
            now = reading_of(self._change)
        except (Unreachable, WrongScreen) as missed:
            self._miss(missed, began)
            return None
        if self.missed is not None:
            self._count(began)
        self.missed = None
        return now

    def seen(self, before: R | None, now: R) -> Seen:
        """What a reading means; that it is not as before the press is a trace of it."""
        seen = self._change.seen(before, now)
        if seen is not Seen.NOT_YET:
            self._keep(self._change.explain(before, now) if seen is Seen.UNCLEAR else seen.value)
        return seen

    def _miss(self, why: Unreachable | WrongScreen, began: float) -> None:
        if self.missed is None:
            self._without_since = began
        strange = isinstance(why, WrongScreen)
        if strange and not isinstance(self.missed, WrongScreen):
            self._strange_since = began
        self.missed = why
        if isinstance(why, WrongScreen):
            why.on(self._change.stage)
            self._keep(str(why))
        self._count(self._clock())
        if strange and self._clock() - self._strange_since >= min(STRANGE_FOR, self._change.within):
            raise why

    def _count(self, now: float) -> None:
        self.without_s = max(self.without_s, now - self._without_since)
        if self.without_s >= SILENT_FOR:
            self._keep(f"nothing for {duration(self.without_s)}")

    def _keep(self, trace: str) -> None:
        if self.trace:  # on record already, where it belongs there
            return
        self.trace = trace
        if self._ominous:
            note_trace(self._change, trace, self._conduct)

    def require_no_other_page(self) -> None:
        """See that no deadline passes over a page that is none of the expected ones: it is told, for nothing may be at work.

        Raises:
            WrongScreen: such a page stands there.
        """
        if isinstance(self.missed, WrongScreen):
            raise self.missed


def reading_after_press(change: Change[R], before: R | None, conduct: Conduct) -> R:
    """Read after an unproved press, as it has settled; where it was lost, say so, and see that it may be made again.

    Raises:
        PressInDoubt: it may not, until a person says so.
    """
    now = settled_reading(change, before, conduct)
    if change.seen(before, now) is Seen.NOT_YET:
        presses, trace = conduct.record.history.attempts(change.name), trace_on_record(change, conduct)
        found = "no reading in a new session shows a trace of it"
        if trace:
            found = f"after the press it showed: {trace}; now everything stands as before"
        elif presses >= PRESSES:
            found = f"pressed {presses} times, and {found}"
        if (trace or presses >= PRESSES) and not conduct.allowed(change):
            raise PressInDoubt(f"{change.title}: {found}", change.name)
        note(change, "note", conduct, text=f"nothing has come of the last press: {found}", reading=now)
    return now


def settled_reading(change: Change[R], before: R | None, conduct: Conduct) -> R:
    """Read after an unproved press, for as long as the press may still come through, and at least `UNTOUCHED` times.

    A trace of the press that is seen meanwhile is noted on record.

    Raises:
        Unreachable: it does not answer for a minute, or for most of the time.
        WrongScreen: another page stands there for too long.
    """
    patience, settle = conduct.patience, conduct.settling(change)
    watch, began = Watch(change, conduct), patience.clock()
    at_most, readings = max(change.within, settle + STRANGE_FOR), 0
    while True:
        now = watch.look()
        waited = patience.clock() - began
        if watch.missed is not None and (waited >= at_most or _is_gone(watch)):
            raise watch.missed
        if now is not None:
            readings += 1
            seen = watch.seen(before, now)
            if seen not in {Seen.NOT_YET, Seen.UNCLEAR} or (readings >= UNTOUCHED and waited >= settle):
                if seen is Seen.NOT_YET:
                    note_trace(change, watch.trace, conduct)
                return now
        patience.tell(f"{change.title}: whether the last press came through", 0.0, settle)
        patience.pause(min(patience.poll, max(settle / UNTOUCHED, 0.01)))


def _is_gone(watch: Watch[Any]) -> bool:
    return isinstance(watch.missed, Unreachable) and watch.without_s >= GONE_FOR


def trace_on_record(change: Change[Any], conduct: Conduct) -> str:
    """What was noted as a trace of the newest press, or ""."""
    return next((line.trace for line in reversed(since_the_press(change, conduct)) if line.trace), "")


def note_trace(change: Change[Any], trace: str, conduct: Conduct) -> None:
    """Note, once for each press, what trace it has left, if any: whatever is read later, it is not taken for lost."""
    if trace and not trace_on_record(change, conduct):
        text = f"the press has left a trace: {trace}"
        note(change, "note", conduct, text=text, trace=trace)


def press(change: Change[R], now: R, conduct: Conduct) -> None:
    """Require, make ready, picture, ask once more, write the intent, press."""
    control = prepare(change, now, conduct)
    shot = change.stage.picture(conduct.record, change.name, "before")
    conduct.confirm(change, now, control)
    conduct.may_press()
    commit(change, now, control, shot, conduct)


def prepare(change: Change[R], now: R, conduct: Conduct) -> Control:
    """Open and fill everything up to the press, and see that the control can be pressed."""
    if objection := change.require(now):
        raise Refused(f"{change.title}: {objection}")
    try:
        control = change.ready()
        change.stage.prove_identity()
        control.trial()
    except WrongScreen as wrong:
        wrong.on(change.stage)
        raise
    except Error as error:
        raise WrongScreen(f"{change.title} cannot be made ready: {error.message.splitlines()[0]}") from error
    conduct.passing(change.name, "before-picture")
    return control


def commit(change: Change[R], now: R, control: Control, shot: dict[str, Any], conduct: Conduct) -> None:
    """Write the intent, with the reading before, and press once. Nothing may stand between the two."""
    change.stage.prove_identity()
    conduct.record.append(
        Kind.INTENT, change.name, **conduct.told(change), **shot, reading=now.plain(),
        control={"label": control.label, **(control.box() or {})},
    )  # fmt: skip
    conduct.passing(change.name, "after-intent")
    aside = ""
    try:
        if against := control.press():
            aside = f"{_AGAINST}: {against}"
    except PressLost as lost:
        aside = f"{_LOST}: {lost}"
    except AnswerWanted as wanted:
        leave_unanswered(change, now, wanted, conduct)
        raise
    except Error as error:  # pressed or not: a reading tells, and it is not pressed again
        aside = f"{_LOST}: it was not answered: {error.message.splitlines()[0]}"
    if aside:
        conduct.record.append("note", change.name, **conduct.told(change), text=aside)
    conduct.passing(change.name, "after-press")


def leave_unanswered(change: Change[R], before: R, wanted: AnswerWanted, conduct: Conduct) -> None:
    """Leave the question to which a press led, and see in a new session that nothing has begun: then the press is withdrawn.

    Until that is on record the press stands, as any other that is not proved; a reading tells what came of it.

    Raises:
        Surprised: something has begun all the same.
    """
    note(change, "note", conduct, text=str(wanted), when="question")
    change.stage.afresh()
    conduct.passing(change.name, "question-left")
    now = settled_reading(change, before, conduct)
    if (seen := change.seen(before, now)) is not Seen.NOT_YET:
        raise Surprised(f"{change.title}: {wanted}; and yet it is found {seen.value}: {change.explain(before, now)}")
    text = f"{wanted}; it was left, and nothing has begun: the press is withdrawn, and made again with the answer"
    note(change, "refused", conduct, text=text, reading=now, when="after", **{WITHDRAWN: wanted.check})
    conduct.passing(change.name, "withdrawn")


def wait(change: Change[R], before: R | None, conduct: Conduct) -> R:
    """Read until the change is in place; say early when nothing came of the press, or when it went wrong.

    Raises:
        PressLost: the answer to the press told that it may be lost, and nothing has come of it.
    """
    clock, began = conduct.patience.clock, conduct.patience.clock()
    aside = said_of_the_press(change, conduct)
    watch = Watch(change, conduct)
    first: dict[Seen, float] = {}
    worked, last = False, None

    def done(now: R | None) -> bool:
        nonlocal worked, last
        conduct.passing(change.name, "waiting")
        if now is None:
            first.clear()
            return False
        last, seen = now, watch.seen(before, now)
        since = first.setdefault(seen, clock())
        for other in [state for state in first if state is not seen]:
            del first[other]
        worked = worked or seen is Seen.UNDER_WAY
        stood = clock() - since
        if seen is Seen.UNCLEAR and stood >= conduct.settling(change):
            return require_attested(change, before, now)
        if seen is Seen.NOT_YET and worked and stood >= conduct.settling(change) + change.lag:
            raise Surprised(f"{change.title}: {change.undone(before, now)}; it is not pressed again")
        if seen is Seen.NOT_YET and not worked:
            require_effect(change, aside, watch, clock() - began, conduct)
        return seen is Seen.IN_PLACE

    try:
        found = conduct.patience.until(watch.look, done, what=change.awaiting, within=change.within)
    except Stalled as stalled:
        watch.require_no_other_page()
        if last is not None and Seen.NOT_YET in first:  # it neither works nor is silent
            raise Surprised(f"{change.title}: {change.undone(before, last)}; it is not pressed again") from stalled
        return watch_on(change, before, conduct, Stalled(f"{stalled}{shows(change, before, last, watch)}"))
    if found is None:  # cannot be: `done` wants a reading
        raise Stalled(f"{change.title} could not be read")
    return found


def require_effect(change: Change[Any], aside: str, watch: Watch[Any], waited: float, conduct: Conduct) -> None:
    """See that something may still come of a press that shows no effect yet.

    Args:
        change: what was pressed.
        aside: what was noted of the answer to the press.
        watch: who has read since.
        waited: seconds since the press.
        conduct: as for every change of the run.

    Raises:
        PressLost: it may be lost by its answer; whether it is, is to be read in a new session.
        Surprised: nothing has come of it in time.
    """
    if aside.startswith(_LOST) and not watch.trace:
        raise PressLost(f"{change.title}: {aside}")
    if waited >= (conduct.settling(change) if aside else change.notice):
        raise Surprised(f"{change.title}: pressed, and nothing came of it{aside and f' ({aside})'}; it is not pressed again")


def said_of_the_press(change: Change[Any], conduct: Conduct) -> str:
    """What was noted of the answer to the newest press, where the answer bodes ill; else ""."""
    said = (line.text for line in since_the_press(change, conduct) if line.kind == Kind.NOTE)
    return next((text for text in said if text.startswith((_LOST, _AGAINST))), "")


def since_the_press(change: Change[Any], conduct: Conduct) -> list[Line]:
    """The lines of a change from its newest press on; none where it was not pressed."""
    return conduct.record.history.since_press(change.name)


def require_attested(change: Change[R], before: R | None, now: R) -> bool:
    """Have a person say that what no reading proves is in place.

    Raises:
        Surprised: it is nobody's to say.
    """
    if not change.attested(now):
        raise Surprised(f"{change.title}: {change.explain(before, now)}")
    return True


def shows(change: Change[R], before: R | None, last: R | None, watch: Watch[R]) -> str:
    """What an appliance past its deadline shows, as the end of a sentence: the words that nobody could make sense of, if any."""
    told = str(watch.missed or "") or (change.explain(before, last) if last is not None else "")
    return f" ({told})" if told else ""


def watch_on(change: Change[R], before: R | None, conduct: Conduct, stalled: Stalled) -> R:
    """Go on reading after the deadline, for as long again, pressing nothing (OP9): a deadline changes who is called.

    Raises:
        Stalled: always, but for a page that is none of the expected ones. When the appliance came back meanwhile that is on
            record, and `resume` goes on from there; a person has been called by then, so the robot does not press on by itself.
        WrongScreen: such a page has stood there for too long.
    """
    note(change, "stalled", conduct, text=str(stalled), when="failed")
    watch = Watch(change, conduct)
    try:
        now = conduct.patience.until(
            watch.look,
            lambda now: now is not None and change.seen(before, now) is Seen.IN_PLACE,
            what=f"{change.awaiting}; it is past its deadline: do not restart it",
            within=change.within,
        )
    except Stalled:
        watch.require_no_other_page()
        raise Stalled(f"{change.title}: {stalled}; do not restart the appliance") from stalled
    note(change, "proved", conduct, reading=now, when="after")
    raise Stalled(
        f"{change.title}: {stalled}; it has come back since",
        next_action="Agree with whoever was called, then resume: the change itself is done and on record.",
    )


def unknown_hand(change: Change[Any], seen: Seen) -> UnknownHand:
    """What is found done in mid-run without an intent of ours was done by somebody else (OP8)."""
    return UnknownHand(
        f"{change.title}: found {seen.value} although this run did not press it: somebody else is at work on the pair"
    )


def note(
    change: Change[Any],
    kind: str,
    conduct: Conduct,
    *,
    when: str = "",
    reading: Reading | None = None,
    text: str = "",
    **more: Any,
) -> None:
    """Write one line of this change, with a picture where one can be had: after the press nothing fails for want of it."""
    shot: dict[str, Any] = {}
    if when:
        try:
            shot = change.stage.picture(conduct.record, change.name, when)
        except (Stop, OSError) as stop:
            text = f"{text} (no picture: {stop})".strip()
    told = reading.plain() if reading else None
    conduct.record.append(kind, change.name, **conduct.told(change), **shot, text=text, reading=told, **more)
