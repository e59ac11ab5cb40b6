"""The pair that a run works on: both appliances, and the site they serve."""

# ruff: noqa: B027 - most ways to swing need nothing at most of these points, and do not override them

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.session.appliance import Appliance
from flows.session.browser_driver import Browsers
from flows.step_names import SYNC_NOW
from pages.appliance_family import FAMILY
from robot.domain.model import Unit
from robot.network.availability_probe import Prober
from robot.network.tls import Endpoint, endpoint_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from pages.readings.machine import SharedAddress
    from robot.changes.change import Change
    from robot.changes.run import Run
    from robot.domain.waiting import Poller
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


@dataclass(frozen=True)
class Pair:
    """A and B, at their own unique addresses, and the way in which their site is swung."""

    a: Appliance
    b: Appliance
    settings: Settings
    secrets: Secrets
    browsers: Browsers
    poller: Poller
    swing: Swing

    @classmethod
    def of(cls, settings: Settings, secrets: Secrets, poller: Poller, swing: Swing) -> Pair:
        """Return the pair; nothing is opened yet.

        Args:
            settings: the pair file.
            secrets: its secrets.
            poller: how to wait.
            swing: how the site is swung.
        """
        browsers = Browsers()
        a, b = (
            Appliance(unit, endpoint_of(settings, unit), secrets.of(unit), browsers, secrets.texts(), poller) for unit in Unit
        )
        return cls(a, b, settings, secrets, browsers, poller, swing)

    def work_for(self, run: Run) -> None:
        """Keep the run's evidence; in a rehearsal, work on simulated appliances alone."""
        self.keep_evidence(run.record)
        for appliance in (self.a, self.b):
            appliance.must_be_simulated = bool(run.state.facts.get("rehearsal"))

    def keep_evidence(self, record: EvidenceLog) -> None:
        """Note in this record, with a picture, whatever is dismissed on either appliance because it covers a screen."""
        for appliance in (self.a, self.b):
            appliance.keep_evidence(record)

    def appliance(self, unit: Unit) -> Appliance:
        """Return A or B."""
        return self.a if unit is Unit.A else self.b

    def as_site(self, appliance: Appliance, *, address: str, port: int) -> Appliance:
        """Return an appliance under the site's hostname, in a session of its own that leads the hostname to one address.

        Args:
            appliance: the appliance that must answer; its accounts and its identity are taken over.
            address: the address to which the hostname is led.
            port: the TCP port there.
        """
        own = appliance.endpoint
        way = Endpoint(self.settings.site.hostname, address, port, own.ca_file, own.pins)
        client = Appliance(appliance.unit, way, self.secrets.of(appliance.unit), self.browsers, self.secrets.texts(), self.poller)
        client.login_account = appliance.login_account
        client.identity, client.must_be_simulated = appliance.identity, appliance.must_be_simulated
        if way.origin == own.origin:
            client.addresses = appliance.addresses
        if appliance.record:
            client.keep_evidence(appliance.record)
        return client

    @property
    def account_names(self) -> frozenset[str]:
        """The names of the robot's accounts on both appliances, in small letters."""
        both = (self.secrets.a, self.secrets.b)
        return frozenset(name.lower() for each in both for name in (each.login.username, each.appliance.username))

    def remember_accounts(self, record: EvidenceLog) -> None:
        """Sign in to B with A's account if this run has synchronised B: a synchronised backup has the primary's accounts."""
        if record.history.proof(SYNC_NOW):
            self.b.login_account = self.a.login_account

    def rest(self) -> None:
        """Sign out of both, close their browsers, and give back what a vault has lent, as before a long wait."""
        for appliance in (self.a, self.b):
            appliance.afresh()
        self.browsers.rest()
        self.secrets.give_back()  # what cannot be given back now is tried again, and told, at the end

    def close(self) -> None:
        """Sign out and close everything."""
        self.rest()
        self.browsers.close()


class Swing(ABC):
    """One way to lead the site's hostname to one or the other appliance.

    Attributes:
        procedure_ids: the procedure IDs that the swing itself carries out.
        proves: the procedure IDs that its proof from outside fulfils.
        title: what a person would say.
        is_measured: whether the robot can measure the time in which nobody serves: only if it begins the swing itself.
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
        """Return the site as the world reaches it now: its hostname, and the address to which it leads."""

    def probed(self, pair: Pair) -> Endpoint:
        """Return the site as `site` does; it is asked for many times a second, by several threads."""
        return self.site(pair)

    @abstractmethod
    def carry_out(self, pair: Pair, run: Run, *, to: Unit, begun: bool) -> dict[str, Any]:
        """Swing the site to one appliance: the body of one durable step, which is entered again if it was interrupted.

        Args:
            pair: both appliances.
            run: the run.
            to: who is to serve.
            begun: whether its first press was made already.

        Returns:
            The step's output; only the swing by a person has any: the answer, as the record holds it.
        """

    @abstractmethod
    def first_press(self, to: Unit) -> str:
        """Return the name of the step whose intent shows that the swing has begun."""

    def begun(self, record: EvidenceLog, to: Unit) -> bool:
        """Return whether the first press was made: then the swing must be finished before anything else."""
        return record.history.intent(self.first_press(to)) is not None

    def first_half(self, old: Appliance, name: str) -> Change[Any] | None:  # noqa: ARG002 - most swings are one press
        """Return the change that takes the site from the appliance that has served, under this name; `None` if none does."""
        return None

    def proved(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """Read, after the swing, what can be read besides the site itself.

        Args:
            pair: both appliances.
            run: the run.
            to: who is to serve.
        """

    @contextmanager
    def until_served(self, pair: Pair, run: Run, *, what: str = "the site to answer") -> Generator[None]:
        """Probe the site while it is swung within; then wait until it answers, for as long as the swing may take.

        Args:
            pair: both appliances.
            run: the run, which keeps the probes.
            what: what is waited for, in words that complete "waiting for".

        Raises:
            Stalled: it does not answer in time.
        """
        with Prober(lambda: self.probed(pair), FAMILY.health_path, run.state.folder / "probes.jsonl") as prober:
            yield
            replace(run.poller, poll=0.1).poll_until(prober.is_served, bool, what=what, within=self.settings.limits.swing)

    def before_the_break(self, pair: Pair, run: Run) -> None:
        """Do what must be done long before the swing."""

    def immediately_before(self, pair: Pair, run: Run, *, to: Unit) -> None:
        """Wait for what must be over before anybody is cut off.

        Args:
            pair: both appliances.
            run: the run.
            to: who is to serve.
        """

    def afterwards(self, pair: Pair, run: Run, *, serves: Unit) -> None:
        """Restore what was changed for the swing, once the site is where it stays.

        Args:
            pair: both appliances.
            run: the run.
            serves: who serves: B after the swing, A after backing out.
        """

    # -- what the appliances themselves show of the swing: only a swing by the shared IP shows on them ---------------

    def facts(self, _appliance: Appliance) -> dict[str, Any]:
        """Read what an appliance shows of the swing now.

        Returns:
            `enabled`: whether the shared IP is enabled there; empty if the site is swung in another way.
        """
        return {}

    def read_first(self, _appliance: Appliance, _run: Run) -> SharedAddress | None:
        """Read the shared IP on an appliance, before anything is changed; `None` if the site is swung in another way."""
        return None

    def objection(self, _appliance: Appliance, *, serves: bool) -> str:  # noqa: ARG002 - the name is the promise
        """Read afresh why an appliance does not stand as it must; "" if it does."""
        return ""

    def require(
        self, appliance: Appliance, run: Run, step: str, title: str, *, serves: bool, procedure_ids: tuple[str, ...]
    ) -> None:
        """Require, on record, that an appliance shows that it serves or does not.

        Args:
            appliance: the appliance.
            run: the run.
            step: the step's name.
            title: the step, in a person's words.
            serves: whether the site must be on it.
            procedure_ids: procedure IDs.

        Raises:
            Refused: it shows otherwise.
        """
