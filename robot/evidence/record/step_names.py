"""The steps by whose names a record tells where a run stands. The flows declare them; nothing in this package knows any other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StepNames:
    """The names of steps; "beginnings" are names without the number or the file that they end with.

    Attributes:
        installs: by unit, the beginnings of the steps that install on it.
        first_half: the whole name of a step that takes the shared address from A, with each attempt's number.
        second_half: the beginning of the step that gives it to B.
        swing_orders: the beginnings of the steps that order DNS or NAT to lead to B.
        swing_by_person: the step at which a person says that B is led to.
        leads_to: by whole name, the unit to which a settled or read step shows the site to be led.
        served_by_b: the step that proves that B serves the site.
        swing_gap: the step at which the time without service is told.
        backups: the endings of the steps that fetch a backup.
        back_out: the step that begins the way back.
        take_back: the step at which a person gives the pair back, with everything read anew.
        works: by the beginnings of steps that press, the work whose time they tell.
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
    """Return what a step is about, which its name begins with: "a", "b" or "site"."""
    return step.split("-", 1)[0]
