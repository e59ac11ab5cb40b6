"""The site's name in all its DNS views, as `[swing]` describes them.

Several views cannot be changed at once: each is changed by its own compare-and-swap, one after the other. So all of them are
tried beforehand (`require_permitted`), and another call of `lead_to` completes, or takes back, a half done change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.errors import Refused, Stalled
from robot.domain.model import Unit
from robot.network.dns.readings import Propagation
from robot.network.dns.record import NameRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.domain.waiting import Poller
    from robot.network.dns.readings import NameReading
    from robot.network.dns.record import Authority
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

_TAKEN_S = 30.0
"""Seconds in which a server that has taken an update answers with it itself. BIND does at once; services with a database behind
them take a few; copies of the zone are not asked for this."""


@dataclass(frozen=True)
class SiteName:
    """The site's name in all its views, which are changed one after the other and proved together."""

    views: tuple[NameRecord, ...]

    def read(self) -> tuple[NameReading, ...]:
        """Read the record of each view at its configured server.

        Returns:
            A reading for each view, in the order of `views`.

        Raises:
            Refused: one of them gives no answer that counts.
        """
        return tuple(view.read() for view in self.views)

    def leads_to(self, readings: Sequence[NameReading]) -> Unit | None:
        """Return the appliance that all views lead to; `None` if they disagree, or lead elsewhere."""
        for unit in Unit:
            if all(reading.addresses == (view.address_of(unit),) for view, reading in zip(self.views, readings, strict=True)):
                return unit
        return None

    def leads_to_either(self, readings: Sequence[NameReading]) -> bool:
        """Return whether each view leads to exactly one of the two appliances, as when a swing is half done."""
        addresses = [{view.address_of(unit) for unit in Unit} for view in self.views]
        return all(
            len(reading.addresses) == 1 and reading.addresses[0] in either
            for either, reading in zip(addresses, readings, strict=True)
        )

    def require_permitted(self) -> tuple[NameReading, ...]:
        """Prove before the swing that every view can be changed with its key. The contents stay the same.

        Returns:
            A reading for each view, in the order of `views`.

        Raises:
            Refused: one cannot be changed, or has a record of the other kind (AAAA beside A), which the swing would leave behind.
        """
        for view in self.views:
            if beside := view.other_kind().addresses:
                raise Refused(
                    f"{view} is to be swung, but the name also leads to {' and '.join(beside)} at {view.server}, which would "
                    "stay: remove that record first, or swing by another method"
                )
        return tuple(view.require_permitted() for view in self.views)

    def lead_to(self, unit: Unit, *, ttl: int) -> None:
        """Make every view lead to `unit` instead of the other appliance. A view that leads there already is left alone.

        So it may be called again after a crash, or with the other appliance to take a half done change back.

        Args:
            unit: the appliance that is to serve the site.
            ttl: the records' TTL from then on, in seconds.

        Raises:
            Refused: as for `NameRecord.read` and `point_to`; the sentence adds which views lead to `unit` already.
        """
        leading: list[str] = []
        for view in self.views:
            new = view.address_of(unit)
            try:
                reading = view.read()
                if (reading.addresses, reading.ttl) != ((new,), ttl):
                    view.point_to(new if reading.addresses == (new,) else view.address_of(unit.other), new, ttl)
            except Refused as stop:
                also = f"; {', '.join(leading)} already led to {unit.upper()}" if leading else ""
                raise type(stop)(f"{stop}{also}", next_action=stop.next_action) from None
            leading.append(view.server)

    def set_ttls(self, unit: Unit, ttls: Sequence[int], *, kept: Poller | None = None) -> None:
        """Set each view's TTL while it leads to `unit`. A view that has it already is left alone.

        Args:
            unit: the appliance that all views lead to.
            ttls: one for each view, in seconds, in the order of `views`.
            kept: how to wait until each configured server itself answers with it; `None` not to require that.

        Raises:
            Refused: as for `NameRecord.read` and `set_ttl`; or a server keeps another TTL, and each has its old one again.
        """
        old = [reading.ttl for reading in self.read()] if kept else []
        for view, ttl in zip(self.views, ttls, strict=True):
            if view.read().ttl != ttl:
                view.set_ttl([view.address_of(unit)], ttl)
        if kept is None:
            return
        try:
            kept.poll_until(
                lambda: [reading.ttl for reading in self.read()], lambda now: now == list(ttls),
                what="the name server to answer with the TTL that it took", within=_TAKEN_S,
            )  # fmt: skip
        except Stalled:
            now = self.read()
            self.set_ttls(unit, old)  # a floor may be lower than the old TTL, which the next run must find and wait out
            for view, ttl, reading in zip(self.views, ttls, now, strict=True):
                view.require_ttl(ttl, reading.ttl)

    def authorities(self) -> tuple[Authority, ...]:
        """Find the authoritative servers of each view.

        Returns:
            Those of each view, in the order of `views`.

        Raises:
            Refused: a configured server does not answer for its zone.
        """
        return tuple(view.authoritative_servers() for view in self.views)

    def propagated(
        self, unit: Unit, among: Sequence[Authority] | None = None, *, ttls: Sequence[int] | None = None
    ) -> Propagation:
        """Ask every authoritative server of every view once whether it leads to `unit` alone.

        Args:
            unit: the appliance that the name should lead to.
            among: the servers of each view; found anew if `None`.
            ttls: the longest TTL of each view, in seconds, in the order of `views`; any if `None`.

        Returns:
            The answers of all servers; one that does not answer is one of them.

        Raises:
            Refused: as for `NameRecord.propagated`.
        """
        parts = [
            view.propagated(view.address_of(unit), authority, longest=longest)
            for view, authority, longest in zip(
                self.views, among or self.authorities(), ttls or [None] * len(self.views), strict=True
            )
        ]
        return Propagation(
            answers=tuple(answer for part in parts for answer in part.answers),
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        )


def site_name(settings: Settings, secrets: Secrets) -> SiteName:
    """Return the `SiteName` that `[swing]` with method "dns" describes.

    Args:
        settings: the pair file.
        secrets: the secrets, with the TSIG keys.

    Raises:
        UsageError: a key is malformed.
        Refused: the vault does not lend it.
    """
    swing = settings.swing
    return SiteName(
        tuple(
            NameRecord(
                place=place, server=server, zone=swing.zone or "", name=swing.record or "",
                key=secrets.key(variable), a=addresses[Unit.A], b=addresses[Unit.B],
            )
            for place, server, variable, addresses in settings.record_places()
        )
    )  # fmt: skip
