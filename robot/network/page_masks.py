"""Marks what no picture of a page may show, takes the marks away again, and looks whether a secret is seen all the same."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakKeyDictionary

from playwright.sync_api import Error

from robot.evidence.scan.finder import SHORTEST, SecretFinder, SecretForms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import CDPSession, Frame, Locator, Page

_MASK: Final = "data-failover-robot-mask"
_MARK: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_UNMARK: Final = """mask => {
  const visit = root => root.querySelectorAll('*').forEach(each => {
    each.removeAttribute(mask);
    if (each.shadowRoot) visit(each.shadowRoot);
  });
  visit(document);
}"""
NO_INK: Final = f"[{_MASK}], [{_MASK}] * {{ -webkit-text-fill-color: transparent !important; text-shadow: none !important; }}"
"""A text may be drawn beyond the box of its element, which is all that the browser covers."""
_SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
_BLANK: Final = "".join(chr(place) for place in (*range(1, 33), 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xA0))


class PageMasks:
    """The masks of one page, from one picture to the next.

    Args:
        tab: the page.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.
    """

    def __init__(self, tab: Page, secrets: Sequence[str], secret_labels: str) -> None:
        self._tab = tab
        forms = [SecretForms.of(secret, secret) for secret in dict.fromkeys(secrets) if len(secret) >= SHORTEST]
        self._finder = SecretFinder(forms)
        self._exact = {bare for each in forms for form in (*each.exact, *each.base64) if (bare := _bare(form))}
        self._loose = {form for each in forms for form in (*each.loose, *each.hexadecimal)}
        self._labels = secret_labels
        self._frames: list[Frame] = []
        self._places: list[int] = []

    def put_on(self) -> int:
        """Mark every element that shows a secret, in each frame and open shadow root; return how many."""
        self._frames = self._tab.frames
        arguments = [_MASK, sorted(self._exact), sorted(self._loose), self._labels]
        self._places = [frame.evaluate(_MARK, arguments) for frame in self._frames]
        return sum(self._places)

    def _seen(self) -> list[str]:
        """Return what is seen of a secret beside the marks, as it stands there."""
        return [text[found.begin : found.end] for text in _unmarked_texts(self._tab) for found in self._finder.find(text)]

    @property
    def marked(self) -> list[Locator]:
        """What is to be covered."""
        return [mask for mask, places in zip(self._masks(), self._places, strict=True) if places]

    def hold(self) -> bool:
        """Require that what was marked is marked still, and look for what is seen beside it.

        Returns:
            Whether no secret is seen. The script knows no quotings: what is found by them is marked the next time.

        Raises:
            playwright.sync_api.Error: the page has moved on meanwhile.
            SecretSeenError: a secret is seen where it cannot be masked.
        """
        if self._tab.frames != self._frames or [mask.count() for mask in self._masks()] != self._places:
            raise Error("the page moved on, as because of a navigation")  # what it shows now may not be masked
        seen = set(map(_bare, self._seen()))
        if seen & self._exact:
            raise SecretSeenError
        self._exact |= seen
        return not seen

    def take_off(self) -> None:
        """Take the marks away."""
        for frame in self._frames:
            with contextlib.suppress(Error):
                frame.evaluate(_UNMARK, _MASK)

    def _masks(self) -> list[Locator]:
        return [frame.locator(f"[{_MASK}]") for frame in self._frames]


class SecretSeenError(Exception):
    """A page shows a secret where it cannot be masked, as within a closed shadow root."""


def _bare(text: str) -> str:
    """Return a text without what a page may break it with, as the script does."""
    return text.translate(dict.fromkeys(map(ord, _BLANK)))


def _unmarked_texts(tab: Page) -> Iterator[str]:
    """Yield what the browser draws as text outside of the marks, for each document: closed shadow roots and styles' texts too."""
    if tab not in _SESSIONS:
        _SESSIONS[tab] = tab.context.new_cdp_session(tab)
    ask = cast("Callable[..., dict[str, Any]]", _SESSIONS[tab].send)
    snapshot = ask("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    strings: list[str] = snapshot["strings"]
    for document in snapshot["documents"]:
        nodes, drawn = document["nodes"], document["layout"]
        marked = _below_marks(nodes, strings)
        pieces = ("\x01" if marked[node] else strings[text] if text >= 0 else "" for node, text in _drawn(drawn))
        yield "".join(pieces)


def _drawn(layout: dict[str, Any]) -> Iterator[tuple[int, int]]:
    yield from zip(layout["nodeIndex"], layout["text"], strict=True)


def _below_marks(nodes: dict[str, Any], strings: list[str]) -> list[bool]:
    """Return for each node whether it, or one above it, is marked; parents stand before their children."""
    marked: list[bool] = []
    parents: list[int] = nodes["parentIndex"]
    written: list[list[int]] = nodes["attributes"]
    for parent, attributes in zip(parents, written, strict=True):
        own = any(strings[name] == _MASK for name in attributes[::2])
        marked.append(own or (parent >= 0 and marked[parent]))
    return marked
