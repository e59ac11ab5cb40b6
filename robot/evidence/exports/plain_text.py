"""Text as other programs may be given it: pages have written a part of it, and they may have written anything."""

import re
from typing import Final

_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SEPARATORS: Final = re.compile(r"[;|]")
_IMAGE: Final = re.compile(r"!(?=\S)")
_MARKUP: Final = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "`": "'", "\\": "/"})
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets take the wide ones too


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()


def without_markup(text: str) -> str:
    """Return a text on one line without markup: no link, image, macro or HTML in Markdown, in Jira's or in ServiceNow's notes."""
    return _IMAGE.sub("! ", one_line(text).translate(_MARKUP))


def fit_for_xml(text: str) -> str:
    """Return a text on one line without the characters that XML cannot hold, such as a lone surrogate."""
    return one_line(_NOT_XML.sub(" ", text))


def fit_for_a_cell(text: str) -> str:
    """Return a text that a spreadsheet shows, and never calculates.

    A semicolon becomes a comma: where it is what divides the cells, the rest of the text would be a cell of its own.
    """
    plain = _SEPARATORS.sub(",", one_line(text)).lstrip(", ")
    return f"'{plain}" if plain.startswith(_BEGINS_A_FORMULA) else plain
