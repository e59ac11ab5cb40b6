"""Status > Basics: the machine itself.

Reboot and Shut Down stand on this screen. They are not modelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.meaning.versions import version_beside
from pages.engine.screen import Screen
from robot.domain.model import Basics

if TYPE_CHECKING:
    from pages.engine.view.page_view import Sight

_SERIAL = r"^((bomgar |beyondtrust )?(b series )?(appliance |system |machine )?serial( number| no\.?| #)?|s/n)$"
_SITE = r"hosted sites?|site status"


class BasicsScreen(Screen):
    """Status > Basics: serial number, GUID, base software, uptime."""

    title = "Status > Basics"
    interface = "appliance"
    breadcrumbs = ((r"^Status$", r"^Basics$"), (r"^Status$",))
    known_by = "serial number"

    def is_shown(self, sight: Sight) -> bool:
        """By the serial number."""
        return bool(sight.value(_SERIAL))

    def read(self) -> Basics:
        """Say what the screen says."""
        sight = self.look()
        hosted, machine = sight.section(_SITE), sight.outside(_SITE)
        return Basics(
            serial=sight.value(_SERIAL),
            guid=sight.value(r"\bguid\b"),
            base=version_beside(
                machine, r"\bbase\b|software version", r"firmware|\bapi\b|product|site|model|available|latest", screen=self.title
            ),
            uptime=sight.value(r"up-?\s?time"),
            system_time=sight.value(r"system time|current time"),
            hosted=dict(hosted.pairs),
        )
