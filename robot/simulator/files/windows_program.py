"""A Windows program (``.exe``, a PE file) with a version resource. It does nothing: its code returns at once."""

import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate

_FILE_ALIGNMENT, _MEMORY_ALIGNMENT, _HEADERS = 512, 4096, 512
_VERSION, _FIXED_VERSION = 16, 0xFEEF04BD
_CODE, _DATA, _RESOURCES = 0x60000020, 0xC0000040, 0x40000040
_ENGLISH, _UNICODE = 0x0409, 1200


def windows_program(version: tuple[int, ...], texts: Mapping[str, str], payload: bytes) -> bytes:
    """Make a program.

    Args:
        version: four numbers, as Windows shows them of a file.
        texts: what its version resource says in words: FileVersion, ProductVersion, ProductName, CompanyName, ...
        payload: what stands for its data.

    Returns:
        The file.
    """
    contents = [(b".text", b"\x31\xc0\xc3", _CODE), (b".data", payload, _DATA)]
    addresses = _addresses([len(content) for _, content, _ in contents])
    contents.append((b".rsrc", _resources(_version_resource(version, texts), addresses[-1]), _RESOURCES))
    addresses = _addresses([len(content) for _, content, _ in contents])
    table, body = b"", b""
    for (name, content, kind), address in zip(contents, addresses, strict=False):
        filled = content.ljust(_up(len(content), _FILE_ALIGNMENT), b"\0")
        where = _HEADERS + len(body)
        table += struct.pack("<8sIIIIIIHHI", name, len(content), address, len(filled), where, 0, 0, 0, 0, kind)
        body += filled
    dos = struct.pack("<2s58xI", b"MZ", 64)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x14C, len(contents), 0, 0, 0, 224, 0x0102)
    optional = struct.pack(
        "<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII",
        0x10B, 14, 0, _FILE_ALIGNMENT, len(body) - _FILE_ALIGNMENT, 0, addresses[0], addresses[0], addresses[1], 0x400000,
        _MEMORY_ALIGNMENT, _FILE_ALIGNMENT, 6, 0, 0, 0, 6, 0, 0, addresses[-1], _HEADERS, 0, 2, 0x8140,
        0x100000, 0x1000, 0x100000, 0x1000, 0, 16,
    )  # fmt: skip
    directories = bytes(16) + struct.pack("<II", addresses[2], len(contents[2][1])) + bytes(13 * 8)
    return (dos + coff + optional + directories + table).ljust(_HEADERS, b"\0") + body


def _addresses(sizes: Sequence[int]) -> list[int]:
    """Return where each section is in memory, and where the first one after them would be."""
    return list(accumulate((_up(size, _MEMORY_ALIGNMENT) for size in sizes), initial=_MEMORY_ALIGNMENT))


def _up(number: int, to: int) -> int:
    return -(-number // to) * to


def _resources(version: bytes, address: int) -> bytes:
    """Return a section with one resource: three directories (kind, number, language), where it is, and itself."""

    def directory(number: int, offset: int) -> bytes:
        return struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, number, offset)

    below = 0x80000000
    tree = directory(_VERSION, below | 24) + directory(1, below | 48) + directory(_ENGLISH, 72)
    return tree + struct.pack("<IIII", address + 88, len(version), _UNICODE, 0) + version


def _version_resource(version: tuple[int, ...], texts: Mapping[str, str]) -> bytes:
    major, minor, build, private = version
    numbers = (major << 16 | minor, build << 16 | private)
    fixed = struct.pack("<13I", _FIXED_VERSION, 0x10000, *numbers, *numbers, 0x3F, 0, 0x40004, 1, 0, 0, 0)
    said = [_block(name, (text + "\0").encode("utf-16-le"), length=len(text) + 1, words=True) for name, text in texts.items()]
    table = _block(f"{_ENGLISH:04x}{_UNICODE:04x}", below=said, words=True)
    translation = _block("Translation", struct.pack("<HH", _ENGLISH, _UNICODE), length=4)
    below = [_block("StringFileInfo", below=[table], words=True), _block("VarFileInfo", below=[translation], words=True)]
    return _block("VS_VERSION_INFO", fixed, length=len(fixed), below=below)


def _block(key: str, value: bytes = b"", *, length: int = 0, below: Sequence[bytes] = (), words: bool = False) -> bytes:
    """Return one block of a version resource: a key, a value, and other blocks, each at a multiple of four bytes."""

    def filled(data: bytes) -> bytes:
        return data + b"\0" * (-len(data) % 4)

    head = filled(bytes(6) + (key + "\0").encode("utf-16-le"))
    whole = filled(head + value) if below else head + value
    for each in below:
        whole = filled(whole) + each
    return struct.pack("<HHH", len(whole), length, words) + whole[6:]
