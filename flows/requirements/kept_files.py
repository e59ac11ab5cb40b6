"""The folder of the files that are fetched from the appliances: apart from the evidence, and for its owner only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from robot.domain.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from flows.session.pair import Pair
    from robot.settings import Settings


def folder_fault(settings: Settings) -> str:
    """Say why no backup could be kept where the pair file says; "" if it can."""
    if settings.backup is None:
        return "[backup] is missing; without a backup nothing is changed"
    folder = settings.path(settings.backup.directory)
    standing = next(each for each in (folder, *folder.parents) if each.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK):
        return f"{folder} cannot be written; correct [backup] directory"
    return ""


def backup_folder(pair: Pair) -> Path:
    """Return the folder of the backups; make it if needed, for its owner only.

    Raises:
        Refused: the pair file names none, or it cannot be written.
    """
    if (fault := folder_fault(pair.settings)) or pair.settings.backup is None:
        raise Refused(fault)
    folder = pair.settings.path(pair.settings.backup.directory)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}; correct [backup] directory") from error
    return folder
