"""What a command has on loan from a vault is given back, whatever ends it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Generator

    from robot.runs.store import RunState
    from robot.settings.secrets import Secrets


def secrets_of(state: RunState) -> Secrets | str:
    """Return all secrets of a run as they are today, for masking and looking for them alone; or why they cannot be had."""
    from robot.domain.errors import Stop
    from robot.network.vault import vault_of
    from robot.settings import load_kept
    from robot.settings.secrets import secrets

    try:
        settings = load_kept(state.facts.get("settings"), state.name)
        known = secrets(settings, vault=vault_of(settings))
        with returned(known):
            known.require_all()
    except Stop as stop:
        return str(stop)
    return known


@contextlib.contextmanager
def returned(known: Secrets) -> Generator[None]:
    """Give back what is on loan when the block ends, and tell what cannot be given back."""
    try:
        yield
    finally:
        for sentence in known.give_back():
            with contextlib.suppress(OSError):  # the terminal is gone
                click.echo(f"failover-robot: {sentence}", err=True)
