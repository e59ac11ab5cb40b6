"""Check that bytes are a whole PNG picture (signature, chunks, checksums), by the standard library alone."""

import struct
import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def fault_of(data: bytes) -> str | None:
    """Return what is wrong with a picture, in a few words; None if it is a whole PNG with nothing after its end."""
    if not data.startswith(SIGNATURE):
        return "it is not a PNG picture"
    place, kind = len(SIGNATURE), b""
    while place + 12 <= len(data):
        length, chunk = struct.unpack_from(">I4s", data, place)
        if not kind and chunk != b"IHDR":
            return "its first chunk is not the header"
        kind, end = chunk, place + 12 + length
        if end > len(data):
            break
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[place + 4 : end - 4]) != checksum:
            return "a checksum inside it is wrong"
        place = end
        if kind == b"IEND":
            return None if place == len(data) else "something stands behind its end"
    return "it is cut off"
