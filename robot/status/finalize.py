"""Closes a run: makes everything that is made from its record once the performing process has ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from robot.domain.errors import Refused, UsageError, exit_code, outcome
from robot.domain.masking import Masking
from robot.evidence.pack import sealing
from robot.evidence.pack.packing import SealRefused
from robot.evidence.record import layout
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.evidence.record.summary import read
from robot.evidence.shared.shareable import make_shareable
from robot.network.site_location import whereabouts
from robot.notification.notifier import Notifier
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.settings.sections.evidence import EvidenceSettings
from robot.signing.evidence_key import pack_signer, trusted_here
from robot.signing.time_authority import attest
from robot.status import seal_gate, stop_card
from robot.status.run_report import write_report
from robot.status.run_summary import summarise

if TYPE_CHECKING:
    from collections.abc import Callable

    from robot.domain.appliance_family import ApplianceFamily
    from robot.evidence.pack.packing import PackSigner
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
        return _sealed(run, summary, settings, known)
    write_report(run.evidence, summary)
    return summary


def _sealed(run: RunState, summary: Summary, settings: Settings, known: Secrets | None) -> Summary:
    """Make the report of a run that is over, and its signed pack unless a secret is found in what it has left.

    What cannot be signed is reported all the same. Where the pack of this very end stands already, since the process was killed
    after it had made it, nothing is made again.

    Returns:
        The summary, with the digest of the pack.
    """
    folder, signer, is_clean = run.evidence, None, True
    if not sealing.pack_path(folder, partial=False).exists() or read(folder).get("outcome") != summary["outcome"]:
        try:
            signer = _signer(settings.evidence, settings.folder)
            is_clean = known is None or seal_gate.may_seal(run, settings, summary, known)
        finally:
            write_report(folder, summary, signer, _authority(settings.evidence))
        if known is not None and is_clean and not seal_gate.may_seal_report(run, settings, summary, known):
            is_clean = False
            write_report(folder, summary, signer, _authority(settings.evidence))
    if not is_clean:
        return summary
    sealing.seal(folder, signer=signer, has_report=True)
    return cast("Summary", read(folder))


def _note_end(record: EvidenceLog, text: str, evidence: EvidenceSettings | None) -> None:
    last = record.append(Kind.SEALED, OF_THE_RECORD, text=text)
    if evidence and evidence.timestamps:
        attest(record, last, "seal", evidence.timestamps)


def _signer(evidence: EvidenceSettings | None, folder: Path) -> PackSigner:
    """Return who seals, or refuse to seal: how the run ended is told all the same."""
    try:
        return pack_signer(evidence, folder)
    except UsageError as error:
        raise Refused(f"the pack cannot be signed: {error}") from None


def signer_of(run: RunState) -> PackSigner:
    """Return who seals what is made of a run, by the pair file with which it was begun.

    Raises:
        Refused: the key cannot be used.
    """
    return _signer(_section_of(run), Path(_kept_settings(run).get("folder", ".")))


def _section_of(run: RunState) -> EvidenceSettings | None:
    """Return this section alone: another version may have begun the run."""
    kept = _kept_settings(run)
    return EvidenceSettings.model_validate(kept["evidence"]) if kept.get("evidence") else None


def _kept_settings(run: RunState) -> dict[str, Any]:
    return run.facts.get("settings") or {}


def _authority(evidence: EvidenceSettings | None) -> str:
    return (evidence and evidence.timestamps) or ""


def share_by_hand(run: RunState, learn_secrets: Callable[[], Secrets | str], changed_by: str = "") -> Path:
    """Make the shareable pack of a run that has ended, from its restricted one, which is made first where it is missing.

    Args:
        run: the run.
        learn_secrets: gives its secrets as they are today, or why they cannot be had; asked only if there is no pack yet.
        changed_by: as for `seal_by_hand`.

    Returns:
        The path of the pack.

    Raises:
        Refused: the run has not ended, or the restricted pack cannot be made or is not intact.
    """
    if run.is_open:
        raise Refused(f"{run.name} has not ended: a pack that can be shared is made from the final one")
    try:
        return make_shareable(seal_by_hand(run, learn_secrets, changed_by), signer_of(run), trusted_here())
    except (SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be shared: {error}") from error


def seal_by_hand(run: RunState, learn_secrets: Callable[[], Secrets | str], changed_by: str = "") -> Path:
    """Make the pack of a run, or a partial pack if the run is still open, once no secret is found in it.

    Args:
        run: the run.
        learn_secrets: gives its secrets as they are today, or why they cannot be had; asked only if there is no pack yet.
        changed_by: who says that every secret which was found before has been changed since, and is worth nothing; "" if nobody.

    Returns:
        The path of the pack.

    Raises:
        Refused: the run is in progress, a secret is found, or its record cannot be packed.
    """
    if run.is_alive:
        raise Refused(f"{run.name} is in progress; stop it first, or wait")
    folder, signer = run.evidence, signer_of(run)
    try:
        if (folder / layout.RECORD).is_file() and not sealing.pack_path(folder, partial=run.is_open).exists():
            section, known = _section_of(run), learn_secrets()
            if run.is_open:
                seal_gate.require_clean(run, known)
                summary = cast("Summary", read(folder))
            else:
                summary = seal_gate.require_clean_again(run, section, known, changed_by)
            write_report(folder, summary, signer, _authority(section))  # an earlier one tells less
        return sealing.seal(folder, partial=run.is_open, signer=signer, has_report=True)
    except (SealRefused, BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be sealed: {error}") from error
