"""Stand-ins for what must not leave the house: the same value has the same stand-in throughout one pack.

They are numbered in the order of appearance. A digest in their place could be guessed: there are few addresses.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

LEFT_OUT: Final = "[left out]"
"""What stands in place of a text that somebody or a page has written."""
_PIECE: Final = re.compile(r"[^\W_]+|.", re.DOTALL)
_MARKS: Final = frozenset(" _'.,:?>()-")
_ADJACENT: Final = 3
"""So many short numbers in a row are a version; four could be an address."""


@cache
def step_words() -> frozenset[str]:
    """Return the words of which the names of steps, states and headings are made, in lower case."""
    lines = Path(__file__).with_name("step_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class StandIns:
    """The stand-ins of one pack."""

    def __init__(self) -> None:
        self._by_value: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def of(self, kind: str, value: str) -> str:
        """Return the stand-in for a value: "address-2"; "" for "".

        Args:
            kind: what it is a value of, which is the stand-in's first word.
            value: the value; it is the same in whatever case it is written.
        """
        if not value.strip():
            return ""
        key = (kind, value.strip().casefold())
        if key not in self._by_value:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._by_value[key] = f"{kind}-{self._counts[kind]}"
        return self._by_value[key]

    def in_words(self, text: str) -> str:
        """Return a text in which every word that is not the robot's own, and every longer number, has a stand-in."""
        return "".join(self._worded(text))

    def _worded(self, text: str) -> Iterator[str]:
        in_a_row = 0
        for match in _PIECE.finditer(text):
            piece = match[0]
            is_number = piece.isascii() and piece.isdigit()
            if not piece.isalnum():
                yield piece if piece in _MARKS else ""
                continue
            in_a_row = in_a_row + 1 if is_number else 0
            stays = (len(piece) <= 2 and in_a_row <= _ADJACENT) if is_number else piece.lower() in step_words()
            yield piece if stays else self.of("word", piece)
