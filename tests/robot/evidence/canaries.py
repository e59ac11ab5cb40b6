"""Canary secrets, how programs quote them, and an independent scan: it shares no code with the robot's own.

Each canary begins and ends with a mark that nothing else holds. The scan looks for the marks alone, however they are written, so
it needs to know no canary, and finds a half of one too.
"""

import base64
import html
import io
import json
import random
import re
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

HEAD, TAIL = "QzX7Kw", "Vj5YpR"
"""The marks; also figures and letters of base32 alone, so that a seed can be a canary."""
_INNER = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def canary(number: int) -> str:
    """The canary of this number."""
    inner = "".join(random.Random(number).choices(_INNER, k=8))
    return f"{HEAD}{inner}{TAIL}"


def seed(number: int) -> str:
    """A canary that is the seed of a second factor."""
    return f"{canary(number).upper()}{'A' * 4}"


QUOTINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "percent": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "url": lambda secret: quote_plus(f"{secret} &"),
    "percent twice": lambda secret: quote("".join(f"%{byte:02X}" for byte in secret.encode())),
    "entities": lambda secret: "".join(f"&#{ord(letter)};" for letter in secret),
    "entities in figures of 16": lambda secret: "".join(f"&#x{ord(letter):X};" for letter in secret),
    "html": lambda secret: html.escape(f'"{secret}"'),
    "json": lambda secret: json.dumps(json.dumps({"p": secret})),
    "escapes": lambda secret: "".join(f"\\u{ord(letter):04x}" for letter in secret),
    "bytes of Python": lambda secret: "".join(f"\\x{byte:02x}" for byte in secret.encode()),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "basic": lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
    "base64 behind one": lambda secret: base64.urlsafe_b64encode(f"?{secret}>>".encode()).decode(),
    "base64 of UTF-16": lambda secret: base64.b64encode(secret.encode("utf-16-le")).decode(),
    "base64 in lines": lambda secret: re.sub("(.{16})", "\\1\n", base64.b64encode(f"more, {secret}".encode()).decode()),
    "hex": lambda secret: secret.encode().hex(),
    "HEX": lambda secret: secret.encode().hex(":").upper(),
    "UTF-16": lambda secret: secret.encode("utf-16-le").decode("latin-1"),
    "in groups": lambda secret: " ".join(re.findall("..?.?.?", secret)),
    "with dashes": lambda secret: "-".join(re.findall("..?.?.?", secret)),
    "the other case": str.swapcase,
}
"""How a program, or a person who copies it, writes a secret."""


def _letter(letter: str) -> str:
    codes = {ord(letter.lower()), ord(letter.upper())}
    ways = [re.escape(chr(code)) for code in codes]
    for code in codes:
        ways += [
            f"%(?:25)*{code:02x}",
            f"&(?:amp;)*\\#0*{code};?",
            f"&(?:amp;)*\\#x0*{code:02x};?",
            f"\\\\+u00{code:02x}",
            f"\\\\+x{code:02x}",
        ]
    return f"(?:{'|'.join(ways)})"


_BETWEEN = r"(?:[\s\x00:.-]|\\u0000|\xc2\xad){0,3}"


def _spread(letters: str, between: str) -> str:
    return between.join(map(re.escape, letters))


def _base64_of(data: bytes) -> Iterator[str]:
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + data + b"\0\0").decode()
        piece = whole[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
        yield from {piece, piece.replace("+", "-").replace("/", "_")}


_WRITTEN = re.compile(
    "|".join(
        [
            *(_BETWEEN.join(map(_letter, mark)) for mark in (HEAD, TAIL)),
            *(
                r"[\s:,-]{0,2}(?:00)?[\s:,-]{0,2}".join(f"(?:{ord(a.lower()):02x}|{ord(a.upper()):02x})" for a in mark)
                for mark in (HEAD, TAIL)
            ),
        ]
    ).encode("latin-1"),
    re.IGNORECASE,
)
_IN_BASE64 = re.compile(
    "|".join(
        _spread(piece, r"(?:\\n|\s){0,2}")
        for mark in (HEAD, TAIL)
        for data in (mark.encode(), mark.encode("utf-16-le"))
        for piece in _base64_of(data)
    ).encode()
)


def traces_in(data: bytes) -> list[str]:
    """What of a mark stands in bytes, with what is around it."""
    return [
        repr(data[max(0, found.start() - 40) : found.end() + 40])
        for pattern in (_WRITTEN, _IN_BASE64)
        for found in pattern.finditer(data)
    ]


def _layers(data: bytes) -> Iterator[bytes]:
    """Bytes as they are, and what is packed in them."""
    yield data
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode() + member.comment
                yield from _layers(archive.read(member))
    elif data[:4] == b"%PDF" or data[:4] == b"\x89PNG":
        for start in re.finditer(rb"x[\x01\x5e\x9c\xda]", data):
            unpacker = zlib.decompressobj()
            try:
                yield unpacker.decompress(data[start.start() :], 1 << 20)
            except zlib.error:
                continue


def _rows(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                yield repr(row).encode()
    connection.close()


def found_below(folder: Path) -> list[str]:
    """Where below a folder a mark stands: in names, files, archives, pictures beside their dots, PDFs, database rows."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        traces = traces_in(path.name.encode())
        if path.is_file():
            data = path.read_bytes()
            pieces = [*_layers(data), *(_rows(path) if data.startswith(b"SQLite format 3") else ())]
            traces += [trace for piece in pieces for trace in traces_in(piece)]
        found += [f"{path}: {trace}" for trace in traces]
    return found


def seen_in(picture: Path) -> str:
    """What a person would read of a mark in a picture; "" if nothing."""
    read = subprocess.run(["tesseract", str(picture), "stdout", "--psm", "11"], capture_output=True, check=True).stdout.decode()
    alike = str.maketrans("O0oQqIl1|Z2S5s", "00000111122555")
    plain = re.sub(r"[^a-z0-9]", "", read.translate(alike).lower())
    marks = [re.sub(r"[^a-z0-9]", "", mark.translate(alike).lower()) for mark in (HEAD, TAIL)]
    return next((mark for mark in marks if mark in plain), "")
