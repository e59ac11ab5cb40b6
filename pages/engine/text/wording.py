"""Words as a person reads and compares them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BREAKS_IN_WORDS = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")


def ignorecase(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that matches without regard to capitals, as a person compares words."""
    return re.compile(pattern, re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text with single blanks, and without the characters that only allow a line break."""
    return " ".join(_BREAKS_IN_WORDS.sub("", text).split())


def bare(text: str) -> str:
    """Return a label without the colons or stars at its end, and without a star before it."""
    return re.sub(r"^[*]\s*", "", re.sub(r"[\s:*]+$", "", plain(text)))


def quote(texts: Iterable[str]) -> str:
    """Return texts in quotation marks, separated by commas, for a sentence."""
    return ", ".join(f'"{text}"' for text in texts)
