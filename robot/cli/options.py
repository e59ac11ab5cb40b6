"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from robot.approval.statement import Emergency

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
