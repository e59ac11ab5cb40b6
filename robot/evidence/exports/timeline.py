"""The timeline of a run as CSV (RFC 4180): a row for each line of its record, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from robot.evidence.exports.plain_text import fit_for_a_cell
from robot.evidence.record.line import Line

COLUMNS: Final = (
    "line", "utc", "unit", "address", "serial", "heading", "step", "title", "kind", "procedure", "text", "by", "file", "sha256",
)  # fmt: skip


def timeline(lines: Sequence[Line]) -> str:
    """Return the timeline; it begins with a byte order mark, without which some spreadsheets do not take it for UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([fit_for_a_cell(cell) for cell in _cells(line)] for line in lines)
    return f"\ufeff{stream.getvalue()}"


def _cells(line: Line) -> tuple[str, ...]:
    return (
        str(line.seq), line.utc, line.unit, line.address, line.serial, line.heading, line.step, line.title, line.kind,
        " ".join(line.procedure), line.text, line.by, line.file, line.sha256,
    )  # fmt: skip
