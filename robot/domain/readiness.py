"""The readiness checks that a pair file may waive, by their names."""

from typing import Final

ADMIN_ACCOUNT: Final = "admin-account"
"""No account of the robot's is named admin, the one that the product is delivered with."""
WAIVABLE: Final = frozenset({ADMIN_ACCOUNT})
