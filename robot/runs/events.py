"""What the process that performs a run tells its parent: one JSON object on each line, its kind under `event`."""

from __future__ import annotations

import json
from typing import Any, Literal, NotRequired, TypedDict, cast


class StepBegun(TypedDict):
    """A step has begun; `heading` is that of the procedure under which it stands."""

    event: Literal["step"]
    step: str
    title: str
    heading: str


class StepEnded(TypedDict):
    """A step has ended well."""

    event: Literal["done"]
    step: str
    title: str


class WaitGoesOn(TypedDict):
    """A reading of what is waited for is about to be made; `so_far` and `within` in seconds."""

    event: Literal["waiting"]
    what: str
    so_far: float
    within: float


class NoteMade(TypedDict):
    """Something that a person should know."""

    event: Literal["note"]
    text: str


class QuestionAsked(TypedDict):
    """A person is asked; `check` is the name of the question, for the command `answer`."""

    event: Literal["asked"]
    check: str
    sentence: str


class LeaseWanted(TypedDict):
    """The lease must be held now, and on these serial numbers too; one line on stdin answers, "granted" or why not."""

    event: Literal["lease"]
    serials: list[str]


class SecretWanted(TypedDict):
    """A secret is needed now; one line of JSON on stdin answers, with its `value`, or why it is `refused`."""

    event: Literal["secret"]
    name: str


class SecretLearned(TypedDict):
    """The child has learned a secret, as a page's key or a cookie: the parent must hide it too. Nothing answers."""

    event: Literal["learned"]
    name: str
    value: str


class SecretsReturned(TypedDict):
    """Secrets are not needed any more; `names` is null for all. Nothing answers."""

    event: Literal["give_back"]
    names: list[str] | None


class PressShown(TypedDict):
    """A press that a person is to confirm: the control's words, the reading before it, and the path of its picture or ""."""

    title: str
    label: str
    reading: dict[str, Any]
    picture: str


class PressToConfirm(PressShown):
    """The person at the terminal is asked whether to press; one line on stdin answers, "yes" or "no"."""

    event: Literal["confirm"]


class Ending(TypedDict):
    """How the performance ended, as it stands in the run's `ending.json` too."""

    outcome: str
    code: int
    sentence: str
    next_action: NotRequired[str]


class PerformanceEnded(Ending):
    """The last event."""

    event: Literal["ending"]


Event = (
    StepBegun
    | StepEnded
    | WaitGoesOn
    | NoteMade
    | QuestionAsked
    | LeaseWanted
    | SecretWanted
    | SecretLearned
    | SecretsReturned
    | PressToConfirm
    | PerformanceEnded
)
"""Any of them."""


def parse_event(line: str) -> Event | None:
    """Return the event that a line of the child's is; None if it is none, such as what a library has printed."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return cast("Event", event) if isinstance(event, dict) and "event" in event else None
