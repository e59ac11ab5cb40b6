"""Who may approve, how many must, and when nothing is changed: the rules that hold on this machine, as one frozen value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from robot.domain.clocks import in_utc
from robot.settings.sections.section import PairFileSection
from robot.settings.values import Moment, OneLine
from robot.signing.public_keys import PublicKey


@dataclass(frozen=True)
class KeyHolder:
    """A key, and the name of the person whose key it is; "" where nobody says whose."""

    name: str
    key: PublicKey

    @property
    def title(self) -> str:
        """The name, or else the key's id."""
        return self.name or f"key {self.key.short_id}"

    @property
    def person(self) -> str:
        """What two keys of one person have in common."""
        return plain_name(self.name) or self.key.key_id


class FreezeDates(PairFileSection):
    """A time in which nothing is changed, from its first moment up to, and without, its last."""

    begins: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    reason: OneLine

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError(f"lasts until {in_utc(self.ends)}, and begins only at {in_utc(self.begins)}")
        return self

    def meets(self, opens: datetime, closes: datetime) -> bool:
        """Return whether a moment between these two is frozen; both may be the same moment."""
        return opens < self.ends and (closes > self.begins or opens == closes == self.begins)


@dataclass(frozen=True)
class ApprovalRules:
    """The rules for approvals.

    Attributes:
        source: what fixes them, in words.
        required: whether nothing may be pressed without approval.
        approvers: the keys whose signatures count.
        needed: how many different approvers must sign.
        self_approval: whether those may approve a plan who made it, asked for it or run it.
        operators: the keys of those who make and run plans.
        answerers: the keys whose answers to a run's questions count; with none, a name is enough.
        freezes: when nothing is changed.
        notice: what people must know of where the rules come from; "" if nothing.
    """

    source: str
    required: bool
    approvers: tuple[KeyHolder, ...]
    needed: int = 1
    self_approval: bool = True
    operators: tuple[KeyHolder, ...] = ()
    answerers: tuple[KeyHolder, ...] = ()
    freezes: tuple[FreezeDates, ...] = ()
    notice: str = ""


def plain_name(name: str) -> str:
    """Return a person's name as it is compared: without regard to capitals and spaces."""
    return " ".join(name.split()).casefold()
