"""The names of the steps that other code asks for: declared once, and never changed.

A run's record, and the steps that a resumed run has done already, are known by these names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pages.appliance_family import FAMILY
from robot.evidence.record.step_names import StepNames
from robot.schedule.estimate import Work

if TYPE_CHECKING:
    from pages.readings.available_updates import UpdateOffer
    from robot.plan.press_list import PressList

SYNC_NOW: Final = "b-sync-now"
BREAK: Final = "b-break-failover-relationships"
ESTABLISH: Final = "b-establish-relationship"
FIRST_SYNC: Final = "a-sync-now"
SWING: Final = "site-swing"
SERVED_BY_B: Final = "site-served-by-b"
SERVED_BY_A: Final = "site-served-by-a"
BACK_OUT: Final = "site-back-out"
TAKE_BACK: Final = "site-take-back"
DNS_LOWER_TTL: Final = "site-dns-lower-ttl"
_BRAND: Final = re.compile(rf"\b({'|'.join(FAMILY.brands)})\b", re.IGNORECASE)


def observed(gate: str) -> str:
    """Return the name of the step that compares the pair with the plan's observation at a gate."""
    return f"site-observed-{gate}"


def unexpected(gate: str) -> str:
    """Return the name of the step that asks, or tells, about what nobody planned at a gate."""
    return f"site-unexpected-{gate}"


def installs(unit: str) -> tuple[str, ...]:
    """Return the prefixes of the names of the steps that install on an appliance.

    Returns:
        The prefix of the automatic method, and that of the manual method (from a file).
    """
    return f"{unit}-install-", f"{unit}-update-software-"


def slug(name: str) -> str:
    """Return a package's name as a part of a step's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "package"


def package(offer: UpdateOffer) -> str:
    """Return a package as a part of a step's name, with its version: two packages may share a name."""
    return slug(offer.name if offer.version in offer.name else f"{offer.version} {offer.name}")


def install_step(unit: str, offer: UpdateOffer, planned: PressList | None) -> str:
    """Return the name of the step that installs a package from the list.

    A base update may change the brand under which the appliance lists the next package: "Bomgar Remote Support 19.1.1" of the
    plan is offered as "BeyondTrust Remote Support 19.1.1" then. All else of the name must be as planned.

    Args:
        unit: on which appliance, "a" or "b".
        offer: the package, as it is listed now.
        planned: the presses of the approved plan; None if there is none.

    Returns:
        The plan's name of the step if it lists the package, under whichever brand; else the package's own.
    """
    from_list, _ = installs(unit)
    own = f"{from_list}{package(offer)}"
    if planned is None or planned.find(own):
        return own
    branded = (offer.model_copy(update={"name": _BRAND.sub(brand, offer.name)}) for brand in FAMILY.brands)
    return next((step for each in branded if planned.find(step := f"{from_list}{package(each)}")), own)


STEPS: Final = StepNames(
    installs={unit: installs(unit) for unit in ("a", "b")},
    first_half=re.compile(r"a-disable-shared-ip(-\d+)?"),
    second_half="b-enable-shared-ip",
    swing_orders=("site-dns-to-b", "site-nat-to-b"),
    swing_by_person="site-swing-by-person-to-b",
    leads_to={
        "site-dns-to-a": "a", "site-dns-to-b": "b", "site-nat-to-a": "a", "site-nat-to-b": "b",
        SERVED_BY_A: "a", SERVED_BY_B: "b",
    },
    served_by_b=SERVED_BY_B,
    swing_gap=f"{SWING}-gap",
    backups="-download-backup",
    back_out=BACK_OUT,
    take_back=TAKE_BACK,
    works={
        SYNC_NOW: Work.SYNC.value, "b-break-": Work.BREAK.value, "b-establish-": Work.ESTABLISH.value,
        FIRST_SYNC: Work.FIRST_SYNC.value,
        **dict.fromkeys(installs("b"), Work.INSTALL_B.value), **dict.fromkeys(installs("a"), Work.INSTALL_A.value),
    },
)  # fmt: skip
"""The step names that whoever reads a record needs to know."""
