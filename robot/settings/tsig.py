"""The key that signs a DNS update (TSIG, RFC 8945), read from an environment variable.

Its text is what `nsupdate -y` takes: `[algorithm:]name:secret`, the secret in base64; without an algorithm it is hmac-sha256.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

import dns.name
import dns.tsig
import dns.tsigkeyring

from robot.domain.errors import UsageError

ALGORITHMS = ("hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
"""HMAC-MD5 is left out: RFC 8945 forbids its use."""
_DEFAULT = "hmac-sha256"
_SHORTEST = 16
"""Bytes. A shorter secret is weak; and an exchange of name and secret is noticed before the secret is shown as a name."""
_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_KEY_NAME = re.compile(rf"(?=.{{1,254}}$){_LABEL}(?:\.{_LABEL})*\.?")
_FORM = "the form is [algorithm:]keyname:secret, as nsupdate -y takes it, the secret in base64"


@dataclass(frozen=True)
class Key:
    """A TSIG key; its secret is hidden when it is printed.

    Attributes:
        variable: the environment variable that it was read from, for sentences.
        name: as the name server knows it.
        ring: dnspython's key ring with this key alone.
    """

    variable: str
    name: str
    ring: dict[dns.name.Name, dns.tsig.Key] = field(repr=False)


def key(variable: str, text: str) -> Key:
    """Return the key that a variable holds.

    Args:
        variable: the environment variable's name, for the sentence.
        text: its value. No sentence repeats any part of it: with a misplaced colon the secret would be taken for the name.

    Raises:
        UsageError: the text is no such key.
    """
    parts = text.strip().split(":")
    if len(parts) not in {2, 3}:
        raise UsageError(f"{variable} is not a key; {_FORM}")
    *prefix, name, secret = parts
    algorithm = prefix[0].lower().removesuffix(".") if prefix else _DEFAULT
    if algorithm not in ALGORITHMS:
        raise UsageError(f"{variable} names an algorithm that is none of {', '.join(ALGORITHMS)}; {_FORM}")
    if not _KEY_NAME.fullmatch(name):
        raise UsageError(f"{variable} holds no name of a key; {_FORM}")
    decoded = _decode(secret)
    if not decoded:
        raise UsageError(f"{variable} holds no secret in base64; {_FORM}")
    if len(decoded) < _SHORTEST:
        raise UsageError(f"{variable} holds a secret of fewer than {_SHORTEST} bytes; {_FORM}")
    return Key(variable, name, dns.tsigkeyring.from_text({name: (algorithm, secret)}))


def bare_secret(text: str) -> str:
    """Return only the secret part of a variable's text, for masking."""
    return text.strip().rpartition(":")[2]


def _decode(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except ValueError:
        return b""  # the error's own text is not passed on: it may hold a part of the secret
