"""A check by a command of the user's: run without a shell, with a deadline, its output kept as evidence."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from robot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.performing import Run

DEADLINE = 600
"""Seconds for one command."""
_KEPT = 4000
"""Characters of output that are kept: the end of it."""


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
