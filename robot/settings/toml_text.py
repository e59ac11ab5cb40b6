"""The text of a pair file or a policy as TOML; what editors do wrong with it is told with its line, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, cast

from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
"""The quotation marks that word processors and mail programs put in the place of straight ones."""
_IN_SINGLE_QUOTES = "write it in single quotes, or a path with / in place of \\"
_OF_PEOPLE = ("change.summary", "checks.")
"""Where people write text for people, which may have several lines."""


def read_document(pair_file: Path) -> dict[str, Any]:
    """Read a pair file as TOML.

    Args:
        pair_file: its path.

    Returns:
        The document; nothing in it is checked but its form.

    Raises:
        UsageError: it cannot be read, or is no TOML; the sentence names the line, and what to write instead.
    """
    try:
        data = read_small_file(pair_file)
    except FileNotFoundError:
        raise UsageError(f"{pair_file} does not exist: `failover-robot init` writes one to fill in") from None
    except IsADirectoryError:
        raise UsageError(f"{pair_file} is a folder: name the pair file in it, usually {pair_file / 'pair.toml'}") from None
    except OSError as error:
        raise UsageError(f"{pair_file} cannot be read: {error.strerror}") from error
    if data.lstrip()[:1] == b"{":
        raise UsageError(
            f"{pair_file} is a JSON document, and here a pair file is wanted, in TOML; a plan is performed with "
            "`failover-robot run PLAN`"
        )
    return parse_document(pair_file, data)


def parse_document(path: Path, data: bytes) -> dict[str, Any]:
    """Parse a file that people write in TOML.

    Args:
        path: its path, for the sentence.
        data: its bytes.

    Returns:
        The document; nothing in it is checked but its form.

    Raises:
        UsageError: it is no TOML; the sentence names the line, and what to write instead.
    """
    text = as_text(path, data).replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_sentence(path, text, str(error))) from None
    for key, value in _strings(document, ""):
        if re.search(r"[\x00-\x1f\x7f]", value if not key.startswith(_OF_PEOPLE) else value.replace("\n", "")):
            name = re.escape(key.removesuffix(".0").rpartition(".")[2])
            at = next((f" line {n}" for n, line in enumerate(text.split("\n"), 1) if re.search(rf"\b{name}\b.*\\", line)), "")
            raise UsageError(
                f"{path}{at}: {key} holds a control character, such as \\n or \\b in double quotes: {_IN_SINGLE_QUOTES}"
            )
    return document


def as_text(path: Path, data: bytes) -> str:
    """Decode a file that people write; a byte order mark at its beginning is no part of it.

    Args:
        path: the file's path, for the sentence.
        data: its bytes.

    Returns:
        Its text.

    Raises:
        UsageError: it is not UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise UsageError(f"{path} is not a text file in UTF-8 but in UTF-16, from line 1 on: save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path} is not a text file in UTF-8, by its line {line}: save it as UTF-8") from None


def _sentence(path: Path, text: str, fault: str) -> str:
    """Describe what makes a text no TOML, with the line, and what to write instead where that is known."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", fault)
    lines = text.rstrip("\n").split("\n")
    number = int(place[1]) if place and place[1] else len(lines)
    line = lines[number - 1] if number <= len(lines) else ""
    hint, bare = "", re.sub(r"\s*#.*", "", line)
    if twice := re.match(r"Cannot declare \((.*?),?\) twice", fault):
        hint = f"[{twice[1].replace(chr(39), '').replace(', ', '.')}] stands here again: keep one of the two"
    elif fault.startswith("Cannot overwrite"):
        hint = "this key stands here again: keep one of the two"
    elif _CURLY.search(line):
        hint = 'it has curly quotes: write straight ones, as in "text"'
    elif re.search(r'"[^"]*\\', line):
        hint = f"in double quotes a backslash begins an escape: {_IN_SINGLE_QUOTES}"
    elif bare.count("{") > bare.count("}"):
        hint = "what stands in { } must be on one line: join the lines, or make a section of it"
    elif "Illegal character '\\n'" in fault:
        hint = "a quote is not closed on this line"
    reason = fault.removesuffix(place[0] if place else "")
    return f"{path} line {number} is not valid TOML: {hint or f'{reason[0].lower()}{reason[1:]}'}"


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Return every text in a document, with the place where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        items = cast("dict[str, Any]", value).items() if isinstance(value, dict) else enumerate(cast("list[Any]", value))
        for key, item in items:
            yield from _strings(item, f"{place}.{key}".lstrip("."))
