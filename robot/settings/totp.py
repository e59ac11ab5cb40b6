"""TOTP codes, as authenticator apps make them (RFC 6238: SHA-1, six digits, a new code every 30 s)."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30
"""Seconds for which a code is valid."""


def key_of(seed: str) -> bytes:
    """Return the key that a seed holds, as people copy it: base32, in groups or not, in upper or lower case.

    Raises:
        ValueError: the seed is not base32.
    """
    bare = re.sub(r"[\s=-]", "", seed).upper()
    try:
        key = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("not base32: the letters A to Z and the digits 2 to 7, as shown beside the picture that an app scans")
    return key


def code(seed: str, counter: int) -> str:
    """Return the code of one time step.

    Args:
        seed: the account's seed, in base32.
        counter: the number of the step: how many times `STEP` seconds have passed since 1970.
    """
    # The appliance chose the seed, often of 80 bits; the library would demand more of a new one.
    return TOTP(key_of(seed), 6, SHA1(), STEP, enforce_key_length=False).generate(counter * STEP).decode()  # noqa: S303 - RFC 6238
