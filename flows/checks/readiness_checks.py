"""All the checks, and what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.checks import api, capacity, here, site, software, standing, times
from flows.checks.check import CheckResult, CheckVerdict, Ground, ReadinessCheck

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKS: tuple[ReadinessCheck, ...] = tuple(
    check for subject in (standing, software, site, capacity, times, api, here) for check in subject.CHECKS.made
)
"""Every readiness check, in the order in which people read them."""


def findings(ground: Ground) -> tuple[CheckResult, ...]:
    """Make every check of a procedure.

    Args:
        ground: what they are made on.

    Returns:
        A finding of each, in their order.
    """
    return tuple(check.find(ground) for check in CHECKS if ground.procedure in check.procedures)


def refusals(found: Iterable[CheckResult], waived: frozenset[str] = frozenset()) -> tuple[CheckResult, ...]:
    """Return the failures for which nothing may be begun.

    Args:
        found: the findings.
        waived: the names of the checks that a waiver lifts; one that may not be waived stays.

    Returns:
        The failures.
    """
    return tuple(each for each in found if each.verdict is CheckVerdict.FAIL and not (each.waivable and each.check in waived))
