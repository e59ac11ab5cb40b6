"""Take a screenshot of a page: the browser's own PNG. Secrets are visibly masked before it is taken, and counted."""

from __future__ import annotations

import contextlib
import hashlib
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from robot.domain.errors import Refused
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

_MASK = "data-failover-robot-mask"
_MARK = """([mask, secrets, labels]) => {
  const wanted = new RegExp(labels, 'i');
  const marked = new Set();
  for (const field of document.querySelectorAll('input, textarea, select')) {
    const value = field.value || '';
    const row = field.closest('tr, label, p, li, dd, fieldset') || field.parentElement;
    const said = `${field.name} ${field.id} ${field.getAttribute('aria-label') || ''} ` +
      `${[...(field.labels || [])].map(l => l.textContent).join(' ')} ${(row ? row.textContent : '').slice(0, 200)}`;
    const typed = !/^(checkbox|radio|submit|button|reset|image|hidden|file)$/.test(field.type) && field.tagName !== 'SELECT';
    const number = /^\\d{1,4}$/.test(value);  // a length or a number of days, beside the word password
    const secret = field.type === 'password' || secrets.some(s => value.includes(s)) || (wanted.test(said) && !number);
    if (value && typed && secret) marked.add(field);
  }
  const texts = document.createTreeWalker(document.body || document, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    if (secrets.some(s => (node.nodeValue || '').includes(s)) && node.parentElement) marked.add(node.parentElement);
  for (const element of marked) element.setAttribute(mask, '');
  return marked.size;
}"""
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
_UNMARK = "mask => document.querySelectorAll(`[${mask}]`).forEach(e => e.removeAttribute(mask))"


def photograph(tab: Page, into: Path, secrets: Sequence[str], secret_labels: str) -> dict[str, Any]:
    """Take a picture of the whole page, with its secrets masked.

    If a font of the page does not load, the picture is taken without it, and its line says so. A page that moves on during
    the shot, such as one that refreshes itself, is photographed again.

    Args:
        tab: the page.
        into: the path of the picture; it must not exist.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.

    Returns:
        Fields of the record's line: `file` (below the evidence folder), `sha256`, `bytes`, `masked` (how many places), and
        `without_font` if a font did not load.

    Raises:
        Refused: no picture could be taken or written. Without evidence nothing is pressed.
    """
    try:
        png, masked, fonts = _take(tab, [secret for secret in secrets if len(secret) >= 4], secret_labels)
    except Error as error:
        raise Refused(f"no picture could be taken of {tab.url}: {error.message.splitlines()[0]}") from error
    try:
        with into.open("xb") as file:
            file.write(png)
    except OSError as error:
        raise Refused(f"{into} cannot be written: {error.strerror}; make room or choose --artifacts") from error
    return {
        "file": f"shots/{into.name}",
        "sha256": hashlib.sha256(png).hexdigest(),
        "bytes": len(png),
        "masked": masked,
        **({} if fonts else {"without_font": True}),
    }


def _take(tab: Page, secrets: list[str], secret_labels: str) -> tuple[bytes, int, bool]:
    """Return the picture, how many places are masked on it, and whether the page's fonts had loaded."""
    for _ in range(_ATTEMPTS - 1):
        birth = document_id(tab)
        try:
            return _take_once(tab, secrets, secret_labels, _ATTEMPT_MS)
        except Error as error:
            if document_id(tab) == birth and not _MOVED_ON.search(error.message):
                break  # the page stands still: it needs more time
    return _take_once(tab, secrets, secret_labels, _AT_MOST_MS)


def _take_once(tab: Page, secrets: list[str], secret_labels: str, timeout_ms: float) -> tuple[bytes, int, bool]:
    fonts: bool = tab.evaluate(_FONTS_HAVE_COME, _FONTS_WITHIN_MS)
    birth = document_id(tab)
    masked: int = tab.evaluate(_MARK, [_MASK, secrets, secret_labels])
    try:
        png = tab.screenshot(
            full_page=True,
            animations="disabled",
            caret="hide",
            mask=[tab.locator(f"[{_MASK}]")] if masked else [],
            mask_color="#26323f",
            timeout=timeout_ms,
        )
        if document_id(tab) != birth:  # it is another document, on which nothing was masked
            raise Error("the page moved on, as because of a navigation")
    finally:
        with contextlib.suppress(Error):
            tab.evaluate(_UNMARK, _MASK)
    return png, masked, fonts
