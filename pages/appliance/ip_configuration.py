"""Networking > IP Configuration: the addresses of the machine, the shared one among them.

Only the shared address is ever edited: the unique ones carry our own connection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.menu import follow
from pages.pressing import Press
from pages.screen import Screen
from pages.sight import control_called, field_called, see
from robot.errors import WrongScreen
from robot.model import SharedAddress

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from pages.sight import Sight
    from robot.browser import Answers

_ENABLED = r"^Enabled\??$"
_SAVE = r"^Save( Changes)?$"


class IpConfigurationScreen(Screen):
    """Networking > IP Configuration: the list of addresses."""

    title = "Networking > IP Configuration"
    interface = "appliance"
    breadcrumbs = ((r"^Networking$", r"^IP Configuration$"), (r"^Networking$",))

    def is_shown(self, sight: Sight) -> bool:
        """By the button that adds an address."""
        return bool(sight.presses(r"^Add New IP")) or any(
            re.search(r"\d+\.\d+\.\d+\.\d+", control.name) for control in sight.presses(r"^\d+\.\d+\.\d+\.\d+")
        )

    def edit(self, ip: str) -> AddressForm:
        """Open the form of one address by a click on it. Alters nothing.

        Raises:
            WrongScreen: the address is not listed, or more than once.
        """
        sight = self.look()
        entry = _entry(self.tab, ip)
        if entry.count() != 1:
            listed = [control.name for control in sight.presses(r"\d+\.\d+\.\d+\.\d+")]
            raise WrongScreen(f"{self.title}: {ip} is listed {entry.count()} times; listed are {listed}")
        follow(self.tab, entry)
        return AddressForm(self.tab, ip)


def _entry(tab: Page, ip: str) -> Locator:
    """The address's own link, or the Edit of its row."""
    pattern = re.escape(ip)
    own = control_called(tab, rf"^{pattern}(\/\d+)?$")
    if own.count():
        return own
    row = tab.locator("tr", has_text=re.compile(rf"(?<![\d.]){pattern}(?![\d.])"))
    return row.locator(r"press=/^(edit|change|configure)\b/i")


class AddressForm(Screen):
    """The form in which one address is edited."""

    title = "Networking > IP Configuration > Edit"
    interface = "appliance"

    def __init__(self, tab: Page, ip: str) -> None:
        super().__init__(tab)
        self.ip = ip

    def is_shown(self, sight: Sight) -> bool:
        """By its Enabled box."""
        return len(sight.fields(_ENABLED)) == 1

    def read(self) -> SharedAddress:
        """Say whether the address is enabled."""
        sight = self.look()
        if self.ip not in sight.text and self.ip not in [control.value for control in sight.controls]:
            raise WrongScreen(f"{self.title}: the form is not that of {self.ip}: {sight.summary()}")
        return SharedAddress(ip=self.ip, enabled=sight.fields(_ENABLED)[0].checked)

    def fill(self, *, enabled: bool) -> None:
        """Tick or untick Enabled. Nothing is altered before Save Changes."""
        field_called(self.tab, _ENABLED).set_checked(enabled)

    def is_filled(self, *, enabled: bool) -> bool:
        """Whether the form, not yet saved, still says so."""
        boxes = see(self.tab).fields(_ENABLED)
        return len(boxes) == 1 and boxes[0].checked is enabled

    def save_changes(self, answers: Answers) -> Press:
        """Save Changes, of the form in which Enabled stands."""
        form = self.tab.locator("form").filter(has=field_called(self.tab, _ENABLED))
        save = form.locator(f"press=/{_SAVE}/i") if form.count() == 1 else control_called(self.tab, _SAVE)
        return Press(self.tab, save, "Save Changes", answers, r"\bip\b|address|network|interface|save|change")
