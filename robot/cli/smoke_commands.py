"""The command that verifies one appliance, as after an update, or on any day."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli import loans, terminal
from robot.cli.options import artifacts_option, json_option, pair_argument

if TYPE_CHECKING:
    from flows.smoke.closing import SmokeEvidence
    from flows.smoke.order import SmokeOrder
    from flows.smoke.results import SmokeCheck
    from robot.evidence.record.summary import Summary
    from robot.settings.secrets import Secrets

_VERSION = re.compile(r"\d+(\.\d+){1,3}(-\d{3,})?")


@click.command()
@pair_argument
@click.option("--on", "unit", type=click.Choice(["a", "b"]), required=True, help="The appliance, under the site's hostname.")
@click.option("--expect", metavar="VERSION", default="", help="What it must run; default: the pair file's target.")
@click.option("--tests", metavar="DIR", type=click.Path(path_type=Path), help="Also run the test_*.py of this folder.")
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Also write JUnit's XML into this file.")
@json_option
@artifacts_option
def smoke(pair: Path, unit: str, expect: str, tests: Path | None, junit: Path | None, as_json: bool, artifacts: Path) -> int:
    """Verify that one appliance serves the right build.

    Certificate, portal, both sign-ins, versions, installers, errors on the pages, response times; with pictures. Presses nothing
    that alters. Leaves a sealed pack as a run does, and prints its path. Ends with 7 where a check fails, and names the cause.
    Ctrl-C and SIGTERM end it with 3, and a pack of what was found until then.
    \f

    Returns:
        The exit code: 0, 3 or 7.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from flows.smoke.closing import SmokeEvidence
    from flows.smoke.order import SmokeOrder
    from robot.cli import doctor
    from robot.domain.model import Unit
    from robot.evidence.record import layout
    from robot.network import chromium
    from robot.network.vault import vault_of
    from robot.runs import store
    from robot.runs.supervisor import leased
    from robot.settings import load
    from robot.settings.secrets import require_own_accounts, secrets

    settings = load(pair)
    _require_fit(expect, tests, junit)
    known = secrets(settings, vault=vault_of(settings))
    require_own_accounts(settings, known)
    chromium.find()
    doctor.require_writable(artifacts)
    doctor.require_room(artifacts)
    order = SmokeOrder(
        settings, Unit(unit), expect, tests and tests.resolve(), serial=_serial(settings.of(Unit(unit)).address, unit)
    )
    with loans.returned(known), leased(settings, os.environ.get("FAILOVER_ROBOT_DATABASE_URL")):
        evidence = SmokeEvidence(store.new_evidence(artifacts, settings.change.ticket), order, known)
        summary = _verified(evidence, order, known)
    if junit:
        junit.write_bytes((evidence.folder / layout.JUNIT).read_bytes())
    _tell(evidence, summary, as_json=as_json)
    return int(summary["exit_code"])


def _verified(evidence: SmokeEvidence, order: SmokeOrder, known: Secrets) -> Summary:
    from flows.smoke.record import SmokeRecord
    from flows.smoke.session import smoke as make_checks

    with evidence.open() as record:
        kept = SmokeRecord(order, record)

        def keep(result: SmokeCheck, spool: Path) -> None:
            kept.keep(result, spool)
            _progress(result)

        click.echo(
            f"smoke verification of {order.unit.upper()} for {order.settings.site.hostname}, expected {order.version}", err=True
        )
        try:
            results = make_checks(order, known, keep=keep)
        except KeyboardInterrupt as end:
            return evidence.broken_off(record, kept, str(end) or "hand")
        return evidence.close(results, record, kept)


def _progress(result: SmokeCheck) -> None:
    seconds = f"{result.seconds:.1f} s"
    click.echo(f"   {result.state:<9}  {seconds:>7}  {result.title}", err=True)
    if result.sentence:
        click.echo(f"{'':23}{result.sentence}", err=True)


def _tell(evidence: SmokeEvidence, summary: Summary, *, as_json: bool) -> None:
    import sys

    from robot.status import stop_card

    if summary["exit_code"]:
        click.echo(f"\n{stop_card.text(summary.get('stop_card', []), terminal.width(sys.stderr))}\n", err=True)
    else:
        click.echo(f"failover-robot: {summary['reason']}; report: {evidence.folder / 'report.html'}", err=True)
    if as_json:
        document = {**summary.get("smoke", {}), "exit_code": summary["exit_code"], "pack": str(evidence.pack)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(evidence.pack)


def _require_fit(expect: str, tests: Path | None, junit: Path | None) -> None:
    """Refuse options that cannot be meant, before anything is asked."""
    from robot.domain.errors import UsageError

    if expect and not _VERSION.fullmatch(expect):
        raise UsageError(f"--expect {expect} is no version: write it as 15.1.3, or with its build as 15.1.3-38227")
    if tests and not tests.is_dir():
        raise UsageError(f"--tests {tests} is no folder; name one with test_*.py in it")
    if tests and not any(tests.rglob("test_*.py")) and not any(tests.rglob("*_test.py")):
        raise UsageError(f"--tests {tests} holds no test_*.py")
    if junit and (junit.is_dir() or not junit.absolute().parent.is_dir() or not os.access(junit.absolute().parent, os.W_OK)):
        raise UsageError(f"--junit {junit} cannot be written: name a file in a folder that is there and that you may write")


def _serial(address: str, unit: str) -> str:
    """Return the serial number that the newest run on this address has read; "" if none has."""
    from robot.domain.errors import Refused
    from robot.runs import store

    for state in reversed(store.every()):
        try:
            if state.facts.get("settings", {}).get(unit, {}).get("address") == address and (serial := state.history.serial(unit)):
                return serial
        except (OSError, Refused):  # a record that cannot be read tells nothing
            continue
    return ""
