"""What was seen on all pages that the checks before have visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.expected import ExpectedSoftware
    from flows.smoke.fixtures.ground import SmokeGround


def test_requests(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """No request of the pages visited has failed."""
    troubles = ground.troubles
    if troubles.elsewhere:
        evidence.note(
            f"the pages ask other hosts too, which these browsers do not reach: {', '.join(sorted(troubles.elsewhere))}"
        )
    assert not troubles.failed, "; ".join(troubles.failed[:3])


def test_scripts(ground: SmokeGround) -> None:
    """No script of the pages visited has broken."""
    assert not ground.troubles.broken, "; ".join(ground.troubles.broken[:3])


def test_banners(ground: SmokeGround) -> None:
    """No page visited tells of an error."""
    assert not ground.troubles.banners, "; ".join(ground.troubles.banners[:3])


def test_times(ground: SmokeGround, expected: ExpectedSoftware, evidence: CheckEvidence) -> None:
    """The pages answer in time."""
    slowest = ground.troubles.slowest
    evidence.tell(**{path: f"{seconds:.2f} s" for path, seconds in slowest.items()})
    if not slowest:
        pytest.skip("not tried: no page was opened")
    path, seconds = max(slowest.items(), key=lambda each: each[1])
    assert seconds <= expected.slowest_page_s, f"{path} took {seconds:.1f} s, longer than {expected.slowest_page_s:g} s"
