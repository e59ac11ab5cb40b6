"""The pack's zip format: the same contents always make the same bytes.

Names sorted, nothing compressed (PNG is already, and zlib versions differ), no dates, no owners. A verifier can
therefore make the archive again from what it read, and tell whether another program has packed it since.
"""

import zipfile
from collections.abc import Callable, Iterable
from typing import IO, Final

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3
MODE: Final = 0o100644 << 16


def write_archive(stream: IO[bytes], names: Iterable[str], read: Callable[[str], bytes]) -> None:
    """Write the archive of the named files.

    Args:
        stream: an empty stream, open for writing and seeking.
        names: the members, in any order.
        read: returns a member's bytes; it is called once for each, in the order of the sorted names.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = MODE
            archive.writestr(entry, read(name))
