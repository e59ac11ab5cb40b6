"""The words of pages that are not in English: one file for each language, read into one table.

A screen knows a control by its English words. The table translates the words of other languages into these, so that a page is
read, and its controls are found, as if it were in English; words that the table does not have stay as they are.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib.resources import files


@functools.cache
def english() -> dict[str, str]:
    """Return the translations into English.

    Returns:
        The English words, by the lower-case words of every language that has a file.
    """
    return {word.lower(): known for language in ("german",) for known, theirs in _file(language).items() for word in theirs}


@functools.cache
def _foreign() -> re.Pattern[str]:
    """Return a pattern for all words of the table; a word ends where letters, digits or a host name end, and a hyphen joins."""
    words = "|".join(re.escape(word) for word in sorted(english(), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?<![^\W_][.@-])(?:{words})(?![^\W_]|[.@-][^\W\d_])")


@functools.lru_cache(maxsize=4096)
def in_english(text: str) -> str:
    """Return a text with the words that the table has translated into English; the rest stays as it is."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose lower-case form is longer: the positions would not agree
        lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    translated, done = "", 0
    for match in _foreign().finditer(lower):
        translated += text[done : match.start()] + english()[match[0]]
        done = match.end()
    return translated + text[done:]


def _file(language: str) -> dict[str, list[str]]:
    sections: dict[str, dict[str, list[str]]] = tomllib.loads(
        files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    )
    return {known: theirs for section in sections.values() for known, theirs in section.items()}
