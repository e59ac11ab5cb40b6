"""The short form of `make tamper`, and that it would notice a verifier that does not look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tamper_campaign import tamper
from tampering import KINDS, ONLY_PACKED_AGAIN

from robot.evidence.pack import verification, verify_alone


def test_every_alteration_of_a_signed_pack_is_found_and_named_by_the_robot_and_by_the_script(tmp_path: Path) -> None:
    done = tamper(tmp_path, 4 * len(KINDS))
    assert done.unseen == []
    assert {kind for kind, told in done.verdicts if "packed again" in told} >= ONLY_PACKED_AGAIN


def trusting(kept: object, manifest: object, trust: object, facts: dict[str, object]) -> list[str]:
    del kept, manifest, trust
    facts["trusted"] = "whatever it is"
    return []


def taking_any_notice(kept: dict[str, bytes], files: dict[str, object], digests: dict[str, object], *_: object) -> list[str]:
    if any(name.startswith("erased/") for name in kept):
        digests |= {name: told for name, told in files.items() if name not in digests}
    return []


def never_packed_again(*_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("module", "name", "blind"),
    [
        (verify_alone, "check_seal", trusting),
        (verify_alone, "check_erasures", taking_any_notice),
        (verification, "is_as_sealed", never_packed_again),
    ],
)
def test_the_campaign_notices_a_verifier_that_does_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, blind: Callable[..., object]
) -> None:
    monkeypatch.setattr(module, name, blind)
    assert tamper(tmp_path, len(KINDS)).unseen
