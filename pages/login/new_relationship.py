"""The part of Management > Failover that establishes a relationship if there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.screen import ScreenSection
from pages.engine.view.control_query import control_called, field_called
from pages.engine.view.expected_control import ExpectedControl

if TYPE_CHECKING:
    from robot.network.chromium import NetworkMonitor

_NEW_BACKUP = r"New Backup Site Connection Details"
_REVERSE = r"Reverse Connection Details"
_HOST = r"host ?name|ip address|^address$|^host$"
_PORT = r"port"


class NewRelationship(ScreenSection):
    """The form: two groups of fields, and Establish Relationship."""

    def fill(self, *, backup: tuple[str, int], reverse: tuple[str, int]) -> None:
        """Fill in the addresses, each a host name or IP address and a port.

        Args:
            backup: where this primary reaches the new backup.
            reverse: where that backup reaches this primary.
        """
        for (host, port), fields in zip((backup, reverse), self._fields(), strict=True):
            for value, field in zip((host, str(port)), fields, strict=True):
                GuardedField(self.tab, field.resolve_unique(self.tab, screen=self.screen.title), field.control).write(value)

    def _fields(self) -> list[tuple[ExpectedControl, ExpectedControl]]:
        """Return the fields for host and port of both groups, that of the backup first."""
        return [
            (
                ExpectedControl("Host name or IP address", "field", field_called(self.tab, _HOST, group), group),
                ExpectedControl("Port", "field", field_called(self.tab, _PORT, group), group),
            )
            for group in (_NEW_BACKUP, _REVERSE)
        ]

    def filled(self) -> dict[str, str]:
        """Return what the two groups of fields hold, to be compared before the press.

        Returns:
            The values of `backup host`, `backup port`, `reverse host` and `reverse port`.
        """
        view = self.screen.look()
        return {
            f"{name} {part}": view.section(group).value(label)
            for name, group in (("backup", _NEW_BACKUP), ("reverse", _REVERSE))
            for part, label in (("host", _HOST), ("port", _PORT))
        }

    def establish_relationship(self, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on Establish Relationship, for the appliance that is to be the primary."""
        button = control_called(self.tab, r"^Establish Relationship$")
        return GuardedClick(self.tab, button, "Establish Relationship", answers)

    def controls(self, answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here: the fields of both groups, and Establish Relationship."""
        return *(field for pair in self._fields() for field in pair), self.establish_relationship(answers).sought
