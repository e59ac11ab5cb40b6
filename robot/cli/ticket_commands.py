"""The command that brings a run's evidence into its change's ticket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli import loans
from robot.cli.options import run_argument

if TYPE_CHECKING:
    from robot.runs.store import RunState
    from robot.settings import Settings

SYSTEMS = ("servicenow", "jira", "webhook")
_POLL_S = 5.0


@click.command()
@run_argument
@click.option("--to", "system", type=click.Choice(SYSTEMS), help="The ticket's system; must be that of [ticket].")
@click.option("--pair", type=click.Path(path_type=Path), metavar="PAIR", help="Take [ticket] from this pair file.")
@click.option("--without-pack", is_flag=True, help="Only summary and note, which says where the pack is.")
def attach(run_name: str, system: str | None, pair: Path | None, *, without_pack: bool) -> None:
    """Bring a run's pack and summary into its change's ticket.

    Each once, and then a note, whatever fails on the way: what may have come through is looked for before it is sent again. Of an
    open run a partial pack. The log of what went where is custody.jsonl beside the pack.
    \f

    Raises:
        UsageError: there is no such run, or no [ticket] that fits.
        Refused: the ticket or the credentials are not accepted, a file is too large, or the system does not answer.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.domain.waiting import Poller
    from robot.network.vault import vault_of
    from robot.runs import store
    from robot.runs.custody_log import CustodyLog
    from robot.settings.secrets import secrets
    from robot.status.finalize import seal_by_hand
    from robot.ticket.run_exports import exports_of
    from robot.ticket.ticket_delivery import TicketDelivery
    from robot.ticket.ticket_systems import ticket_of

    state = store.find(run_name)
    settings = _settings(state, pair)
    _require_system(settings, system)
    known = secrets(settings, vault=vault_of(settings), whole=False)
    exports = exports_of(state, seal_by_hand(state, lambda: loans.secrets_of(state)), with_pack=not without_pack)
    poller = Poller(poll=_POLL_S)
    with loans.returned(known), CustodyLog(state.evidence) as log:
        ticket = ticket_of(settings, known, state.name, poller=poller)
        largest = settings.ticket.largest_mb if settings.ticket else None
        delivery = TicketDelivery(ticket, log, poller, largest_bytes=largest * 10**6 if largest else None)
        for sentence in delivery.deliver(exports):
            click.echo(sentence)
    click.echo(f"failover-robot: {settings.change.ticket} ({ticket.name}) has it all; the log is {log.path}", err=True)


def _settings(state: RunState, pair: Path | None) -> Settings:
    """Return the settings of a run, or with another pair file its `[ticket]`: the ticket itself stays the run's."""
    from robot.domain.errors import UsageError
    from robot.settings import load, load_kept

    kept = load_kept(state.facts["settings"], state.name)
    if pair is None:
        return kept
    other = load(pair, single=state.procedure == "single")
    if other.site.hostname != kept.site.hostname:
        raise UsageError(
            f"{pair} is the pair file of {other.site.hostname}, and {state.name} was at work on {kept.site.hostname}"
        )
    return other.model_copy(update={"change": kept.change})


def _require_system(settings: Settings, system: str | None) -> None:
    from robot.domain.errors import UsageError

    if settings.ticket is None:
        raise UsageError("the run's pair file has no [ticket]; add it, and name the pair file with --pair")
    if system and system != settings.ticket.system:
        raise UsageError(f"--to {system}: [ticket] system is {settings.ticket.system}; name that, or leave out --to")
