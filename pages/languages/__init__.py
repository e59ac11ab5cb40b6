"""The words of pages that are not in English: one file for each language, read into one table.

A screen knows a control by its English words. The table gives these for the words of other languages, so that a page is
read, and its controls are found, as if it were in English; what the table does not have stays as it is.
"""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files


@functools.cache
def english() -> dict[str, str]:
    """English words by their lower-case counterparts in every language that there is a file for."""
    return {word.lower(): known for language in ("german",) for known, theirs in _file(language).items() for word in theirs}


def _file(language: str) -> dict[str, list[str]]:
    sections: dict[str, dict[str, list[str]]] = tomllib.loads(
        files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    )
    return {known: theirs for section in sections.values() for known, theirs in section.items()}
