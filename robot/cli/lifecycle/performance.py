"""A run is performed in a child process, closed in one and the same way whatever ended it, and reported.

Its imports are heavy: only a command that performs a run imports it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.cli import loans, terminal
from robot.cli.lifecycle.progress import Progress
from robot.domain.errors import InternalError, Refused, Stop, StoppedByHand, VerificationFailed, exit_code
from robot.domain.masking import Masking
from robot.evidence.pack.packing import SealRefused
from robot.evidence.record import layout
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.runs.evidence_log import EvidenceLog
from robot.runs.store import remove_cut_off_backups
from robot.runs.supervisor import Ended, leased, performing, supervise
from robot.status import leak_scan, run_status, stop_card
from robot.status.finalize import finalize

if TYPE_CHECKING:
    from pathlib import Path

    from robot.evidence.record.summary import Summary
    from robot.network.vault import CommandVault
    from robot.runs.options import RunOptions
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets


def perform(
    state: RunState, settings: Settings, known: Secrets, vault: CommandVault | None, manner: RunOptions, *, quiet: bool
) -> int:
    """Perform a run in a child process, close it in one and the same way whatever ended it, and return the exit code.

    What it closes the run with was read before: `.env` may have been changed since.

    Args:
        state: the run.
        settings: its settings.
        known: its secrets, as they were when it was performed.
        vault: what lends them; `None` if none does.
        manner: the options of the run.
        quiet: whether only headings, notes and the end are printed.

    Returns:
        The exit code.
    """
    with performing(state), loans.returned(known):
        if vault:
            vault.keep_ledger(state.folder / "on-loan.json")
        masking = Masking(known.texts())
        removed = _remove_cut_off_backups(state)
        ended = _supervised(state, settings, known, masking, manner, quiet=quiet)
        removed += _remove_cut_off_backups(state)  # the child alone may have been killed
        try:
            _note_what_is_kept(state, known, removed)
            pictures = state.evidence / layout.SHOTS
            if ended.code == 0 and pictures.is_dir() and not leak_scan.why_unread(state, settings.evidence):
                click.echo("failover-robot: the pictures are read, so that none shows a secret; that takes a while", err=True)
            summary = finalize(state, settings, ended, STEPS, FAMILY, known)
        except (Exception, Refused) as error:  # noqa: BLE001 - how the upgrade ended must be told, whatever its papers lack
            return _not_closed(state, ended, error, masking)
        try:
            _tell_end(state, summary)
        except OSError:  # the terminal is gone; how it ended stands in the record
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        scan = summary.get("secret_scan", {})
        return int(summary["exit_code"]) or (VerificationFailed.code if scan.get("leaks") or scan.get("no_pack") else 0)


def _remove_cut_off_backups(state: RunState) -> list[str]:
    """Remove what kills have left of backups, and tell it at once; return it in sentences."""
    gone, kept = remove_cut_off_backups(state)
    sentences = [f"removed what a kill had left of a backup: {part}" for part in gone] + kept
    with contextlib.suppress(OSError):  # the terminal is gone; the record tells it too
        for sentence in sentences:
            click.echo(f"failover-robot: {sentence}", err=True)
    return sentences


def _note_what_is_kept(state: RunState, known: Secrets, removed: list[str]) -> None:
    """Give back what the performance has left on loan; note in the record what is kept, and which files were removed."""
    if noted := [*known.give_back(), *removed]:
        with EvidenceLog(state.evidence, hide=known.texts()) as record:
            record.append(Kind.NOTE, OF_THE_RECORD, text="; ".join(noted))


def _supervised(
    state: RunState, settings: Settings, known: Secrets, masking: Masking, manner: RunOptions, *, quiet: bool
) -> Ended:
    """Perform a run in a child process; return how it ended, whatever ended it."""
    database = os.environ.get("FAILOVER_ROBOT_DATABASE_URL")
    child = [sys.executable, "-m", "robot", "_perform", state.name, *manner.to_argv()]
    confirm = terminal.confirm if manner.confirm_each else None
    try:
        with leased(settings, database) as lease, Progress(quiet=quiet) as progress:
            return supervise(state, lease, child, progress, confirm, known)
    except Stop as stop:
        return Ended.by(stop)
    except KeyboardInterrupt:
        return Ended.by(StoppedByHand("stopped by hand"))
    except Exception as fault:  # noqa: BLE001 - whatever it is: the run is closed, and somebody is told
        _log(state, fault, masking)
        return Ended.by(InternalError(masking(f"a fault of the robot's own: {fault!r}")))


def _log(state: RunState, fault: BaseException, masking: Masking) -> Path:
    """Write where a fault of ours happened into the run's log, as far as the disk takes it, and return the log."""
    log = state.folder / "robot.log"
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
        log.chmod(0o600)
        file.write(masking("".join(traceback.format_exception(fault))))
    return log


def _tell_end(state: RunState, summary: Summary) -> None:
    """Print the stop card and the evidence's folder; or, of a run that is over, what was done and its pack."""
    if summary["exit_code"] or summary.get("stop_card"):
        click.echo(f"\n{stop_card.text(summary.get('stop_card', []), terminal.width(sys.stderr))}\n", err=True)
        click.echo(state.evidence)
        return
    more = f". {summary['reason']}" if summary["reason"] else ""
    sentence = {"done": f"done{more}", "stopped": summary["reason"]}.get(
        summary["outcome"], f"nothing to do: the target is reached and the relationship stands{more}"
    )
    click.echo(f"failover-robot: {sentence}; report: {state.evidence / 'report.html'}", err=True)
    if no_pdf := summary.get("no_pdf"):
        click.echo(f"failover-robot: there is no PDF of the report: {no_pdf}", err=True)
    if signer := summary.get("signer"):
        click.echo(f"failover-robot: signed with the key {signer['key_id'][:16]}. {signer['worth']}", err=True)
        if no_signature := signer.get("no_pdf_signature"):
            click.echo(f"failover-robot: the PDF of the report is not signed: {no_signature}", err=True)
        if no_time := signer.get("no_pdf_time"):
            click.echo(f"failover-robot: the PDF of the report bears no time from outside: {no_time}", err=True)
    click.echo(state.evidence / f"{state.name}.zip")


def _not_closed(state: RunState, ended: Ended, error: Exception | Refused, masking: Masking) -> int:
    """Report the end of a run whose summary, report or pack could not be made, as on a full disk; return the exit code."""
    first = "Set that right"
    match error:
        case OSError(strerror=str(words)):
            why, first = f"{words} ({error.filename or state.evidence})", "Make room"
        case Refused() | SealRefused() | BrokenRecord():
            why = str(error).removesuffix(".")
        case _:
            log = _log(state, error, masking)
            why, first = masking(f"a fault of the robot's own, {error!r}, which stands in {log}"), "Report it"
    how = ended.sentence.removesuffix(".") or f"the run has ended ({ended.outcome})"
    again = f"resume {state.name}" if state.is_open else f"seal {state.name}"
    click.echo(
        f"failover-robot: {how}; its report or pack could not be made: {why}. {first}, then: failover-robot {again}", err=True
    )
    click.echo(state.evidence)
    return exit_code(ended.code or Refused.code, anything_pressed=run_status.anything_pressed(state))
