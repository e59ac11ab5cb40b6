"""A file of chained lines that one process appends to: each line is on the disk, whole, before anybody goes on."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

from robot.evidence.record.chain import digest, split_lines

if TYPE_CHECKING:
    from pathlib import Path


class AppendedFile:
    """The file, open and locked for this process until it is closed.

    Args:
        path: the file; it is made if it is missing.

    Attributes:
        found: the whole lines that it held when it was opened, without their newlines.
        torn: what stood behind them, left by a process that was killed; it stays there until `cut_torn`.
        tip: the SHA-256 of the newest whole line, which the next one names as the line before it; "" before the first.

    Raises:
        BlockingIOError: another process has it open.
        OSError: it cannot be opened or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.seek(0)
            whole = self._file.readall()
        except OSError:
            self._file.close()
            raise
        self.found, self.torn = split_lines(whole)
        self.tip = digest(self.found[-1]) if self.found else ""
        self._sound_bytes = len(whole) - len(self.torn)

    def cut_torn(self) -> None:
        """Cut off the torn line."""
        self._file.truncate(self._sound_bytes)

    def append(self, line: bytes) -> None:
        """Write one line, and force it to the disk.

        Args:
            line: its bytes, without the newline.

        Raises:
            OSError: it could not be written; what was written of it is removed.
        """
        length = self._path.stat().st_size
        try:
            if self._file.write(line + b"\n") != len(line) + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - a short write is a full disk
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(length)
            raise
        self.tip = digest(line)

    def close(self) -> None:
        """Close the file, and with it release its lock."""
        self._file.close()
