"""Who answers on the shared address, and since when two would.

Only one of two appliances can hold an address. When both have it enabled the one that held it goes on, as switches
remember it, and the conflict is known from here: nobody could see it from outside.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from robot.simulator.appliances.appliance import Appliance, Power
from robot.simulator.domain.names import UNITS, Unit


@dataclass
class SharedIp:
    """The holder of the shared address."""

    ip: str
    holder: Unit | None = None
    conflict_since: float | None = None
    conflicts: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    @property
    def serving(self) -> str:
        """``a``, ``b``, ``none`` or ``conflict``."""
        return "conflict" if self.conflict_since is not None else self.holder or "none"

    def reconsider(self, appliances: Mapping[Unit, Appliance], now: float, down: Collection[Unit] = ()) -> bool:
        """Look at both tables of addresses again, but not at those of boxes that are down; whether who serves is another now."""
        before = self.serving, self.holder
        claims: list[Unit] = [
            u for u in UNITS if appliances[u].has_enabled(self.ip) and appliances[u].power is not Power.REFUSING and u not in down
        ]
        if self.holder not in claims:
            self.holder = claims[0] if claims else None
        if len(claims) == 2 and self.conflict_since is None:
            self.conflict_since = now
        elif len(claims) < 2 and self.conflict_since is not None:
            self.conflicts.append((self.conflict_since, now))
            self.conflict_since = None
        return (self.serving, self.holder) != before

    def conflict_seconds(self, now: float) -> float:
        """How long both claimed it, in all."""
        running = now - self.conflict_since if self.conflict_since is not None else 0.0
        return sum(end - begin for begin, end in self.conflicts) + running
