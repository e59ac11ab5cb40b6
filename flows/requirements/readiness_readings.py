"""What was read of the pair before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.readings.release import Release

if TYPE_CHECKING:
    from flows.session.readings import InterApplianceKey, Machine
    from pages.readings.failover_status import FailoverStatus
    from pages.readings.machine import SharedAddress
    from pages.readings.site_status import SiteStatus
    from robot.settings.sections import Site


@dataclass(frozen=True)
class ApplianceReadings:
    """What was read of one appliance before anything was changed; `shared` is `None` if the site has no shared IP."""

    machine: Machine
    site: SiteStatus
    failover: FailoverStatus
    shared: SharedAddress | None

    def is_at(self, site: Site) -> bool:
        """Return whether it runs the target already."""
        return Release(text=self.site.product).is_(site.target_version) and (
            site.target_base is None or Release(text=self.machine.base).is_(site.target_base)
        )

    @property
    def versions(self) -> str:
        """Its product and base versions, in words."""
        return f"{self.site.product} on base {self.machine.base}"


@dataclass(frozen=True)
class Readiness:
    """Both appliances before anything is changed.

    Attributes:
        a: what was read of A.
        b: what was read of B.
        nothing_to_do: whether both run the target and the relationship stands.
        more: what is offered although nothing is to be done, in words; "" if nothing is.
        key: A's Inter-Appliance key; `None` if it was not read.
    """

    a: ApplianceReadings
    b: ApplianceReadings
    nothing_to_do: bool = False
    more: str = ""
    key: InterApplianceKey | None = None
