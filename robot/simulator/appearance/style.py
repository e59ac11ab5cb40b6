"""How a page is drawn: chosen by the pair's seed and the page, and always the same for the same two.

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
        """Choose one of these ways to draw a part of the page; the plain one is the first."""
        return ways[self._number(part) % len(ways)] if self.seed else ways[0]

    def upto(self, most: int, part: str) -> int:
        """Choose a number from 0 on."""
        return self._number(part) % (most + 1) if self.seed else 0

    def name(self, plain: str) -> str:
        """Return an id or class: the plain one, or a meaningless one, the same on every page."""
        return f"x{zlib.crc32(f'{self._all}|{plain}'.encode()):08x}" if self.seed else plain

    def sheet(self, css: str) -> str:
        """Return the style sheet with the classes and ids of this page."""
        return re.sub(r"([.#])([a-z][a-z-]*)(?=[^{}]*\{)", lambda found: found[1] + self.name(found[2]), css)

    def _number(self, part: str) -> int:
        return zlib.crc32(f"{self._page}|{part}".encode())
