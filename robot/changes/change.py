"""A change of an appliance, as it is declared: how its state is read, what forbids it, and the one control that makes it.

How a declared change is made, once, and proved is told in `perform.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from robot.domain.model import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.domain.waiting import Poller
    from robot.runs.evidence_log import EvidenceLog

R = TypeVar("R", bound=Reading)
"""What is read of an appliance to tell the state of a change."""


class ChangeState(StrEnum):
    """How far a change has come, by one reading."""

    NOT_YET = "not yet"
    UNDER_WAY = "under way"
    IN_PLACE = "in place"
    UNCLEAR = "unclear"


class Pressable(Protocol):
    """The one control that makes a change, on a form that is filled."""

    @property
    def label(self) -> str:
        """The words on it."""
        ...

    def check_actionable(self) -> None:
        """Check that it stands there once, visible, enabled and uncovered, without pressing it."""
        ...

    def box(self) -> dict[str, float] | None:
        """Give where it stands on the picture, in CSS pixels."""
        ...

    def press(self) -> str:
        """Press it, once, and wait until the appliance has answered; give what it says against it, or "".

        Raises:
            PressLost: it was likely not received. AnswerWanted: it led to a question, which was left unanswered.
        """
        ...


class ChangePlace(Protocol):
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


class Change(ABC, Generic[R]):
    """One change of an appliance.

    Attributes:
        name: the step's name, stable for ever, unique within a run: `b-sync-now`.
        title: what a person would say: "Sync Now on B".
        procedure_ids: procedure IDs.
        place: the appliance on which it is made.
        reading: the type of its readings.
        deadline_s: seconds from the press to the proof.
        awaiting: completes "waiting for".
        settle_s: seconds for which everything must look untouched before an unproved press may be repeated after a crash.
        reaction_timeout_s: seconds within which the appliance must show any effect of the press.
        lag_s: seconds by which the page may tell the result later than it no longer tells that the work is under way.
        may_begin_by_itself: whether the appliance may do this on its own (the first synchronisation), so that nobody else is
            suspected where it is found done.
    """

    name: str
    title: str
    procedure_ids: tuple[str, ...]
    place: ChangePlace
    reading: type[R]
    deadline_s: float
    awaiting: str
    settle_s: float = 30.0
    reaction_timeout_s: float = 300.0
    lag_s: float = 0.0
    may_begin_by_itself: bool = False

    def line_fields(self, heading: str) -> dict[str, Any]:
        """Give what every line of this change carries in the record, under a heading of the procedure."""
        return {**self.place.where(), "title": self.title, "procedure": list(self.procedure_ids), "heading": heading}

    @abstractmethod
    def read(self) -> R:
        """Take one fresh look at the state."""

    @abstractmethod
    def state(self, before: R | None, current: R) -> ChangeState:
        """Tell what a reading means, given the one before the press (`None`: there was no press of ours)."""

    @abstractmethod
    def open_control(self) -> Pressable:
        """Open and fill the form; give the control. Nothing is pressed yet that changes anything."""

    def objection(self, current: R) -> str:  # noqa: ARG002 - most changes have one
        """Give the sentence that forbids the press, or ""."""
        return ""

    def explain(self, before: R | None, current: R) -> str:  # noqa: ARG002 - it tells more, where a change compares both
        """Say what an unclear reading shows, given the one before the press."""
        return str(current.plain())

    def explain_no_result(self, before: R | None, current: R) -> str:  # noqa: ARG002 - as above
        """Say what it means that the work was seen under way, and that everything stands as before the press again."""
        return "it was under way, and now everything stands as before: it came to nothing"

    def attested_by(self, current: R) -> str:  # noqa: ARG002 - most changes are proved by a reading
        """Ask a person whether what was pressed is in place, where no reading tells; give the name, or "" where none is asked.

        Raises:
            Waiting: it is not answered yet.
        """
        return ""

    def ask_beforehand(self) -> None:
        """Ask a person for what a press was found to want.

        Raises:
            Waiting: it is not answered yet.
        """


@dataclass(frozen=True)
class ChangeContext:
    """What every change of a run shares.

    Attributes:
        record: where it is written down.
        poller: how it waits.
        may_press: the last look before a press: lease, stop flag; raises a `Stop`.
        checkpoint: called at the named points of a change; where tests pull the plug.
        heading: the procedure's heading under which the change stands.
        settle_s: the pair file's settling time in seconds, instead of each change's own.
        owner_of: names the person who owns what was found done without a press of ours, or "" (OP8).
        confirm: shows a person the control and the reading before each press; raises a `Stop` when told so.
        allowed_by: names the person who has said, since the newest press, that a change whose presses are in doubt may be pressed
            once more, or "".
    """

    record: EvidenceLog
    poller: Poller
    may_press: Callable[[], None]
    checkpoint: Callable[[str, str], None]
    owner_of: Callable[[Change[Any], Any], str]
    confirm: Callable[[Change[Any], Any, Pressable], None]
    allowed_by: Callable[[Change[Any]], str]
    heading: str = ""
    settle_s: float | None = None

    def settle_s_of(self, change: Change[Any]) -> float:
        """Give the seconds for which an unproved press must have left no trace."""
        return change.settle_s if self.settle_s is None else self.settle_s


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """How a change ended.

    Attributes:
        state: `done` by our press, `already` by the appliance itself, `by_person` by somebody who owns it.
        reading: the reading that proves it.
    """

    state: str
    reading: R
