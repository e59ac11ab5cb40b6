"""The procedure's obligations: the vendor's guide sentence by sentence, and what people learned who did it by hand.

They stand in `obligations.toml` beside this file. The report tells of each what became of it in a run; docs/procedure.md
tells of each which code keeps it and which test proves that.
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
"""How an obligation may be kept, and that in words."""
_FILE: Final = Path(__file__).with_name("obligations.toml")


class _Entry(TypedDict):
    kinds: list[str]
    sentence: str


@dataclass(frozen=True)
class Obligation:
    """One obligation of the procedure.

    Attributes:
        id: `BS5`; it never changes its meaning.
        sentence: what must be.
        kinds: how the robot keeps it, out of `KINDS`.
        heading: the part of the procedure under which it stands.
    """

    id: str
    sentence: str
    kinds: tuple[str, ...]
    heading: str


@cache
def obligations() -> tuple[Obligation, ...]:
    """All of them, in the procedure's order."""
    told = cast("Mapping[str, Mapping[str, _Entry]]", tomllib.loads(_FILE.read_text(encoding="utf-8")))
    return tuple(
        Obligation(name, entry["sentence"], tuple(entry["kinds"]), heading)
        for heading, entries in told.items()
        for name, entry in entries.items()
    )
