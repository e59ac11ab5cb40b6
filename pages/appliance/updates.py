"""Updates (before Base 4: Support > Updates): what is available, and what is being installed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.appliance.available_updates import AvailableUpdates
from pages.appliance.console_installers import ConsoleInstallers
from pages.appliance.download_key import DownloadKey, keys
from pages.appliance.installation_progress import CHECK, FAILED, LACKS, NOTHING, REFUSED, is_checking, progress_of
from pages.appliance.installed_updates import installed_on
from pages.appliance.manual_installation import UPDATE_SOFTWARE, ManualInstallation
from pages.appliance.offered_updates import AVAILABLE, INSTALL
from pages.appliance.offered_updates import offers as offers_on
from pages.engine.meaning.failure_words import failure_lines, stated_failures
from pages.engine.screen import BRIEFLY, Screen
from pages.engine.view.page_view import look_at
from pages.readings.available_updates import Lack, Updates
from robot.domain.errors import Stalled

if TYPE_CHECKING:
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
        """Whether the page has the button that checks, or tells of a check or an installation that is running."""
        return bool(view.clickables(CHECK) or progress_of(view)) or is_checking(view)

    def read(self) -> Updates:
        """Read what is offered, what is being installed and what has failed."""
        view = self.look()
        progress = progress_of(view)
        nothing = view.current_statement(NOTHING)
        offers = offers_on(view)
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
            complaints=failure_lines(view.text.splitlines()),
        )

    def secrets(self) -> tuple[str, ...]:
        """Return the Appliance Download Key, wherever it is shown."""
        try:
            return keys(look_at(self.tab))
        except Error:
            return ()  # the page is going: there is nothing to be photographed either

    def await_result(self) -> Updates:
        """Look until the check has told its result: packages, or that there are none, or that it failed."""

        def has_result(state: Updates) -> bool:
            return bool(state.offers or state.message) and not self.look().current_statement(_CHECKING, unlike=FAILED)

        with contextlib.suppress(Stalled):
            return BRIEFLY.poll_until(self.read, has_result, what="the result of Check for updates", within=60)
        return self.read()

    @property
    def available(self) -> AvailableUpdates:
        """The check, and the list."""
        return AvailableUpdates(self)

    @property
    def manual_installation(self) -> ManualInstallation:
        """The section of this name."""
        return ManualInstallation(self)

    @property
    def download_key(self) -> DownloadKey:
        """The section Appliance Download Key."""
        return DownloadKey(self)

    @property
    def console_installers(self) -> ConsoleInstallers:
        """The links to them; there where support has enabled them."""
        return ConsoleInstallers(self)


def _stated_lacks(view: PageView) -> dict[Lack, str]:
    """Return why nothing is offered, as far as the page says it, with its words for each reason."""
    return {lack: statement for lack, pattern in LACKS.items() if (statement := view.current_statement(pattern))}
