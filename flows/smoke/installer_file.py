"""What a downloaded installer or client is, and of which version: read from the file, never from its name."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from robot.network.commands import run_to_end

_PARSERS = Path(__file__).with_name("installer_formats.py")
WITHIN_S = 60.0


@dataclass(frozen=True)
class InstallerFile:
    """What a file says of itself.

    Attributes:
        kind: "msi", a Windows installer; "pe", a Windows program; "dmg", a disk image of macOS; or "other".
        product_version: as the file says it ("15.1.3", "15.1.3.41234"), or "".
        product: the product's name in it, or "".
        signed: whether a signature is attached, which is not checked here; `None` where that cannot be seen.
        whole: whether everything that the file announces is in it; `None` where that cannot be seen.
        why: why something is missing from this, as the end of "...: it is damaged"; "" where nothing is.
    """

    kind: Literal["msi", "pe", "dmg", "other"] = "other"
    product_version: str = ""
    product: str = ""
    signed: bool | None = None
    whole: bool | None = None
    why: str = ""


def read_installer(path: Path, *, within_s: float = WITHIN_S) -> InstallerFile:
    """Read what a file is. Whatever is in it, this ends: the parsers run in a process of their own, within limits.

    Args:
        path: the file.
        within_s: seconds after which it is given up.

    Returns:
        What it is; if it cannot be read, `why` says so.
    """
    command = [sys.executable, "-I", str(_PARSERS), str(path.absolute())]
    try:
        ended = run_to_end(command, folder=_PARSERS.parent, deadline=within_s)
    except subprocess.TimeoutExpired:
        return InstallerFile(why=f"it cannot be read: its parser did not end within {within_s:g} s")
    if ended.exit:
        return InstallerFile(why=f"it cannot be read: its parser ended with {ended.exit}: {ended.last_line}")
    return InstallerFile(**json.loads(ended.output))
