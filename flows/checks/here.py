"""What the robot itself needs: its screens, a folder for the backup, people who are asked beforehand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flows.checks.check import EVERYWHERE, WITH_A_SWING, Ground, Judgement, ReadinessChecks, fail_with, failed, passed, warned
from flows.requirements.kept_files import folder_fault

if TYPE_CHECKING:
    from robot.settings.sections.pair_file import Check

CHECKS = ReadinessChecks()
_ROOM_BYTES = 2 * 1024**3
"""For two backups and the pictures of a run."""


@CHECKS("every screen and control that the run needs was found", procedures=EVERYWHERE)
def screens(on: Ground) -> Judgement:
    """Look at what the observation did not find."""
    return fail_with(*on.lacks, otherwise="all were found")


@CHECKS("the backup has a folder of its own, with room", procedures=EVERYWHERE)
def backup_folder(on: Ground) -> Judgement:
    """Look at the folder of [backup], or at the place where it will be made."""
    if (fault := folder_fault(on.settings)) or on.settings.backup is None:
        return failed(fault)
    folder = on.settings.path(on.settings.backup.directory)
    if folder.exists() and folder.stat().st_mode & 0o077:
        return warned(f"{folder} can be read by others; the run closes it to them")
    standing = next(each for each in (folder, *folder.parents) if each.exists())
    room = os.statvfs(standing)
    if room.f_bavail * room.f_frsize < _ROOM_BYTES:
        return warned(f"{standing} has less than 2 GB left")
    return passed(f"{folder}")


@CHECKS("it is known who has tried this release outside production", procedures=EVERYWHERE)
def tested_elsewhere(on: Ground) -> Judgement:
    """See whether the pair file names a proof, or a person who is asked (PL8)."""
    if on.tested_elsewhere:
        return passed(on.tested_elsewhere)
    return _carried_out(on.settings.checks.tested_elsewhere, "a command tells it", "a person is asked for it before the start")


@CHECKS("users are told beforehand", procedures=WITH_A_SWING)
def notice(on: Ground) -> Judgement:
    """See whether the pair file names a command, or a person who is asked (PL4)."""
    return _carried_out(on.settings.checks.notice, "a command tells them", "a person is asked to tell them")


def _carried_out(check: Check | None, by_command: str, by_a_person: str) -> Judgement:
    """Warn if a check of the pair file is skipped; else pass with who carries it out."""
    if check is not None and check.skip:
        return warned(f"nobody does it: {check.skip}")
    return passed(by_command if check is not None and check.command else by_a_person)
