"""Which program this is, and where it runs: a plan is performed by the program that it was made with, and the record names it."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from getpass import getuser
from pathlib import Path
from typing import Final

from robot import __version__

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


def program_here() -> dict[str, str]:
    """Return which program runs, on which machine, for whom.

    Returns:
        `version`, `code_sha256`, `python`, `host` and `user`.
    """
    return {
        "version": __version__, "code_sha256": code_digest(), "python": platform.python_version(), "host": platform.node(),
        "user": user(),
    }  # fmt: skip


def user() -> str:
    """Return the name of the user for whom this process runs; the number of one whom the machine knows by nothing else."""
    try:
        return getuser()
    except (KeyError, OSError):  # as in a container
        return str(os.getuid())
