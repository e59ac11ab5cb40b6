"""Networking > IP Configuration: the addresses of the machine, with the shared IP.

Only the shared IP is ever edited: the robot's own connection uses the other ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.actions.guarded_link import GuardedLink
from pages.engine.meaning.entries import values_by_name
from pages.engine.meaning.forbidden_words import REMOVES
from pages.engine.screen import Screen
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import ControlQuery, button_in_form_of, find_commands, words_beside
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_view import look_at
from pages.readings.machine import Addresses, SharedAddress
from robot.domain.errors import WrongScreen

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.engine.view.page_view import PageControl, PageView
    from robot.network.chromium import NetworkMonitor

_ENABLED = r"^(is )?Enabled\??$|^Enable(d)? (this )?(ip|address|interface)( address)?$"
_EDIT = r"(edit|change|configure|modify)"
_OTHER = rf"({REMOVES}|\b(clear|enable|disable|activate|deactivate|reset|restart|renew|test|ping)\b)"
"""Words of controls that do something with an address at once: they are never pressed, even if the address is on them."""
_SAVE = r"^Save( Changes)?$"
_NOT_SAVED = r"\b(could not|cannot|can't|was not|were not|not be|failed|failure|invalid|error)\b"
_IP = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
_TICK = "^[\u2713\u2714]"
_MASK = r"^255\.|\.0$|\.255$"


class IpConfigurationScreen(Screen):
    """Networking > IP Configuration: the list of addresses."""

    title = "Networking > IP Configuration"
    interface = "appliance"
    breadcrumbs = ((r"^Networking$", r"^IP Configuration$"), (r"^Networking$",))
    folds = r"^((nic|ip|network) configuration|ip addresses|addresses)$"
    known_by = 'list of addresses, nor button "Add New IP"'

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has the button that adds an address, or a list of addresses that can be edited."""
        return bool(view.clickables(r"^Add (New )?IP") or view.clickables(rf"^{_IP}")) or (
            bool(view.clickables(rf"^{_EDIT}\b")) and any(ignorecase(_IP).search(row.cells[0]) for row in view.rows)
        )

    def addresses(self) -> Addresses:
        """Return every address that can be edited, and whether the list shows it as enabled."""
        return listed_addresses(self.look())

    def controls(self, ip: str) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here.

        Returns:
            One control: the link, or the Edit, of this address.
        """
        return (ExpectedControl(ip, "link", _entry(self.tab, ip)),)

    def edit(self, ip: str) -> AddressForm:
        """Return the form of one address after opening it. It alters nothing.

        Raises:
            WrongScreen: the address is not listed, or can be edited in several places.
        """
        view = self.look()
        entry = _entry(self.tab, ip)
        if (places := entry.count(view)) != 1:
            listed = list(dict.fromkeys(re.findall(_IP, view.text)))
            raise WrongScreen(f"{self.title}: {ip} can be edited in {places} places, not in one; listed are {listed}")
        GuardedLink(self.tab, entry, ip).follow()
        return AddressForm(self.tab, ip)


def listed_addresses(view: PageView) -> Addresses:
    """Return the addresses of the list on a view; one whose entry does not tell whether it is enabled is `None`."""
    links = [control.name for control in view.clickables(rf"^{_IP}(/\d+)?$") if not control.menu]
    named = [link.partition("/")[0] for link in links]
    told = values_by_name(view, r"^(ip )?address$", r"^(is )?(enabled|status|state)\??$")
    cells = {ip: re.sub(r"\s*\(.*\)$", "", cell.strip()) for name, cell in told.items() for ip in re.findall(_IP, name)}
    ticks = any(re.search(_TICK, cell) for cell in cells.values())  # an empty cell means something only beside a tick
    return Addresses(enabled={**dict.fromkeys(named), **{ip: _is_enabled(cell, ticks=ticks) for ip, cell in cells.items()}})


def _is_enabled(cell: str, *, ticks: bool) -> bool | None:
    if ignorecase(rf"^(yes|enabled|on|true|active)$|{_TICK}").search(cell):
        return True
    return False if ignorecase(r"^(no|disabled|off|false|inactive)$").search(cell) or (ticks and not cell) else None


def _entry(tab: Page, ip: str) -> ControlQuery:
    """Return the query for the address's own link, or the Edit of its row."""
    only = rf"(^|[^\d.]){re.escape(ip)}($|[^\d.])"

    def choose(view: PageView) -> list[PageControl]:
        own = find_commands(view, rf"^(?!.*{_OTHER}).*{only}")
        edits = view.clickables(rf"^(?!.*{_OTHER}){_EDIT}\b")
        return own or [each for each in edits if any(ignorecase(only).search(line) for line in words_beside(view, each))]

    return ControlQuery(tab, choose)


class AddressForm(Screen):
    """The form in which one address is edited; the list of all addresses may be on the same page."""

    title = "Networking > IP Configuration > Edit"
    interface = "appliance"
    known_by = 'single box "Enabled" that can be ticked'

    def __init__(self, tab: Page, ip: str) -> None:
        super().__init__(tab)
        self.ip = ip

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has exactly one Enabled box that can be ticked."""
        return len(_boxes(view)) == 1

    def read(self) -> SharedAddress:
        """Return whether the address is enabled.

        Raises:
            WrongScreen: the form is that of another address, does not name its address, or does not show whether it is enabled.
        """
        view = self.look()
        box = _boxes(view)[0]
        typed = {value for value in box.form_text if re.fullmatch(_IP, value) and not re.search(_MASK, value)}
        addresses = set(re.findall(_IP, " ".join((*box.form_text, *box.under, *box.columns))))
        if self.ip not in addresses and not typed:  # the form names no address: then the page may name no other one
            addresses = {address for address in re.findall(_IP, view.text) if not re.search(_MASK, address)}
            typed = addresses
        if self.ip not in addresses or (typed and self.ip not in typed):
            raise WrongScreen(f"{self.title}: the form is not that of {self.ip}; it tells of {sorted(addresses)}")
        if box.checked is None:
            raise WrongScreen(
                f"{self.title}: whether {self.ip} is enabled cannot be told: an icon draws the box otherwise than it is set"
            )
        return SharedAddress(ip=self.ip, enabled=box.checked)

    def fill(self, *, enabled: bool) -> None:
        """Tick or untick Enabled. The appliance alters nothing before Save Changes."""
        GuardedField(self.tab, self._enabled.resolve_unique(self.tab, screen=self.title), "Enabled").tick(on=enabled)

    @property
    def _enabled(self) -> ExpectedControl:
        return ExpectedControl("Enabled", "box", ControlQuery(self.tab, _boxes))

    def controls(self, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here.

        Returns:
            The box Enabled and the button Save Changes.
        """
        return self._enabled, self.save_changes(answers).sought

    def is_filled(self, *, enabled: bool) -> bool:
        """Tell whether the form, not yet saved, has exactly one box, and it is ticked or not as `enabled` says."""
        boxes = _boxes(look_at(self.tab))
        return len(boxes) == 1 and boxes[0].checked is enabled

    def save_changes(self, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on Save Changes of the form that has the box Enabled; the page may have other forms."""
        return GuardedClick(
            self.tab,
            button_in_form_of(self.tab, ControlQuery(self.tab, _boxes), _SAVE),
            "Save Changes",
            answers,
            within_s=10,  # after that a reading shows the result: in the middle of the swing nobody is served
            refusal=_NOT_SAVED,
        )


def _boxes(view: PageView) -> list[PageControl]:
    return [box for box in view.checkboxes(_ENABLED) if box.enabled and box.kind == "checkbox"]
