"""The command by which a plan is approved."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli.options import (
    SigningChoice,
    command_option,
    emergency_of,
    emergency_option,
    incident_option,
    key_option,
    passphrase_option,
)

if TYPE_CHECKING:
    from datetime import datetime

    from robot.approval.plan_to_approve import PlanToApprove
    from robot.approval.statement import ApprovalStatement

_file = click.Path(path_type=Path)


@click.command()
@click.argument("plan", type=_file)
@click.option("--by", default="", metavar="NAME", help="Who approves.")
@key_option
@passphrase_option
@command_option
@click.option("--export", type=_file, metavar="FILE", help="Write the bytes to sign into this new file.")
@click.option("--import", "signature", type=_file, metavar="SIGNATURE", help="Take a raw signature, or a whole envelope.")
@click.option("--exported", type=_file, metavar="FILE", help="What was signed, where a raw signature is imported.")
@click.option("--public-key", type=_file, metavar="FILE", help="The public key, for --command and --import.")
@click.option("--expires", default="", metavar="4h|DATE", help="Until when the approval holds.")
@emergency_option
@incident_option
def approve(
    plan: Path, by: str, key: Path | None, passphrase_variable: str, command: str, export: Path | None,
    signature: Path | None, exported: Path | None, public_key: Path | None, expires: str, emergency: str, incident: str,
) -> None:  # fmt: skip
    """Approve exactly this plan, by a signature beside it.

    Shows what is approved, signs it with an Ed25519 key, and writes PLAN.<key id>.sig. It holds until the plan's last window
    closes; without windows, for 24 hours; in an emergency, for 4 hours. The key need not be on this machine: --command, --export
    and --import.
    \f

    Raises:
        UsageError: the options do not fit together, or a file is not as it must be.
        Refused: the signature would not count.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.approval.plan_document import read_plan
    from robot.approval.plan_to_approve import one_public_key, plan_to_approve
    from robot.approval.statement import PAYLOAD_TYPE
    from robot.domain.clocks import in_utc, wall_clock

    _require_one_way(
        {"--key": key, "--command": command, "--export": export, "--import": signature},
        {"--by": by, "--expires": expires, "--public-key": public_key, "--exported": exported, "--emergency": emergency,
         "--passphrase-variable": passphrase_variable},
    )  # fmt: skip
    work, now = plan_to_approve(plan, read_plan(plan), emergency_of(emergency, incident)), wall_clock()
    if work.rules and work.rules.notice:
        click.echo(f"failover-robot: {work.rules.notice}", err=True)
    work.require_approvable(now)
    if signature and public_key:
        envelope = work.read_imported(signature, exported, public := one_public_key(public_key))
    else:
        statement = _statement(work, by, now, expires)
        click.echo(work.describe(statement), err=True)
        if export:
            click.echo(work.export(statement, export))
            click.echo(f"failover-robot: {_how_to_go_on(plan, export)}", err=True)
            return
        signer = SigningChoice(key, passphrase_variable, command, public_key).signer()
        public, envelope = signer.public, signer.sign(PAYLOAD_TYPE, statement.payload())
    path, approval, standing = work.add(envelope, public, now)
    if signature:
        click.echo(work.describe(approval.statement), err=True)
    click.echo(path)
    until = in_utc(approval.statement.expires)
    click.echo(f"failover-robot: {approval.by} approves this plan until {until}; {standing}", err=True)


def _require_one_way(ways: dict[str, object], others: dict[str, object]) -> None:
    """Require options that fit together: one way to sign, and what belongs to it."""
    from robot.domain.errors import UsageError

    given = [name for name, value in ways.items() if value]
    if len(given) != 1:
        raise UsageError(f"approve needs exactly one of {', '.join(ways)}: that is how the plan is signed")
    way = given[0]
    wants = {"--import": ["--public-key"], "--command": ["--by", "--public-key"]}.get(way, ["--by"])
    may = {"--import": ["--public-key", "--exported", "--emergency"]}.get(way, [*wants, "--expires", "--emergency"])
    may += ["--passphrase-variable"] if way == "--key" else []
    for name, value in others.items():
        if name in wants and not value:
            raise UsageError(f"approve {way} needs {name} too; `failover-robot approve --help` tells what for")
        if value and name not in may:
            raise UsageError(f"{name} means nothing together with {way}; leave it out")


def _statement(work: PlanToApprove, by: str, now: datetime, expires: str) -> ApprovalStatement:
    from robot.approval.statement import expiry, statement_about
    from robot.domain.errors import UsageError

    try:
        return statement_about(work.plan, by, now, expiry(expires, now) if expires else None, work.emergency)
    except ValueError as fault:
        raise UsageError(f"this approval cannot be given: {fault}") from None


def _how_to_go_on(plan: Path, export: Path) -> str:
    files = f"--exported {shlex.quote(str(export))}"
    return (
        f"have {export} signed, as by `openssl pkeyutl -sign -rawin -inkey KEY -in FILE -out SIGNATURE`, then: "
        f"failover-robot approve {shlex.quote(str(plan))} --import SIGNATURE {files} --public-key PUBLIC_KEY"
    )
