"""Closes a run: makes everything that is made from its record once the performing process has ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from robot.domain.errors import Refused, exit_code, outcome
from robot.domain.masking import Masking
from robot.evidence.pack import sealing
from robot.evidence.record import layout
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.durable import replace_file
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.evidence.record.summary import read
from robot.evidence.report import html_page
from robot.network.site_location import whereabouts
from robot.notification.notifier import Notifier
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.status import leak_scan, stop_card
from robot.status.run_summary import summarise

if TYPE_CHECKING:
    from pathlib import Path

    from robot.domain.appliance_family import ApplianceFamily
    from robot.domain.secret_registry import SecretRegistry
    from robot.evidence.record.history import RunHistory
    from robot.evidence.record.step_names import StepNames
    from robot.evidence.record.summary import Summary
    from robot.runs.store import RunState
    from robot.runs.supervisor import Ended
    from robot.settings import Settings
    from robot.settings.secrets import Secrets

BACKED_OUT = "backed_out"
"""The outcome of a flow that went the way back; the summary has `stopped` with exit code 0 and `backed_out`."""


def finalize(
    run: RunState,
    settings: Settings,
    ended: Ended,
    names: StepNames,
    family: ApplianceFamily,
    known: Secrets | None = None,
) -> Summary:
    """Write the summary, the report and, at a run's end, the pack.

    Args:
        run: the run, which is not being performed.
        settings: its pair file.
        ended: how it ended.
        names: the flows' step names.
        family: the appliances' family.
        known: the secrets, with which a stop is told by message, and for which everything is looked through before the seal;
            None if no message is to be sent and they are not known.

    Returns:
        The summary as it was written; `pack_sha256` is set if there is a pack.
    """
    final = ended.outcome in {"done", "already", BACKED_OUT}
    history = _ended_history(run, ended.outcome if final else "")
    pressed = bool(history.presses)
    code = exit_code(ended.code, anything_pressed=pressed)
    word = "stopped" if ended.outcome == BACKED_OUT else outcome(ended.outcome, anything_pressed=pressed)
    summary: Summary = {
        **summarise(run, settings, history, names),
        "outcome": word,
        "exit_code": code,
        "reason": ended.sentence,
        "backed_out": ended.outcome == BACKED_OUT,
    }
    if code:
        card = summary["stop_card"] = stop_card.make(
            run, settings, summary, ended.next_action, history, names, whereabouts(settings, known), family
        )
        if known is not None:
            with EvidenceLog(run.evidence, hide=known.texts()) as record:
                Notifier(run, settings, known)(record, "stopped", f"{word} at {now_utc()}: {ended.sentence}", card=card)
    summary = cast("Summary", Masking(known.texts() if known else ()).plain(summary))
    write_summary(run.evidence, summary)
    html_page.write(run.evidence)
    if final:
        _seal(run, settings, summary, known.texts() if known else None)
    return summary


def _ended_history(run: RunState, outcome: str) -> RunHistory:
    """Note the end of a run in its record, unless it is noted or `outcome` is "", and return its history."""
    with EvidenceLog(run.evidence) as record:
        history = record.history
        if outcome and history.latest(OF_THE_RECORD, {Kind.SEALED}) is None:
            record.append(Kind.SEALED, OF_THE_RECORD, text=f"the run has ended: {outcome}")
    return history


def _seal(run: RunState, settings: Settings, summary: Summary, secrets: SecretRegistry | None) -> None:
    """Make the pack unless a secret is found in what the run has left; write into the summary what came of it."""
    if secrets is not None and not (run.evidence / f"{run.name}.zip").exists():
        found = leak_scan.scan_run(run, settings, secrets)
        _tell_scan(run, str(found))
        leak_scan.remember_leaks(run, found.leaks)
        summary["secret_scan"] = found.plain()
        if found.leaks and not summary["exit_code"]:
            summary["stop_card"] = leak_scan.card(run, settings, summary, found)
        write_summary(run.evidence, summary)
        if found.leaks:
            html_page.write(run.evidence)
            return
    sealing.seal(run.evidence)
    summary["pack_sha256"] = read(run.evidence)["pack_sha256"]


def _tell_scan(run: RunState, sentence: str, by: str = "") -> None:
    with EvidenceLog(run.evidence) as record:
        record.append(Kind.SEALED, OF_THE_RECORD, text=f"before the seal: {sentence}", by=by)


def write_summary(folder: Path, summary: Summary) -> None:
    """Write `summary.json` whole or not at all."""
    replace_file(folder / layout.SUMMARY, (json.dumps(summary, ensure_ascii=False, indent=2) + "\n").encode())


def seal_by_hand(run: RunState, settings: Settings, known: Secrets | str, changed_by: str = "") -> Path:
    """Make the pack of a run, or a partial pack if the run is still open, once no secret is found in it.

    Args:
        run: the run.
        settings: its pair file.
        known: its secrets as they are today; or why they cannot be had.
        changed_by: who says that every secret which was found before has been changed since, and is worth nothing; "" if nobody.

    Returns:
        The path of the pack.

    Raises:
        Refused: the run is in progress, a secret is found, or its record cannot be packed.
    """
    if run.is_alive:
        raise Refused(f"{run.name} is in progress; stop it first, or wait")
    try:
        if run.is_open:
            _look_at_evidence(run, known)
        elif not run.summary.get("pack_sha256"):
            _look_again(run, settings, known, changed_by)
        return sealing.seal(run.evidence, partial=run.is_open)
    except (sealing.SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be sealed: {error}") from error


def _look_at_evidence(run: RunState, known: Secrets | str) -> None:
    """Look through what goes into a partial pack, as far as the secrets are known.

    Raises:
        Refused: something is found.
    """
    if not isinstance(known, str) and (leaks := leak_scan.leaks_in_evidence(run, known.texts())):
        raise Refused(f"no pack is made of {run.name}: {'; '.join(leaks)}. {leak_scan.WHAT_TO_DO.format(run=run.name)}")


def _look_again(run: RunState, settings: Settings, known: Secrets | str, changed_by: str) -> None:
    """Look for today's secrets. What was found before, and cannot be looked for any more, somebody must have changed by name.

    Raises:
        Refused: something is found, or was, or cannot be looked for.
    """
    before = leak_scan.remembered_leaks(run)
    summary = cast("Summary", dict(run.summary))
    if isinstance(known, str):
        if before and not changed_by:
            raise Refused(f"no pack is made of {run.name}: {'; '.join(before)}; and it cannot be looked again: {known}")
        _tell_scan(run, f"nothing was looked for, since the secrets are not known here ({known})", by=changed_by)
    else:
        secrets = known.texts()
        found = leak_scan.scan_run(run, settings, secrets)
        names = set(secrets.lasting().values())
        gone = tuple(leak for leak in before if not leak.endswith(tuple(f": {name}" for name in names)))
        if leaks := (*found.leaks, *(gone if not changed_by else ())):
            raise Refused(f"no pack is made of {run.name}: {'; '.join(leaks)}. {leak_scan.WHAT_TO_DO.format(run=run.name)}")
        changed = f"; {changed_by} says that what was found before ({'; '.join(gone)}) has been changed since" if gone else ""
        _tell_scan(run, f"{found}{changed}", by=changed_by)
        summary["secret_scan"] = found.plain()
    if not summary["exit_code"]:
        summary.pop("stop_card", None)
    leak_scan.remember_leaks(run, ())
    write_summary(run.evidence, summary)
