"""The names of the steps that show in a record how far a run has come. The flows declare them; the engine knows no other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StepNames:
    """The names of steps. A "beginning" is a name without the number or the file with which it ends.

    Attributes:
        installs: by unit, the beginnings of the steps that install on it.
        first_half: the whole name, with the attempt's number, of a step that takes the shared address from A.
        second_half: the beginning of the step that gives it to B.
        swing_orders: the beginnings of the steps that order DNS or NAT to lead to B.
        swing_by_person: the step at which a person says that the site leads to B.
        leads_to: by the whole name of a step, the unit to which the site leads once it is settled or read.
        served_by_b: the step that proves that B serves the site.
        swing_gap: the step that records the time without service.
        backups: the endings of the steps that fetch a backup.
        back_out: the step that begins the way back.
        take_back: the step at which a person gives the pair back, and everything is read again.
        works: by the beginnings of steps that press, the word of the work whose time they show.
    """

    installs: Mapping[str, tuple[str, ...]]
    first_half: re.Pattern[str]
    second_half: str
    swing_orders: tuple[str, ...]
    swing_by_person: str
    leads_to: Mapping[str, str]
    served_by_b: str
    swing_gap: str
    backups: str
    back_out: str
    take_back: str
    works: Mapping[str, str]


def unit_of(step: str) -> str:
    """Return the unit of a step, with which its name begins: "a", "b" or "site"."""
    return step.split("-", 1)[0]
