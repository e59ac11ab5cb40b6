"""Write files so that a power cut leaves a file either whole or unwritten."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole; it takes the place of one that may exist."""
    temporary = _write_beside(path, lambda stream: stream.write(data))
    temporary.replace(path)
    _sync_folder(path.parent)


def place_once(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole, if it does not exist yet.

    Args:
        path: its path.
        write: writes the content into the stream that it is given.

    Raises:
        FileExistsError: it exists already; it is left as it is.
    """
    temporary = _write_beside(path, write)
    try:
        os.link(temporary, path)  # link(2), unlike rename(2), never replaces an existing file
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _write_beside(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write and fsync a temporary file in the same folder (links and renames do not cross file systems)."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "w+b") as stream:
            write(stream)
            stream.flush()
            os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
