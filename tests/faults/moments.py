"""When a fault strikes: named moments of a run, told by the lines of its own record; and what a whole run tells the pair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PRESSES = (
    "b sync-now", "b break-failover-relationships", "b install Bomgar Remote Support {target}", "a ip-disable shared",
    "b ip-enable shared", "a install Bomgar Remote Support {target}", "b establish-relationship", "a sync-now",
)  # fmt: skip
"""What a pair is told that is one package away from its target version, in order, each once."""


@dataclass(frozen=True)
class Moment:
    """When a fault strikes.

    Attributes:
        name: as a person would say it.
        kind: of the line in the record after which it strikes; "": before the run begins.
        step: of that line, as a regular expression.
        state: what the simulated pair says of itself then, where no line of the record tells.
        told: how many presses of `PRESSES` were made by then.
    """

    name: str
    kind: str = ""
    step: str = ""
    told: int = 0
    state: str = ""

    @property
    def is_the_start(self) -> bool:
        """Whether it is before the run."""
        return not self.kind and not self.state

    def is_at(self, line: Mapping[str, Any]) -> bool:
        """Whether a line of the record tells that it has come."""
        return bool(self.kind) and line["kind"] == self.kind and re.fullmatch(self.step, str(line["step"])) is not None


FROM_THE_START = Moment("from the start")
BEFORE_THE_BACKUP = Moment("before the backup", "reading", r"b-check-for-updates")
BEFORE_THE_SYNC = Moment("before the sync", "reading", r"a-download-backup")
B_SYNCHRONISES = Moment("while B synchronises", told=1, state="syncing")
BEFORE_THE_BREAK = Moment("before the break", "proved", r"b-sync-now", 1)
AFTER_THE_BREAK = Moment("after the break", "proved", r"b-break-.*", 2)
BEFORE_B_INSTALLS = Moment("before B's install", "reading", r"b-updates-1", 2)
B_INSTALLS = Moment("after B's install was pressed", "intent", r"b-install-.*", 3)
B_IS_UPDATED = Moment("after B's update", "proved", r"b-install-.*", 3)
BEFORE_THE_SWING = Moment("before the swing", "reading", r"b-verify-portal", 3)
AFTER_THE_SWING = Moment("after the swing", "reading", r"b-shared-ip-after-swing", 5)
BEFORE_A_INSTALLS = Moment("before A's install", "reading", r"a-updates-1", 5)
A_INSTALLS = Moment("after A's install was pressed", "intent", r"a-install-.*", 6)
BEFORE_ESTABLISHING = Moment("before establishing", "reading", r"b-software-before-establishing", 6)
AFTER_ESTABLISHING = Moment("after establishing", "proved", r"b-establish-.*", 7)
AT_THE_END = Moment("at the end", "proved", r"a-sync-now", 8)
