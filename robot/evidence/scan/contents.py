"""The texts that a file holds: of its name, its bytes, an archive's members, a picture beside its dots, a PDF's streams."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from PIL import Image

_PIECE: Final = 1 << 20
_OVERLAP: Final = 1 << 12
"""Characters that two pieces of a long text have in common: no secret in any encoding is longer."""
_DEEPEST: Final = 3
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_WEBP: Final = re.compile(rb"RIFF....WEBP", re.DOTALL)
_STREAM: Final = re.compile(rb"(<<(?:(?!endobj).){0,4096}?>>)\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NO_TEXT: Final = re.compile(rb"/Subtype\s*/(Image|Type1C|CIDFontType0C|OpenType)|/Length1\b")
"""What says that a stream of a PDF is a picture or a font."""
_DOTS: Final = frozenset({b"IDAT", b"VP8 ", b"VP8L", b"ALPH"})
"""The chunks of a picture that hold nothing but its dots, which are read by eye."""


def texts_of_file(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file, in pieces that overlap.

    Args:
        path: the file.

    Yields:
        Where within the file a text stands, "" for the file itself; and the text.

    Raises:
        OSError: it cannot be read.
    """
    yield "name", path.name
    with path.open("rb") as stream:
        yield from _texts(stream, 0)


def is_picture(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a picture as the browser takes them."""
    return start.startswith(_PNG) or _WEBP.match(start) is not None


def _texts(stream: IO[bytes], depth: int) -> Iterator[tuple[str, str]]:
    start = stream.read(16)
    stream.seek(0)
    if is_picture(start):
        yield from (("beside its dots", text) for text in _beside_the_dots(stream.read()))
    elif start.startswith(b"PK\3\4") and depth < _DEEPEST:
        yield from _members(stream, depth)
    elif start.startswith(b"%PDF-"):
        whole = stream.read()
        yield "", _STREAM.sub(rb"\1", whole).decode("latin-1")
        for found in _STREAM.finditer(whole):
            if not _NO_TEXT.search(found[1]):
                yield "a stream", _inflated(found[2]).decode("latin-1")
    elif start.startswith(b"\x1f\x8b") and depth < _DEEPEST:
        yield from _texts(io.BytesIO(_inflated(stream.read(), zlib.MAX_WBITS | 32)), depth + 1)
    else:
        yield from (("", text) for text in _pieces(stream))


def _pieces(stream: IO[bytes]) -> Iterator[str]:
    kept = b""
    while piece := stream.read(_PIECE):
        yield _decoded(kept + piece)
        kept = (kept + piece)[-_OVERLAP:]


def _decoded(data: bytes) -> str:
    """Return bytes as text; what is no UTF-8 is read byte by byte, so that UTF-16 keeps its NULs."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"{data.decode('utf-8', 'ignore')}\n{data.decode('latin-1')}"


def _members(stream: IO[bytes], depth: int) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            yield "its comment", _decoded(archive.comment)
            for member in archive.infolist():
                yield f"the name of {member.filename}", f"{member.filename} {_decoded(member.comment)} {_decoded(member.extra)}"
                with archive.open(member) as inner:
                    for where, text in _texts(io.BytesIO(inner.read()), depth + 1):
                        yield f"{member.filename} {where}".strip(), text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        stream.seek(0)
        yield from (("", text) for text in _pieces(stream))


def _beside_the_dots(data: bytes) -> Iterator[str]:
    """Yield what a picture holds beside its dots: every other chunk, and what is attached behind the last one."""
    place, rest = (8, list[bytes]()) if data.startswith(_PNG) else (12, list[bytes]())
    is_png = data.startswith(_PNG)
    while place + 8 <= len(data):
        head = data[place : place + 8]
        size, kind = (int.from_bytes(head[:4]), head[4:]) if is_png else (int.from_bytes(head[4:], "little"), head[:4])
        end = place + 8 + size + (4 if is_png else size % 2)
        if kind not in _DOTS:
            rest.append(data[place:end])
        place = end
        if kind == b"IEND":
            break
    yield _decoded(b"\n".join([*rest, data[place:]]))
    try:
        with Image.open(io.BytesIO(data)) as picture:
            yield " ".join(f"{name} {value}" for name, value in picture.info.items())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        yield _decoded(data)  # no picture after all


def _inflated(data: bytes, window: int = zlib.MAX_WBITS) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(data, 64 * _PIECE)
    except zlib.error:
        return data
