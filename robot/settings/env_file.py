"""The `.env` beside the pair file. What it would mean silently in another way than it was meant is refused, by line and name.

No sentence repeats a value, or any part of a line that may be one.
"""

from __future__ import annotations

import io
import re
import shlex
import stat
from typing import TYPE_CHECKING

from dotenv.parser import Binding, parse_stream

from robot.domain.errors import UsageError
from robot.domain.small_files import read_with_mode
from robot.settings.toml_text import as_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_NAMES = {"\n": "a newline", "\r": "a carriage return", "\t": "a tab", "\v": "a vertical tab", "\x07": "a bell"}


def read_env_file(path: Path, names: Collection[str]) -> dict[str, str]:
    """Read a `.env`; it need not exist.

    Args:
        path: the file.
        names: the variables that may be named where a line cannot be read: what else begins such a line may be a secret.

    Returns:
        The values by the names of their variables; what a value has for ${...} is taken as it stands.

    Raises:
        UsageError: others than its owner may open it, or it cannot be read as it was meant; the sentence names line and variable.
    """
    try:
        data, mode = read_with_mode(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path} is open to others than its owner (mode {mode:04o}): chmod 600 {shlex.quote(str(path))}")
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for binding in parse_stream(io.StringIO(as_text(path, data), newline="")):
        text = binding.original.string
        line = binding.original.line + len(re.findall(r"\r\n|\n|\r", text[: len(text) - len(text.lstrip())]))
        if not text.strip() or (binding.key is None and not binding.error):
            continue  # nothing but blank lines or a comment
        if fault := _fault(binding, names):
            raise UsageError(f"{path} line {line} {fault}")
        name, value = binding.key or "", binding.value or ""
        if values.get(name, value) != value:
            subject = name if name in names else "a variable"
            raise UsageError(
                f"{path} line {line}: {subject} stands in line {lines[name]} too, with another value: keep one of them"
            )
        values[name], lines[name] = value, line
    return values


def control_character(value: str) -> str:
    """Return the name of the first control character in a value; "" if there is none."""
    found = _CONTROL.search(value)
    return _CONTROL_NAMES.get(found[0], f"U+{ord(found[0]):04X}") if found else ""


def _fault(binding: Binding, names: Collection[str]) -> str:
    """Describe why a line does not mean what was meant; "" if it does."""
    raw = binding.original.string.partition("=")[2].strip()
    begun = re.match(r"\s*(?:export\s+)?'?([A-Za-z_][A-Za-z0-9_]*)'?\s*[=:]", binding.original.string)
    subject = f"({begun[1]}) " if begun and begun[1] in names else ""
    is_quoted = raw.startswith(("'", '"'))
    if is_quoted and (re.search(r"[\r\n]", raw) or not _QUOTED.match(raw)):
        return f"{subject}cannot be read: a quote is not closed on its line"
    if binding.error and is_quoted:
        return f"{subject}cannot be read: more follows the closing quote; write one variable on a line"
    if binding.error or binding.value is None or not _NAME.fullmatch(binding.key or ""):
        return f"{subject}cannot be read: write NAME='value', one variable on a line"
    if not is_quoted and re.search(r"[\s;](?:export\s+)?[A-Z][A-Z0-9_]*=", binding.value):
        return f"{subject}has another variable behind the value: write one variable on a line, or the value in single quotes"
    if character := control_character(binding.value):
        way = "remove it" if control_character(raw) else "write the value in single quotes"
        return f"{subject}holds a control character ({character}): {way}"
    if binding.value and raw != binding.value and not _QUOTED.fullmatch(raw):
        return (
            f"{subject}has text after a #, which was taken for a comment: put the whole value in single quotes, or the comment "
            "on a line of its own"
        )
    return ""
