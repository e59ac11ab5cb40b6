"""What a downloaded file says of itself: the parsers. A script by itself, started by `installer_file.py` within limits.

The file comes from the network, and `olefile` and `pefile` were not written against files that were made to harm: a file that
sends them round in circles, or makes them take all memory, ends this process and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import resource
import struct
import sys
from typing import TYPE_CHECKING, Any, cast

import olefile
import pefile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_BYTES = 1 << 30
"""A larger file is not read."""
_MEMORY, _PROCESSOR_S = 3 << 30, 30
"""What this process may take: bytes of address space, of which the file itself is a part, and seconds of a processor."""
_MOST_STRINGS_BYTES, _MOST_ROWS = 64 << 20, 4096
_LONGEST = 120
_OLE, _PE, _DMG = bytes.fromhex("d0cf11e0a1b11ae1"), b"MZ", b"koly"
_DMG_TRAILER = 512
_BROKEN = "it begins as {kind}, and the rest cannot be read: it is damaged, or broken off ({why})"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
_SIGNATURE = "\x05DigitalSignature"
_FREE_SECTOR = 0xFFFFFFFF
_SECURITY, _RESOURCE = 4, 2
_WEB_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<\?xml[^>]*>\s*<html)", re.IGNORECASE)


def facts_of(path: str) -> dict[str, Any]:
    """Read a file.

    Args:
        path: where it is.

    Returns:
        The fields of an `InstallerFile` that differ from its defaults.
    """
    size = os.path.getsize(path)  # noqa: PTH202 - this process must begin quickly, as in all of this file
    if not size:
        return {"whole": False, "why": "it is empty"}
    if size > MOST_BYTES:
        return {"why": f"it is larger than {MOST_BYTES >> 20} MiB, and was not read"}
    with open(path, "rb") as file:  # noqa: PTH123 - as above
        head = file.read(1024)
        file.seek(max(0, size - _DMG_TRAILER))
        tail = file.read(4)
    if head.startswith(_OLE):
        return _guarded("msi", "a Windows installer", path, size)
    if head.startswith(_PE):
        return _guarded("pe", "a Windows program", path, size)
    if tail == _DMG and size >= _DMG_TRAILER:
        return {"kind": "dmg", "whole": True, "why": "what a disk image of macOS holds is not read"}
    if _WEB_PAGE.match(head):
        return {"whole": False, "why": f"it is a web page, no installer{_title(head)}"}
    return {"why": "it is no kind of file that is known here"}


def _guarded(kind: str, what: str, path: str, size: int) -> dict[str, Any]:
    try:
        return {"kind": kind, **(_msi(path, size) if kind == "msi" else _pe(path, size))}
    except MemoryError:
        return {"kind": kind, "why": f"it begins as {what}, and takes more memory than it may to read it"}
    except Exception as error:  # noqa: BLE001 - a parser that was fed rubbish may raise anything, and says the same by all of it
        why = _clean(f"{type(error).__name__}: {error}")
        return {"kind": kind, "whole": False, "why": _BROKEN.format(kind=what, why=why)}


def _title(head: bytes) -> str:
    found = re.search(rb"<title[^>]*>([^<]*)", head, re.IGNORECASE)
    words = _clean(found[1].decode("utf-8", errors="replace")) if found else ""
    return f', titled "{words}"' if words else ""


def _clean(text: str) -> str:
    """Return text as it may stand in a sentence: one line, not long, nothing that cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_LONGEST]


# -- Windows Installer ---------------------------------------------------------------------------------------------------


def _msi(path: str, size: int) -> dict[str, Any]:
    with contextlib.closing(cast("Any", olefile.OleFileIO(path))) as ole:
        names = {_decoded(entry[0]): entry[0] for entry in ole.listdir() if len(entry) == 1}
        used = max((number for number, follows in enumerate(ole.fat) if follows != _FREE_SECTOR), default=0)
        whole = size > (used + 1) * ole.sectorsize
        if not names:
            return {"whole": False, "why": "it is damaged: its directory is empty"}
        if "!_StringPool" not in names or "!Property" not in names:
            return {"whole": whole, "why": "it is a compound file without the tables of a Windows installer"}
        pool, data, rows = (_stream(ole, names[name]) for name in ("!_StringPool", "!_StringData", "!Property"))
        strings, width = _strings(pool, data)
        table = _properties(rows, strings, width)
        version, signed = _clean(table.get("ProductVersion", "")), _SIGNATURE in names
        why = "" if version else "its Property table names no ProductVersion"
        if not whole:
            why = "it is broken off: its own table of sectors goes on beyond its end"
        product = _clean(table.get("ProductName", ""))
        return {"product_version": version, "product": product, "signed": signed, "whole": whole, "why": why}


def _stream(ole: Any, name: str) -> bytes:
    """Read a stream.

    Returns:
        The whole of it.

    Raises:
        ValueError: it is not as long as its entry says, or longer than such a table is.
    """
    length = ole.get_size(name)
    if length > _MOST_STRINGS_BYTES:
        raise ValueError(f"a table of {length} bytes")
    content = ole.openstream(name).read()
    if len(content) != length:
        raise ValueError(f"a stream of {length} bytes has {len(content)}")
    return content


def _decoded(name: str) -> str:
    """Return the name of a stream as Windows Installer means it: one character stands for two letters, "!" for a table."""
    made = ""
    for each in name:
        code = ord(each)
        if 0x3800 <= code < 0x4800:
            made += _LETTERS[code - 0x3800 & 63] + _LETTERS[code - 0x3800 >> 6]
        elif 0x4800 <= code < 0x4840:
            made += _LETTERS[code - 0x4800]
        else:
            made += "!" if code == 0x4840 else each
    return made


def _strings(pool: bytes, data: bytes) -> tuple[list[bytes], int]:
    """Return the numbered strings, and how many bytes a number takes in a table.

    Raises:
        ValueError: there is less text than the pool counts.
    """
    (flags,) = struct.unpack_from("<I", pool)
    found, at, place = [b""], 4, 0
    while at + 4 <= len(pool):
        length, uses = struct.unpack_from("<HH", pool, at)
        at += 4
        if not length and uses and at + 4 <= len(pool):  # longer than 65,535: the next entry is its length
            (low, high) = struct.unpack_from("<HH", pool, at)
            length, at = high << 16 | low, at + 4
        if place + length > len(data):
            raise ValueError("the text of its tables is shorter than they say")
        found.append(data[place : place + length])
        place += length
    return found, 3 if flags & 0x80000000 else 2


def _properties(rows: bytes, strings: list[bytes], width: int) -> dict[str, str]:
    """Return the Property table: all of its names stand before all of its values."""
    count = min(len(rows) // (2 * width), _MOST_ROWS)
    numbers = [int.from_bytes(rows[at : at + width], "little") for at in range(0, len(rows), width)]
    half = len(rows) // (2 * width)
    texts = [strings[number].decode("utf-8", errors="replace") for number in [*numbers[:count], *numbers[half : half + count]]]
    return dict(zip(texts[:count], texts[count:], strict=True))


# -- Windows programs ----------------------------------------------------------------------------------------------------


def _pe(path: str, size: int) -> dict[str, Any]:
    with contextlib.closing(cast("Any", pefile.PE(path, fast_load=True))) as program:
        directories = program.OPTIONAL_HEADER.DATA_DIRECTORY
        ends = [section.PointerToRawData + section.SizeOfRawData for section in program.sections if section.SizeOfRawData]
        signed = _announces(directories, _SECURITY)
        if signed:  # of this one directory it is a place in the file
            ends.append(directories[_SECURITY].VirtualAddress + directories[_SECURITY].Size)
        whole = bool(ends) and max(ends) <= size
        if not whole:
            return {
                "signed": signed,
                "whole": False,
                "why": f"it is broken off: {max(ends, default=0)} bytes are announced in it, and it has {size}",
            }
        program.parse_data_directories(directories=[_RESOURCE])
        resources = getattr(program, "DIRECTORY_ENTRY_RESOURCE", None)
        if _announces(directories, _RESOURCE) and not (resources and resources.entries):
            return {"signed": signed, "whole": False, "why": "it is damaged: its resources are announced, and are not there"}
        texts = dict(_texts(program))
        fixed = next(iter(getattr(program, "VS_FIXEDFILEINFO", None) or ()), None)
        numbers = _numbers(fixed) if fixed is not None else ""
        version = _version(texts.get("ProductVersion", "")) or _version(texts.get("FileVersion", "")) or numbers
        why = "" if version else "it has no version resource"
        return {"product_version": version, "product": texts.get("ProductName", ""), "signed": signed, "whole": True, "why": why}


def _announces(directories: Any, number: int) -> bool:
    return len(directories) > number and bool(directories[number].VirtualAddress and directories[number].Size)


def _texts(program: Any) -> Iterable[tuple[str, str]]:
    """Give the words of its version resource, in every language that it has."""
    for info in getattr(program, "FileInfo", None) or ():
        for block in info:
            for table in getattr(block, "StringTable", ()):
                for name, text in cast("Mapping[bytes, bytes]", table.entries).items():
                    yield _clean(name.decode("utf-8", errors="replace")), _clean(text.decode("utf-8", errors="replace"))


def _numbers(fixed: Any) -> str:
    high, low = fixed.ProductVersionMS or fixed.FileVersionMS, fixed.ProductVersionLS or fixed.FileVersionLS
    numbers = (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
    return ".".join(map(str, numbers)) if any(numbers) else ""


def _version(text: str) -> str:
    """Return a version as it is written everywhere else: some compilers write "12, 3, 5, 0"."""
    return re.sub(r"\s*,\s*", ".", text.strip())


def main(path: str) -> None:
    """Print what is found in a file, as JSON."""
    logging.disable(logging.CRITICAL)  # both parsers log what they find odd
    for kind, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _PROCESSOR_S), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    sys.stdout.write(json.dumps(facts_of(path)))


if __name__ == "__main__":
    main(sys.argv[1])
