"""The part of Management > Failover that establishes a relationship, where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.screen import ScreenSection
from pages.engine.view.control_query import control_called, field_called
from pages.engine.view.expected_control import ExpectedControl

if TYPE_CHECKING:
    from robot.network.chromium import Answers

_NEW_BACKUP = r"New Backup Site Connection Details"
_REVERSE = r"Reverse Connection Details"
_HOST = r"host ?name|ip address|^address$|^host$"
_PORT = r"port"


class NewRelationship(ScreenSection):
    """Configuration: the two groups of fields, and Establish Relationship."""

    def fill(self, *, backup: tuple[str, int], reverse: tuple[str, int]) -> None:
        """Fill in how this primary reaches the new backup, and how that backup reaches back."""
        for (host, port), fields in zip((backup, reverse), self._fields(), strict=True):
            for value, field in zip((host, str(port)), fields, strict=True):
                GuardedField(self.tab, field.resolve_unique(self.tab, screen=self.screen.title), field.control).write(value)

    def _fields(self) -> list[tuple[ExpectedControl, ExpectedControl]]:
        """Yield the host and the port of either group."""
        return [
            (
                ExpectedControl("Host name or IP address", "field", field_called(self.tab, _HOST, group), group),
                ExpectedControl("Port", "field", field_called(self.tab, _PORT, group), group),
            )
            for group in (_NEW_BACKUP, _REVERSE)
        ]

    def filled(self) -> dict[str, str]:
        """Read what the two groups of fields hold, to be compared before the press."""
        view = self.screen.look()
        return {
            f"{name} {part}": view.section(group).value(label)
            for name, group in (("backup", _NEW_BACKUP), ("reverse", _REVERSE))
            for part, label in (("host", _HOST), ("port", _PORT))
        }

    def establish_relationship(self, answers: Answers) -> GuardedClick:
        """Offer Establish Relationship, on the appliance that is to be the primary."""
        button = control_called(self.tab, r"^Establish Relationship$")
        return GuardedClick(self.tab, button, "Establish Relationship", answers)

    def controls(self, answers: Answers) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here."""
        return *(field for pair in self._fields() for field in pair), self.establish_relationship(answers).sought
