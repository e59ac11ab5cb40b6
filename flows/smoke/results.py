"""What a smoke verification has found: check by check, frozen, as plain JSON."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

AMISS: Final = "amiss"
"""The value of a check's reading that lists what was amiss on the pages visited, a sentence each."""


def slug(words: str) -> str:
    """Return words as a part of a file's name: small letters, digits and dashes; "check" for words without any."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60].strip("-") or "check"


class CheckState(StrEnum):
    """What became of a check. Only `failed` makes a verification fail; `unknown` and `not tried` are told with their reason."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class CheckPicture:
    """A picture that a check took.

    Attributes:
        name: what it shows, in a word of the check's own.
        file: its name in the spool folder; afterwards its path in the evidence.
        url: the address of the page, without its query.
        masked: how many places are masked on it.
    """

    name: str
    file: str
    url: str = ""
    masked: int = 0


@dataclass(frozen=True)
class SmokeCheck:
    """What became of one check.

    Attributes:
        name: its stable name, such as "certificate", in which only small letters, digits and dashes stand.
        title: the check in words.
        state: what became of it.
        seconds: how long it took.
        sentence: why it failed, is unknown or was not tried; "" if it passed.
        reading: what was read, by names.
        notes: what is to be known besides.
        pictures: its pictures.
        file: where the test stands.
    """

    name: str
    title: str
    state: CheckState
    seconds: float
    sentence: str = ""
    reading: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()
    pictures: tuple[CheckPicture, ...] = ()
    file: str = ""

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> SmokeCheck:
        """Return the result that `as_document` of the whole, or the process of the checks, has written."""
        typed: dict[str, Any] = {
            "name": slug(document["name"]),
            "state": CheckState(document["state"]),
            "notes": tuple(document["notes"]),
            "pictures": tuple(CheckPicture(**each) for each in document["pictures"]),
        }
        return cls(**{**document, **typed})


@dataclass(frozen=True)
class SmokeResults:
    """What a verification has found.

    Attributes:
        unit: "a" or "b".
        address: where it was asked.
        hostname: the site's name, by which it was asked.
        expected: the product version that was expected.
        checks: each check, in the order in which they were made.
        fault: why the checks did not come to their end; "" if they did.
        seconds: how long the whole took.
        serial: the serial number that it showed; "" if nobody signed in.
    """

    unit: str
    address: str
    hostname: str
    expected: str
    checks: tuple[SmokeCheck, ...]
    fault: str = ""
    seconds: float = 0.0
    serial: str = ""

    def of(self, state: CheckState) -> list[SmokeCheck]:
        """Return the checks of which this became."""
        return [each for each in self.checks if each.state is state]

    @property
    def objection(self) -> str:
        """Why the appliance is not verified, in one sentence; "" if it is."""
        if failed := self.of(CheckState.FAILED):
            more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
            return f'{failed[0].sentence} (check "{failed[0].title}"){more}'
        if self.fault:
            return self.fault
        return "" if self.of(CheckState.PASSED) else "nothing was verified: no check has passed"

    @property
    def is_good(self) -> bool:
        """Whether no check has failed, one at least has passed, and the checks came to their end."""
        return not self.objection

    @property
    def tally(self) -> str:
        """How many checks passed, failed, and so on, in words."""
        counts = [(len(self.of(state)), state.value) for state in CheckState]
        return ", ".join(f"{number} {word}" for number, word in counts if number) or "no check"

    def as_document(self) -> dict[str, Any]:
        """Return everything as plain JSON.

        Returns:
            The attributes by their names, with `good` and `sentence`; `checks` as a list of objects.
        """
        plain = asdict(self)
        plain["checks"] = [{**each, "state": str(each["state"])} for each in plain["checks"]]
        return {**plain, "good": self.is_good, "sentence": self.objection}
