"""What the robot itself needs: its screens, a folder for the backup, people who are asked beforehand."""

from __future__ import annotations

import os

from flows.checks.check import EVERYWHERE, Ground, Judgement, ReadinessChecks, failed, first_of, passed, warned

CHECKS = ReadinessChecks()
_ROOM_BYTES = 2 * 1024**3
"""For two backups and the pictures of a run."""


@CHECKS("every screen and control that the run needs was found", procedures=EVERYWHERE)
def screens(on: Ground) -> Judgement:
    """Look at what the observation did not find."""
    return first_of(*on.lacks, otherwise="all were found")


@CHECKS("the backup has a folder of its own, which others cannot read, with room", procedures=EVERYWHERE)
def backup_folder(on: Ground) -> Judgement:
    """Look at the folder of [backup], or at the place where it will be made."""
    if (backup := on.settings.backup) is None:
        return failed("the pair file has no [backup]: name a folder for it")
    folder = on.settings.path(backup.directory)
    standing = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(standing, os.W_OK):
        return failed(f"{standing} cannot be written")
    if folder.exists() and folder.stat().st_mode & 0o077:
        return failed(f"{folder} can be read by others: chmod 700 {folder}")
    room = os.statvfs(standing)
    if room.f_bavail * room.f_frsize < _ROOM_BYTES:
        return warned(f"{standing} has less than 2 GB left")
    return passed(f"{folder}")


@CHECKS("it is known who has tried this release outside production", procedures=EVERYWHERE)
def tested_elsewhere(on: Ground) -> Judgement:
    """See whether the pair file names a proof, or a person who is asked (PL8)."""
    check = on.settings.checks.tested_elsewhere
    if check is not None and check.skip:
        return warned(f"nobody is asked: {check.skip}")
    return passed("a command tells it" if check is not None and check.command else "a person is asked for it before the start")


@CHECKS("users are told beforehand", procedures=EVERYWHERE)
def notice(on: Ground) -> Judgement:
    """See whether the pair file names a command, or a person who is asked (PL4)."""
    check = on.settings.checks.notice
    if check is not None and check.skip:
        return warned(f"nobody is told: {check.skip}")
    return passed("a command tells them" if check is not None and check.command else "a person is asked to tell them")
