"""What a generation calls things, in a language: one file each below ``wording/``.

Templates say everything in the words of g1, in English. A file says how another generation, or another language, words
it: everywhere, or on one of the two interfaces only. English files name what differs; a German one has every word, so
that a page with a word that nobody translated fails instead of showing half of each.
"""

import functools
import re
import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "wording"
LANGUAGES = {"g1": ("en",), "g2": ("en", "de"), "g3": ("en", "de"), "g4": ("en",)}
"""The languages that each generation can be shown in here; the product has more."""


def first_without(language: str, *generations: str) -> str:
    """Return the first of these generations whose pages do not exist in a language, or ""."""
    return next((generation for generation in generations if language not in LANGUAGES[generation]), "")


class Untranslated(Exception):  # noqa: N818 the house names an error for what happened
    """A page has words without a translation in this language."""


class Words:
    """The words of one interface of one generation, in one language."""

    def __init__(self, generation: str, language: str, interface: str) -> None:
        file = file_called(f"{generation}.{language}")
        self.language = language
        self._told: dict[str, str] = {**file["everywhere"], **file[interface]}
        self._sentences = [(re.compile(pattern), words) for pattern, words in file["sentences"].items()]

    def __call__(self, text: str, **values: object) -> str:
        """Return these words as this generation says them, with values put in their places.

        Raises:
            Untranslated: the language has none.
        """
        if text not in self._told and self.language != "en" and re.search(r"[A-Za-z]{2}", text):
            raise Untranslated(f"{self.language}: {text}")
        told = self._told.get(text, text)
        return told.format(**values) if values else told

    def heading(self, area: str, title: str, *, whole: bool) -> str:
        """Return the heading of a part of a page: "Area :: Title", the title alone, or this generation's own word for it."""
        if told := self._told.get(f"{area} :: {title}"):
            return told
        return f"{self(area)} :: {self(title)}" if whole else self(title)

    def said(self, sentence: str) -> str:
        """Return a message of the appliance, with this generation's names, translated where this language has the sentence."""
        for pattern, words in self._sentences:
            sentence = pattern.sub(words, sentence)
        return self._told.get(sentence, sentence)


@functools.cache
def words_of(generation: str, language: str, interface: str) -> Words:
    """Return the words of one interface: ``site`` or ``appliance``."""
    return Words(generation, language, interface)


@functools.cache
def file_called(name: str) -> dict[str, dict[str, str]]:
    """Return a file of words, and before it the file that it extends."""
    path = _FOLDER / f"{name}.toml"
    file: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    before: dict[str, dict[str, str]] = file_called(file["after"]) if "after" in file else {}
    parts = ("everywhere", "site", "appliance", "sentences")
    return {part: {**before.get(part, {}), **file.get(part, {})} for part in parts}
