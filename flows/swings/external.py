"""What is swung outside the appliances: a stage without a screen, and what answers under the site's hostname."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from robot.domain.errors import Stop
from robot.domain.model import Reading
from robot.network import tls
from robot.network.tls import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.session.pair import Pair
    from robot.runs.evidence_log import EvidenceLog
    from robot.settings import Settings


@dataclass(frozen=True)
class Outside:
    """Where a change takes place that no appliance shows: a name server, a router."""

    interface: str
    place: str

    def where(self) -> dict[str, Any]:
        """Say where we are, for a line of the record."""
        return {
            "unit": "site", "address": self.place, "serial": "", "interface": self.interface, "screen": self.interface.upper(),
            "url": "",
        }  # fmt: skip

    def prove_identity(self) -> None:
        """Who answers there is proved by what it says: a signature, or the site itself afterwards."""

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:  # noqa: ARG002 - the names are the stage's
        """There is no page to be photographed; the reading tells what was there."""
        return {}

    def afresh(self) -> None:
        """Nothing is remembered between two readings."""

    def drop(self) -> None:
        """Nothing is."""


@dataclass(frozen=True)
class Order:
    """What is sent in place of a press: once, and only where everything before it went well."""

    label: str
    try_out: Callable[[], None]
    send: Callable[[], None]

    def check_actionable(self) -> None:
        """See that it could be sent, without changing anything."""
        self.try_out()

    def box(self) -> dict[str, float] | None:
        """It stands on no picture."""
        return None

    def press(self) -> str:
        """Send it; no box says anything."""
        self.send()
        return ""


class Answering(Reading):
    """Who answers under the site's hostname, asked without signing in.

    Attributes:
        unit: "a" or "b" by the certificate's public key; "" where both have the same, or nobody answers.
        answers: whether anybody does.
        ordered: whether the order that swings it was carried out.
    """

    unit: str
    answers: bool
    ordered: bool


def answering(pair: Pair, way: Endpoint, *, ordered: bool) -> Answering:
    """Ask once who answers."""
    try:
        key = tls.certificate(way, timeout=5).key
    except Stop:
        return Answering(unit="", answers=False, ordered=ordered)
    keys = {appliance.unit.value: appliance.identity.key for appliance in (pair.a, pair.b) if appliance.identity}
    who = [unit for unit, own in keys.items() if own == key]
    return Answering(unit=who[0] if len(who) == 1 else "", answers=True, ordered=ordered)


def public_site(settings: Settings, pair: Pair) -> Endpoint:
    """The site where its name leads from outside: `swing.address`, or what this machine resolves it to."""
    own = pair.b.endpoint
    host = settings.site.hostname
    pins = (*settings.a.tls.pin, *settings.b.tls.pin)
    return Endpoint(host, settings.swing.address or host, settings.site.port, own.ca_file, pins)
