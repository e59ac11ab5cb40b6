"""Which program this is: a digest of its own files, so that a plan is performed by the program that it was made with."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_FOLDERS: Final = ("robot", "pages", "flows")
_KINDS: Final = frozenset({".py", ".html", ".css", ".js", ".toml", ".txt"})


@cache
def code_digest() -> str:
    """Return the SHA-256 over the path and the contents of each file of the program, in the order of their paths."""
    root, digest = Path(__file__).parents[2], hashlib.sha256()
    paths = (path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix in _KINDS and path.is_file())
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
