"""Closes a run: makes everything that is made from its record once the performing process has ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from robot.domain.errors import Refused, UsageError, exit_code, outcome
from robot.domain.masking import Masking
from robot.evidence.exports import export_files
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
from robot.settings.sections.evidence import EvidenceSettings
from robot.signing.evidence_key import pack_signer
from robot.signing.time_authority import attest
from robot.status import report_pdf, seal_gate, stop_card
from robot.status.run_summary import summarise

if TYPE_CHECKING:
    from robot.domain.appliance_family import ApplianceFamily
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
        known: the secrets: a stop is told by message, and nothing is sealed that holds one; None for neither.

    Returns:
        The summary as it was written; `pack_sha256` is set if there is a pack.
    """
    final = ended.outcome in {"done", "already", BACKED_OUT}
    with EvidenceLog(run.evidence) as record:
        history = record.history
        pressed = record.anything_pressed
        if final and history.latest(OF_THE_RECORD, {Kind.SEALED}) is None:
            _note_end(record, f"the run has ended: {ended.outcome}", settings.evidence)
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
    if final:
        _seal(run, summary, settings, known)
    else:
        _write_report(run.evidence, summary)
    return summary


def _seal(run: RunState, summary: Summary, settings: Settings, known: Secrets | None) -> None:
    """Write the report and make the signed pack of a run that is over; what cannot be sealed is reported all the same."""
    folder = run.evidence
    try:
        signer = _signer(settings.evidence, settings.folder)
    except Refused:
        _write_report(folder, summary)
        raise
    summary["signer"] = signer.for_summary()
    if (folder / f"{run.name}.zip").exists():
        known = None  # the pack stays what it is
    is_clean = known is None or seal_gate.may_seal(run, settings, summary, known)
    _write_report(folder, summary)
    if known is not None and is_clean and not seal_gate.may_seal_report(run, settings, summary, known):
        is_clean = False
        _write_report(folder, summary)
    if is_clean:
        sealing.seal(folder, signer=signer)
        summary["pack_sha256"] = read(folder)["pack_sha256"]


def _note_end(record: EvidenceLog, text: str, evidence: EvidenceSettings | None) -> None:
    last = record.append(Kind.SEALED, OF_THE_RECORD, text=text)
    if evidence and evidence.timestamps:
        attest(record, last, "seal", evidence.timestamps)


def _write_report(folder: Path, summary: Summary) -> None:
    """Write the summary, and what people and other programs read; if there is no PDF, the summary says why."""
    write_summary(folder, summary)
    html_page.write(folder)
    if no_pdf := report_pdf.write_pdf(folder):
        summary["no_pdf"] = no_pdf
        write_summary(folder, summary)
    export_files.write(folder)


def write_summary(folder: Path, summary: Summary) -> None:
    """Write `summary.json` whole or not at all."""
    replace_file(folder / layout.SUMMARY, (json.dumps(summary, ensure_ascii=False, indent=2) + "\n").encode())


def _signer(evidence: EvidenceSettings | None, folder: Path) -> sealing.PackSigner:
    """Return who seals, or refuse to seal: how the run ended is told all the same."""
    try:
        return pack_signer(evidence, folder)
    except UsageError as error:
        raise Refused(f"the pack cannot be signed: {error}") from None


def seal_by_hand(run: RunState, known: Secrets | str, changed_by: str = "") -> Path:
    """Make the pack of a run, or a partial pack if the run is still open, once no secret is found in it.

    Args:
        run: the run.
        known: its secrets as they are today; or why they cannot be had.
        changed_by: who says that every secret which was found before has been changed since, and is worth nothing; "" if nobody.

    Returns:
        The path of the pack.

    Raises:
        Refused: the run is in progress, a secret is found, or its record cannot be packed.
    """
    if run.is_alive:
        raise Refused(f"{run.name} is in progress; stop it first, or wait")
    kept: dict[str, Any] = run.facts.get("settings") or {}  # this section alone: another version may have begun the run
    section = EvidenceSettings.model_validate(kept["evidence"]) if kept.get("evidence") else None
    try:
        if run.is_open:
            seal_gate.require_clean(run, known)
            if (run.evidence / layout.RECORD).is_file():
                html_page.write(run.evidence)
                report_pdf.write_pdf(run.evidence)  # the one of an earlier stop tells less
        elif not (run.evidence / f"{run.name}.zip").exists():
            _write_report(run.evidence, seal_gate.require_clean_again(run, section, known, changed_by))
        return sealing.seal(run.evidence, partial=run.is_open, signer=_signer(section, Path(kept.get("folder", "."))))
    except (sealing.SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be sealed: {error}") from error
