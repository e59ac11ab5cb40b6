"""Arguments and options that several commands share; among them those by which a person signs."""

from __future__ import annotations

import functools
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.approval.statement import Emergency
    from robot.signing.signer import Signer

T = TypeVar("T")

PROCEDURES = ("asynchronous", "synchronous", "single")

pair_argument = click.argument("pair", type=click.Path(path_type=Path))
run_argument = click.argument("run_name", metavar="RUN")
artifacts_option = click.option(
    "--artifacts", type=click.Path(path_type=Path), envvar="FAILOVER_ROBOT_ARTIFACTS", default=Path("artifacts"),
    show_default=True, help="Where runs leave their evidence.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
quiet_option = click.option("--quiet", is_flag=True, help="Tell only headings, notes and the end, as for a log.")
procedure_option = click.option(
    "--procedure",
    type=click.Choice(PROCEDURES),
    default="asynchronous",
    show_default=True,
    help="B first and then the swing; or A first, without one; or one appliance alone.",
)
wait_option = click.option(
    "--wait", is_flag=True, help="Stay while only a window or a person can help; else it ends with 6, to be resumed."
)
confirm_option = click.option("--confirm-each", is_flag=True, help="Show each control and reading, and ask before each press.")
emergency_option = click.option(
    "--emergency", default="", metavar="REASON", help="Why it cannot wait: without windows, and two people must sign for it."
)
incident_option = click.option("--incident", default="", metavar="ID", help="The incident's ticket, for --emergency.")


def emergency_of(reason: str, incident: str) -> Emergency | None:
    """Return why a change cannot wait, by the two options; None if neither is given.

    Raises:
        UsageError: only one is given, or one is not as it must be.
    """
    from pydantic import ValidationError

    from robot.approval.statement import Emergency
    from robot.domain.errors import UsageError
    from robot.settings.sentences import sentences

    if not (reason or incident):
        return None
    if not (reason and incident):
        raise UsageError("--emergency REASON and --incident ID belong together: give both")
    try:
        return Emergency(reason=reason, incident=incident)
    except ValidationError as error:
        raise UsageError(f"--{sentences(error, Emergency)[0].replace('reason', 'emergency', 1)}") from None


key_option = click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Sign with this private key.")
passphrase_option = click.option(
    "--passphrase-variable", default="", metavar="NAME", help="The variable that holds its passphrase."
)
command_option = click.option(
    "--command", default="", metavar="CMD", help="Let a command sign: bytes on stdin, raw signature on stdout."
)


@dataclass(frozen=True)
class SigningChoice:
    """The options by which a person signs.

    Attributes:
        key: the private key's file.
        passphrase_variable: the variable that holds its passphrase, or "".
        command: the command that signs, or "".
        public_key: the public key of the device behind the command.
    """

    key: Path | None
    passphrase_variable: str
    command: str
    public_key: Path | None

    def signer(self) -> Signer:
        """Return who signs: the owner of the key file, or the command.

        Raises:
            UsageError: the key cannot be read, or the command.
        """
        from robot.approval.plan_to_approve import one_public_key
        from robot.domain.errors import UsageError
        from robot.signing.signer import signer_by_command, signer_with_key

        if key := self.key:
            return signer_with_key(key, lambda: _passphrase(key, self.passphrase_variable))
        try:
            words = shlex.split(self.command)
        except ValueError:
            words = []
        if not words or self.public_key is None:
            raise UsageError("--command cannot be read: write it as in a shell, with each quote closed")
        return signer_by_command(words, one_public_key(self.public_key), Path.cwd())

    def signer_if_any(self) -> Signer | None:
        """Return who signs; None if none of the options is given.

        Raises:
            UsageError: the options do not fit together, or as `signer`.
        """
        from robot.domain.errors import UsageError

        if self.key and self.command:
            raise UsageError("--key and --command are two ways to sign: give one of them")
        if bool(self.command) != bool(self.public_key):
            raise UsageError("--command and --public-key belong together: give both, or none")
        if self.passphrase_variable and not self.key:
            raise UsageError("--passphrase-variable means nothing without --key; leave it out")
        return self.signer() if self.key or self.command else None


def signing_options(command: Callable[..., T]) -> Callable[..., T]:
    """Decorate a command with the options by which a person signs; it is given them as `signing`."""

    @functools.wraps(command)
    def with_signing(**options: Any) -> T:
        names = ("key", "passphrase_variable", "command", "public_key")
        return command(signing=SigningChoice(*map(options.pop, names)), **options)

    public_key_option = click.option(
        "--public-key", type=click.Path(path_type=Path), metavar="FILE", help="The public key, for --command."
    )
    return key_option(passphrase_option(command_option(public_key_option(with_signing))))


def _passphrase(key: Path, variable: str) -> str:
    """Return the passphrase of a private key: from a variable, or from who sits at the terminal; "" from neither."""
    from robot.domain.errors import UsageError

    if not variable:
        return click.prompt(f"Passphrase of {key}", hide_input=True, err=True) if sys.stdin.isatty() else ""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", variable) or variable not in os.environ:
        raise UsageError("--passphrase-variable takes the name of a variable that is set, never the passphrase itself")
    return os.environ[variable]
