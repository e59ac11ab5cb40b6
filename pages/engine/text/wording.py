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
    """Return a text with single blanks, and without what only says where it may be broken."""
    return " ".join(_BREAKS_IN_WORDS.sub("", text).split())


def bare(text: str) -> str:
    """Return a label without the colon or star at its end, or the star before it."""
    return re.sub(r"^[*]\s*", "", re.sub(r"[\s:*]+$", "", plain(text)))


def quote(texts: Iterable[str]) -> str:
    """Quote texts for a sentence, as they stand on the page."""
    return ", ".join(f'"{text}"' for text in texts)
