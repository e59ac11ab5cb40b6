"""Check that bytes are a whole lossless WebP picture (container, chunks, sizes), by the standard library alone.

The format holds no checksums: that a bit of the picture has changed is told by its digest only.
"""

import struct
from typing import Final

FAMILY: Final = b"RIFF"
FORM: Final = b"WEBP"
MOST_PIXELS: Final = 16_383
"""The widest and highest picture that the format can hold."""
_HEADER: Final = struct.Struct("<4sI4s")
_CHUNK: Final = struct.Struct("<4sI")
_LOSSLESS: Final = b"VP8L"
_LOSSY: Final = b"VP8 "
_SIGNATURE: Final = 0x2F


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as a WebP picture does."""
    return data[:4] == FAMILY and data[8:12] == FORM


def fault_of(data: bytes) -> str | None:
    """Return what is wrong with a picture, in a few words; None if it is a whole lossless WebP with nothing after its end."""
    if not is_one(data):
        return "it is not a WebP picture"
    _, size, _ = _HEADER.unpack_from(data)
    if len(data) - 8 != size:
        return "it is cut off" if len(data) - 8 < size else "something stands behind its end"
    place, lossless = _HEADER.size, 0
    while place + _CHUNK.size <= len(data):
        kind, length = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size
        if place + length > len(data):
            return "it is cut off"
        if kind == _LOSSY:
            return "it is a lossy picture"
        if kind == _LOSSLESS:
            if length < 5 or data[place] != _SIGNATURE:
                return "its first byte is not that of a lossless picture"
            lossless += 1
        place += length + length % 2
    if place != len(data):
        return "its last part is cut off"
    return None if lossless == 1 else "it holds no lossless picture" if not lossless else "it holds more than one picture"
