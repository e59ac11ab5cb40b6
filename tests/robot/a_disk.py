"""A small disk of its own, which can be filled to the last byte."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest


@contextlib.contextmanager
def a_disk(folder: Path, size: str) -> Generator[Path]:
    """Mount one of so many bytes ("64k", "310m"); skip the test where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root in a machine of its own may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> None:
    """Leave no room for a single byte."""
    with contextlib.suppress(OSError), (disk / "full").open("ab", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
