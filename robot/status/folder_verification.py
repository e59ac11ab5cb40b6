"""Verifies what a run has left as it lies in its folder: the pack, and the log of where the pack went, which no pack can hold."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from robot.domain.errors import UsageError
from robot.evidence.pack.verification import verify
from robot.evidence.pack.verify_alone import BROKEN
from robot.runs.custody_log import custody_faults

if TYPE_CHECKING:
    from pathlib import Path

    from robot.evidence.pack.verification import Verdict
    from robot.evidence.pack.verify_alone import KeyRing


_PACK: Final = re.compile(r"[0-9TZ]+-[0-9a-f]+(?:-partial-([0-9]+))?\.zip")


def verify_folder(folder: Path, trust: KeyRing) -> tuple[Path, Verdict]:
    """Verify the pack in a run's folder, and the custody log beside it.

    Args:
        folder: the run's evidence folder, or a copy of it.
        trust: the keys that are trusted.

    Returns:
        The pack: the final one, or of a run that is still open the newest partial one. And the verdict on both.

    Raises:
        UsageError: there is no pack in it.
    """
    packs = {int(name[1] or sys.maxsize): each for each in folder.iterdir() if (name := _PACK.fullmatch(each.name))}
    if not packs:
        raise UsageError(f"{folder} holds no pack: `failover-robot seal` makes that of a run")
    pack = packs[max(packs)]
    verdict = verify(pack, trust)
    faults, notices = custody_faults(folder, str(verdict.facts.get("run")))
    word = BROKEN if faults else verdict.word
    return pack, replace(verdict, word=word, findings=(*verdict.findings, *faults), notices=(*verdict.notices, *notices))
