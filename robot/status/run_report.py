"""What people and other programs read of a run, made from its record: page, PDF and exports; the summary names the signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.domain.errors import Refused
from robot.evidence.exports import export_files
from robot.evidence.record import layout
from robot.evidence.record.durable import replace_file
from robot.evidence.record.summary import written
from robot.evidence.report import html_page
from robot.status import report_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from robot.evidence.pack.packing import PackSigner
    from robot.evidence.record.summary import Summary
    from robot.signing.pdf_signature import PdfSignature


def write_report(folder: Path, summary: Summary, signer: PackSigner | None = None, authority: str = "") -> None:
    """Write the summary, the page, its PDF and the exports.

    The summary is told what became of them: who signs, and why there is no PDF, no signature in it, or no time in that.

    Args:
        folder: the run's evidence folder.
        summary: the run's summary; of a run that has none yet, an empty one, which is not written.
        signer: who signs the PDF and the pack; None if nobody does yet.
        authority: the address of the authority for time; "" if there is none.
    """
    has_summary, signature, told = bool(summary), None, dict[str, str]()
    summary.pop("signer", None)
    summary.pop("no_pdf", None)
    if signer:
        told = summary["signer"] = signer.for_summary()
        try:
            signature = _signature(folder.name, signer, authority)
        except Refused as refusal:
            told["no_pdf_signature"] = str(refusal)
    if has_summary:
        write_summary(folder, summary)
    html_page.write(folder)
    if no_pdf := report_pdf.write_pdf(folder, signature.sign if signature else None):
        summary["no_pdf"] = no_pdf
    elif signature and signature.no_time:
        told["no_pdf_time"] = signature.no_time
    if has_summary:
        write_summary(folder, summary)
    export_files.write(folder)


def _signature(run: str, signer: PackSigner, authority: str) -> PdfSignature:
    from robot.signing.pdf_signature import PdfSignature  # noqa: PLC0415 - half a second, which only a run's end needs

    return PdfSignature.prepare(signer, run, authority)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write `summary.json` whole or not at all."""
    replace_file(folder / layout.SUMMARY, written(summary, pack_sha256=summary["pack_sha256"]))
