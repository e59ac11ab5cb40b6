"""Take a screenshot of a page: the browser's own PNG. Secrets are visibly masked before it is taken, and counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from robot.domain.errors import Refused
from robot.domain.redaction_rules import NO_RULES, RedactionRules
from robot.evidence.pictures.covered import MASK_COLOUR
from robot.network.chromium import document_id
from robot.network.screenshots.page_masks import NO_INK, PageMasks, SecretSeenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Page

    from robot.domain.secret_registry import SecretRegistry

PICTURE_WITHOUT_WAITING_FOR_FONTS = ("PW_TEST_SCREENSHOT_NO_FONTS_READY", "1")
"""An environment variable: with it Playwright's driver does not wait for a page's fonts without limit. We wait, briefly."""
_FONTS_HAVE_COME = """ms => Promise.race([
  document.fonts.ready.then(() => true),
  new Promise(resolve => setTimeout(() => resolve(document.fonts.status === 'loaded'), ms)),
])"""
_FONTS_WITHIN_MS = 3_000
_MOVED_ON = re.compile(r"context was destroyed|because of a navigation")
_ATTEMPTS = 5
"""A page that refreshes itself stands still most of the time; after so many attempts the last one is made with more time."""
_ATTEMPT_MS = 4_000
_AT_MOST_MS = 20_000
_MASKED_ANEW = 3
"""How often a page is masked, if a secret is seen on it that was quoted in another way."""


@dataclass(frozen=True)
class Screenshot:
    """A picture of a page as the browser gives it.

    Attributes:
        png: its bytes.
        masked: how many places are masked on it.
        redacted: how many of them for each rule and area of the users', by its number.
        under_areas: the texts that are covered since they stand in an area, each with what it is called where it is found.
        with_fonts: whether the page's fonts had loaded.
        spoilt: how often the page moved on before this picture.
    """

    png: bytes
    masked: int
    with_fonts: bool
    spoilt: int = 0
    redacted: Mapping[int, int] = field(default_factory=dict[int, int])
    under_areas: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def fields(self) -> dict[str, Any]:
        """Return what a line of the record says of it.

        Returns:
            `masked`; `redacted` if anything was, by the rule's number; `without_font` if a font did not load; and
            `moved_on`: how often the page moved on, if it did.
        """
        return {
            "masked": self.masked,
            **({"redacted": {str(rule): places for rule, places in self.redacted.items()}} if self.redacted else {}),
            **({} if self.with_fonts else {"without_font": True}),
            **({"moved_on": self.spoilt} if self.spoilt else {}),
        }


def photograph(tab: Page, secrets: Sequence[str], secret_labels: str, rules: RedactionRules = NO_RULES) -> Screenshot:
    """Take a picture of the whole page, with its secrets masked: in its text and fields, its frames and open shadow roots.

    If a font of the page does not load, the picture is taken without it, and its line says so. A page that moves on during
    the shot, such as one that refreshes itself, is photographed again.

    Args:
        tab: the page.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.
        rules: what else must not be seen; where it cannot be covered, the whole page is.

    Returns:
        The picture.

    Raises:
        Refused: no picture could be taken, or it would show a secret. Without evidence nothing is pressed.
    """
    try:
        return _take(tab, PageMasks(tab, secrets, secret_labels, rules))
    except SecretSeenError:
        raise Refused(f"no picture is kept of {tab.url}: it shows a secret where it cannot be masked") from None
    except Error as error:
        raise Refused(f"no picture could be taken of {tab.url}: {error.message.splitlines()[0]}") from error


def photograph_and_learn(tab: Page, hide: SecretRegistry, secret_labels: str, *others: str) -> Screenshot:
    """Take a picture, and hide what stands in an area of the rules; once more if that is new, since it may stand elsewhere too.

    Args:
        tab: the page.
        hide: the secrets, and what else must not be seen.
        secret_labels: as for `photograph`.
        others: more that must not be seen on it.

    Returns:
        The picture.

    Raises:
        Refused: as `photograph`.
    """
    shot = photograph(tab, [*hide, *others], secret_labels, hide.rules)
    if hide.learn_covered(shot.under_areas):
        shot = photograph(tab, [*hide, *others], secret_labels, hide.rules)
        hide.learn_covered(shot.under_areas)
    return shot


def _take(tab: Page, masks: PageMasks) -> Screenshot:
    """Return the picture; a page that moved on is photographed again."""
    spoilt = 0
    for spoilt in range(_ATTEMPTS - 1):
        birth = document_id(tab)
        try:
            return replace(_take_once(tab, masks, _ATTEMPT_MS), spoilt=spoilt)
        except Error as error:
            if document_id(tab) == birth and not _MOVED_ON.search(error.message):
                break  # the page stands still: it needs more time
    else:
        spoilt = _ATTEMPTS - 1
    return replace(_take_once(tab, masks, _AT_MOST_MS), spoilt=spoilt)


def _take_once(tab: Page, masks: PageMasks, timeout_ms: float) -> Screenshot:
    fonts: bool = tab.evaluate(_FONTS_HAVE_COME, _FONTS_WITHIN_MS)
    for attempt in range(1, _MASKED_ANEW + 1):
        birth = document_id(tab)
        try:
            masked = masks.put_on(everything=attempt == _MASKED_ANEW)
            png = tab.screenshot(  # not as WebP: of pages like these the browser's is larger by half, and slower
                full_page=True,
                animations="disabled",
                caret="hide",
                mask=masks.marked,
                mask_color=MASK_COLOUR,
                style=NO_INK if masked else None,
                timeout=timeout_ms,
            )
            if document_id(tab) != birth:
                raise Error("the page moved on, as because of a navigation")  # what it shows now may not be masked
            if masks.hold():
                return Screenshot(png, masked, fonts, redacted=dict(masks.redacted), under_areas=masks.named())
        finally:
            masks.take_off()
    raise SecretSeenError
