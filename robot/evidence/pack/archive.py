"""The pack's zip format: the same contents always make the same bytes.

Names sorted, nothing compressed (pictures are already, and zlib versions differ), no dates, no owners. A verifier can
therefore tell by the archive's headers whether another program has packed it since.
"""

import shutil
import struct
import zipfile
from collections.abc import Callable, Iterable
from typing import IO, Final

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3
MODE: Final = 0o100644 << 16
_PIECE: Final = 1 << 20
_DAY: Final = 0x21
"""The first day of 1980, as a zip archive tells it."""


def write_archive(stream: IO[bytes], names: Iterable[str], read: Callable[[str], bytes | IO[bytes]]) -> None:
    """Write the archive of the named files.

    Args:
        stream: an empty stream, open for writing and seeking.
        names: the members, in any order.
        read: returns a member's bytes, or a stream of them that is closed here; it is called once for each, in the order of
            the sorted names.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = MODE
            member = read(name)
            if isinstance(member, bytes):
                archive.writestr(entry, member)
                continue
            with member, archive.open(entry, "w") as target:
                shutil.copyfileobj(member, target, _PIECE)


def is_as_sealed(archive: zipfile.ZipFile, stream: IO[bytes]) -> bool:
    """Return whether the archive is, byte for byte in all its headers, the one that `write_archive` makes of its members.

    Args:
        archive: an archive in which no byte stands outside of its members and headers.
        stream: its bytes.
    """
    table, place = bytearray(), 0
    entries = archive.infolist()
    for entry in entries:
        name = entry.filename.encode()
        told = (entry.CRC, entry.file_size, entry.file_size, len(name), 0)
        stream.seek(place)
        if stream.read(30 + len(name)) != struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, _DAY, *told) + name:
            return False
        table += struct.pack("<4s4B4H3I5H2I", b"PK\1\2", 20, UNIX, 20, 0, 0, 0, 0, _DAY, *told, 0, 0, 0, MODE, place) + name
        place += 30 + len(name) + entry.file_size
    if len(entries) > 0xFFFF or place > 0xFFFFFFFF or [entry.filename for entry in entries] != sorted(archive.namelist()):
        return False
    table += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(table), place, 0)
    stream.seek(place)
    return stream.read(len(table) + 1) == bytes(table)
