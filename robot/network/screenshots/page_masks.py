"""Marks what no picture of a page may show, takes the marks away again, and looks whether a secret is seen all the same."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Error

from robot.domain.redaction_rules import NO_RULES, RedactionRules
from robot.evidence.scan.finder import SHORTEST, SecretFinder, SecretForms
from robot.network.screenshots.drawn_texts import MASK, drawn_documents, mark_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Frame, Locator, Page

_MARK: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_UNMARK: Final = """mask => {
  const visit = root => root.querySelectorAll('*').forEach(each => {
    each.removeAttribute(mask);
    if (each.shadowRoot) visit(each.shadowRoot);
  });
  visit(document);
}"""
_WHOLE: Final = "mask => document.documentElement.hasAttribute(mask)"
_MOVED_ON: Final = "the page moved on, as because of a navigation"
"""What it shows now may not be masked."""
NO_INK: Final = f"[{MASK}], [{MASK}] * {{ -webkit-text-fill-color: transparent !important; text-shadow: none !important; }}"
"""A text may be drawn beyond the box of its element, which is all that the browser covers."""
_BLANK: Final = "".join(chr(place) for place in (*range(1, 33), 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xA0))


class PageMasks:
    """The masks of one page, from one picture to the next.

    Args:
        tab: the page.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.
        rules: what else must not be seen.

    Attributes:
        redacted: how many places were marked for each rule and area, by its number.
        under_areas: the texts that stand in what was marked for an area, each with the area's number.
    """

    def __init__(self, tab: Page, secrets: Sequence[str], secret_labels: str, rules: RedactionRules = NO_RULES) -> None:
        self._rules, self.redacted = rules, Counter[int]()
        self.under_areas: dict[str, int] = {}
        self._tab = tab
        forms = [SecretForms.of(secret, secret) for secret in dict.fromkeys(secrets) if len(secret) >= SHORTEST]
        self._finder = SecretFinder(forms)
        self._exact = {bare for each in forms for form in (*each.exact, *each.base64) if (bare := _bare(form))}
        self._loose = {form for each in forms for form in (*each.loose, *each.hexadecimal)}
        self._labels = secret_labels
        self._frames: list[Frame] = []
        self._places: list[int] = []

    def put_on(self, *, everything: bool = False) -> int:
        """Mark every element that shows a secret, what a rule matches, or what an area names, in each frame and open shadow root.

        Args:
            everything: whether the whole page is covered, since what a rule matches is seen beside every mark.

        Returns:
            How many places are marked.
        """
        self._frames = self._tab.frames
        arguments = [MASK, sorted(self._exact), sorted(self._loose), self._labels]
        self._places = [frame.evaluate(_MARK, arguments) for frame in self._frames]
        if self._rules:
            self._mark_matches()
            if everything:
                self._tab.evaluate("mask => document.documentElement.setAttribute(mask, '')", MASK)
            self._places = [mask.count() for mask in self._masks()]
        return sum(self._places)

    def _mark_matches(self) -> None:
        self.redacted.clear()
        for document in list(drawn_documents(self._tab)):
            for area, nodes, texts in document.areas(self._rules):
                self.redacted[area] += 1
                self.under_areas.update(dict.fromkeys(texts, area))
                mark_nodes(self._tab, nodes)
            for rule, nodes in document.matches(self._rules):
                self.redacted[rule] += 1
                mark_nodes(self._tab, nodes)

    @property
    def marked(self) -> list[Locator]:
        """What is to be covered."""
        return [mask for mask, places in zip(self._masks(), self._places, strict=True) if places]

    def hold(self) -> bool:
        """Require that what was marked is marked still, and look for what is seen beside it.

        Returns:
            Whether no secret is seen, nothing that a rule matches, and nothing of an area; nor any mark gone of a page that draws
            itself anew, which is covered whole in the end. The script knows no quotings: what is found by them is marked the next
            time.

        Raises:
            playwright.sync_api.Error: the page has moved on meanwhile.
            SecretSeenError: a secret is seen where it cannot be masked.
        """
        if self._tab.frames != self._frames:
            raise Error(_MOVED_ON)
        if [mask.count() for mask in self._masks()] != self._places and not self._tab.evaluate(_WHOLE, MASK):
            if not self._rules:
                raise Error(_MOVED_ON)
            return False
        documents = list(drawn_documents(self._tab))
        seen = {_bare(each.text[found.begin : found.end]) for each in documents for found in self._finder.find(each.text)}
        if seen & self._exact:
            raise SecretSeenError
        self._exact |= seen
        shown = any(any(each.matches(self._rules)) or any(each.areas(self._rules)) for each in documents)
        return not seen and not shown

    def named(self) -> dict[str, str]:
        """Return what each text that stands in an area is called where it is found: never the text itself."""
        return {text: f'what stands under "{self._rules.areas[area]}" on a page' for text, area in self.under_areas.items()}

    def take_off(self) -> None:
        """Take the marks away."""
        for frame in self._frames:
            with contextlib.suppress(Error):
                frame.evaluate(_UNMARK, MASK)

    def _masks(self) -> list[Locator]:
        return [frame.locator(f"[{MASK}]") for frame in self._frames]


class SecretSeenError(Exception):
    """A page shows a secret where it cannot be masked, as within a closed shadow root."""


def _bare(text: str) -> str:
    """Return a text without what a page may break it with, as the script does."""
    return text.translate(dict.fromkeys(map(ord, _BLANK)))
