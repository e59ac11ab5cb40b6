"""Take a screenshot of a page: the browser's own PNG. Secrets are visibly masked before it is taken, and counted."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from robot.domain.errors import Refused
from robot.network.chromium import document_id
from robot.network.page_masks import NO_INK, PageMasks, SecretSeenError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

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


def photograph(tab: Page, into: Path, secrets: Sequence[str], secret_labels: str) -> dict[str, Any]:
    """Take a picture of the whole page, with its secrets masked: in its text and fields, its frames and open shadow roots.

    If a font of the page does not load, the picture is taken without it, and its line says so. A page that moves on during
    the shot, such as one that refreshes itself, is photographed again.

    Args:
        tab: the page.
        into: the path of the picture; it must not exist.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.

    Returns:
        Fields of the record's line: `file` (below the evidence folder), `sha256`, `bytes`, `masked` (how many places),
        `without_font` if a font did not load, and `moved_on`: how often the page moved on before this picture, if it did.

    Raises:
        Refused: no picture could be taken or written, or it would show a secret. Without evidence nothing is pressed.
    """
    try:
        shot, spoilt = _take(tab, PageMasks(tab, secrets, secret_labels))
    except SecretSeenError:
        raise Refused(f"no picture is kept of {tab.url}: it shows a secret where it cannot be masked") from None
    except Error as error:
        raise Refused(f"no picture could be taken of {tab.url}: {error.message.splitlines()[0]}") from error
    try:
        with into.open("xb") as file:
            file.write(shot.png)
    except OSError as error:
        raise Refused(f"{into} cannot be written: {error.strerror}; make room or choose --artifacts") from error
    return {
        "file": f"shots/{into.name}",
        "sha256": hashlib.sha256(shot.png).hexdigest(),
        "bytes": len(shot.png),
        "masked": shot.masked,
        **({} if shot.with_fonts else {"without_font": True}),
        **({"moved_on": spoilt} if spoilt else {}),
    }


@dataclass(frozen=True)
class _Shot:
    """A picture, how many places are masked on it, and whether the page's fonts had loaded."""

    png: bytes
    masked: int
    with_fonts: bool


def _take(tab: Page, masks: PageMasks) -> tuple[_Shot, int]:
    """Return the picture, and how many attempts a page that moved on has spoilt before."""
    spoilt = 0
    for spoilt in range(_ATTEMPTS - 1):
        birth = document_id(tab)
        try:
            return _take_once(tab, masks, _ATTEMPT_MS), spoilt
        except Error as error:
            if document_id(tab) == birth and not _MOVED_ON.search(error.message):
                break  # the page stands still: it needs more time
    else:
        spoilt = _ATTEMPTS - 1
    return _take_once(tab, masks, _AT_MOST_MS), spoilt


def _take_once(tab: Page, masks: PageMasks, timeout_ms: float) -> _Shot:
    fonts: bool = tab.evaluate(_FONTS_HAVE_COME, _FONTS_WITHIN_MS)
    for _ in range(_MASKED_ANEW):
        birth = document_id(tab)
        try:
            masked = masks.put_on()
            png = tab.screenshot(
                full_page=True,
                animations="disabled",
                caret="hide",
                mask=masks.marked,
                mask_color="#26323f",
                style=NO_INK if masked else None,
                timeout=timeout_ms,
            )
            if document_id(tab) != birth:
                raise Error("the page moved on, as because of a navigation")  # what it shows now may not be masked
            if masks.hold():
                return _Shot(png, masked, fonts)
        finally:
            masks.take_off()
    raise SecretSeenError
