"""The names of the steps that other code asks for: declared once, and never changed.

A run's record, and the steps that a resumed run has done already, are known by these names.
"""

import re
from typing import Final

from robot.evidence.record.step_names import StepNames
from robot.schedule.estimate import Work

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
