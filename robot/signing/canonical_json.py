"""JSON in the one form in which it is digested and signed (RFC 8785), and read so that nothing in it has two meanings."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

import rfc8785

_MOST_DIGITS = 100
"""Python refuses to read some thousands, in words of its own; `canonical` refuses all that JSON cannot hold exactly."""


def canonical(value: Any) -> bytes:
    """Return plain JSON values in the form of RFC 8785: whoever writes the same values writes the same bytes.

    Args:
        value: plain JSON values.

    Returns:
        The bytes, in UTF-8.

    Raises:
        ValueError: a value has no such form: a number that JSON cannot hold exactly, half of a character, no end of nesting.
    """
    try:
        return rfc8785.dumps(value)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def digest(value: Any) -> str:
    """Return the SHA-256 of plain JSON values in their canonical form, in hexadecimal.

    Raises:
        ValueError: as `canonical`.
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def read_json(data: bytes) -> Any:
    """Parse JSON that somebody else has written.

    Args:
        data: the text, in UTF-8.

    Returns:
        Plain JSON values.

    Raises:
        ValueError: it is no JSON; or a key stands in an object twice, of which two programs would read two different ones.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON, by its line {error.lineno}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"holds a number of more than {_MOST_DIGITS} digits")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
        raise ValueError(f"holds the key {twice!r:.80} twice in one object")
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"holds {word}, which is no number of JSON")
