"""Commands that show a pair, a run or its evidence, and alter no appliance."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from robot.cli import loans, terminal
from robot.cli.options import json_option, pair_argument, run_argument


@click.command()
@pair_argument
@json_option
@click.option("--check-updates", is_flag=True, help="Also press Check for updates; it alters nothing.")
@click.option("--test-connections", is_flag=True, help="Also press each appliance's TCP Connection Test; it alters nothing.")
@click.option(
    "--evidence", metavar="FOLDER", type=click.Path(path_type=Path),
    help="Also keep a record of each look, with its picture, in this new folder.",
)  # fmt: skip
@click.option(
    "--export-redacted", "export", metavar="FILE", type=click.Path(path_type=Path),
    help="Also write the pages, without anybody's data, into this new .zip: for us to learn new pages from.",
)  # fmt: skip
def observe(
    pair: Path, as_json: bool, check_updates: bool, test_connections: bool, evidence: Path | None, export: Path | None
) -> int:
    """Sign in to both appliances and read everything.

    Presses nothing: versions, roles, shared IP, who is connected, what is offered, some two dozen areas; what cannot be seen is
    told as unknown, with the reason. And whether every screen and control that the procedure needs is found as it is known.
    Ends with 3 where one is not, and says which.
    \f

    Returns:
        The exit code: 0.

    Raises:
        Refused: a screen or a control that the procedure needs is missing.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from flows.survey.appliance_sights import MayPress
    from flows.survey.observation import observe_pair, told
    from flows.survey.redacted_export import RedactedExport
    from flows.survey.witness import new_record
    from robot.domain.errors import Refused
    from robot.domain.masking import Masking
    from robot.network.vault import vault_of
    from robot.settings import load
    from robot.settings.secrets import require_own_accounts, secrets

    settings = load(pair)
    known = secrets(settings, vault=vault_of(settings))
    require_own_accounts(settings, known)
    redacted = RedactedExport(export) if export else None
    with loans.returned(known), new_record(evidence, known.texts()) as record:
        observation = observe_pair(
            settings, known, MayPress(check_updates, test_connections), record=record, keep=redacted.keep if redacted else None
        )
    masking = Masking(known.texts())
    document = json.dumps(masking.plain(observation.as_document()), ensure_ascii=False, indent=2)
    click.echo(document if as_json else masking(told(observation, terminal.width(sys.stdout))))
    if redacted:
        click.echo(redacted.write(observation.units), err=True)
    if missing := observation.lacks:
        raise Refused(masking(f"a run would stop at these pages: {'; '.join(missing)}"))
    return 0


@click.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@json_option
def status(run_name: str | None, as_json: bool) -> None:
    """Say where a run stands, with its stop card.

    Without RUN all runs of this machine are listed. Looking never disturbs a run.
    """
    from robot.runs import store
    from robot.status import run_status

    if run_name:
        shown = run_status.run_status(store.find(run_name))
        text = (
            json.dumps(shown, ensure_ascii=False, indent=2)
            if as_json
            else run_status.format_status(shown, terminal.width(sys.stdout))
        )
        click.echo(text)
    else:
        rows = [run_status.summary_row(state) for state in store.every()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else run_status.format_list(rows))


@click.command("support-bundle")
@run_argument
def support_bundle(run_name: str) -> None:
    """Make what the vendor's support needs; prints its path.

    Facts, timeline, stop card and the pictures of where it stopped, at any time, without names or secrets. The README.txt in
    it says whom to call and what to say. Do not restart the appliance.
    """
    from flows.step_names import STEPS
    from robot.runs import store
    from robot.status.support_bundle import make

    click.echo(make(store.find(run_name), STEPS))
