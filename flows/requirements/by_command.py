"""A check by a command of the user's: run without a shell, with a deadline, its output kept as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.network import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.changes.run import Run

DEADLINE = 600
"""Seconds for one command."""


def run_command(command: Sequence[str], run: Run, step: str, subject: str, procedure_ids: tuple[str, ...]) -> dict[str, Any]:
    """Run one command, and record its exit code and its output.

    Args:
        command: the program and its arguments; no shell is used.
        run: the run.
        step: the step's name.
        subject: what is checked, completing "Check by command:".
        procedure_ids: procedure IDs.

    Returns:
        `exit`: the exit code, which is 0.

    Raises:
        Refused: it cannot be run, failed, or took too long.
    """
    result = commands.run_command(command, folder=run.settings.folder, deadline=DEADLINE, places={})
    reading = {"command": result.command, "exit": result.exit, "output": result.output}
    run.record.append(
        "gate", step, reading=reading, heading=run.heading, procedure=list(procedure_ids), title=f"Check by command: {subject}",
        text=f"{subject}: {result.command} ended with {result.exit}",
    )  # fmt: skip
    result.require_success(subject)
    return {"exit": result.exit}
