"""How a run is performed this time, as the command line says it and the performing process is told it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunOptions:
    """How a run is performed.

    Attributes:
        waits: stay while only a window or a person can help.
        confirm_each: have the person at the terminal agree to each press.
        taken_back_by: who had the pair in hand until now, or "".
        back_out: go the way back instead of on.
        rescue_by: who asks for that by name, so that overtime counts; or "".
    """

    waits: bool = False
    confirm_each: bool = False
    taken_back_by: str = ""
    back_out: bool = False
    rescue_by: str = ""

    def to_argv(self) -> list[str]:
        """The same as options of the command that performs."""
        named = {"--taken-back-by": self.taken_back_by, "--rescue-by": self.rescue_by}
        flags = ["--wait"] * self.waits + ["--confirm-each"] * self.confirm_each + ["--back-out"] * self.back_out
        return [*flags, *(word for option, name in named.items() if name for word in (option, name))]
