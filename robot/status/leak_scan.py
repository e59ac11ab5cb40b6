"""No secret may stand in what a run has left, in whatever encoding, nor be seen in a picture: it is looked for here."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from robot.domain.masking import Masking
from robot.evidence.scan import eyes
from robot.evidence.scan.leaks import LeakScan, TookTooLong
from robot.runs.durable import stored_texts
from robot.settings.secrets.ordinary import why_ordinary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from robot.domain.secret_registry import SecretRegistry
    from robot.runs.store import RunState
    from robot.settings.sections.evidence import EvidenceSettings

TEXTS_WITHIN_S: Final = 600.0
PICTURES_WITHIN_S: Final = 1800.0


@dataclass(frozen=True)
class LeakReport:
    """What a scan has found.

    Attributes:
        leaks: place and kind of each secret that was found.
        secrets: how many were looked for.
        pictures: how many different pictures were read.
        unseen: what could not be looked at, in a sentence each.
        no_pack: why no pack may be made, in a sentence, although nothing was found: what goes into it was not looked at; or "".
    """

    leaks: tuple[str, ...]
    secrets: int
    pictures: int = 0
    unseen: tuple[str, ...] = ()
    no_pack: str = ""

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why no pack is made, in a sentence each; empty if one may be made."""
        return (*self.leaks, *([self.no_pack] if self.no_pack else ()))

    def __str__(self) -> str:
        found = f"found: {'; '.join(self.leaks)}" if self.leaks else "none was found"
        read = f"{self.pictures} different pictures were read" if self.pictures else "no picture was read"
        were = "1 secret was" if self.secrets == 1 else f"{self.secrets} secrets were"
        looked = f"{were} looked for, in all usual encodings, and {found}"
        return ". ".join([looked, *([self.no_pack] if self.no_pack else ()), read, *self.unseen])

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON.

        Returns:
            `secrets`, `pictures`, `leaks` and `unseen`; and `no_pack` if the look itself has failed.
        """
        plain = {"secrets": self.secrets, "pictures": self.pictures, "leaks": list(self.leaks), "unseen": list(self.unseen)}
        return plain | ({"no_pack": self.no_pack} if self.no_pack else {})


def scan_run(run: RunState, evidence: EvidenceSettings | None, secrets: SecretRegistry) -> LeakReport:
    """Look through everything that a run has left: its evidence, its state folder and its rows in the database.

    It never fails and ends in bounded time: what could not be looked at is told.

    Args:
        run: the run, which is not being performed.
        evidence: `[evidence]` of its pair file.
        secrets: what must not be found.

    Returns:
        What was found.
    """
    known = dict(secrets.lasting())
    scan = LeakScan(known, until=time.monotonic() + TEXTS_WITHIN_S)
    no_pack = _failure("the evidence", lambda: scan.scan_folder(run.evidence))
    unseen = [
        _failure("the state folder", lambda: scan.scan_folder(run.folder, "state/")),
        _failure("the database", lambda: scan.scan_texts(stored_texts(run.name))),
        why_unread(run, evidence) or _read_pictures(scan, known, run.evidence),
    ]
    return LeakReport(_sentences(scan, secrets), len(known), scan.pictures, tuple(filter(None, unseen)), no_pack)


def scan_evidence(folder: Path, secrets: SecretRegistry) -> LeakReport:
    """Look through an evidence folder alone, without reading its pictures.

    Args:
        folder: the folder.
        secrets: what must not be found.

    Returns:
        What was found.
    """
    known = dict(secrets.lasting())
    scan = LeakScan(known, until=time.monotonic() + TEXTS_WITHIN_S)
    no_pack = _failure("the evidence", lambda: scan.scan_folder(folder))
    return LeakReport(_sentences(scan, secrets), len(known), no_pack=no_pack)


def why_unread(run: RunState, evidence: EvidenceSettings | None) -> str:
    """Return why the pictures of a run are not read; an empty string if they are."""
    if run.facts.get("rehearsal"):
        return "pictures of a rehearsal are not read"
    if evidence and not evidence.ocr:
        return "pictures are not read: [evidence] ocr = false"
    return "" if eyes.can_read() else f"pictures are not read: {eyes.PROGRAM} is not installed"


def _failure(what: str, look: Callable[[], None]) -> str:
    """Look at something; return why that did not come to its end, or ""."""
    try:
        look()
    except TookTooLong:
        return f"{what} could not be looked through within {TEXTS_WITHIN_S:.0f} s"
    except Exception as fault:  # noqa: BLE001 - a database that is down, a file that is none: it is told; the run has its end
        return f"{what} could not be looked through ({type(fault).__name__})"
    return ""


def _read_pictures(scan: LeakScan, known: dict[str, str], folder: Path) -> str:
    """Read the pictures, and return what was not looked for or at, in a sentence; "" if nothing."""
    scan.until = time.monotonic() + PICTURES_WITHIN_S
    words = {text for text in known if reads_like_words(text)}
    left_out = f"{len(words)} secrets were not looked for in pictures: read there, they are like ordinary words" if words else ""
    try:
        unread = scan.read_pictures(folder, {text: name for text, name in known.items() if text not in words})
    except Exception as fault:  # noqa: BLE001 - as above
        return f"not every picture could be read ({type(fault).__name__})"
    return ". ".join(filter(None, [f"{unread} pictures could not be read, or not in time" if unread else "", left_out]))


def reads_like_words(secret: str) -> bool:
    """Return whether a secret cannot be told from what pages show anyway once signs and blanks are not seen, as in a picture."""
    return bool(why_ordinary(" ".join(re.findall(r"[^\W\d_]+|\d+", secret))))


def _sentences(scan: LeakScan, secrets: SecretRegistry) -> tuple[str, ...]:
    masking = Masking(secrets)  # a file may be named for a secret
    return tuple(masking(str(leak)) for leak in scan.leaks)
