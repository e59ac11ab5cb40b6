"""A check by a command of the user's: run without a shell, with a deadline, its output kept as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from robot.network import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.execution.run import Run

DEADLINE = 600
"""Seconds for one command."""


def run_command(command: Sequence[str], run: Run, step: str, what: str, procedure_ids: tuple[str, ...]) -> dict[str, Any]:
    """Run one command, and record its exit code and its output.

    Args:
        command: the program and its arguments; no shell is used.
        run: the run.
        step: the step's name.
        what: what is checked, completing "Check by command:".
        procedure_ids: procedure IDs.

    Returns:
        `exit`: the exit code, which is 0.

    Raises:
        Refused: it cannot be run, failed, or took too long.
    """
    done = commands.run_command(command, folder=run.settings.folder, deadline=DEADLINE, places={})
    reading = {"command": done.command, "exit": done.exit, "output": done.output}
    run.record.append(
        "gate", step, reading=reading, heading=run.heading, procedure=list(procedure_ids), title=f"Check by command: {what}",
        text=f"{what}: {done.command} ended with {done.exit}",
    )  # fmt: skip
    done.require_success(what)
    return {"exit": done.exit}
