"""What a command has on loan from a vault is given back, whatever ends it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Generator

    from robot.settings.secrets import Secrets


@contextlib.contextmanager
def returned(known: Secrets) -> Generator[None]:
    """Give back what is on loan when the block ends, and tell what cannot be given back."""
    try:
        yield
    finally:
        for sentence in known.give_back():
            with contextlib.suppress(OSError):  # the terminal is gone
                click.echo(f"failover-robot: {sentence}", err=True)
