"""The signatures beside a plan: `PLAN.<key id>.sig`, one for each approver. They are evidence: none is ever overwritten."""

from __future__ import annotations

import contextlib
import glob
from typing import TYPE_CHECKING

from robot.domain.errors import UsageError
from robot.domain.small_files import read_small_file
from robot.evidence.record.durable import place_once

if TYPE_CHECKING:
    from pathlib import Path

    from robot.signing.envelope import Envelope
    from robot.signing.public_keys import PublicKey

_MOST = 100
_LONGEST = 65536
"""Bytes that are read of a signature; a real one has some two thousand."""


def write_signature(plan: Path, envelope: Envelope, key: PublicKey) -> Path:
    """Write a signature beside the plan that it approves.

    Args:
        plan: the plan's path.
        envelope: the signed statement.
        key: the key that has signed, whose id names the file.

    Returns:
        The new file.

    Raises:
        UsageError: there are too many by this key, or the folder cannot be written.
    """
    numbers = ("", *(f".{number}" for number in range(2, _MOST)))  # one that counts no more keeps its place: it is evidence too
    names = (plan.with_name(f"{plan.name}.{key.short_id}{number}.sig") for number in numbers)
    path = next((name for name in names if not name.exists()), None)
    if path is None:
        raise UsageError(f"{plan} has {_MOST} signatures by the key {key.short_id} already: move those away that count no more")
    return write_once(path, envelope.as_json())


def write_once(path: Path, data: bytes) -> Path:
    """Write a new file.

    Args:
        path: its path.
        data: what it is to hold.

    Returns:
        Its path.

    Raises:
        UsageError: it is there already, or its folder cannot be written.
    """
    try:
        place_once(path, lambda stream: stream.write(data))
    except FileExistsError:
        raise UsageError(f"{path} exists already and is not overwritten; move it away first, if it shall count no more") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return path


def read_signatures(plan: Path) -> dict[str, bytes]:
    """Read everything that stands beside a plan as a signature of it.

    Args:
        plan: the plan's path.

    Returns:
        What each file holds, by its name; nothing of one that cannot be read, or is no file: it takes nothing from the others.
    """
    found: dict[str, bytes] = {}
    for path in sorted(plan.parent.glob(f"{glob.escape(plan.name)}.*.sig")):
        if not path.name.isprintable():
            continue  # the robot gives no such name, and a sentence with it could say anything on a terminal
        found[path.name] = b""
        with contextlib.suppress(OSError):
            found[path.name] = read_small_file(path, most=_LONGEST)
    return found


def signatures_beside(*places: Path) -> dict[str, bytes]:
    """Return what stands beside each of these copies of a plan as a signature: the envelopes' JSON by a name of its own."""
    found: dict[str, bytes] = {}
    for each in places:
        for name, data in read_signatures(each).items():
            if not data or data not in found.values():  # none takes the place of one of the same name elsewhere
                found[name if name not in found else f"{name} beside {each.name}"] = data
    return found
