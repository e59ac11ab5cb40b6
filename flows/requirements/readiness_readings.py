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
    """What was read of one appliance before anything was changed."""

    machine: Machine
    site: SiteStatus
    failover: FailoverStatus
    shared: SharedAddress | None

    def is_at(self, site: Site) -> bool:
        """Whether it has reached the target already."""
        return Release(text=self.site.product).is_(site.target_version) and (
            site.target_base is None or Release(text=self.machine.base).is_(site.target_base)
        )

    @property
    def versions(self) -> str:
        """Product and base, in words."""
        return f"{self.site.product} on base {self.machine.base}"


@dataclass(frozen=True)
class Readiness:
    """Both appliances before anything is changed.

    Attributes:
        nothing_to_do: the target is reached and the pair stands.
        more: what is offered all the same, in words.
    """

    a: ApplianceReadings
    b: ApplianceReadings
    nothing_to_do: bool = False
    more: str = ""
    key: InterApplianceKey | None = None
