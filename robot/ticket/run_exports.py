"""What goes to the ticket of a run: its pack, its summary as a file, and a note that names both."""

from __future__ import annotations

import hashlib
import platform
from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.evidence.exports.ticket_summary import ticket_summary
from robot.evidence.record import chain, layout
from robot.evidence.record.summary import read
from robot.runs.store import write_private
from robot.ticket.ticket_values import FileExport, NoteExport

if TYPE_CHECKING:
    from pathlib import Path

    from robot.runs.store import RunState
    from robot.ticket.ticket_values import Export

_LONGEST_NOTE = 3500
"""Characters of the summary in a note: some systems cut notes of 4,000."""


def exports_of(run: RunState, pack: Path, *, with_pack: bool) -> list[Export]:
    """Return what goes to the ticket, in this order. The same run and pack always give the same.

    The names have ASCII letters, digits, dashes and one dot, and the endings zip and txt, which ticket systems take.

    Args:
        run: the run.
        pack: its pack, or its partial one.
        with_pack: whether the pack goes there too; else the note says where it is.

    Returns:
        Files, and the note last, so that what it says is so.

    Raises:
        Refused: a file cannot be read, or the record is damaged.
    """
    try:
        text = ticket_summary(read(run.evidence), chain.read_lines(run.evidence / layout.RECORD))
        whole = FileExport.of(pack, pack.name, "application/zip")
        written = run.folder / f"{pack.stem}-summary.txt"
        write_private(written, text)
        told = FileExport.of(written, written.name, "text/plain")
    except (OSError, chain.BrokenRecord) as error:
        raise Refused(f"{run.name} cannot be attached: {error}") from None
    reference = hashlib.sha256(f"{run.name} {whole.sha256} {with_pack}".encode()).hexdigest()[:24]
    where = "attached" if with_pack else f"not attached, it is on {platform.node()} in {pack.parent}"
    note = "\n".join((
        _cut(text, f"(The rest stands in {told.name}.)"), "",
        f"Pack: {whole.name}, {where}.",
        f"SHA-256: {whole.sha256}",
        f"To verify it: failover-robot verify {whole.name}",
        f"Reference: {reference}",
    ))  # fmt: skip
    return [*([whole] if with_pack else []), told, NoteExport(note, reference)]


def _cut(text: str, rest: str) -> str:
    """Return as many whole lines of a text as a note has room for."""
    if len(text) <= _LONGEST_NOTE:
        return text
    return f"{text[: text.rindex(chr(10), 0, _LONGEST_NOTE)]}\n{rest}"
