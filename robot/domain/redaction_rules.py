"""What users want out of their evidence, as customers' names: by regular expressions, and by parts of pages.

An expression is tried in time in proportion to the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import re2

from robot.evidence.scan.encodings import layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_RE2: Final = cast("Any", re2)  # it tells no types
_BLANK: Final = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_SIGNS: Final = re.compile(r"^[\W_]+|(?:[(\[]\d+[)\]]|[\W_])+$")
"""What stands around the words of a label: a colon, a star, an arrow, an icon, a count in brackets."""
PLACE: Final = "[redacted {rule}]"
"""What stands in a text instead, with the number of the rule in the pair file, from 1."""


class BadRule(Exception):  # noqa: N818 - house rule: an error is named for what happened
    """A text is no regular expression of this kind; its own text says why."""


class _Match(Protocol):
    def __getitem__(self, group: int) -> str: ...
    def span(self) -> tuple[int, int]: ...


class _Pattern(Protocol):
    def finditer(self, text: str) -> Iterator[_Match]: ...


class RedactionRules:
    """Takes out of a text what one of the rules matches, also where a program has quoted or encoded it, as in a URL.

    Args:
        expressions: the regular expressions.
        areas: the headings and labels of the parts of pages that no picture shows.

    Attributes:
        areas: each of them by its number; those of the expressions come first.

    Raises:
        BadRule: one is none.
    """

    def __init__(self, expressions: Iterable[str] = (), areas: Iterable[str] = ()) -> None:
        self._rules = tuple((rule, _compiled(expression)) for rule, expression in enumerate(expressions, 1))
        self.areas = dict(enumerate(areas, len(self._rules) + 1))

    def __bool__(self) -> bool:
        return bool(self._rules or self.areas)

    def redact(self, text: str) -> str:
        """Return the text with `PLACE` instead of whatever a rule matches."""
        for rule, pattern in self._rules:
            redacted, kept = "", 0
            for begin, end in _places(pattern, text):
                if begin >= kept:
                    redacted += f"{text[kept:begin]}{PLACE.format(rule=rule)}"
                kept = max(kept, end)
            text = redacted + text[kept:]
        return text

    def spans(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the number of a rule, and where what it matches begins and ends in a text, for each match."""
        for rule, pattern in self._rules:
            yield from ((rule, begin, end) for begin, end in _places(pattern, text))


def _places(pattern: _Pattern, text: str) -> list[tuple[int, int]]:
    """Return where what a rule matches stands in a text as it is given, whichever of its layers it was found in."""
    return sorted({layer.place_of(*match.span()) for layer in layers(text) for match in pattern.finditer(layer.text) if match[0]})


def _compiled(expression: str) -> _Pattern:
    options = _RE2.Options()
    options.log_errors = False
    try:
        return cast("_Pattern", _RE2.compile(expression, options))
    except _RE2.error as error:
        why: object = error.args[0]
        raise BadRule(why.decode(errors="replace") if isinstance(why, bytes) else str(why)) from None


def bare_words(text: str) -> str:
    """Return a text for comparison: without blanks and the signs around a label, in one form and in lower case."""
    return _SIGNS.sub("", _BLANK.sub("", unicodedata.normalize("NFKC", text))).casefold()


NO_RULES: Final = RedactionRules()
