"""Management > Software Management (later Software): the backup of the settings.

The same screen restores settings. That half of it is not modelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.actions.downloads import GuardedDownload
from pages.engine.actions.guarded_field import GuardedField
from pages.engine.actions.navigation import wait_until_stable
from pages.engine.meaning.failure_words import stated_failures
from pages.engine.screen import Screen
from pages.engine.view.control_query import ControlQuery, control_called, field_called, tick_called
from pages.engine.view.expected_control import ExpectedControl
from pages.engine.view.page_description import describe_page
from robot.domain.errors import Refused, WrongScreen

if TYPE_CHECKING:
    from pathlib import Path

    from pages.engine.view.page_view import PageView

_BACKUP = r"Backup Settings"
_DOWNLOAD = r"^Download Backup( File)?$"
_OTHER = r"restore|vault|upload"
_PROTECTED = r"password|confirm"
_FAILED = r"\b(could not|cannot|not enough|fail(ed|ure)|error|expired|unable|denied)\b"
_HISTORY = r"include .*(logged|history|report)|logged .*data"


class SoftwareManagementScreen(Screen):
    """Management > Software Management, section Backup Settings."""

    title = "Management > Software Management"
    interface = "login"
    breadcrumbs = ((r"^Management$", r"^Software( Management)?$"),)
    folds = r"(^|:: )backup settings$"
    known_by = 'single button "Download Backup"'

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has exactly one Download Backup."""
        clickables = view.clickables(_DOWNLOAD)
        return len([each for each in clickables if each.kind == "button"] or clickables) == 1

    def controls(self) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here.

        Returns:
            The button Download Backup; only some pages have fields for a password and the history.
        """
        return (ExpectedControl("Download Backup", "button", control_called(self.tab, _DOWNLOAD)),)

    def download_backup(self, into: Path, *, password: str | None, include_history: bool) -> str:
        """Download the backup file. It alters nothing.

        Args:
            into: the path to which the file is written.
            password: the password that protects the backup; None for a backup without one.
            include_history: whether logged session reporting data is included.

        Returns:
            The file name that the appliance suggests.

        Raises:
            WrongScreen: it is unclear which password fields are the backup's.
            Refused: a page came instead of a file.
        """
        view = self.look()
        section = self.named_section(view, _BACKUP, "Backup Settings")
        part = view.section(_BACKUP).outside(_OTHER) if section else view.outside(_OTHER)
        if password is not None:
            own = field_called(self.tab, _PROTECTED, section)
            secret = [each for each in part.controls if each.kind == "password"]  # also those without a label
            if {len(secret), len(part.fields(_PROTECTED))} != {own.count()} or own.count() > 2:
                raise WrongScreen(
                    f"{self.title}: it cannot be told which password field is the backup's; there is: {describe_page(view)}"
                )
            for number in range(own.count()):  # newer pages ask for it twice
                field = ControlQuery(self.tab, lambda view, number=number: own.all(view)[number : number + 1])
                GuardedField(self.tab, field, "Password").write(password)
        if part.checkboxes(_HISTORY):
            GuardedField(self.tab, tick_called(self.tab, _HISTORY, section), "the history").tick(on=include_history)
        [button] = [each.resolve_unique(self.tab, screen=self.title) for each in self.controls()]
        name, file = GuardedDownload(self.tab, button, "Download Backup").fetch(into.parent)
        if file is None:
            page = wait_until_stable(self.tab)
            failure = next(stated_failures(page, _FAILED), "") or page.heading(_FAILED)
            words = f', which says "{failure}"' if failure else ""
            raise Refused(f"Download Backup gave a page instead of a backup{words}; look at the page by hand")
        file.replace(into)
        return name
