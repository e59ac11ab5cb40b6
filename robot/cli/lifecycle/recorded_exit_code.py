"""Gives a refused command about an existing run its exit code: 3, or 4 if the run's record holds a press."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def exit_code_by_record(command: Callable[..., T]) -> Callable[..., T]:
    """Decorate a command about a run: if it is refused, its exit code depends on whether that run has pressed anything."""

    @functools.wraps(command)
    def with_exit_code(run_name: str | None, **options: Any) -> T:
        from robot.domain.errors import Refused, StoppedByHand, exit_code
        from robot.runs import store
        from robot.status import run_status

        try:
            try:
                return command(run_name=run_name, **options)
            except (click.Abort, KeyboardInterrupt):
                raise StoppedByHand("interrupted by hand; nothing was pressed by this command") from None
        except Refused as refused:
            state = store.find(run_name) if run_name else store.the_open_one()
            refused.code = exit_code(refused.code, anything_pressed=run_status.anything_pressed(state))
            raise

    return with_exit_code
