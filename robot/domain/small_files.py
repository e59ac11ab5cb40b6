"""Files that people name on a command line or in a pair file: they are read whole, so that none may be endless."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MIB = 2**20


def read_small_file(path: Path, *, most: int = _MIB) -> bytes:
    """Read a file whole.

    Args:
        path: its path; a link is followed.
        most: how many bytes it may have.

    Returns:
        Its bytes.

    Raises:
        OSError: it cannot be read; it is a pipe, a socket or a device, which may never end; or it has more bytes. `strerror` says
            which.
    """
    return read_with_mode(path, most=most)[0]


def read_with_mode(path: Path, *, most: int = _MIB) -> tuple[bytes, int]:
    """Read a file whole, and the permissions of the very file that was read.

    Args:
        path: its path; a link is followed.
        most: how many bytes it may have.

    Returns:
        Its bytes, and its permission bits.

    Raises:
        OSError: as for `read_small_file`.
        IsADirectoryError: it is a folder.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe to which nobody writes is not waited for
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no file, but a pipe, a socket or a device, which may never end", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(most + 1)
    finally:
        os.close(handle)
    if len(data) > most:
        size = f"{most // _MIB} MiB" if most >= _MIB else f"{most // 1024} KiB"
        raise OSError(errno.EFBIG, f"it has more than {size}, and no such file has that", str(path))
    return data, stat.S_IMODE(mode)
