"""Networking > IP Configuration: the addresses of the machine, the shared one among them.

Only the shared address is ever edited: the unique ones carry our own connection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages.drift import Sought
from pages.engine.control_query import ControlQuery, commands, in_the_form_of, said_beside
from pages.engine.guarded_click import GuardedClick
from pages.forbidden import REMOVES
from pages.screen import Screen
from pages.sight import see, words
from robot.domain.errors import WrongScreen
from robot.domain.model import SharedAddress

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pages.sight import Control, Sight
    from robot.network.chromium import Answers

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

    def is_shown(self, sight: Sight) -> bool:
        """By the button that adds an address, or by a list of addresses that can be edited."""
        return bool(sight.presses(r"^Add (New )?IP") or sight.presses(rf"^{_IP}")) or (
            bool(sight.presses(rf"^{_EDIT}\b")) and any(words(_IP).search(row.cells[0]) for row in sight.rows)
        )

    def controls(self, ip: str) -> tuple[Sought, ...]:
        """What the procedure needs here."""
        return (Sought(ip, "link", _entry(self.tab, ip)),)

    def edit(self, ip: str) -> AddressForm:
        """Open the form of one address by a click on it. Alters nothing.

        Raises:
            WrongScreen: the address is not listed, or more than once.
        """
        sight = self.look()
        entry = _entry(self.tab, ip)
        if (places := entry.count(sight)) != 1:
            listed = list(dict.fromkeys(re.findall(_IP, sight.text)))
            raise WrongScreen(f"{self.title}: {ip} can be edited in {places} places, not in one; listed are {listed}")
        GuardedClick(self.tab, entry, ip).follow()
        return AddressForm(self.tab, ip)


def _entry(tab: Page, ip: str) -> ControlQuery:
    """The address's own link, or the Edit of its row."""
    only = rf"(^|[^\d.]){re.escape(ip)}($|[^\d.])"

    def choose(sight: Sight) -> list[Control]:
        own = commands(sight, rf"^(?!.*{_OTHER}).*{only}")
        edits = sight.presses(rf"^(?!.*{_OTHER}){_EDIT}\b")
        return own or [each for each in edits if any(words(only).search(line) for line in said_beside(sight, each))]

    return ControlQuery(tab, choose)


class AddressForm(Screen):
    """The form in which one address is edited; a list of all addresses may stand on the same page."""

    title = "Networking > IP Configuration > Edit"
    interface = "appliance"
    known_by = 'single box "Enabled" that can be ticked'

    def __init__(self, tab: Page, ip: str) -> None:
        super().__init__(tab)
        self.ip = ip

    def is_shown(self, sight: Sight) -> bool:
        """By its Enabled box, the only one that can be ticked."""
        return len(_boxes(sight)) == 1

    def read(self) -> SharedAddress:
        """Say whether the address is enabled.

        Raises:
            WrongScreen: the form is that of another address, does not say whose, or does not say whether it is enabled.
        """
        sight = self.look()
        box = _boxes(sight)[0]
        typed = {value for value in box.form if re.fullmatch(_IP, value) and not re.search(_MASK, value)}
        told = set(re.findall(_IP, " ".join((*box.form, *box.under, *box.columns))))
        if self.ip not in told and not typed:  # the form names no address: then the page may name no other one
            told = {found for found in re.findall(_IP, sight.text) if not re.search(_MASK, found)}
            typed = told
        if self.ip not in told or (typed and self.ip not in typed):
            raise WrongScreen(f"{self.title}: the form is not that of {self.ip}; it tells of {sorted(told)}")
        if box.checked is None:
            raise WrongScreen(
                f"{self.title}: whether {self.ip} is enabled cannot be told: an icon draws the box otherwise than it is set"
            )
        return SharedAddress(ip=self.ip, enabled=box.checked)

    def fill(self, *, enabled: bool) -> None:
        """Tick or untick Enabled. Nothing is altered before Save Changes."""
        GuardedClick(self.tab, self._enabled.the_one(self.tab, screen=self.title), "Enabled").tick(on=enabled)

    @property
    def _enabled(self) -> Sought:
        return Sought("Enabled", "box", ControlQuery(self.tab, _boxes))

    def controls(self, answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here."""
        return self._enabled, self.save_changes(answers).sought

    def is_filled(self, *, enabled: bool) -> bool:
        """Whether the form, not yet saved, still says so."""
        boxes = _boxes(see(self.tab))
        return len(boxes) == 1 and boxes[0].checked is enabled

    def save_changes(self, answers: Answers) -> GuardedClick:
        """Save Changes, of the form in which Enabled stands; the page may have others."""
        return GuardedClick(
            self.tab,
            in_the_form_of(self.tab, ControlQuery(self.tab, _boxes), _SAVE),
            "Save Changes",
            answers,
            within=10,  # then a reading tells: in the middle of the swing nobody is served
            refusal=_NOT_SAVED,
        )


def _boxes(sight: Sight) -> list[Control]:
    return [box for box in sight.ticks(_ENABLED) if box.enabled and box.kind == "checkbox"]
