"""The codes of a second factor: as authenticator apps make them, whatever the length of the seed."""

import base64

import pyotp.totp
import pytest

from robot.settings.totp import STEP, code, key_of

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("at", "expected"), [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")])
def test_the_codes_are_those_of_the_standard(at: int, expected: str) -> None:
    assert code(RFC, at // STEP) == expected


def test_another_library_makes_the_same() -> None:
    assert code(RFC, 57_000_000) == pyotp.totp.TOTP(RFC).at(57_000_000 * STEP)


@pytest.mark.parametrize("seed", ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP", "JBSWY3DPEHPK3PXP===="])
def test_a_seed_of_eighty_bits_is_taken_however_it_was_copied(seed: str) -> None:
    assert key_of(seed) == base64.b32decode("JBSWY3DPEHPK3PXP")
    assert len(code(seed, 1)) == 6


@pytest.mark.parametrize("seed", ["123456", "not a seed!", "", "JBSWY3DPEHPK3PX1"])
def test_what_is_no_seed_is_said_to_be_none(seed: str) -> None:
    with pytest.raises(ValueError, match="base32"):
        key_of(seed)
