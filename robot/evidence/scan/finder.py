"""Finds secrets in a text: as they are, as other programs quote them, in base64 and in hexadecimal figures."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from robot.evidence.scan.encodings import Layer, layers

SHORTEST: Final = 4
"""The least number of characters of a secret that is looked for: a shorter one may be part of any word."""
_SHORTEST_BLOCK: Final = 6
"""The least number of characters of a piece in base64 that tells a secret."""
_LOOSELY: Final = 12
_LOOSELY_MIXED: Final = 8
"""From so many characters on a secret is also found with other blanks, dashes and case; fewer if it has figures too."""
_SEPARATORS: Final = dict.fromkeys(map(ord, " \t\r\n\v\f-:.\u00a0\u00ad\u200b\u200c\u200d\u2010\u2011\u2012\u2013\u2060\ufeff"))
_BLOCK: Final = re.compile(r"[A-Za-z0-9+/_-]{6}")
_WHITE: Final = dict.fromkeys(map(ord, " \t\r\n\v\f"))


@dataclass(frozen=True)
class SecretFound:
    """A secret in a text.

    Attributes:
        begin: where it begins in the text.
        end: where it ends.
        name: what it is, as it was given; never its value.
    """

    begin: int
    end: int
    name: str


@dataclass(frozen=True)
class SecretForms:
    """How one secret may stand in a text whose quotings are taken back."""

    name: str
    exact: tuple[str, ...]
    loose: tuple[str, ...]
    base64: tuple[str, ...]
    hexadecimal: tuple[str, ...]

    @classmethod
    def of(cls, secret: str, name: str = "") -> "SecretForms":
        """Return the forms of a secret; `name` is told where it is found."""
        bare = _loosened(secret)
        mixed = any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
        raw = [secret.encode(errors="replace"), secret.encode("utf-16-le", "replace")]
        return cls(
            name,
            tuple({secret, secret.replace(" ", "+")}),
            (bare,) if len(bare) >= (_LOOSELY_MIXED if mixed else _LOOSELY) else (),
            tuple({piece for data in raw for piece in _in_base64(data)}),
            tuple(data.hex() for data in raw if len(data) >= SHORTEST),
        )


class SecretFinder:
    """Finds secrets in texts.

    Args:
        forms: those of each secret.
        whole: secrets that are found only where they stand for themselves, as a number does.
    """

    def __init__(self, forms: Iterable[SecretForms], whole: Iterable[tuple[str, str]] = ()) -> None:
        self._forms = tuple(forms)
        self._whole = [(name, secret, re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")) for name, secret in whole]

    def find(self, text: str) -> list[SecretFound]:
        """Return where secrets stand in a text, in no order; they may overlap."""
        return list({found for layer in layers(text) for found in self._in_layer(layer)})

    def names_in(self, text: str) -> set[str]:
        """Return which secrets stand in a text, by their names."""
        return {found.name for found in self.find(text)}

    def _in_layer(self, layer: Layer) -> Iterator[SecretFound]:
        """Yield what stands in a text as it is; then without separators and case; then in base64, whose lines may be broken."""
        yield from self._of_forms(layer, layer.text, {}, lambda forms: forms.exact)
        for name, secret, pattern in self._whole:
            if secret in layer.text:
                yield from (SecretFound(*layer.place_of(*match.span()), name) for match in pattern.finditer(layer.text))
        yield from self._of_forms(layer, _loosened(layer.text), _SEPARATORS, lambda forms: (*forms.hexadecimal, *forms.loose))
        if _BLOCK.search(layer.text):
            yield from self._of_forms(layer, layer.text.translate(_WHITE), _WHITE, lambda forms: forms.base64)

    def _of_forms(
        self, layer: Layer, text: str, dropped: dict[int, None], wanted: Callable[[SecretForms], tuple[str, ...]]
    ) -> Iterator[SecretFound]:
        for forms in self._forms:
            for form in wanted(forms):
                if form in text:
                    yield from _found(_without(layer, dropped) if dropped else layer, text, forms.name, form)


def _found(layer: Layer, text: str, name: str, form: str) -> Iterator[SecretFound]:
    """Yield each place of a form; those that overlap too, so that no half of one is left."""
    at = text.find(form)
    while at >= 0:
        yield SecretFound(*layer.place_of(at, at + len(form)), name)
        at = text.find(form, at + 1)


def _without(layer: Layer, dropped: dict[int, None]) -> Layer:
    """Return a layer without some of its letters."""
    kept = [place for place, letter in enumerate(layer.text) if ord(letter) not in dropped]
    return Layer(layer.text.translate(dropped), _kept_places(kept, layer))


def _kept_places(kept: list[int], layer: Layer) -> Callable[[int, int], tuple[int, int]]:
    return lambda begin, end: layer.place_of(kept[begin], kept[end - 1] + 1)


def _folded(text: str) -> str:
    """Return a text in lower case, letter for letter."""
    folded = text.lower()
    return folded if len(folded) == len(text) else "".join(low if len(low := each.lower()) == 1 else each for each in text)


def _loosened(text: str) -> str:
    return _folded(text.translate(_SEPARATORS))


def _in_base64(data: bytes) -> Iterator[str]:
    """Yield the letters that tell of data in base64 wherever it begins within a longer text, in both alphabets."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        begin, end = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        if len(piece := whole[begin:end]) >= _SHORTEST_BLOCK:
            yield piece
            yield piece.replace("+", "-").replace("/", "_")
