"""Labelled values: a label and its value on one line, one above the other, or in the cells of a row."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from pages.engine.layout.controls import is_field
from pages.engine.layout.lines import is_one_word, line_texts, lines
from pages.engine.layout.menus import menu_of
from pages.engine.layout.page_layout import SHORT, common
from pages.engine.text.wording import plain

if TYPE_CHECKING:
    from pages.engine.layout.lines import Line, LinePiece
    from pages.engine.layout.page_layout import Layout

_PAIR = re.compile(r"([^:]{2,60}?)\s*:\s+(\S.*)$", re.DOTALL)
_LABEL = re.compile(r"[^\W\d_].{0,59}")


def pairs_on(layout: Layout, line: Line) -> list[tuple[str, str]]:
    """Return the labels and values of a line: side by side, separated by a colon, or in two elements."""
    if has_a_field(line):
        return []
    texts = line_texts(layout, line)
    if len(texts) == 1:
        worded = next((piece for piece in line if piece.words), None)
        return _pair_within(worded, texts[0]) if worded is not None else []
    if len(texts) == 2:
        one = any(is_one_word(layout, last, piece) for last, piece in itertools.pairwise(line))
        return [(texts[0], texts[1])] if len(texts[0]) <= SHORT and not one and not _are_entries(layout, line, texts[0]) else []
    if len(texts) % 2 == 0 and all(each.endswith(":") for each in texts[::2]):
        return list(zip(texts[::2], texts[1::2], strict=True))
    if texts and texts[0].endswith(":") and _PAIR.match(" ".join(texts)):
        return [(texts[0], " ".join(texts[1:]))]
    return []


def is_label_of_next(layout: Layout, line: Line, below: Line) -> bool:
    """Tell whether a line is the label of the value on the line below it."""
    is_label = len(line) == 1 and bool(line[0].words) and len(line[0].words) <= 60
    value = not has_a_field(below) and bool(below[0].words or below[0].is_control) and not pairs_on(layout, below)
    return is_label and value and is_above(layout, line, below)


def is_above(layout: Layout, line: Line, below: Line) -> bool:
    """Tell whether a line is a label above its value: a term and its description, or the only two lines of a box."""
    term = line[0].node.within("term")
    if term is not None and term.parent is not None:
        definition, terms = below[0].node.within("definition"), term.parent.children
        return definition in terms and terms.index(term) + 1 == terms.index(definition) if definition is not None else False
    box = common(line[0].node, below[0].node)
    if box.role in {"document", "main", "navigation", "row", "text"}:
        return False
    return len(box.children) == 2 and len(lines(layout, box)) == 2 and line[0].box.bottom <= below[0].box.y + 2


def has_a_field(line: Line) -> bool:
    """Tell whether a line has a field to fill, tick or select from."""
    return any(piece.is_control and is_field(piece.node) for piece in line)


def _are_entries(layout: Layout, line: Line, first: str) -> bool:
    """Tell whether two pieces are two entries of a menu or list: the entry that is open is no link, and no label either."""
    pieces = [piece for piece in line if piece.words or piece.is_control]
    entries = [piece.node.within("listitem") for piece in pieces]
    if len(set(entries)) > 1 and None not in entries:
        return True
    last = pieces[-1]
    return last.is_control and menu_of(layout, last.node) is not None and not first.endswith(":")


def _pair_within(piece: LinePiece, line_text: str) -> list[tuple[str, str]]:
    """Return the label and value in one piece, separated by a colon, in two elements or by bold words; nothing if it has none."""
    runs = piece.parts
    parts = [plain(run.text) for run in runs]
    rest = " ".join(parts[1:])
    if len(parts) > 1 and parts[0].endswith(":"):
        return [(parts[0], rest)]
    if match := _PAIR.match(line_text):
        return [(match[1], match[2])]
    apart = len(runs) == 2 and all(run.inline for run in runs) and runs[0].inline != runs[1].inline
    bold = len(parts) > 1 and runs[0].bold and not any(run.bold for run in runs[1:]) and piece.node.within("definition") is None
    if apart or (bold and _LABEL.fullmatch(parts[0]) and not re.search(r"[.!?]$", line_text)):
        return [(parts[0], rest)]
    return []
