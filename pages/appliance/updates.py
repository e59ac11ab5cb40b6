"""Updates (before Base 4: Support > Updates): which packages are available, and what is being installed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.appliance.automatic_updates import automatic_updates, has_automatic_updates
from pages.appliance.available_updates import AvailableUpdates
from pages.appliance.console_installers import ConsoleInstallers
from pages.appliance.download_key import DownloadKey, keys
from pages.appliance.installation_progress import CHECK, FAILED, LACKS, NOTHING, REFUSED, is_checking, progress_of
from pages.appliance.installed_updates import installed_on
from pages.appliance.manual_installation import UPDATE_SOFTWARE, ManualInstallation
from pages.appliance.offered_updates import AVAILABLE, INSTALL
from pages.appliance.offered_updates import offers as offers_on
from pages.engine.meaning.failure_words import failure_lines, stated_failures, telling_lines
from pages.engine.screen import BRIEFLY, Screen
from pages.engine.view.page_view import look_at
from pages.readings.available_updates import Lack, Updates
from robot.domain.errors import Stalled

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.engine.view.page_view import PageView

_CHECKING = r"\b(checking|contacting|searching|looking)\b.*(update|\.\.\.|…)"


class UpdatesScreen(Screen):
    """Updates: check, list, install."""

    title = "Updates"
    interface = "appliance"
    breadcrumbs = ((r"^Updates$",), (r"^Support$", r"^Updates$"))
    documented = 2
    folds = r"^((check for )?updates|check|available updates)$"
    known_by = 'button "Check for updates", nor an installation that is running'

    def is_shown(self, view: PageView) -> bool:
        """Tell whether the page has the button that checks for updates, or says that a check or an installation is running."""
        return bool(view.clickables(CHECK) or progress_of(view)) or is_checking(view)

    def read(self) -> Updates:
        """Read which packages are offered, what is being installed and what has failed."""
        view = self.look()
        progress = progress_of(view)
        nothing, offers = view.current_statement(NOTHING), offers_on(view)
        lacks = {} if offers or progress else _stated_lacks(view)
        return Updates(
            offers=offers,
            checked=bool(view.clickables(INSTALL) or view.heading(AVAILABLE) or nothing),
            installing=progress != "",
            progress=progress,
            message=next(stated_failures(view, f"{FAILED}|{REFUSED}"), "") or next(iter(lacks.values()), "") or nothing,
            lack=next(iter(lacks), Lack.UNTOLD),
            by_hand=any(control.enabled for control in view.clickables(UPDATE_SOFTWARE)),
            installed=() if progress else installed_on(view),
            complaints=failure_lines(telling_lines(view)),
            automatic=automatic_updates(view),
            has_automatic=has_automatic_updates(view),
        )

    def secrets(self) -> tuple[str, ...]:
        """Return the texts on the page that must not be in a picture.

        Returns:
            Every text that may be the Appliance Download Key.
        """
        try:
            return keys(look_at(self.tab))
        except Error:
            return ()  # the page is going away: no picture can be taken either

    def await_result(self) -> Updates:
        """Return the reading that shows the result of a check, or the last one after 60 seconds.

        The result is a list of packages, a statement that there are none, or a failure.
        """
        with contextlib.suppress(Stalled):
            return BRIEFLY.poll_until(
                self.read, lambda reading: _is_result(reading, self.look), what="the result of Check for updates", within=60
            )
        return self.read()

    @property
    def available(self) -> AvailableUpdates:
        """The button that checks for updates, and the list of packages."""
        return AvailableUpdates(self)

    @property
    def manual_installation(self) -> ManualInstallation:
        """The section Manual Installation."""
        return ManualInstallation(self)

    @property
    def download_key(self) -> DownloadKey:
        """The section Appliance Download Key."""
        return DownloadKey(self)

    @property
    def console_installers(self) -> ConsoleInstallers:
        """The links to the console installers; the vendor's support enables them."""
        return ConsoleInstallers(self)


def _is_result(reading: Updates, look: Callable[[], PageView]) -> bool:
    return bool(reading.offers or reading.message) and not look().current_statement(_CHECKING, unlike=FAILED)


def _stated_lacks(view: PageView) -> dict[Lack, str]:
    """Return the reasons that the page gives for offering nothing, each with the page's words."""
    return {lack: statement for lack, pattern in LACKS.items() if (statement := view.current_statement(pattern))}
