"""An OLE compound file (MS-CFB, version 3): streams with names in one file, as every ``.msi`` is."""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_SECTOR, _SHORT_SECTOR, _SHORT_BELOW = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_ROOT, _STREAM, _BLACK = 5, 2, 1
_FAT_SECTORS_IN_THE_HEADER = 109


@dataclass
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    start: int
    size: int
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE

    def packed(self, class_id: bytes) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            name, len(name), self.kind, _BLACK, self.left, self.right, self.child, class_id, 0, 0, 0, self.start, self.size,
        )  # fmt: skip


class _Sectors:
    """Sectors, and the table that tells which one follows which."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.content = b""
        self.table: list[int] = []

    def add(self, data: bytes) -> int:
        """Append data as a chain of sectors; return the first of them."""
        number, first = math.ceil(len(data) / self._size), len(self.table)
        if not number:
            return _END
        self.content += data.ljust(number * self._size, b"\0")
        self.table += [*range(first + 1, first + number), _END]
        return first


def compound_file(streams: Mapping[str, bytes], class_id: bytes) -> bytes:
    """Make a compound file.

    Args:
        streams: their contents by name; names have at most 31 UTF-16 units.
        class_id: of what the file is, 16 bytes.

    Returns:
        The file.

    Raises:
        ValueError: the streams are longer than 7 MB.
    """
    whole, short = _Sectors(_SECTOR), _Sectors(_SHORT_SECTOR)
    entries = [_Entry("Root Entry", _ROOT, _END, 0)]
    # The directory is a tree by the length of the names, then by the names.
    for name in sorted(streams, key=lambda name: (len(name.encode("utf-16-le")), name.upper())):
        content = streams[name]
        sectors = short if len(content) < _SHORT_BELOW else whole
        entries.append(_Entry(name, _STREAM, sectors.add(content), len(content)))
    entries[0].child = _made_a_tree(entries, range(1, len(entries)))
    entries[0].start, entries[0].size = whole.add(short.content), len(short.content)
    packed = b"".join(entry.packed(class_id if entry.kind == _ROOT else bytes(16)) for entry in entries)
    directory = whole.add(packed + _Entry("", 0, 0, 0).packed(bytes(16)) * (-len(entries) % 4))
    short_table = whole.add(_table(short.table))
    fat_sectors = 1
    while fat_sectors * _SECTOR // 4 < len(whole.table) + fat_sectors:
        fat_sectors += 1
    if fat_sectors > _FAT_SECTORS_IN_THE_HEADER:
        raise ValueError("These streams are too long for a small file.")
    first = len(whole.table)
    table = _table([*whole.table, *[_FAT] * fat_sectors])
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, _SHORT_BELOW,
        short_table, math.ceil(len(short.table) * 4 / _SECTOR), _END, 0,
    )  # fmt: skip
    where = [*range(first, first + fat_sectors), *[_FREE] * (_FAT_SECTORS_IN_THE_HEADER - fat_sectors)]
    return header + struct.pack(f"<{_FAT_SECTORS_IN_THE_HEADER}I", *where) + whole.content + table


def _made_a_tree(entries: list[_Entry], among: Sequence[int]) -> int:
    """Join sorted entries to a balanced tree; return the one at its top."""
    if not among:
        return _NONE
    middle = len(among) // 2
    entry = entries[among[middle]]
    entry.left, entry.right = _made_a_tree(entries, among[:middle]), _made_a_tree(entries, among[middle + 1 :])
    return among[middle]


def _table(numbers: Sequence[int]) -> bytes:
    """Return a table of sectors, filled up to whole sectors."""
    filled = [*numbers, *[_FREE] * (-len(numbers) % (_SECTOR // 4))]
    return struct.pack(f"<{len(filled)}I", *filled)
