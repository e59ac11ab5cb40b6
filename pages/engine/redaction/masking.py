"""A page without anybody's data: it may be sent to the makers of the robot, and is read like the page itself.

Only what is listed stays; everything else is left out or reduced to its shape. Texts keep the words that the product's pages are
known to have (`vocabulary.txt`): any other word becomes "Aaaa", every number becomes nines, and what is typed into a field is
always reduced to its shape. Addresses are left out.
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
"""The most letters or figures of one kind in a row in a shape, so that it does not show the length of a name or a password."""


@functools.cache
def vocabulary() -> frozenset[str]:
    """Return the words that the product's pages are known to have, in lower case."""
    lines = Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def shape_of(text: str) -> str:
    """Return the shape of a text: letters become A and a, figures become 9, at most a few of each in a row."""
    shape = re.sub(r"[^\W\d_]", lambda match: "A" if match[0].isupper() else "a", text)
    shape = re.sub(r"\d", "9", shape)
    shape = re.sub(r"[^\x20-\x7eAa9\u00a0]", "?", shape.replace("\n", " ").replace("\t", " "))
    return re.sub(rf"(a|A|9)\1{{{_LONGEST},}}", lambda match: match[1] * _LONGEST, shape)


def redact(text: str) -> str:
    """Return a text in which only the product's own words are left.

    A word stays only if the whole piece between two blanks is made of such words, so that no part of a host name, an address or a
    file name stays.
    """
    pieces = re.split(r"(\s+)", text)
    return "".join(piece if not piece.strip() else _piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    match = _CHUNK.fullmatch(piece)
    if not match or "@" in piece:
        return shape_of(piece)
    parts = [part for part in re.split(r"['\u2019/-]", match[2].lower()) if part]
    is_known = all(part in vocabulary() for part in parts)
    return piece if is_known and len(match[1]) <= 3 and len(match[3]) <= 3 else shape_of(piece)


def mask(kind: str, text: str) -> str:
    """Return what may be sent of a text of this kind, which is one of those of `Mask`."""
    if kind == "address":
        return ""
    return shape_of(text) if kind == "typed" else redact(text)


def export_redacted(tab: Page) -> str:
    """Return what a tab shows, with only the product's own words, as the YAML text of `dump_snapshot`."""
    return dump_snapshot(take_snapshot(tab), mask)
