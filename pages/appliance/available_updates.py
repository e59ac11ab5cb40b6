"""Updates :: Available Updates: checks for updates, and installs one of the listed packages."""

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
    from robot.settings.sections.contact import Contact


class AvailableUpdates(ScreenSection):
    """The button that checks for updates, and the button of each package."""

    def controls(self, offers: tuple[UpdateOffer, ...], answers: NetworkMonitor) -> tuple[ExpectedControl, ...]:
        """Return what the procedure needs here while nothing is installed: Check for updates, and each enabled package's."""
        installs = (self.install_this_update(offer, answers).sought for offer in offers if offer.enabled)
        return self.check_for_updates(answers).sought, *installs

    def check_for_updates(self, answers: NetworkMonitor) -> GuardedClick:
        """Return the click on Check for updates: the appliance asks the vendor. It alters nothing and disturbs nobody."""
        return GuardedClick(self.tab, control_called(self.tab, CHECK), "Check for updates", answers)

    def install_this_update(
        self,
        offer: UpdateOffer,
        answers: NetworkMonitor,
        *,
        agree: Callable[[AcceptedAgreement], None] | None = None,
        contact: Contact | None = None,
    ) -> GuardedClick:
        """Return the click on Install This Update of one package.

        Args:
            offer: the package.
            answers: watches the appliance's answers, by which the press is judged.
            agree: called right before an agreement that precedes the download is accepted; None if it may not be accepted.
            contact: the name and e-mail address to enter if the agreement asks for them; None if there are none.
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
