"""A page in one sentence, to tell a person what is there instead of what was looked for."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pages.engine.text.wording import quote

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_AT_MOST = 6
"""The most controls of each kind, and headings, that a sentence names: more would not be read."""


def describe_page(view: PageView, like: str = "") -> str:
    """Return in short what a page shows: its controls and its headings.

    Args:
        view: what a person sees on the page.
        like: the words that were looked for: controls with the most similar words are named first.
    """
    buttons = [control.name for control in view.controls if control.kind == "button" and control.name]
    links = [control.name for control in view.controls if control.kind == "link" and control.name and not control.menu]
    fields = [control.name for control in view.controls if control.kind not in {"button", "link"} and control.name]
    parts = [
        f"{kind} {quote(_most_like(like, names))}"
        for kind, names in (("buttons", buttons), ("fields", fields), ("links", links))
        if names
    ]
    if view.headings:
        parts.append(f"headings {quote(each[:80] for each in view.headings[:_AT_MOST])}")
    return "; ".join([f'a page called "{view.title}"', *parts]) if view.title else "; ".join(parts) or "an empty page"


def _most_like(wanted: str, names: list[str]) -> list[str]:
    """Return the first few names, those most like the wanted words before the others."""
    each = list(dict.fromkeys(name[:80] for name in names))
    each.sort(key=lambda name: -SequenceMatcher(None, wanted.lower(), name.lower()).ratio() if wanted else 0)
    return each[:_AT_MOST]
