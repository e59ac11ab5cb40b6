"""Before a pack is sealed: what has a secret in it is not sealed, and is told; the upgrade's outcome stays what it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn, cast

from robot.domain.errors import Refused
from robot.evidence.record import layout
from robot.evidence.record.line import OF_THE_RECORD, Kind
from robot.runs.evidence_log import EvidenceLog, now_utc
from robot.runs.store import write_private
from robot.status.leak_scan import scan_evidence, scan_run

if TYPE_CHECKING:
    from pathlib import Path

    from robot.evidence.record.summary import Summary
    from robot.runs.store import RunState
    from robot.settings import Settings
    from robot.settings.secrets import Secrets
    from robot.settings.sections.evidence import EvidenceSettings
    from robot.status.leak_scan import LeakReport

_FILE = "leaks.json"
"""Of the state folder: why a seal was refused, by place and kind; never a value."""
WHAT_TO_DO = (
    "Whoever has the evidence or this machine can read it there. Change each of these secrets on the appliances, and in .env or "
    "the vault; then: failover-robot seal {run} (with --changed-by NAME for keys, tokens and cookies that a page gave)"
)


def may_seal(run: RunState, settings: Settings, summary: Summary, known: Secrets) -> bool:
    """Look through what a run that is over has left; tell it in record and summary.

    Args:
        run: the run.
        settings: its pair file.
        summary: gets what was found, and a stop card if the run has none.
        known: the secrets.

    Returns:
        Whether a pack may be made.
    """
    found = scan_run(run, settings.evidence, known.texts())
    _tell(run, str(found))
    _tell_in_summary(run, settings, summary, found)
    return not found.refusals


def may_seal_report(run: RunState, settings: Settings, summary: Summary, known: Secrets) -> bool:
    """Look through the evidence once more when its report is written; as `may_seal`, but the record stays."""
    found = scan_evidence(run.evidence, known.texts())
    if found.refusals:
        _tell_in_summary(run, settings, summary, found)
    return not found.refusals


def require_clean(run: RunState, known: Secrets | str) -> None:
    """Require that no secret stands in the evidence of a run that is still open, as far as the secrets are known.

    Args:
        run: the run.
        known: its secrets as they are today; or why they cannot be had.

    Raises:
        Refused: one is found, or the evidence cannot be looked through.
    """
    if not isinstance(known, str) and (refusals := scan_evidence(run.evidence, known.texts()).refusals):
        _refuse(run, refusals)


def require_clean_again(run: RunState, evidence: EvidenceSettings | None, known: Secrets | str, changed_by: str) -> Summary:
    """Look for today's secrets in a run that is over. What was found before is looked for or was changed.

    Args:
        run: the run, of which there is no pack.
        evidence: `[evidence]` of its pair file.
        known: its secrets as they are today; or why they cannot be had.
        changed_by: who says that what was found before has been changed; "" if nobody.

    Returns:
        The summary as it is to be written.

    Raises:
        Refused: something is found, or was, or cannot be looked for.
    """
    before = _remembered(run)
    summary = cast("Summary", dict(run.summary))
    if isinstance(known, str):
        if before and not changed_by:
            raise Refused(f"no pack is made of {run.name}: {'; '.join(before)}; and it cannot be looked again: {known}")
        _tell(run, f"nothing was looked for, since the secrets are not known here ({known})", by=changed_by)
    else:
        secrets = known.texts()
        found = scan_run(run, evidence, secrets)
        names = tuple(f": {name}" for name in set(secrets.lasting().values()))
        gone = tuple(leak for leak in before if not leak.endswith(names))
        if refusals := (*found.refusals, *(gone if not changed_by else ())):
            _refuse(run, refusals)
        changed = f"; {changed_by} says that what was found before ({'; '.join(gone)}) has been changed since" if gone else ""
        _tell(run, f"{found}{changed}", by=changed_by)
        summary["secret_scan"] = found.plain()
    if not summary["exit_code"]:
        summary.pop("stop_card", None)
    _remember(run, ())
    return summary


def _refuse(run: RunState, refusals: tuple[str, ...]) -> NoReturn:
    raise Refused(f"no pack is made of {run.name}: {'; '.join(refusals)}. {WHAT_TO_DO.format(run=run.name)}")


def _tell(run: RunState, sentence: str, by: str = "") -> None:
    with EvidenceLog(run.evidence) as record:
        record.append(Kind.NOTE, OF_THE_RECORD, text=f"before the seal: {sentence}", by=by)


def _tell_in_summary(run: RunState, settings: Settings, summary: Summary, found: LeakReport) -> None:
    summary["secret_scan"] = found.plain()
    _remember(run, found.leaks)
    if found.refusals and not summary["exit_code"]:
        summary["stop_card"] = _card(run, settings, summary, found)


def _card(run: RunState, settings: Settings, summary: Summary, found: LeakReport) -> list[list[str]]:
    """Return the stop card of a run that has ended well, and of which no pack was made: rows of a label and a text."""
    holds = "what it has left holds secrets" if found.leaks else found.no_pack
    next_action = WHAT_TO_DO.format(run=run.name) if found.leaks else f"failover-robot seal {run.name}"
    return [
        ["State", f"{summary['outcome']}; no pack was made (exit code 7) at {now_utc()}"],
        ["Change", f"{settings.change.ticket}, run {run.name}, {settings.site.hostname}"],
        ["What happened", f"the upgrade has ended as it should ({summary['outcome']}); but {holds}"],
        *(["Found", leak] for leak in found.leaks),
        ["Do NOT", f"send {run.evidence} to anybody"],
        ["Next", next_action],
        ["Look", f"failover-robot status {run.name}   ·   {run.evidence / layout.REPORT}"],
    ]


def _remember(run: RunState, leaks: tuple[str, ...]) -> None:
    """Keep what was found, so that no later seal passes over it; nothing is kept where nothing was found."""
    if leaks:
        write_private(_path(run), json.dumps(list(leaks)))
    else:
        _path(run).unlink(missing_ok=True)


def _remembered(run: RunState) -> tuple[str, ...]:
    """Return what was found when this run's seal was refused; empty if it was not."""
    return tuple(json.loads(_path(run).read_text(encoding="utf-8"))) if _path(run).exists() else ()


def _path(run: RunState) -> Path:
    return run.folder / _FILE
