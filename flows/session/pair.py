"""The pair that a run works on: both appliances, and the site they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.session.appliance import Appliance
from flows.session.browser_driver import Browsers
from flows.step_names import SYNC_NOW
from robot.domain.model import Unit
from robot.network.tls import Endpoint, endpoint_of

if TYPE_CHECKING:
    from flows.session.swing import Swing
    from robot.domain.waiting import Patience
    from robot.recording.evidence_log import EvidenceLog
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
    patience: Patience
    swing: Swing

    @classmethod
    def of(cls, settings: Settings, secrets: Secrets, patience: Patience, swing: Swing) -> Pair:
        """Make both appliances; nothing is opened yet."""
        browsers = Browsers()
        a, b = (
            Appliance(unit, endpoint_of(settings, unit), secrets.of(unit), browsers, secrets.texts(), patience) for unit in Unit
        )
        return cls(a, b, settings, secrets, browsers, patience, swing)

    def keep_evidence(self, record: EvidenceLog) -> None:
        """Picture and note in this record whatever is put away on either because it stands in the way."""
        for box in (self.a, self.b):
            box.keep_evidence(record)

    def box(self, unit: Unit) -> Appliance:
        """One of the two."""
        return self.a if unit is Unit.A else self.b

    def as_site(self, box: Appliance, *, address: str, port: int) -> Appliance:
        """An appliance under the site's hostname, led to one address, in a browser of its own."""
        own = box.endpoint
        way = Endpoint(self.settings.site.hostname, address, port, own.ca_file, own.pins)
        seen = Appliance(box.unit, way, self.secrets.of(box.unit), self.browsers, self.secrets.texts(), self.patience)
        seen.login_account = box.login_account
        seen.identity = box.identity
        if way.origin == own.origin:
            seen.addresses = box.addresses
        if box.record:
            seen.keep_evidence(box.record)
        return seen

    def remember_accounts(self, record: EvidenceLog) -> None:
        """A synchronised backup has the primary's accounts: once B was synchronised in this run, it is signed in to with A's."""
        if record.history.proof(SYNC_NOW):
            self.b.login_account = self.a.login_account

    def rest(self) -> None:
        """Sign out of both and close their browsers, as before a long wait."""
        for box in (self.a, self.b):
            box.afresh()

    def close(self) -> None:
        """Sign out and close everything."""
        self.rest()
        self.browsers.close()
