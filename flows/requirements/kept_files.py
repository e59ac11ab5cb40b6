"""The folder of the files that are fetched from the appliances: apart from the evidence, and for its owner only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyrage
from pyrage import x25519

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


def encrypted(plain: Path, recipient: str) -> Path:
    """Encrypt a file, and remove the plain one.

    Args:
        plain: the file.
        recipient: the age recipient, as the pair file has it.

    Returns:
        The encrypted file, beside where the plain one was, for its owner only.

    Raises:
        Refused: it cannot be encrypted; neither file is left.
    """
    sealed = plain.with_name(f"{plain.name}.age")
    try:
        pyrage.encrypt_file(str(plain), str(sealed), [x25519.Recipient.from_str(recipient)])
        sealed.chmod(0o600)
    except (pyrage.EncryptError, pyrage.RecipientError, OSError) as error:
        sealed.unlink(missing_ok=True)
        raise Refused(f"the backup cannot be encrypted, and is not kept in plain: {error}; look at [backup] recipient") from error
    finally:
        plain.unlink(missing_ok=True)
    return sealed
