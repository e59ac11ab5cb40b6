"""Updates :: Available Updates: check, and install one of what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.installation_progress import CHECK
from pages.appliance.offered_updates import INSTALL, line_of
from pages.engine.control_query import ControlQuery, control_called
from pages.engine.guarded_click import GuardedClick
from pages.screen import Section
from pages.sight import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.drift import Sought
    from pages.engine.agreement import Accepted
    from pages.sight import Control, Sight
    from robot.domain.model import UpdateOffer
    from robot.network.chromium import Answers
    from robot.settings.contact import Contact


class AvailableUpdates(Section):
    """The button that checks, and each package's own."""

    def controls(self, offers: tuple[UpdateOffer, ...], answers: Answers) -> tuple[Sought, ...]:
        """What the procedure needs here while nothing is being installed."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self.check_for_updates(answers).sought, *installs

    def check_for_updates(self, answers: Answers) -> GuardedClick:
        """Check for updates: the appliance asks the vendor. Alters nothing and disturbs nobody."""
        return GuardedClick(self.tab, control_called(self.tab, CHECK), "Check for updates", answers)

    def install_this_update(
        self,
        offer: UpdateOffer,
        answers: Answers,
        *,
        agree: Callable[[Accepted], None] | None = None,
        contact: Contact | None = None,
    ) -> GuardedClick:
        """Install This Update, of the one package that this offer names.

        Args:
            offer: the package.
            answers: what the browser receives.
            agree: called right before an agreement that stands before the download is accepted; `None`: it is not.
            contact: who is named there, where it asks for a name and an e-mail address.
        """
        own = words(line_of(offer.name))

        def choose(sight: Sight) -> list[Control]:
            named = [control for control in sight.presses(INSTALL) if not control.prose]
            return [control for control in named if any(own.search(line) for line in control.block)]

        return GuardedClick(
            self.tab,
            ControlQuery(self.tab, choose),
            "Install This Update",
            answers,
            names=(offer.name, offer.version),
            agreement=f'the download of "{offer.name}"',
            agree=agree,
            contact=contact,
        )
