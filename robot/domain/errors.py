"""Everything that can end a run, each class with its exit code.

    BaseException
    └── Stop                  a run stops here and can be resumed
        ├── UsageError        2  usage, malformed file, missing credential, no Chromium, unwritable folder
        ├── Refused           3  a requirement does not hold (4 once anything was pressed)
        │   ├── Untrusted     3  a certificate, an address or a serial number is not the expected one
        │   ├── LoginRejected 3  a password, a code or a session was not accepted
        │   ├── WrongScreen   3  the page is not the one that was looked for
        │   ├── Surprised     3  something stands on the page that nobody expected there
        │   │   └── UnknownHand   somebody else is at work on the pair
        │   ├── Unreachable   3  no answer
        │   │   ├── BrowserFailed 2   Chromium does not start, so that nothing can be asked
        │   │   ├── Momentary     a page that may come a moment later
        │   │   ├── LoginUnanswered   a sign-in was not answered
        │   │   └── SignedOut     the session has ended
        │   │       └── PressLost     the sign-in page answered a press, or no page of the appliance
        │   └── StoppedByHand 3  `stop`, Ctrl-C
        ├── Stalled           5  an appliance is past its deadline; it must not be restarted
        ├── Waiting           6  only a window, an approval or a person can help
        │   ├── AnswerWanted      a press led to a question that was left unanswered
        │   └── PressWanted       a press that only a person may allow
        │       ├── PressInDoubt      it was lost twice, or it cannot be told whether it was
        │       └── PressBeyondPlan   the approved plan does not list it
        ├── VerificationFailed 7  a check after an update failed
        └── InternalError     1  the robot's own fault

Why `BaseException`: the durable engine stores an `Exception` as a step's final result, and a run that stores its failure
can never be resumed. A `Stop` is not stored, so a refusal, a stall and a kill -9 are resumed in one and the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from robot.domain.drift import Drift


class Place(Protocol):
    """An appliance that an error is about: it says what it is, and a picture of it can be taken."""

    def where(self) -> dict[str, Any]:
        """Return where this is, as fields of a line of the record.

        Returns:
            `unit`, `address`, `serial`, `interface`, `screen` and `url`, each a text.
        """
        ...

    def picture(self, record: Any, step: str, when: str) -> dict[str, Any]:
        """Take a picture of the page that is shown.

        Args:
            record: the run's record, which names the picture.
            step: the step that it belongs to.
            when: the end of the picture's name, such as "before", "after" or "failed".

        Returns:
            Fields of the picture's line: `file`, `sha256`, `bytes` and `masked` (how many places).
        """
        ...


class Stop(BaseException):
    """The run stops here. `str()` is one sentence that says what happened and what to do.

    Attributes:
        code: its exit code as long as its run has pressed nothing; `exit_code` gives the one afterwards.
        outcome: how the run has ended, in the words of `summary.json` before any press.
        next_action: the next safe action, for the stop card.
        procedure_ids: IDs of obligations that this stop fulfils, besides those of the step in which it happens.
    """

    code: int = 3
    outcome: ClassVar[str] = "stopped"
    next_action: str = "Read the sentence above, set right what it names, then resume."

    def __init__(self, sentence: str, *, next_action: str = "", procedure_ids: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.procedure_ids = procedure_ids
        if next_action:
            self.next_action = next_action


class UsageError(Stop):
    """The command line, a file or this machine is not fit for a run; nothing was touched."""

    code = 2
    outcome = "refused"


class Refused(Stop):
    """A requirement of the procedure does not hold."""

    outcome = "refused"


class Untrusted(Refused):
    """It cannot be proved that the intended appliance answered."""


class LoginRejected(Refused):
    """The appliance did not accept our sign-in. It is not tried again."""


class WrongScreen(Refused):
    """The page is not the expected one, or differs from what is known of it.

    Attributes:
        drift: which control was looked for, and what is there instead; `None` if the sentence says it all.
        seen_on: the appliance that showed the page, which need not be the one of the step; `None` until `on` is called.
    """

    def __init__(self, sentence: str = "", *, drift: Drift | None = None, next_action: str = "") -> None:
        super().__init__(sentence, next_action=next_action)
        self.drift = drift
        self.seen_on: Place | None = None
        self._screen = self._unit = ""

    def __str__(self) -> str:
        if self.drift:
            return self.drift.sentence
        sentence, head = super().__str__(), f"{self._screen}:"
        return f"{self._screen} on {self._unit.upper()}:{sentence.removeprefix(head)}" if sentence.startswith(head) else sentence

    def on(self, place: Place, *, screen: str = "") -> None:
        """Add which appliance showed the page, and which screen it is; only the first call counts."""
        if self.seen_on is not None:
            return
        self.seen_on, where = place, place.where()
        self._screen, self._unit = screen or where["screen"], where["unit"]
        if self.drift:
            self.drift = self.drift.on(screen=self._screen, unit=self._unit)


class Surprised(Refused):
    """The page shows something unexpected: a dialog, a second match, an unknown hand."""


class UnknownHand(Surprised):
    """Something was changed during the run that this run did not press (OP8)."""

    next_action = (
        "Find out who did it and what else was done. Whoever owns it says so by name (failover-robot answer RUN unknown_hand "
        "--by NAME --note WHAT), then resume; what is in place is not done again, what is undone must be put back first."
    )


class Unreachable(Refused):
    """An appliance or a server did not answer."""


class BrowserFailed(Unreachable):
    """Chromium does not start on this machine: no appliance is to blame. What is read again is started again too."""

    code = 2


class Momentary(Unreachable):
    """The page is the web server's own error page, or one that moves on by itself: a reading is made again at once."""


class LoginUnanswered(Unreachable):
    """A password or a code was submitted and not answered. Whether it was accepted is unknown, so it is not submitted again."""


class SignedOut(Unreachable):
    """The sign-in page came instead of the requested one: the session has ended."""


class PressLost(SignedOut):
    """A press was probably lost: it was answered by the sign-in page, since the session had ended, or by a web server's error.

    A change is read again until a reading proves it, or until no reading in a new session shows a trace of it: then it is
    pressed once more. What alters nothing (the connection test, the check for updates) is done again in a new session.
    """


class StoppedByHand(Refused):
    """Somebody asked the run to stop."""

    outcome = "stopped"
    next_action = "Resume when ready; what was pressed goes on by itself meanwhile."


class Stalled(Stop):
    """An appliance is past its deadline."""

    code = 5
    outcome = "stalled"
    next_action = "Do not restart the appliance. Call the vendor's support; resume when it has come back."


class Waiting(Stop):
    """Only a window, an approval or a person can help."""

    code = 6
    outcome = "waiting"


class VerificationFailed(Stop):
    """A check after an update failed."""

    code = 7
    outcome = "failed"


class AnswerWanted(Waiting):
    """A press led to a question that only a person can answer. It was left unanswered, so nothing has begun.

    Attributes:
        check: the name of the question, for the command `answer`.
    """

    def __init__(self, sentence: str, check: str) -> None:
        super().__init__(sentence)
        self.check = check


class PressWanted(Waiting):
    """A press that only a person may allow.

    Attributes:
        change: the name of the change.
    """

    def __init__(self, sentence: str, change: str) -> None:
        super().__init__(sentence)
        self.change = change


class PressInDoubt(PressWanted):
    """A press was lost twice, or has left a trace without effect: a person decides whether it is made once more."""

    next_action = "Find out why it does not come through, answer `press_again`, then resume."


class PressBeyondPlan(PressWanted):
    """An appliance asks for a package that the approved plan could not know of: a person decides whether it is installed."""

    next_action = "Find out why it is asked for only now, answer `beyond_plan`, then resume."


class InternalError(Stop):
    """The robot's own fault."""

    code = 1
    outcome = "failed"
    next_action = "Resume: it reads again before it presses. If it happens again, keep the run's log and report it."


def exit_code(code: int, *, anything_pressed: bool) -> int:
    """Return the exit code of what ended a run. Only this function decides it: an intent in the record turns 3 into 4."""
    return 4 if code == 3 and anything_pressed else code


def outcome(word: str, *, anything_pressed: bool) -> str:
    """Return the outcome in the words of `summary.json`: a refusal after a press is "stopped"."""
    return "stopped" if word == "refused" and anything_pressed else word
