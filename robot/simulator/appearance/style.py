"""How a page draws what it shows: chosen by the pair's seed and the page, always the same way for the same two.

Nothing is known of the markup behind the labels (ui.md 10.1), so that every way but g1's plain one is made up: not
documented. With the seed 0 every part is drawn the plain way.
"""

import re
import zlib


class Style:
    """The choices of one page."""

    def __init__(self, seed: int, generation: str, page: str) -> None:
        self.seed = seed
        self._all = f"{seed}|{generation}"
        self._page = f"{self._all}|{page}"

    def of(self, part: str, *ways: str) -> str:
        """Which of these ways this page takes for a part; the plain one stands first."""
        return ways[self._number(part) % len(ways)] if self.seed else ways[0]

    def upto(self, most: int, part: str) -> int:
        """How many of something, from 0 on."""
        return self._number(part) % (most + 1) if self.seed else 0

    def name(self, plain: str) -> str:
        """An id or class: the plain one, or one that tells nothing, the same on every page."""
        return f"x{zlib.crc32(f'{self._all}|{plain}'.encode()):08x}" if self.seed else plain

    def sheet(self, css: str) -> str:
        """The style sheet, its classes and ids called as on this page."""
        return re.sub(r"([.#])([a-z][a-z-]*)(?=[^{}]*\{)", lambda found: found[1] + self.name(found[2]), css)

    def _number(self, part: str) -> int:
        return zlib.crc32(f"{self._page}|{part}".encode())
