"""The pair that a run works on: both appliances, and the site they serve."""

# ruff: noqa: B027 - most ways to swing need nothing at most of these places, and say so by not speaking of them

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.session.appliance import Appliance
from flows.session.browser_driver import Browsers
from flows.step_names import SYNC_NOW
from robot.domain.model import Unit
from robot.network.tls import Endpoint, endpoint_of

if TYPE_CHECKING:
    from pages.readings.machine import SharedAddress
    from robot.changes.run import Run
    from robot.domain.waiting import Poller
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


@dataclass(frozen=True)
class Pair:
    """A and B, by their own unique addresses; and how their site is reached."""

    a: Appliance
    b: Appliance
    settings: Settings
    secrets: Secrets
    browsers: Browsers
    poller: Poller
    swing: Swing

    @classmethod
    def of(cls, settings: Settings, secrets: Secrets, poller: Poller, swing: Swing) -> Pair:
        """Make both appliances; nothing is opened yet."""
        browsers = Browsers()
        a, b = (
            Appliance(unit, endpoint_of(settings, unit), secrets.of(unit), browsers, secrets.texts(), poller) for unit in Unit
        )
        return cls(a, b, settings, secrets, browsers, poller, swing)

    def keep_evidence(self, record: EvidenceLog) -> None:
        """Picture and note in this record whatever is put away on either because it stands in the way."""
        for appliance in (self.a, self.b):
            appliance.keep_evidence(record)

    def appliance(self, unit: Unit) -> Appliance:
        """One of the two."""
        return self.a if unit is Unit.A else self.b

    def as_site(self, appliance: Appliance, *, address: str, port: int) -> Appliance:
        """An appliance under the site's hostname, led to one address, in a session of its own."""
        own = appliance.endpoint
        way = Endpoint(self.settings.site.hostname, address, port, own.ca_file, own.pins)
        seen = Appliance(appliance.unit, way, self.secrets.of(appliance.unit), self.browsers, self.secrets.texts(), self.poller)
        seen.login_account = appliance.login_account
        seen.identity = appliance.identity
        if way.origin == own.origin:
            seen.addresses = appliance.addresses
        if appliance.record:
            seen.keep_evidence(appliance.record)
        return seen

    def remember_accounts(self, record: EvidenceLog) -> None:
        """A synchronised backup has the primary's accounts: once B was synchronised in this run, it is signed in to with A's."""
        if record.history.proof(SYNC_NOW):
            self.b.login_account = self.a.login_account

    def rest(self) -> None:
        """Sign out of both and close their browsers, as before a long wait."""
        for appliance in (self.a, self.b):
            appliance.afresh()
        self.browsers.rest()

    def close(self) -> None:
        """Sign out and close everything."""
        self.rest()
        self.browsers.close()


class Swing(ABC):
    """One way in which the site's hostname leads to the one or to the other appliance.

    Attributes:
        procedure_ids: the procedure IDs that the swing itself carries out.
        proves: those that its proof from outside fulfils.
        title: what a person would say.
        is_measured: whether the time in which nobody serves is measured: the robot is there when it begins.
    """

    procedure_ids: tuple[str, ...]
    proves: tuple[str, ...]
    title: str
    is_measured = True

    def __init__(self, settings: Settings, known: Secrets) -> None:
        self.settings = settings
        self.known = known

    @abstractmethod
    def site(self, pair: Pair) -> Endpoint:
        """The site as the world reaches it now: its hostname, and where that leads."""

    @abstractmethod
    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:
        """Swing the site to one appliance; the body of one durable step, which may be entered again after anything.

        Args:
            pair: both.
            run: the run.
            to: who is to serve.
            begun: whether its first press was made already.
        """

    @abstractmethod
    def first_press(self, to: Unit) -> str:
        """The step whose intent says that the swing has begun."""

    def begun(self, record: EvidenceLog, to: Unit) -> bool:
        """Whether its first press was made, so that it must be finished before anything else."""
        return record.history.intent(self.first_press(to)) is not None

    def proved(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """Read afterwards what can be read, besides asking the site itself."""

    def before_the_break(self, pair: Pair, run: Run) -> None:
        """What must be done well ahead."""

    def immediately_before(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """What must be waited for before anybody is cut off."""

    def afterwards(self, pair: Pair, run: Run, *, serves: Unit) -> None:
        """What must be restored, once the site is where it stays: with B after the swing, with A after backing out."""

    # -- what the appliances themselves show of it: only the shared IP stands on them ---------------------------------

    def facts(self, _box: Appliance) -> dict[str, Any]:
        """What an appliance shows of it now."""
        return {}

    def read_first(self, _box: Appliance, _run: Run) -> SharedAddress | None:
        """The first look at an appliance, before anything is changed."""
        return None

    def objection(self, _box: Appliance, *, serves: bool) -> str:  # noqa: ARG002 - the name is the promise
        """Why an appliance does not stand as it must, read afresh; or ""."""
        return ""

    def require(
        self, appliance: Appliance, run: Run, step: str, title: str, *, serves: bool, procedure_ids: tuple[str, ...]
    ) -> None:
        """Have an appliance show, on record, that it serves or does not."""
