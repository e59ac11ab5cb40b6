"""A text as other programs have quoted it, taken back layer by layer; each place can be found again in the text as it stands."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

_DEEPEST: Final = 3
"""How often a text is taken to be quoted: a URL in JSON in an attribute."""
_QUOTINGS: Final = {
    "%": re.compile(r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"),
    "&": re.compile(r"(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?)"),
    "\\": re.compile(
        r"(?P<wide>(?:\\u[0-9A-Fa-f]{4})+)|\\U(?P<wider>[0-9A-Fa-f]{8})|(?P<byte>(?:\\x[0-9A-Fa-f]{2})+)|\\(?P<simple>[\s\S])"
    ),
    "\x00": re.compile(r"(?P<nul>\x00+)"),
}
"""What one kind of quoting looks like, by the letter without which it is not there: URLs, HTML, JSON and Python, UTF-16."""
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Layer:
    """A text after so many quotings were taken back.

    Attributes:
        text: the text.
        place_of: returns where a piece of it, by begin and end, stands in the text as it was given.
    """

    text: str
    place_of: Callable[[int, int], tuple[int, int]]


def layers(text: str) -> Iterator[Layer]:
    """Yield a text as it is, and with one quoting after another taken back, in whatever order they were made."""
    newest = [Layer(text, lambda begin, end: (begin, end))]
    yield newest[0]
    seen = {text}
    for _ in range(_DEEPEST):
        inner: list[Layer] = []
        for layer in newest:
            for letter, quoting in _QUOTINGS.items():
                if letter in layer.text and (unquoted := _unquote(layer.text, quoting)).text not in seen:
                    seen.add(unquoted.text)
                    inner.append(Layer(unquoted.text, _through(unquoted, layer)))
        yield from inner
        newest = inner


def _through(inner: "_Unquoted", outer: Layer) -> Callable[[int, int], tuple[int, int]]:
    return lambda begin, end: outer.place_of(*inner.place_of(begin, end))


@dataclass
class _Unquoted:
    """A text with its quotings taken back, and where each quoting stood: begin and end there and here."""

    text: str = ""
    here: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    there: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def place_of(self, begin: int, end: int) -> tuple[int, int]:
        return self._outer(begin, 0), self._outer(end - 1, 1)

    def _outer(self, place: int, side: int) -> int:
        """Return where a letter begins (side 0) or ends (side 1) in the text as it was quoted."""
        number = bisect_right(self.here, (place, len(self.text) + 1)) - 1
        if number < 0:
            return place + side
        (begin, end), (quoted_begin, quoted_end) = self.here[number], self.there[number]
        if begin <= place < end:
            return quoted_end if side else quoted_begin
        return quoted_end + place - end + side


def _unquote(text: str, quoting: re.Pattern[str]) -> _Unquoted:
    done, pieces, length, kept = _Unquoted(), list[str](), 0, 0
    for match in quoting.finditer(text):
        plain = _plain(match)
        if plain == match[0]:
            continue
        before = text[kept : match.start()]
        length += len(before)
        done.here.append((length, length + len(plain)))
        done.there.append(match.span())
        pieces += [before, plain]
        length += len(plain)
        kept = match.end()
    done.text = "".join([*pieces, text[kept:]])
    return done


def _plain(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "percent":
            return _of_bytes(bytes.fromhex(match[0].replace("%", "")))
        case "entity":
            return html.unescape(match[0])
        case "wide":
            return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "replace")
        case "wider":
            code = int(match["wider"], 16)
            return chr(code) if code <= 0x10FFFF else match[0]
        case "byte":
            return _of_bytes(bytes.fromhex(match[0].replace("\\x", "")))
        case "simple":
            return _SIMPLE.get(match["simple"], match["simple"])
        case _:
            return ""


def _of_bytes(data: bytes) -> str:
    """Return bytes as text: Python writes a letter as one of them, everybody else as UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
