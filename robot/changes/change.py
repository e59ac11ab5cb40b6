"""A change of an appliance, as it is declared: how its state is read, what forbids it, and the one control that makes it.

`executor.py` makes a declared change, once, and proves it.
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
    from robot.plan.press_list import PressList
    from robot.runs.evidence_log import EvidenceLog

R = TypeVar("R", bound=Reading)
"""The type of the readings that tell the state of a change."""
SOMEBODY = "somebody else is at work on the pair"
"""Who has made a change that this run did not press, as long as nothing else is known."""


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
        """The words on the control."""
        ...

    def check_actionable(self) -> None:
        """Check, without pressing it, that the control is on the page exactly once, visible, enabled and not covered.

        Raises:
            WrongScreen: it is not.
        """
        ...

    def box(self) -> dict[str, float] | None:
        """Return the control's rectangle on the picture.

        Returns:
            `x`, `y`, `width` and `height` in CSS pixels; None if it has no place on a picture.
        """
        ...

    def press(self) -> str:
        """Press the control, once, and wait until the appliance has answered.

        Returns:
            What the appliance says against the press, or an empty string.

        Raises:
            PressLost: the press was probably not received.
            AnswerWanted: the press led to a question, which was left unanswered.
        """
        ...


class ChangePlace(Protocol):
    """Where a change is made: one appliance with its browser, a name server, a router."""

    def where(self) -> dict[str, Any]:
        """Return the place as fields of a record line: `unit`, `address`, `serial`, `interface`, `screen`, `url`."""
        ...

    def prove_identity(self) -> None:
        """Require that the last answer came from this very appliance, in the session that was signed in.

        Raises:
            Untrusted: it did not.
        """
        ...

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:
        """Take a picture of the page that is shown now.

        Args:
            record: the record that keeps the picture.
            step: the step's name.
            when: the moment in the step, for example "before", "after" or "failed".

        Returns:
            The fields of its record line: `file`, `sha256`, `bytes` and `masked`.
        """
        ...

    def afresh(self) -> None:
        """Sign out and forget every session and page, so that the next reading is made in a new session."""
        ...

    def drop(self) -> None:
        """Forget every session and page without signing out, for an appliance that may no longer answer."""
        ...


class Change(ABC, Generic[R]):
    """One change of an appliance.

    Attributes:
        name: the step's name, stable for ever, unique within a run: `b-sync-now`.
        title: the change in a person's words: "Sync Now on B".
        procedure_ids: the IDs of the obligations that it keeps.
        place: the appliance on which it is made.
        reading: the type of its readings.
        deadline_s: seconds from the press to the proof.
        awaiting: what is waited for, in words that complete "waiting for".
        settle_s: seconds for which everything must look untouched before an unproved press may be repeated after a crash.
        reaction_timeout_s: seconds within which the appliance must show any effect of the press.
        lag_s: seconds that may pass between the page no longer showing the work and its showing the result.
        may_be_beyond_plan: whether a person may allow its press although the approved plan does not list it: a package that an
            appliance asks for only once the pair is apart.
        may_begin_by_itself: whether the appliance may do this on its own (the first synchronisation), so that nobody else is
            suspected if it is found done.
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
    may_be_beyond_plan: bool = False
    may_begin_by_itself: bool = False

    def line_fields(self, heading: str) -> dict[str, Any]:
        """Return the fields that every record line of this change carries.

        Args:
            heading: the heading of the procedure under which the change is made.

        Returns:
            The fields of `ChangePlace.where`, with `title`, `procedure` (the IDs) and `heading`.
        """
        return {**self.place.where(), "title": self.title, "procedure": list(self.procedure_ids), "heading": heading}

    @abstractmethod
    def read(self) -> R:
        """Read the state of the appliance afresh."""

    @abstractmethod
    def state(self, before: R | None, current: R) -> ChangeState:
        """Return how far the change has come by `current`, given the reading before our press (None if we did not press)."""

    @abstractmethod
    def open_control(self) -> Pressable:
        """Open and fill the form and return its control; press nothing that changes the appliance."""

    def objection(self, current: R) -> str:  # noqa: ARG002 - most changes have one
        """Return the sentence that forbids the press, or an empty string."""
        return ""

    def basis(self, current: R) -> R | None:  # noqa: ARG002 - most changes tell their end without it
        """Return the reading with which later ones are compared if this change was found under way, without a press of ours."""
        return None

    def explain(self, before: R | None, current: R) -> str:  # noqa: ARG002 - a change that compares both tells more
        """Return what an unclear reading shows, given the reading before the press."""
        return str(current.model_dump(mode="json"))

    def explain_no_result(self, before: R | None, current: R) -> str:  # noqa: ARG002 - as above
        """Return what it means if the work was seen under way, and then everything stood as before the press again."""
        return "it was under way, and now everything stands as before: it came to nothing"

    def suspect(self, current: R) -> str:  # noqa: ARG002 - an installation knows of one more who may have made it
        """Say who may have made this change, if this run did not press it."""
        return SOMEBODY

    def attested_by(self, current: R) -> str:  # noqa: ARG002 - most changes are proved by a reading
        """Return the name of the person who attests that the pressed change is in place, as no reading can prove it.

        Returns:
            The name; an empty string if this change asks nobody.

        Raises:
            Waiting: nobody has answered yet.
        """
        return ""

    def ask_beforehand(self) -> None:
        """Ask a person for the answer that an earlier press of this change was found to need.

        Raises:
            Waiting: nobody has answered yet.
        """


def no_plan() -> None:
    """Require no approval: the run has no plan."""


def permitted_by_nobody(_change: Change[Any]) -> str:
    """Return "": nobody has allowed a press that the plan does not list."""
    return ""


@dataclass(frozen=True)
class ChangeContext:
    """What every change of a run shares.

    Attributes:
        record: the run's record.
        poller: how the run waits.
        may_press: the last check before a press: stop flag, lease, window; raises a `Stop`.
        checkpoint: called with the step's name at the named points of a change; tests pull the plug there.
        owner_of: returns the name of the person who owns what was found done without a press of ours, or "" (OP8).
        confirm: shows a person the control and the reading before each press; raises a `Stop` if they do not agree.
        allowed_by: returns the name of the person who has said, since the newest press, that a change whose presses are in doubt
            may be pressed once more, or an empty string.
        press_list: the presses of the approved plan, beside which nothing is pressed; None if the run has no plan.
        require_approval: requires, before a press that does not only restore, that the plan's approval holds still.
        permitted_beyond_plan: returns the name of the person who has allowed a press that the plan does not list, or "".
        heading: the heading of the procedure under which the change is made.
        settle_s: the pair file's settling time in seconds; None if each change has its own.
    """

    record: EvidenceLog
    poller: Poller
    may_press: Callable[[], None]
    checkpoint: Callable[[str, str], None]
    owner_of: Callable[[Change[Any], Any], str]
    confirm: Callable[[Change[Any], Any, Pressable], None]
    allowed_by: Callable[[Change[Any]], str]
    press_list: PressList | None = None
    require_approval: Callable[[], None] = no_plan
    permitted_beyond_plan: Callable[[Change[Any]], str] = permitted_by_nobody
    heading: str = ""
    settle_s: float | None = None

    def settle_s_of(self, change: Change[Any]) -> float:
        """Return the seconds for which an unproved press must have left no trace."""
        return change.settle_s if self.settle_s is None else self.settle_s


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """How a change ended.

    Attributes:
        state: `done` by our press, `already` by the appliance itself, `by_person` by somebody who answers for it by name.
        reading: the reading that proves it.
    """

    state: str
    reading: R
