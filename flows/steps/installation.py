"""One installation on one appliance, by either method, of a release or a patch.

An appliance in trouble is never restarted (PL9).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from flows.requirements.agreements import accepting_agreement, ask_for_contact, contact_of
from flows.requirements.expected_state import require_expected_state
from flows.requirements.uptime import seconds
from flows.session.automatic_updates import suspect
from flows.session.readings import InstallState
from pages.appliance.updates import UpdatesScreen
from pages.engine.meaning.failure_words import new_lines
from pages.engine.text.wording import quote
from robot.changes.change import Change, ChangeState
from robot.domain.errors import Unreachable
from robot.domain.model import Unit
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.requirements.expected_state import ExpectedState
    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from pages.readings.available_updates import UpdateOffer
    from robot.changes.change import Pressable
    from robot.changes.run import Run


class Installation(Change[InstallState]):
    """One installation, by either method (UB1, AA1, PL9).

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.
        expected: how this run left each appliance; they must be so at the last moment.
        name: the step's name.
        title: what a person would say.
        procedure_ids: procedure IDs of the method.
        what: the package's name, or the file's.
        to_come: how many are still to be installed, with this one; all of them must fit the window.
    """

    reading = InstallState

    def __init__(
        self,
        appliance: Appliance,
        pair: Pair,
        run: Run,
        expected: Mapping[Unit, ExpectedState],
        *,
        name: str,
        title: str,
        procedure_ids: tuple[str, ...],
        item: str,
        to_come: int,
    ) -> None:
        self.name = name
        self.title = title
        self.procedure_ids = ("UB1" if appliance.unit is Unit.B else "AA1", *procedure_ids, "PL9")
        self.place = self._appliance = appliance
        self.deadline_s = pair.settings.limits.install
        self.awaiting = f"{appliance.name} to install {item}"
        self._pair, self._run, self._expected, self._item, self._to_come = pair, run, expected, item, to_come

    @abstractmethod
    def state_at_rest(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Tell what a reading means while the appliance answers and installs nothing."""

    @abstractmethod
    def explain_at_rest(self, before: InstallState | None, current: InstallState) -> str:
        """Say what the appliance shows if it answers, installs nothing, and does not show what was installed."""

    @abstractmethod
    def objection_of_method(self, current: InstallState) -> str:
        """Return the method's own objection to the press, or ""."""

    def state(self, before: InstallState | None, current: InstallState) -> ChangeState:
        """Return what a reading means; if the appliance does not answer or is installing, the change is under way.

        Raises:
            Unreachable: it does not answer, and nothing was pressed.
        """
        if before is None and not current.reachable:  # nothing was pressed: it is read again, as any other page
            raise Unreachable(self.explain(before, current))
        if not current.reachable or current.installing:
            return ChangeState.UNDER_WAY
        return self.state_at_rest(before, current)

    def objection(self, current: InstallState) -> str:
        """Object for the method's own reasons, if the window is too short, or if an appliance is not as it was left."""
        if reason := self.objection_of_method(current):
            return reason
        self._run.hours.require_fit(Work.INSTALL_B if self._appliance.unit is Unit.B else Work.INSTALL_A, self._to_come)
        require_expected_state(self._pair, self._run, self._expected, self.name)
        return ""

    def suspect(self, current: InstallState) -> str:
        """Suspect the appliance itself if it installs updates by itself, and somebody else if it does not."""
        return suspect(self._appliance.name, current.automatic)

    def explain(self, before: InstallState | None, current: InstallState) -> str:
        """Say what the appliance shows of the installation."""
        if current.installing:
            return f"{self._appliance.name} says: {quote([current.progress])}"
        if current.reachable:
            return self.explain_at_rest(before, current)
        if current.message:
            return f"{self._appliance.name} cannot be read: {current.message}; resume once it can"
        return f"{self._appliance.name} does not answer; resume once it does"

    def explain_no_result(self, before: InstallState | None, current: InstallState) -> str:
        """Say that the appliance answers, runs what it ran before, and offers the same again: the update was not taken."""
        complaints = new_lines(before.complaints, current.complaints) if before else []
        runs = f"{current.product} on base {current.base}"
        outcome = f"still runs {runs} and offers {self._item}"
        if before is not None and has_begun_anew(before, current):
            outcome = f"has restarted, runs {runs} again and offers {self._item} again"
        words = f", and says {quote(complaints[:3])}" if complaints else ""
        return (
            f"{self._appliance.name} {outcome}: it did not take the update{words}. It is not restarted and not "
            "pressed again: have the vendor's support see why"
        )

    def ask_beforehand(self) -> None:
        """Ask a person for the name and e-mail that an agreement has asked for."""
        ask_for_contact(self._run)


class InstallThisUpdate(Installation):
    """Install This Update, of one package in the appliance's list, a release or a patch (UA4, UA5)."""

    def __init__(
        self,
        appliance: Appliance,
        offer: UpdateOffer,
        pair: Pair,
        run: Run,
        expected: Mapping[Unit, ExpectedState],
        *,
        name: str,
        to_come: int,
    ) -> None:
        super().__init__(
            appliance, pair, run, expected,
            name=name,
            title=f"Install This Update on {appliance.name}: {offer.name}",
            procedure_ids=("UA4", "UA5"),
            item=offer.name,
            to_come=to_come,
        )  # fmt: skip
        self._offer = offer

    def objection_of_method(self, current: InstallState) -> str:
        """Object if it is not in the list any more."""
        return "" if current.offered else f'"{self._offer.name}" is not offered any more'

    def open_control(self) -> Pressable:
        """Open the list; an agreement is accepted if the pair file allows it."""
        agree, contact = accepting_agreement(self._appliance, self._run, self.name), contact_of(self._run)
        available = self._appliance.open(UpdatesScreen).available
        return available.install_this_update(self._offer, self._appliance.answers, agree=agree, contact=contact)


def went_wrong(before: InstallState | None, current: InstallState) -> bool:
    """Return whether an installation failed on an appliance that runs the old version: it says so, or it has restarted."""
    return before is not None and (has_begun_anew(before, current) or bool(new_lines(before.complaints, current.complaints)))


def has_begun_anew(before: InstallState, current: InstallState) -> bool:
    """Return whether an appliance has restarted since the press: its uptime is shorter now."""
    uptime_before, uptime_since = seconds(before.uptime), seconds(current.uptime)
    return uptime_before is not None and uptime_since is not None and uptime_since < uptime_before
