"""Before a pack is sealed: no secret may stand in what a run has left, in whatever encoding, nor be seen in a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from robot.domain.masking import Masking
from robot.evidence.record import layout
from robot.evidence.scan import eyes
from robot.evidence.scan.leaks import LeakScan
from robot.runs.durable import stored_texts
from robot.runs.evidence_log import now_utc
from robot.runs.store import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from robot.domain.secret_registry import SecretRegistry
    from robot.evidence.record.summary import Summary
    from robot.runs.store import RunState
    from robot.settings import Settings

_FILE = "leaks.json"
"""Of the state folder: what was found when a seal was refused, by place and kind; never a value."""


WHAT_TO_DO = (
    "Whoever has the evidence or this machine can read it there. Change each of these secrets on the appliances, and in .env or "
    "the vault; then: failover-robot seal {run} (with --changed-by NAME for keys, tokens and cookies that a page gave)"
)


@dataclass(frozen=True)
class LeakReport:
    """What a scan has found.

    Attributes:
        leaks: place and kind of each secret that was found.
        secrets: how many were looked for.
        pictures: how many different pictures were read.
        unseen: what could not be looked at, in a sentence each.
    """

    leaks: tuple[str, ...]
    secrets: int
    pictures: int
    unseen: tuple[str, ...]

    def __str__(self) -> str:
        found = f"found: {'; '.join(self.leaks)}" if self.leaks else "none was found"
        read = f"{self.pictures} different pictures were read" if self.pictures else "no picture was read"
        return ". ".join([f"{self.secrets} secrets were looked for, in all usual encodings, and {found}. {read}", *self.unseen])

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON.

        Returns:
            `secrets`, `pictures`, `leaks` and `unseen`.
        """
        return {"secrets": self.secrets, "pictures": self.pictures, "leaks": list(self.leaks), "unseen": list(self.unseen)}


def scan_run(run: RunState, settings: Settings, secrets: SecretRegistry) -> LeakReport:
    """Look through everything that a run has left: its evidence, its state folder and its rows in the database.

    Args:
        run: the run, which is not being performed.
        settings: its pair file.
        secrets: what must not be found.

    Returns:
        What was found.

    Raises:
        OSError: a file cannot be read.
    """
    known = dict(secrets.lasting())
    scan, unseen = LeakScan(known), list[str]()
    scan.scan_folder(run.evidence)
    scan.scan_folder(run.folder, "state/")
    try:
        for place, text in stored_texts(run.name):
            scan.scan_text(place, text)
    except Exception as gone:  # noqa: BLE001 - a database that is down must not cost the pack; it is told
        unseen.append(f"the database could not be looked at ({type(gone).__name__})")
    if why := why_unread(run, settings):
        unseen.append(why)
    else:
        try:
            scan.read_pictures(run.evidence / layout.SHOTS)
        except OSError as unreadable:
            unseen.append(f"not every picture could be read ({unreadable})")
    return LeakReport(_sentences(scan, secrets), len(known), scan.pictures, tuple(unseen))


def leaks_in_evidence(run: RunState, secrets: SecretRegistry) -> tuple[str, ...]:
    """Look through the evidence of a run alone, without reading its pictures; return what was found, by place and kind."""
    scan = LeakScan(dict(secrets.lasting()))
    scan.scan_folder(run.evidence)
    return _sentences(scan, secrets)


def _sentences(scan: LeakScan, secrets: SecretRegistry) -> tuple[str, ...]:
    masking = Masking(secrets)  # a file may be named for a secret
    return tuple(masking(str(leak)) for leak in scan.leaks)


def card(run: RunState, settings: Settings, summary: Summary, found: LeakReport) -> list[list[str]]:
    """Return the stop card of a run that has ended well, and of which no pack was made.

    Args:
        run: the run.
        settings: its pair file.
        summary: its summary.
        found: what was found.

    Returns:
        Rows of a label and a text.
    """
    return [
        ["State", f"{summary['outcome']}; no pack was made (exit code 7) at {now_utc()}"],
        ["Change", f"{settings.change.ticket}, run {run.name}, {settings.site.hostname}"],
        ["What happened", f"the upgrade has ended as it should ({summary['outcome']}); but what it has left holds secrets"],
        *(["Found", leak] for leak in found.leaks),
        ["Do NOT", f"send {run.evidence} to anybody"],
        ["Next", WHAT_TO_DO.format(run=run.name)],
        ["Look", f"failover-robot status {run.name}   ·   {run.evidence / layout.REPORT}"],
    ]


def why_unread(run: RunState, settings: Settings) -> str:
    """Return why the pictures of a run are not read; an empty string if they are."""
    if run.facts.get("rehearsal"):
        return "pictures of a rehearsal are not read"
    if settings.evidence and not settings.evidence.ocr:
        return "pictures are not read: [evidence] ocr = false"
    return "" if eyes.can_read() else f"pictures are not read: {eyes.PROGRAM} is not installed"


def remember_leaks(run: RunState, leaks: tuple[str, ...]) -> None:
    """Keep what was found, so that no later seal passes over it; nothing is kept where nothing was found."""
    if leaks:
        write_private(_path(run), json.dumps(list(leaks)))
    else:
        _path(run).unlink(missing_ok=True)


def remembered_leaks(run: RunState) -> tuple[str, ...]:
    """Return what was found when this run's seal was refused; empty if it was not."""
    return tuple(json.loads(_path(run).read_text(encoding="utf-8"))) if _path(run).exists() else ()


def _path(run: RunState) -> Path:
    return run.folder / _FILE
