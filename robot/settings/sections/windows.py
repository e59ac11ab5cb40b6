"""`[windows]`: the maintenance windows and what lies between them."""

from typing import Self

from pydantic import model_validator

from robot.domain.clocks import in_utc
from robot.evidence.wording import duration
from robot.settings.sections.section import PairFileSection
from robot.settings.values import Duration, Moment, Span


class Window(PairFileSection):
    """One maintenance window: from `opens` until just before `closes`, both converted to UTC."""

    opens: Moment
    closes: Moment

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError(f"closes at {in_utc(self.closes)}, and opens only at {in_utc(self.opens)}")
        return self


class Interim(PairFileSection):
    """The time between the windows, in seconds: enough to confirm the release in production, short without failover (PL7)."""

    at_least: Span
    at_most: Duration

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.at_least > self.at_most:
            raise ValueError(f"has at_least ({duration(self.at_least)}) longer than at_most ({duration(self.at_most)})")
        return self


class Windows(PairFileSection):
    """`[windows]`: when the two parts of the change may be made (PL3, PL5).

    Attributes:
        first: for backup, synchronisation, break, the update of B, and the swing.
        second: for the update of A, and the new failover relationship.
        interim: the least time from the swing to the work of the second window; the longest time without failover.
        overtime: seconds after the end of a window in which a person may back out or finish, by name.
    """

    first: Window
    second: Window
    interim: Interim
    overtime: Span = 0.0

    def named(self, name: str) -> Window:
        """Return the window "first" or "second"."""
        return dict(self)[name]

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        first, second, interim = self.named("first"), self.second, self.interim
        if second.opens < first.opens:
            raise ValueError(f"are exchanged: second opens at {in_utc(second.opens)}, first at {in_utc(first.opens)}")
        if second.opens < first.closes:
            raise ValueError(f"overlap: second opens at {in_utc(second.opens)}, first closes at {in_utc(first.closes)}")
        apart = (second.opens - first.closes).total_seconds()
        if apart > interim.at_most:
            raise ValueError(f"are {duration(apart)} apart, longer than interim.at_most ({duration(interim.at_most)})")
        whole = (second.closes - first.opens).total_seconds()
        if whole < interim.at_least:
            raise ValueError(
                f"leave no room for interim.at_least ({duration(interim.at_least)}): both are over after {duration(whole)}"
            )
        if self.overtime > apart:
            raise ValueError(f"are {duration(apart)} apart, shorter than overtime ({duration(self.overtime)})")
        return self
