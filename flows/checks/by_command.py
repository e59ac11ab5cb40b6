"""A check by a command of the user's: run without a shell, with a deadline, its output kept as evidence."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from robot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from robot.performing import Run

DEADLINE = 600
"""Seconds for one command."""
_KEPT = 4000
"""Characters of output that are kept: the end of it."""

NAMES = {
    "tested_elsewhere": ("that this release was installed elsewhere before", ("PL8",)),
    "notice": ("that representatives are told", ("PL12",)),
    "snapshots": ("that snapshots are taken", ("OP3",)),
    "directory_sign_in": ("that a directory account can sign in through the updated appliance", ("OP2",)),
    "rep_console": ("the representative console's build", ("VT3", "VT4")),
    "customer_client": ("a support session by the customer client", ("VT10",)),
    "jump_client": ("a Jump Client from before the upgrade", ("VT11",)),
    "integration_client": ("that the Integration Client can extract data", ("MP2",)),
    "session_data": ("that A's session data is extracted", ("MP4",)),
    "same_key": ("that the Inter-Appliance keys are the same", ("RE2",)),
}


def carry_out_check(check: str, run: Run, *, step: str, places: Mapping[str, str]) -> None:
    """Carry out one check of the pair file.

    Args:
        check: its key under `[checks]`.
        run: the run.
        step: the step's name.
        places: what `{names}` in the command stand for.

    Raises:
        Refused: the command failed or took too long.
    """
    what, fulfils = NAMES[check]
    asked = run.settings.checks.named(check)
    if asked is None:
        run.note(step, f"not checked: {what} ([checks] {check} is absent, and this version asks nobody)", fulfils=fulfils)
    elif asked.skip:
        run.note(step, f"skipped: {what}, because: {asked.skip}", fulfils=fulfils)
    else:
        command = [_filled(word, places) for word in asked.command]
        run.durably(step, f"Check by command: {what}", None, lambda: run_command(command, run, step, what, fulfils))


def _filled(word: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def run_command(command: Sequence[str], run: Run, step: str, what: str, fulfils: tuple[str, ...]) -> dict[str, Any]:
    """Run one command, without a shell, and keep what it said.

    Raises:
        Refused: it failed or took too long.
    """
    try:
        done = subprocess.run(
            command,
            cwd=run.settings.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=False,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise Refused(f"{what}: {command[0]} cannot be run: {error.strerror}; correct [checks]") from error
    except subprocess.TimeoutExpired:
        raise Refused(f"{what}: {command[0]} did not end within {DEADLINE} s") from None
    reading = {"command": command[0], "exit": done.returncode, "output": done.stdout[-_KEPT:]}
    run.record.note(
        "gate", step, reading=reading, heading=run.heading, procedure=list(fulfils), title=f"Check by command: {what}",
        text=f"{what}: {command[0]} ended with {done.returncode}",
    )  # fmt: skip
    if done.returncode:
        last = done.stdout.strip().splitlines()[-1:] or ["it said nothing"]
        raise Refused(f"{what}: {command[0]} ended with {done.returncode}: {last[0][:200]}")
    return {"exit": done.returncode}
