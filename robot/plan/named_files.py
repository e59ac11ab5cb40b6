"""The files that a pair file names, such as certificates and commands: a plan holds their digests, so that none is exchanged."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from robot.settings import Settings


def digests_of_named_files(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of every file that stands where a value of the pair file points, by the value.

    Args:
        settings: the pair file.

    Returns:
        The digests, in hexadecimal. What is not there yet, a folder, and a command that is found by PATH are left out.
    """
    named = {word: settings.path(Path(word)) for word in _words(settings.for_readers())}
    return {word: _digest(path) for word, path in sorted(named.items()) if _is_file(path)}


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, dict):
        for each in cast("dict[str, object]", value).values():
            yield from _words(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _words(each)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a sentence is no path: it may be too long for one
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
