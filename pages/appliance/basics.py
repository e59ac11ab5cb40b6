"""Status > Basics: the machine itself.

This screen also has Reboot and Shut Down. They are not modelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.meaning.versions import version_beside
from pages.engine.screen import Screen
from pages.readings.machine import Basics

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_SERIAL = r"^((bomgar |beyondtrust )?(b series )?(appliance |system |machine )?serial( number| no\.?| #)?|s/n)$"
_SITE = r"hosted sites?|site status"


class BasicsScreen(Screen):
    """Status > Basics: serial number, GUID, base software, uptime."""

    title = "Status > Basics"
    interface = "appliance"
    breadcrumbs = ((r"^Status$", r"^Basics$"), (r"^Status$",))
    known_by = "serial number"
    is_landing = True

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has a serial number."""
        return bool(view.value(_SERIAL))

    def read(self) -> Basics:
        """Read the appliance's serial number, GUID, base software and uptime."""
        view = self.look()
        hosted, machine = view.section(_SITE), view.outside(_SITE)
        return Basics(
            serial=view.value(_SERIAL),
            guid=view.value(r"\bguid\b"),
            base=version_beside(
                machine, r"\bbase\b|software version", r"firmware|\bapi\b|product|site|model|available|latest", screen=self.title
            ),
            uptime=view.value(r"up-?\s?time"),
            system_time=view.value(r"system time|current time"),
            zone=machine.value(r"^(system )?time ?zone$"),
            hosted=dict(hosted.pairs),
        )
