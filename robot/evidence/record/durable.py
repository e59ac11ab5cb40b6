"""Write files so that a power cut leaves a file either whole or unwritten."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


def replace_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole; it takes the place of one that may exist.

    Args:
        path: its path.
        data: its content.
        mode: its permissions.
    """
    move_into_place(_write_beside(path, lambda stream: stream.write(data), mode), path)


def move_into_place(part: Path, path: Path) -> None:
    """Give a file that was written beside it its final name; it takes the place of one that may exist."""
    try:
        _sync(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def place_once(path: Path, write: Callable[[IO[bytes]], object], mode: int = 0o644) -> None:
    """Write a file whole, if it does not exist yet.

    Args:
        path: its path.
        write: writes the content into the stream that it is given.
        mode: its permissions.

    Raises:
        FileExistsError: it exists already; it is left as it is.
    """
    temporary = _write_beside(path, write, mode)
    try:
        _sync(temporary)
        os.link(temporary, path)  # link(2), unlike rename(2), never replaces an existing file
    finally:
        temporary.unlink()
    _sync(path.parent)


def _write_beside(path: Path, write: Callable[[IO[bytes]], object], mode: int) -> Path:
    """Write a temporary file in the same folder (links and renames do not cross file systems)."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "w+b") as stream:
            write(stream)
            os.fchmod(stream.fileno(), mode)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _sync(path: Path) -> None:
    """Have what a file or a folder holds on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
