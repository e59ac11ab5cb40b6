"""The procedure's obligations: the vendor's guide sentence by sentence, and the experience of people who did it by hand.

They are in `obligations.toml` beside this file. The report shows how each was fulfilled in a run; docs/procedure.md shows
which code keeps each and which test proves that.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypedDict, cast

KINDS: Final[Mapping[str, str]] = {
    "do": "to be done",
    "check": "to be checked",
    "refuse": "to be refused otherwise",
    "ask": "to be done by a person or a command",
    "tell": "to be said in plan and report",
}
"""The ways in which an obligation may be kept, in words."""
_FILE: Final = Path(__file__).with_name("obligations.toml")


class _Entry(TypedDict):
    kinds: list[str]
    sentence: str


@dataclass(frozen=True)
class Obligation:
    """One obligation of the procedure.

    Attributes:
        id: `BS5`; it never changes its meaning.
        sentence: what it demands.
        kinds: how the robot keeps it, out of `KINDS`.
        heading: the part of the procedure under which it stands.
    """

    id: str
    sentence: str
    kinds: tuple[str, ...]
    heading: str


@cache
def obligations() -> tuple[Obligation, ...]:
    """Return all obligations, in the procedure's order."""
    document = cast("Mapping[str, Mapping[str, _Entry]]", tomllib.loads(_FILE.read_text(encoding="utf-8")))
    return tuple(
        Obligation(name, entry["sentence"], tuple(entry["kinds"]), heading)
        for heading, entries in document.items()
        for name, entry in entries.items()
    )
