"""What is swung outside the appliances: a place without a screen, and who answers under the site's hostname."""

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
    """A place of changes that no appliance shows: a name server, a router.

    Attributes:
        interface: "dns" or "nat".
        place: its address, for the record.
    """

    interface: str
    place: str

    def where(self) -> dict[str, Any]:
        """Return the place, for a line of the record: `unit`, `address`, `serial`, `interface`, `screen`, `url`."""
        return {
            "unit": "site", "address": self.place, "serial": "", "interface": self.interface, "screen": self.interface.upper(),
            "url": "",
        }  # fmt: skip

    def prove_identity(self) -> None:
        """Do nothing: the answer proves who is there, by a signature or by the site itself afterwards."""

    def picture(self, record: EvidenceLog, step: str, when: str) -> dict[str, Any]:  # noqa: ARG002 - the names are the place's
        """Take no picture: there is no page, and the reading tells everything."""
        return {}

    def afresh(self) -> None:
        """Do nothing: nothing is remembered between two readings."""

    def drop(self) -> None:
        """Do nothing, likewise."""


@dataclass(frozen=True)
class Order:
    """What is sent in place of a press: once, and only if everything before it went well.

    Attributes:
        label: what a person would say is sent.
        try_out: checks that it could be sent, without changing anything.
        send: sends it.
    """

    label: str
    try_out: Callable[[], None]
    send: Callable[[], None]

    def check_actionable(self) -> None:
        """Check that it could be sent, without changing anything."""
        self.try_out()

    def box(self) -> dict[str, float] | None:
        """Return `None`: it is on no picture."""
        return None

    def press(self) -> str:
        """Send it; return "", because nothing says anything against it."""
        self.send()
        return ""


class Answering(Reading):
    """Who answers under the site's hostname, asked without signing in.

    Attributes:
        unit: "a" or "b", by the certificate's public key; "" if both have the same key, or nobody known answers.
        answers: whether anybody answers.
        ordered: whether the order that swings it was carried out.
    """

    unit: str
    answers: bool
    ordered: bool


def answering(pair: Pair, way: Endpoint, *, ordered: bool) -> Answering:
    """Return who answers at the site, asked once.

    Args:
        pair: both appliances.
        way: the site as the world reaches it.
        ordered: whether the order that swings it was carried out.
    """
    try:
        key = tls.certificate(way, timeout=5).key
    except Stop:
        return Answering(unit="", answers=False, ordered=ordered)
    keys = {appliance.unit.value: appliance.identity.key for appliance in (pair.a, pair.b) if appliance.identity}
    who = [unit for unit, own in keys.items() if own == key]
    return Answering(unit=who[0] if len(who) == 1 else "", answers=True, ordered=ordered)


def public_site(settings: Settings, pair: Pair) -> Endpoint:
    """Return the site as it is reached from outside: at `swing.address`, or where this machine resolves its name to."""
    own = pair.b.endpoint
    host = settings.site.hostname
    pins = (*settings.a.tls.pin, *settings.b.tls.pin)
    return Endpoint(host, settings.swing.address or host, settings.site.port, own.ca_file, pins)
