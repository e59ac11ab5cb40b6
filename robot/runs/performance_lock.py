"""The lock of a run: one process performs it, and whoever asks whether it does holds nobody up.

The lock is one of an open file description, fcntl(2): it ends with its holder, and it can be asked about without being taken.
"""

from __future__ import annotations

import fcntl
import os
import struct
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO


class Mark(IntEnum):
    """What a byte of the lock's file stands for."""

    PERFORMED = 0
    """One process performs the run: taken first, and whoever else wants to perform it is refused."""
    HEEDS_STOP = 1
    """A stop flag that is set from now on is obeyed: taken once the flag of an earlier life is cleared."""


def take(file: IO[str], mark: Mark) -> None:
    """Take a mark until the file is closed, or this process ends.

    Args:
        file: the lock's file, open for writing.
        mark: which.

    Raises:
        BlockingIOError: another process has it.
    """
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, _flock(mark))


def is_taken(path: Path, mark: Mark) -> bool:
    """Return whether a process has a mark, without taking anything.

    Args:
        path: the lock's file; it need not exist.
        mark: which.
    """
    try:
        with path.open("rb") as file:
            answer = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _flock(mark))
    except FileNotFoundError:
        return False
    return struct.unpack_from("h", answer)[0] != fcntl.F_UNLCK


def _flock(mark: Mark) -> bytes:
    """Return a `struct flock` that asks for one byte alone."""
    return struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, mark, 1, 0)
