"""Updates :: Available Updates: check, and install one of what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.installation_progress import CHECK
from pages.appliance.offered_updates import INSTALL, line_of
from pages.pressing import Press
from pages.screen import Section
from pages.sight import control_called

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.drift import Sought
    from robot.browser import Answers
    from robot.model import UpdateOffer
    from robot.settings.contact import Contact


class AvailableUpdates(Section):
    """The button that checks, and each package's own."""

    def controls(self, offers: tuple[UpdateOffer, ...], answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here while nothing is being installed."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self.check_for_updates(answers).sought, *installs

    def check_for_updates(self, answers: Answers) -> Press:
        """Check for updates: the appliance asks the vendor. Alters nothing and disturbs nobody."""
        return Press(self.tab, control_called(self.tab, CHECK), "Check for updates", answers, r"update")

    def install_this_update(
        self,
        offer: UpdateOffer,
        answers: Answers,
        *,
        agree: Callable[[str], None] | None = None,
        contact: Contact | None = None,
    ) -> Press:
        """Install This Update, of the one package that this offer names.

        Args:
            offer: the package.
            answers: what the browser receives.
            agree: called right before an agreement that stands before the download is accepted; `None`: it is not.
            contact: who is named there, where it asks for a name and an e-mail address.
        """
        own = self.tab.locator(f"sight=beside /{line_of(offer.name)}/i")
        return Press(
            self.tab,
            self.tab.locator(f"sight=named /{INSTALL}/i").and_(own),
            "Install This Update",
            answers,
            r"install|update|upgrade|representatives?|sessions?|log(ged)? (off|out)|unavailable",
            allowed=r"re-?boot|restart",
            agreement=f'the download of "{offer.name}"',
            agree=agree,
            contact=contact,
        )
