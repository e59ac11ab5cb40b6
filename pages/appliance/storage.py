"""The two screens that tell how an appliance's machine is: its disks, and its health.

Neither is needed by the procedure. What a page words in another way is not told: nothing is guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.meaning.entries import values_by_name
from pages.engine.screen import Screen
from pages.readings.machine import Disks, Health

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_DISKS = r"disk|\bstorage\b"
_DISK = r"^(partition|disk|drive|volume|name)$"
_USED = r"\bused?\b|usage|utili[sz]ation"
_PERCENT = re.compile(r"(\d{1,3})(?:[.,]\d+)? ?%")
_HEALTH = r"\bhealth\b"
_CHECK = r"^(check|name)$"
_RESULT = r"^(result|state|status|check result)$"


class StorageScreen(Screen):
    """Storage > Status (before Base 6 Storage, and before Base 4 Status > Storage): how full the disks are."""

    title = "Storage"
    interface = "appliance"
    breadcrumbs = ((r"^Storage$", r"^Status$"), (r"^Storage$",), (r"^Status$", r"^Storage$"))
    documented = 3
    drawn_within_s = 2.0  # a run can do without it
    known_anywhere = False  # a page about health may have a row about storage too
    known_by = "list of disks"

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has a heading about disks, and a list below it that says how much of each is used."""
        return bool(values_by_name(view.section(_DISKS).outside(_HEALTH), _DISK, _USED))

    def read(self) -> Disks:
        """Return how much of each disk is used."""
        used = values_by_name(self.look().section(_DISKS).outside(_HEALTH), _DISK, _USED)
        return Disks(used_percent={name: int(found[1]) for name, cell in used.items() if (found := _PERCENT.search(cell))})


class HealthScreen(Screen):
    """Status > Health: the checks of a virtual appliance; a physical one has no such screen."""

    title = "Status > Health"
    interface = "appliance"
    breadcrumbs = ((r"^Status$", r"^Health$"),)
    drawn_within_s = 2.0  # as above
    known_by = "list of checks of the appliance's health"

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has a heading about health, and a list below it with a result for each check."""
        return bool(values_by_name(view.section(_HEALTH), _CHECK, _RESULT))

    def read(self) -> Health:
        """Return the result of each check, in the page's words."""
        return Health(checks=values_by_name(self.look().section(_HEALTH), _CHECK, _RESULT))
