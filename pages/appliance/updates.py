"""Updates (before Base 4: Support > Updates): what is available, and what is being installed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pages.appliance.console_installers import ConsoleInstallers
from pages.appliance.download_key import DownloadKey, keys
from pages.appliance.installation_progress import CHECK, FAILED, LACKS, NOTHING, REFUSED, progress_of
from pages.appliance.manual_installation import UPDATE_SOFTWARE, ManualInstallation
from pages.appliance.offered_updates import AVAILABLE, INSTALL, NAME
from pages.appliance.offered_updates import offers as offers_on
from pages.pressing import Press
from pages.screen import BRIEFLY, Screen
from pages.sight import control_called, literally, see
from robot.errors import Stalled
from robot.model import Lack, UpdateOffer, Updates

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.drift import Sought
    from pages.sight import Sight
    from robot.browser import Answers

_CHECKING = r"\b(checking|contacting|searching|looking)\b.*(update|\.\.\.|…)"


class UpdatesScreen(Screen):
    """Updates: check, list, install."""

    title = "Updates"
    interface = "appliance"
    breadcrumbs = ((r"^Updates$",), (r"^Support$", r"^Updates$"))
    documented = 2
    known_by = 'button "Check for updates", nor an installation that is running'

    def is_shown(self, sight: Sight) -> bool:
        """By the button that checks, or by an installation that is running."""
        return bool(sight.presses(CHECK)) or progress_of(sight) != ""

    def read(self) -> Updates:
        """Say what the screen says."""
        sight = self.look()
        progress = progress_of(sight)
        nothing = sight.states(NOTHING)
        offers = offers_on(sight)
        told = {} if offers or progress else {lack: said for lack, pattern in LACKS.items() if (said := sight.states(pattern))}
        return Updates(
            offers=offers,
            checked=bool(sight.presses(INSTALL) or sight.heading(AVAILABLE) or nothing),
            installing=progress != "",
            progress=progress,
            message=sight.states(f"{FAILED}|{REFUSED}") or next(iter(told.values()), "") or nothing,
            lack=next(iter(told), Lack.UNTOLD),
            by_hand=any(control.enabled for control in sight.presses(UPDATE_SOFTWARE)),
        )

    def secrets(self) -> tuple[str, ...]:
        """The Appliance Download Key, wherever it is shown."""
        try:
            return keys(see(self.tab))
        except Error:
            return ()  # the page is going: there is nothing to be photographed either

    def controls(self, offers: tuple[UpdateOffer, ...], answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here while nothing is being installed: the check, and each package's own button."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self._check(answers).sought, *installs

    def _check(self, answers: Answers) -> Press:
        return Press(self.tab, control_called(self.tab, CHECK), "Check for updates", answers, r"update")

    def check_for_updates(self, answers: Answers) -> None:
        """Ask the appliance to ask the vendor. Alters nothing and disturbs nobody."""
        press = self._check(answers)
        press.trial()
        press.press()

    def await_result(self) -> Updates:
        """Look until the check has told its result: packages, or that there are none, or that it failed."""

        def told(now: Updates) -> bool:
            return bool(now.offers or now.message) and not self.look().states(_CHECKING, unlike=FAILED)

        with contextlib.suppress(Stalled):
            return BRIEFLY.until(self.read, told, what="the result of Check for updates", within=60)
        return self.read()

    def install_this_update(self, offer: UpdateOffer, answers: Answers, *, agree: Callable[[str], None] | None = None) -> Press:
        """Install This Update, of the one package that this offer names.

        Args:
            offer: the package.
            answers: what the browser receives.
            agree: called right before an agreement that stands before the download is accepted; `None`: it is not.
        """
        own = self.tab.locator(f"beside=/^(?:{NAME})?{literally(offer.name)}$/i")
        return Press(
            self.tab,
            self.tab.locator(f"named=/{INSTALL}/i").and_(own),
            "Install This Update",
            answers,
            r"install|update|upgrade",
            allowed=r"re-?boot|restart",
            agreement=f'the download of "{offer.name}"',
            agree=agree,
        )

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
