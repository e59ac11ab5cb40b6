"""What was seen on all pages that the checks before have visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.smoke.results import AMISS

if TYPE_CHECKING:
    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.expected import ExpectedSoftware
    from flows.smoke.fixtures.ground import SmokeGround

_MOST = 50
"""Sentences that are kept."""


def test_requests(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """No request of the pages visited has failed."""
    troubles = ground.troubles
    if troubles.elsewhere:
        evidence.note(
            f"the pages ask other hosts too, which these browsers do not reach: {', '.join(sorted(troubles.elsewhere))}"
        )
    _require_none(troubles.failed, ground, evidence)


def test_scripts(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """No script of the pages visited has broken."""
    _require_none(ground.troubles.broken, ground, evidence)


def test_banners(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """No page visited tells of an error."""
    _require_none(ground.troubles.banners, ground, evidence)


def test_times(ground: SmokeGround, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """The pages answer in time."""
    slowest = ground.troubles.slowest
    evidence.tell(**{path: f"{seconds:.2f} s" for path, seconds in slowest.items()})
    if not slowest:
        pytest.skip("not tried: no page was opened")
    path, seconds = max(slowest.items(), key=lambda each: each[1])
    assert seconds <= expected.slowest_page_s, f"{path} took {seconds:.1f} s, longer than {expected.slowest_page_s:g} s"


def _require_none(found: list[str], ground: SmokeGround, evidence: CheckEvidence) -> None:
    """Require that nothing is amiss but what was so before the change: that is no fault of the new build."""
    evidence.tell(**{AMISS: found[:_MOST]})
    new = [sentence for sentence in found if sentence not in ground.order.as_before]
    for sentence in found:
        if sentence not in new:
            evidence.note(f"as it was before the change: {sentence}")
    assert not new, "; ".join(new[:3])
