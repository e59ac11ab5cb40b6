"""The readiness checks that a pair file may waive, by their names: the one list, for the pair file, the plan and the run.

Not waived is whatever the run itself refuses for safety: who the appliances are, how they stand to each other, what they run,
trust, the way to the target, the backup, session data that would be lost, a relationship that could not be established again.
"""

from typing import Final

ADMIN_ACCOUNT: Final = "admin-account"
"""No account of the robot's is named admin, the one that the product is delivered with."""
LICENCES: Final = "licences"
"""B has at least A's licences."""
MAINTENANCE: Final = "maintenance"
"""The maintenance contracts run to the end of the change."""
WAIVABLE: Final = frozenset(
    {ADMIN_ACCOUNT, LICENCES, MAINTENANCE, "api-health", "clocks", "disks", "health", "health-page", "last-sync",
     "no-failover-alert", "nobody-on-b", "portal"}
)  # fmt: skip
