"""How a run is performed this time: set by the command line, passed on to the process that performs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunOptions:
    """How a run is performed.

    Attributes:
        waits: whether it stays while only a window or a person can help.
        confirm_each: whether the person at the terminal must agree to each press.
        taken_back_by: the name of who had the pair in hand until now, or "".
        back_out: whether it goes the way back instead of on.
        rescue_by: the name of who asked for the way back or the finish, so that overtime counts; or "".
    """

    waits: bool = False
    confirm_each: bool = False
    taken_back_by: str = ""
    back_out: bool = False
    rescue_by: str = ""

    def to_argv(self) -> list[str]:
        """Return these as options of the command that performs the run."""
        named = {"--taken-back-by": self.taken_back_by, "--rescue-by": self.rescue_by}
        flags = ["--wait"] * self.waits + ["--confirm-each"] * self.confirm_each + ["--back-out"] * self.back_out
        return [*flags, *(word for option, name in named.items() if name for word in (option, name))]
