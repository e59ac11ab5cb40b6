"""A command about a run that has been begun, and is refused: 3, or 4 where that run's record holds a press."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T", int, None)


def by_its_record(command: Callable[..., T]) -> Callable[..., T | int]:
    """Have the refusal of a command say by its code whether its run has pressed anything, as the end of that run does."""

    @functools.wraps(command)
    def told(run_name: str | None, **options: Any) -> T | int:
        from robot import runs, standing
        from robot.errors import Refused, exit_code

        def code_of(code: int) -> int:
            state = runs.find(run_name) if run_name else runs.the_open_one()
            return exit_code(code, anything_pressed=standing.anything_pressed(state))

        try:
            ended = command(run_name=run_name, **options)
        except Refused as refused:
            refused.code = code_of(refused.code)
            raise
        return ended if ended is None or ended != Refused.code else code_of(ended)

    return told
