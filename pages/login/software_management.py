"""Management > Software Management (later Software): the backup of the settings.

The same screen restores settings. That half of it is not modelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from pages.screen import Screen
from pages.sight import control_called, field_called
from robot.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from pages.sight import Sight

_BACKUP = r"Backup Settings"
_DOWNLOAD = r"^Download Backup$"


class SoftwareManagementScreen(Screen):
    """Management > Software Management, section Backup Settings."""

    title = "Management > Software Management"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Software( Management)?$"),)

    def is_shown(self, sight: Sight) -> bool:
        """By its button."""
        return len(sight.presses(_DOWNLOAD)) == 1

    def download_backup(self, into: Path, *, password: str | None, include_history: bool) -> str:
        """Fetch the backup file; give the name that the appliance suggests for it. Alters nothing.

        Args:
            into: the file to be written.
            password: protects the backup; `None`: no password.
            include_history: whether logged session reporting data is included.

        Raises:
            Refused: no file came.
        """
        sight = self.look()
        section = _BACKUP if sight.heading(_BACKUP) else ""
        part = sight.section(_BACKUP) if section else sight
        if password is not None:
            for field in field_called(self.tab, r"password|confirm", section).all():  # newer pages ask for it twice
                field.fill(password)
        if part.fields(r"include .*(logged|history)|logged .*data"):
            field_called(self.tab, r"include .*(logged|history)|logged .*data", section).set_checked(include_history)
        try:
            with self.tab.expect_download(timeout=120_000) as coming:
                control_called(self.tab, _DOWNLOAD).click(timeout=10_000)
            coming.value.save_as(into)
        except TooLate:
            raise Refused("Download Backup gave no file within two minutes; look at the page by hand") from None
        except Error as error:
            raise Refused(f"Download Backup failed: {error.message.splitlines()[0]}") from error
        return coming.value.suggested_filename
