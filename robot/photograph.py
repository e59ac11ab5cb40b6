"""A picture of a page: the browser's own PNG, with secrets masked before it is taken, visibly, and counted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from robot.errors import Refused

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
_UNMARK = "mask => document.querySelectorAll(`[${mask}]`).forEach(e => e.removeAttribute(mask))"
SECRET_LABELS = r"password|passphrase|passcode|one-?time|verification code|pre-?shared|secret|inter-?appliance.*key|private key"  # noqa: S105
"""Fields with these words are masked whatever stands in them."""


def photograph(tab: Page, into: Path, secrets: Sequence[str]) -> dict[str, Any]:
    """Take a picture of the whole page; give `file`, `sha256`, `bytes` and `masked` for its line.

    Args:
        tab: the page.
        into: the picture to be written; it must not exist.
        secrets: texts that must not be seen.

    Raises:
        Refused: no picture could be taken or written. Without evidence nothing is pressed.
    """
    try:
        masked: int = tab.evaluate(_MARK, [_MASK, [secret for secret in secrets if len(secret) >= 4], SECRET_LABELS])
        try:
            png = tab.screenshot(
                full_page=True,
                animations="disabled",
                caret="hide",
                mask=[tab.locator(f"[{_MASK}]")] if masked else [],
                mask_color="#26323f",
                timeout=20_000,
            )
        finally:
            tab.evaluate(_UNMARK, _MASK)
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
    }
