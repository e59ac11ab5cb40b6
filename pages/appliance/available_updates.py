"""Updates :: Available Updates: check, and install one of what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.appliance.installation_progress import CHECK
from pages.appliance.offered_updates import INSTALL, line_of
from pages.engine.actions.guarded_click import GuardedClick
from pages.engine.screen import ScreenSection
from pages.engine.text.wording import ignorecase
from pages.engine.view.control_query import ControlQuery, control_called

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.engine.meaning.agreement import AcceptedAgreement
    from pages.engine.view.expected_control import ExpectedControl
    from pages.engine.view.page_view import PageControl, PageView
    from pages.readings.available_updates import UpdateOffer
    from robot.network.chromium import NetworkMonitor
    from robot.settings.contact import Contact


class AvailableUpdates(ScreenSection):
    """The button that checks, and each package's own."""

    def controls(self, offers: tuple[UpdateOffer, ...], answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return the controls that the procedure needs here while nothing is being installed."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self.check_for_updates(answers).sought, *installs

    def check_for_updates(self, answers: NetworkMonitor) -> GuardedClick:
        """Offer Check for updates: the appliance asks the vendor. Alters nothing and disturbs nobody."""
        return GuardedClick(self.tab, control_called(self.tab, CHECK), "Check for updates", answers)

    def install_this_update(
        self,
        offer: UpdateOffer,
        answers: NetworkMonitor,
        *,
        agree: Callable[[AcceptedAgreement], None] | None = None,
        contact: Contact | None = None,
    ) -> GuardedClick:
        """Offer Install This Update of the one package that this offer names.

        Args:
            offer: the package.
            answers: what the browser receives.
            agree: called right before an agreement that stands before the download is accepted; `None`: it is not.
            contact: who is named there, where it asks for a name and an e-mail address.
        """
        own = ignorecase(line_of(offer.name))

        def choose(view: PageView) -> list[PageControl]:
            named = [control for control in view.clickables(INSTALL) if not control.is_inline]
            return [control for control in named if any(own.search(line) for line in control.item_lines)]

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
