"""A Windows Installer database (``.msi``): a compound file whose streams are tables of numbered strings.

It installs nothing: it has the one table that tells what it is, and something of the size of a program.
"""

import struct
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from robot.simulator.files.compound_file import compound_file

_CLASS_ID = uuid.UUID("000c1084-0000-0000-c000-000000000046").bytes_le
_CODE_PAGE = 1252
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
_TABLE = "\u4840"
_SUMMARY = "\x05SummaryInformation"
_SUMMARY_FORMAT = uuid.UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9").bytes_le
_KEY, _TEXT = 0x2D48, 0x0F00
"""Types of a column: a key of up to 72 characters, and a localizable text."""


def windows_installer(properties: Mapping[str, str], payload: bytes) -> bytes:
    """Make an installer.

    Args:
        properties: what its Property table says: ProductName, ProductVersion, Manufacturer, ...
        payload: what stands for the program in it.

    Returns:
        The file.
    """
    strings = list(dict.fromkeys(["Property", "Value", *chain.from_iterable(properties.items())]))
    number = {text: place for place, text in enumerate(strings, 1)}
    columns = [("Property", 1, "Property", _KEY), ("Property", 2, "Value", _TEXT)]
    rows = sorted((number[name], number[value]) for name, value in properties.items())
    uses = Counter(["Property", *chain.from_iterable((table, name) for table, _, name, _ in columns)])
    uses += Counter(chain.from_iterable(properties.items()))
    encoded = [text.encode(f"cp{_CODE_PAGE}") for text in strings]
    pool = b"".join(struct.pack("<HH", len(data), uses[text]) for data, text in zip(encoded, strings, strict=True))
    of_columns = [(number[table], 0x8000 + place, number[name], 0x8000 + kind) for table, place, name, kind in columns]
    return compound_file(
        {
            _SUMMARY: _summary(properties),
            _stream("_StringPool", table=True): struct.pack("<I", _CODE_PAGE) + pool,
            _stream("_StringData", table=True): b"".join(encoded),
            _stream("_Tables", table=True): _by_column([(number["Property"],)]),
            _stream("_Columns", table=True): _by_column(of_columns),
            _stream("Property", table=True): _by_column(rows),
            _stream("program.cab", table=False): payload,
        },
        _CLASS_ID,
    )


def _by_column(rows: Sequence[tuple[int, ...]]) -> bytes:
    """Return a table as it is stored: all values of its first column, then all of its second, ..."""
    values = list(chain.from_iterable(zip(*rows, strict=True)))
    return struct.pack(f"<{len(values)}H", *values)


def _stream(name: str, *, table: bool) -> str:
    """Return the name of a stream: two of the usual letters make one character, and a table has a mark before it."""
    made = _TABLE if table else ""
    for at in range(0, len(name), 2):
        first, *second = [_LETTERS.index(letter) for letter in name[at : at + 2]]
        made += chr(0x3800 + first + 64 * second[0]) if second else chr(0x4800 + first)
    return made


def _summary(properties: Mapping[str, str]) -> bytes:
    """Return the summary that file managers show: title, subject, author, platform, revision, needed installer."""
    texts = {2: "Installation Database", 3: properties["ProductName"], 4: properties["Manufacturer"], 7: "Intel;1033"}
    texts[9] = properties["ProductCode"]
    values = {1: struct.pack("<Ihxx", 2, _CODE_PAGE), **{each: _text(text) for each, text in texts.items()}}
    values |= {14: struct.pack("<Ii", 3, 200), 15: struct.pack("<Ii", 3, 2)}
    at, where, body = 8 + 8 * len(values), b"", b""
    for each, value in sorted(values.items()):
        where += struct.pack("<II", each, at + len(body))
        body += value
    section = struct.pack("<II", at + len(body), len(values)) + where + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0x00020005, bytes(16), 1, _SUMMARY_FORMAT, 48) + section


def _text(text: str) -> bytes:
    content = text.encode(f"cp{_CODE_PAGE}") + b"\0"
    return struct.pack("<II", 30, len(content)) + content.ljust(len(content) + -len(content) % 4, b"\0")
