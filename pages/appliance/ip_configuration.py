"""Networking > IP Configuration: the addresses of the machine, the shared one among them.

Only the shared address is ever edited: the unique ones carry our own connection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.meaning.forbidden_words import REMOVES
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import ControlQuery, button_in_form_of, find_commands, words_beside
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_view import look_at
from pages.readings.machine import SharedAddress
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageControl, PageView
    from robot.network.chromium import NetworkMonitor

_ENABLED = r"^(is )?Enabled\??$|^Enable(d)? (this )?(ip|address|interface)( address)?$"
_EDIT = r"(edit|change|configure|modify)"
_OTHER = rf"({REMOVES}|\b(clear|enable|disable|activate|deactivate|reset|restart|renew|test|ping)\b)"
"""What a control beside an address may do with it at once: never pressed, though the address stands on it too."""
_SAVE = r"^Save( Changes)?$"
_NOT_SAVED = r"\b(could not|cannot|can't|was not|were not|not be|failed|failure|invalid|error)\b"
_IP = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
_MASK = r"^255\.|\.0$|\.255$"


class IpConfigurationScreen(Screen):
    """Networking > IP Configuration: the list of addresses."""

    title = "Networking > IP Configuration"
    interface = "appliance"
    breadcrumbs = ((r"^Networking$", r"^IP Configuration$"), (r"^Networking$",))
    folds = r"^((nic|ip|network) configuration|ip addresses|addresses)$"
    known_by = 'list of addresses, nor button "Add New IP"'

    def is_shown(self, view: PageView) -> bool:
        """Whether the page has the button that adds an address, or a list of addresses that can be edited."""
        return bool(view.clickables(r"^Add (New )?IP") or view.clickables(rf"^{_IP}")) or (
            bool(view.clickables(rf"^{_EDIT}\b")) and any(ignorecase(_IP).search(row.cells[0]) for row in view.rows)
        )

    def controls(self, ip: str) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here."""
        return (ExpectedControl(ip, "link", _entry(self.tab, ip)),)

    def edit(self, ip: str) -> AddressForm:
        """Open the form of one address by a click on it. Alters nothing.

        Raises:
            WrongScreen: the address is not listed, or more than once.
        """
        view = self.look()
        entry = _entry(self.tab, ip)
        if (places := entry.count(view)) != 1:
            listed = list(dict.fromkeys(re.findall(_IP, view.text)))
            raise WrongScreen(f"{self.title}: {ip} can be edited in {places} places, not in one; listed are {listed}")
        GuardedLink(self.tab, entry, ip).follow()
        return AddressForm(self.tab, ip)


def _entry(tab: Page, ip: str) -> ControlQuery:
    """Ask for the address's own link, or the Edit of its row."""
    only = rf"(^|[^\d.]){re.escape(ip)}($|[^\d.])"

    def choose(view: PageView) -> list[PageControl]:
        own = find_commands(view, rf"^(?!.*{_OTHER}).*{only}")
        edits = view.clickables(rf"^(?!.*{_OTHER}){_EDIT}\b")
        return own or [each for each in edits if any(ignorecase(only).search(line) for line in words_beside(view, each))]

    return ControlQuery(tab, choose)


class AddressForm(Screen):
    """The form in which one address is edited; a list of all addresses may stand on the same page."""

    title = "Networking > IP Configuration > Edit"
    interface = "appliance"
    known_by = 'single box "Enabled" that can be ticked'

    def __init__(self, tab: Page, ip: str) -> None:
        super().__init__(tab)
        self.ip = ip

    def is_shown(self, view: PageView) -> bool:
        """Whether the page has an Enabled box, the only one that can be ticked."""
        return len(_boxes(view)) == 1

    def read(self) -> SharedAddress:
        """Read whether the address is enabled.

        Raises:
            WrongScreen: the form is that of another address, does not say whose, or does not say whether it is enabled.
        """
        view = self.look()
        box = _boxes(view)[0]
        typed = {value for value in box.form_text if re.fullmatch(_IP, value) and not re.search(_MASK, value)}
        addresses = set(re.findall(_IP, " ".join((*box.form_text, *box.under, *box.columns))))
        if self.ip not in addresses and not typed:  # the form names no address: then the page may name no other one
            addresses = {found for found in re.findall(_IP, view.text) if not re.search(_MASK, found)}
            typed = addresses
        if self.ip not in addresses or (typed and self.ip not in typed):
            raise WrongScreen(f"{self.title}: the form is not that of {self.ip}; it tells of {sorted(addresses)}")
        if box.checked is None:
            raise WrongScreen(
                f"{self.title}: whether {self.ip} is enabled cannot be told: an icon draws the box otherwise than it is set"
            )
        return SharedAddress(ip=self.ip, enabled=box.checked)

    def fill(self, *, enabled: bool) -> None:
        """Tick or untick Enabled. Nothing is altered before Save Changes."""
        GuardedField(self.tab, self._enabled.resolve_unique(self.tab, screen=self.title), "Enabled").tick(on=enabled)

    @property
    def _enabled(self) -> ExpectedControl:
        return ExpectedControl("Enabled", "box", ControlQuery(self.tab, _boxes))

    def controls(self, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here."""
        return self._enabled, self.save_changes(answers).sought

    def is_filled(self, *, enabled: bool) -> bool:
        """Whether the form, not yet saved, is filled as wanted: it has one box, ticked or not as `enabled` says."""
        boxes = _boxes(look_at(self.tab))
        return len(boxes) == 1 and boxes[0].checked is enabled

    def save_changes(self, answers: NetworkMonitor) -> GuardedClick:
        """Offer Save Changes of the form in which Enabled stands; the page may have others."""
        return GuardedClick(
            self.tab,
            button_in_form_of(self.tab, ControlQuery(self.tab, _boxes), _SAVE),
            "Save Changes",
            answers,
            within_s=10,  # then a reading tells: in the middle of the swing nobody is served
            refusal=_NOT_SAVED,
        )


def _boxes(view: PageView) -> list[PageControl]:
    return [box for box in view.checkboxes(_ENABLED) if box.enabled and box.kind == "checkbox"]
