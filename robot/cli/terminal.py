"""The terminal, and the person at it where there is one."""

from __future__ import annotations

import shutil
import sys
from typing import Any, TextIO

import click


def is_there() -> bool:
    """Say whether a person can be asked."""
    return sys.stdin.isatty()


def width(stream: TextIO) -> int | None:
    """Return the width in characters of the terminal that a stream goes to; `None` where it goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def confirm(told: dict[str, Any]) -> bool:
    """Ask the person at the terminal whether to press a control.

    Args:
        told: the press: `title`, `label`, the `reading` before it, and the path of its `picture`.
    """
    click.echo(f'\n{told["title"]}: about to press "{told["label"]}"', err=True)
    for name, value in told["reading"].items():
        click.echo(f"   {name}: {value}", err=True)
    if told["picture"]:
        click.echo(f"   picture: {told['picture']}", err=True)
    return click.confirm("Press it?", default=False, err=True)
