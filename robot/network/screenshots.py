"""Take a screenshot of a page: the browser's own PNG. Secrets are visibly masked before it is taken, and counted."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from robot.domain.errors import Refused
from robot.network.chromium import document_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

_MASK = "data-failover-robot-mask"
_MARK = r"""([mask, secrets, labels]) => {
  const wanted = new RegExp(labels, 'i');
  const bare = text => (text || '').replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]/g, '');  // it may be broken anywhere
  const hidden = secrets.map(bare).filter(secret => secret.length >= 4);
  const shows = text => hidden.some(secret => bare(text).includes(secret));
  const marked = new Set(), pieces = [];
  let all = '';
  const seen = element => {  // the element whose box is drawn
    while (element && (element.tagName === 'OPTION' || getComputedStyle(element).display === 'contents'))
      element = element.parentElement || element.getRootNode().host;
    if (element) marked.add(element);
  };
  const isSecretField = field => {
    const row = field.closest('tr, label, p, li, dd, fieldset') || field.parentElement;
    const said = `${field.name} ${field.id} ${field.getAttribute('aria-label') || ''} ` +
      `${[...(field.labels || [])].map(l => l.textContent).join(' ')} ${(row ? row.textContent : '').slice(0, 200)}`;
    const typed = !/^(checkbox|radio|submit|button|reset|image|hidden|file)$/.test(field.type) && field.tagName !== 'SELECT';
    const number = /^\d{1,4}$/.test(field.value);  // a length or a number of days, beside the word password
    return field.value && typed && (field.type === 'password' || (wanted.test(said) && !number));
  };
  const visit = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = bare(node.nodeValue);
      if (text) pieces.push([all.length, all.length + text.length, node]);
      all += text;
    }
    if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.nodeName)) return;
    if (node.nodeType === Node.ELEMENT_NODE) {
      const words = ['placeholder', 'title', 'alt', 'label', 'value'].map(name => node.getAttribute(name));
      if (typeof node.value === 'string') words.push(node.value);
      if (words.some(shows) || (/^(INPUT|TEXTAREA|SELECT)$/.test(node.nodeName) && isSecretField(node))) seen(node);
      if (node.shadowRoot) visit(node.shadowRoot);
    }
    node.childNodes.forEach(visit);
  };
  visit(document.body || document);
  for (const secret of hidden)
    for (let at = all.indexOf(secret); at >= 0; at = all.indexOf(secret, at + 1))
      for (const [from, to, node] of pieces)
        if (from < at + secret.length && at < to) seen(node.parentElement || node.getRootNode().host);
  for (const element of marked) element.setAttribute(mask, '');
  return marked.size;
}"""
_UNMARK = """mask => {
  const visit = root => root.querySelectorAll('*').forEach(each => {
    each.removeAttribute(mask);
    if (each.shadowRoot) visit(each.shadowRoot);
  });
  visit(document);
}"""
_NO_INK = f"[{_MASK}], [{_MASK}] * {{ -webkit-text-fill-color: transparent !important; text-shadow: none !important; }}"
"""A text may be drawn beyond the box of its element, which is all that the browser covers."""
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


@dataclass(frozen=True)
class Screenshot:
    """A picture of a page as the browser gives it.

    Attributes:
        png: its bytes.
        masked: how many places are masked on it.
        with_fonts: whether the page's fonts had loaded.
        spoilt: how often the page moved on before this picture.
    """

    png: bytes
    masked: int
    with_fonts: bool
    spoilt: int = 0

    def fields(self) -> dict[str, Any]:
        """Return what a line of the record says of it.

        Returns:
            `masked`; `without_font` if a font did not load; and `moved_on`: how often the page moved on, if it did.
        """
        return {
            "masked": self.masked,
            **({} if self.with_fonts else {"without_font": True}),
            **({"moved_on": self.spoilt} if self.spoilt else {}),
        }


def photograph(tab: Page, secrets: Sequence[str], secret_labels: str) -> Screenshot:
    """Take a picture of the whole page, with its secrets masked: in its text and fields, its frames and open shadow roots.

    If a font of the page does not load, the picture is taken without it, and its line says so. A page that moves on during
    the shot, such as one that refreshes itself, is photographed again.

    Args:
        tab: the page.
        secrets: texts that must not be seen; those of fewer than four characters are ignored.
        secret_labels: a regular expression; fields with these words beside them are masked, unless they hold only a number of up
            to four digits.

    Returns:
        The picture.

    Raises:
        Refused: no picture could be taken. Without evidence nothing is pressed.
    """
    try:
        return _take(tab, [secret for secret in secrets if len(secret) >= 4], secret_labels)
    except Error as error:
        raise Refused(f"no picture could be taken of {tab.url}: {error.message.splitlines()[0]}") from error


def _take(tab: Page, secrets: list[str], secret_labels: str) -> Screenshot:
    """Return the picture; a page that moved on is photographed again."""
    spoilt = 0
    for spoilt in range(_ATTEMPTS - 1):
        birth = document_id(tab)
        try:
            return replace(_take_once(tab, secrets, secret_labels, _ATTEMPT_MS), spoilt=spoilt)
        except Error as error:
            if document_id(tab) == birth and not _MOVED_ON.search(error.message):
                break  # the page stands still: it needs more time
    else:
        spoilt = _ATTEMPTS - 1
    return replace(_take_once(tab, secrets, secret_labels, _AT_MOST_MS), spoilt=spoilt)


def _take_once(tab: Page, secrets: list[str], secret_labels: str, timeout_ms: float) -> Screenshot:
    fonts: bool = tab.evaluate(_FONTS_HAVE_COME, _FONTS_WITHIN_MS)
    birth = document_id(tab)
    frames = tab.frames
    masked: list[int] = [frame.evaluate(_MARK, [_MASK, secrets, secret_labels]) for frame in frames]
    masks = [frame.locator(f"[{_MASK}]") for frame in frames]
    try:
        png = tab.screenshot(  # not as WebP: of pages like these the browser's is larger by half, and slower
            full_page=True,
            animations="disabled",
            caret="hide",
            mask=[mask for mask, places in zip(masks, masked, strict=True) if places],
            mask_color="#26323f",
            style=_NO_INK if any(masked) else None,
            timeout=timeout_ms,
        )
        if document_id(tab) != birth or tab.frames != frames or [mask.count() for mask in masks] != masked:
            raise Error("the page moved on, as because of a navigation")  # what it shows now may not be masked
    finally:
        for frame in frames:
            with contextlib.suppress(Error):
                frame.evaluate(_UNMARK, _MASK)
    return Screenshot(png, sum(masked), fonts)
