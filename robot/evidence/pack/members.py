"""The members of a pack's archive, also where another program has packed it again on its way.

What such a program changes without harm: dates, order, compression, backslashes between folders, a folder around everything. What
stands in the archive and belongs to no file, or is told in two ways, is a finding: one program would show it, another would not.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from robot.evidence.record import layout

UNREADABLE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,  # an unknown compression method
    RuntimeError,  # an encrypted member
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
_MOST_TIMES: Final = 200
_SMALL: Final = 1 << 20
_HEADER: Final = struct.Struct("<4s5H3I2H")
_END: Final = 22
_DESCRIBED_BEHIND: Final = 0x08
_DESCRIPTORS: Final = frozenset({12, 16, 20, 24})


def check_archive(archive: zipfile.ZipFile, stream: IO[bytes]) -> Iterator[str]:
    """Yield what makes the archive unfit to be read.

    Args:
        archive: the archive.
        stream: its bytes.

    Yields:
        A sentence for each member that would be unpacked elsewhere, twice, as a link or huge, and for bytes outside of them.
    """
    seen: set[str] = set()
    for entry in archive.infolist():
        name = entry.orig_filename
        if _plain(name) in seen:
            yield f"{name!r}: it stands in the archive twice."
        seen.add(_plain(name))
        holds_nothing = not name.endswith(("/", "\\")) or not entry.file_size
        if not layout.is_plain(_plain(name).removesuffix("/")) or name != entry.filename or not holds_nothing:
            yield f"{name!r}: a path like this has no place in a pack."
        elif stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            yield f"{name}: it is not a plain file but a link or a device."
        elif entry.file_size > _MOST_TIMES * entry.compress_size + _SMALL:
            yield f"{name}: it unpacks to more than {_MOST_TIMES} times its size, as no file of a pack does; it is not read."
    try:
        yield from _check_strays(archive, stream)
    except (struct.error, OSError, ValueError) as error:
        yield f"the archive's headers cannot be read: {error}."


def _check_strays(archive: zipfile.ZipFile, stream: IO[bytes]) -> Iterator[str]:
    """Yield where bytes stand that belong to no member, and where a member's own header disagrees with the table of contents."""
    place, described = 0, frozenset({0})
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        if place and (gap := entry.header_offset - place) not in described:
            yield f"{gap} bytes before {entry.filename!r} belong to no file of the archive."
        elif not place and entry.header_offset:
            yield f"{entry.header_offset} bytes stand before the archive."
        stream.seek(entry.header_offset)
        _, _, flags, method, _, _, crc, packed, size, name, extra = _HEADER.unpack(stream.read(_HEADER.size))
        described = _DESCRIPTORS if flags & _DESCRIBED_BEHIND else frozenset({0})
        told = (entry.CRC, entry.compress_size, entry.file_size)
        if method != entry.compress_type or (not flags & _DESCRIBED_BEHIND and (crc, packed, size) != told):
            yield f"{entry.filename}: its own header says otherwise than the archive's table of contents."
        place = entry.header_offset + _HEADER.size + name + extra + entry.compress_size
    if place and archive.start_dir - place not in described:
        yield f"{archive.start_dir - place} bytes before the archive's table of contents belong to no file."
    stream.seek(-_END, 2)
    if not stream.read(_END).startswith(b"PK\5\6"):
        yield "something stands behind the archive's end."


def find_members(archive: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """Find the members of the pack in an archive.

    Returns:
        The members by their names within the pack; and the archive's other files, by the archive's names for them.
    """
    entries = {_plain(entry.filename): entry for entry in archive.infolist() if not _plain(entry.filename).endswith("/")}
    manifests = [name for name in entries if name.rpartition("/")[2] == layout.MANIFEST]
    folder = min(manifests, key=lambda name: name.count("/"), default="").removesuffix(layout.MANIFEST)
    inside = {name.removeprefix(folder): entry for name, entry in entries.items() if name.startswith(folder)}
    return inside, [entry.filename for name, entry in entries.items() if not name.startswith(folder)]


def _plain(name: str) -> str:
    return name.replace("\\", "/")
