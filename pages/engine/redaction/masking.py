"""A page without anybody's data: what may be sent to the makers, and is read like the page itself.

What may stay is listed; all else is left out, or shown by its shape only. Of texts the words stay that the product's pages are
known to say (`vocabulary.txt`): a word that is not among them becomes "Aaaa", every number becomes nines, and what is typed
into a field is shown by its shape whatever it says. Addresses are left out.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pages.engine.redaction.snapshot_text import dump_snapshot
from pages.engine.snapshot.snapshot import take_snapshot

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CHUNK = re.compile(r"(\W*)((?:[^\W\d_]+(?:['\u2019/-][^\W\d_]+)*)?)(\W*)")
_LONGEST = 4
"""Letters and figures of one kind in a row that a shape shows: how long a name or a password is, is nobody's business."""


@functools.cache
def vocabulary() -> frozenset[str]:
    """Return the words that the product's pages are known to say."""
    lines = Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def shape_of(text: str) -> str:
    """Return the shape of a text: letters become A and a, figures become 9, at most a few of each in a row."""
    shape = re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", text)
    shape = re.sub(r"\d", "9", shape)
    shape = re.sub(r"[^\x20-\x7eAa9\u00a0]", "?", shape.replace("\n", " ").replace("\t", " "))
    return re.sub(rf"(a|A|9)\1{{{_LONGEST},}}", lambda found: found[1] * _LONGEST, shape)


def redact(text: str) -> str:
    """Return a text of which only the product's own words are left.

    A word stays only where the whole piece between two blanks is made of such words: one that is a part of a host name, an
    address or a file's name does not.
    """
    pieces = re.split(r"(\s+)", text)
    return "".join(piece if not piece.strip() else _piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    found = _CHUNK.fullmatch(piece)
    if not found or "@" in piece:
        return shape_of(piece)
    parts = [part for part in re.split(r"['\u2019/-]", found[2].lower()) if part]
    is_known = all(part in vocabulary() for part in parts)
    return piece if is_known and len(found[1]) <= 3 and len(found[3]) <= 3 else shape_of(piece)


def mask(kind: str, text: str) -> str:
    """Return what may be sent of a text; the first argument is the kind of text, as for `Mask`."""
    if kind == "address":
        return ""
    return shape_of(text) if kind == "typed" else redact(text)


def export_redacted(tab: Page) -> str:
    """Return what a tab shows as text of which only the product's own words are left (YAML, as of `dump_snapshot`)."""
    return dump_snapshot(take_snapshot(tab), mask)
