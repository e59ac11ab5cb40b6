"""The terminal, and the person at it, if there is one."""

from __future__ import annotations

import contextlib
import getpass
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from robot.runs.events import PressToConfirm


def is_there() -> bool:
    """Tell whether a person can be asked."""
    return sys.stdin.isatty()


def width(stream: TextIO) -> int | None:
    """Return the width in characters of the terminal that a stream goes to; None if it goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def confirm(press: PressToConfirm) -> bool:
    """Ask the person at the terminal whether to press a control.

    Args:
        press: `title`, `label`, the `reading` before it, and the path of its `picture` or an empty string.

    Returns:
        Whether the person agrees.

    Raises:
        KeyboardInterrupt: the person ends the question instead of answering it.
    """
    click.echo(f'\n{press["title"]}: about to press "{press["label"]}"', err=True)
    for name, value in press["reading"].items():
        click.echo(f"   {name}: {value}", err=True)
    if press["picture"]:
        click.echo(f"   picture: {press['picture']}", err=True)
    try:
        return click.confirm("Press it?", default=False, err=True)
    except (click.Abort, OSError):  # Ctrl-D or Ctrl-C; or the terminal is gone
        raise KeyboardInterrupt from None


def user() -> str:
    """Return the machine's own name for who types the commands; "" where it has none, as in a container."""
    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return ""
