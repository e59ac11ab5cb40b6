"""Which secrets cannot be told from what a record says anyway: to mask one of those would tear every sentence."""

from __future__ import annotations

import functools
import re
from pathlib import Path

_SHORTEST = 6
"""Characters. A shorter secret may be a part of any word, so that masking it would tear what the record says."""


def why_ordinary(secret: str) -> str:
    """Return why a secret cannot be told from what a record says anyway; "" if it can."""
    parts = re.findall(r"[^\W_]+", secret.casefold())
    if len(secret) < _SHORTEST:
        return f"it has fewer than {_SHORTEST} characters"
    if not parts or re.search(r"[^\w\s.,:/-]", secret):
        return ""  # no word and no figure is written with such characters
    if all(map(str.isdecimal, parts)):
        return "it is made of digits only"
    if all(part.isdecimal() or part in record_words() for part in parts):
        return "it is made only of words that every record holds"
    return ""


@functools.cache
def record_words() -> frozenset[str]:
    """Return the words of which a run's record is made, in lower case."""
    lines = Path(__file__).with_name("record_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
