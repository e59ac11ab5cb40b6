"""Whether the appliance answers for the site's name as clients would see it."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from pages.appliance_family import FAMILY
from robot.network import tls
from robot.network.certificates import is_for

if TYPE_CHECKING:
    from flows.smoke.fixtures.evidence import CheckEvidence
    from flows.smoke.fixtures.ground import SmokeGround

_SOON_DAYS = 14


def test_certificate(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """The certificate is good for the site's own name."""
    shown = tls.certificate(ground.way)
    left = datetime.fromisoformat(shown.valid_until) - datetime.now(UTC)
    evidence.tell(
        key=shown.key, subject=shown.subject, names=list(shown.names), issuer=shown.issuer, valid_until=shown.valid_until
    )
    assert left.total_seconds() > 0, f"the certificate was valid until {shown.valid_until} only"
    assert is_for(ground.way.host, shown.names), (
        f"the certificate is for {', '.join(shown.names) or 'no name at all'}, not for {ground.way.host}"
    )
    if left.days < _SOON_DAYS:
        evidence.note(f"the certificate is valid for {left.days} days more")
    if ground.way.pins:
        evidence.note("its public key is pinned, so that its chain was not checked")


def test_health(ground: SmokeGround, evidence: CheckEvidence) -> None:
    """The appliance calls itself healthy."""
    began = monotonic()
    answer = tls.get(ground.way, FAMILY.health_path)
    ground.troubles.slowest[FAMILY.health_path] = monotonic() - began
    said = " ".join(answer.body.split())[:100]
    evidence.tell(status=answer.status, says=said)
    assert answer.status == 200, f"{FAMILY.health_path} answers with {answer.status}" + (f': "{said}"' if said else "")
