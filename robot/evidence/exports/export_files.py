"""The exports as files of the run's folder, made anew from its record and summary: the same folder gives the same bytes."""

from pathlib import Path

from robot.evidence.exports.junit import junit
from robot.evidence.exports.ticket_summary import ticket_summary
from robot.evidence.exports.timeline import timeline
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.durable import replace_file


def write(run_folder: Path) -> None:
    """Write the exports of a run into its folder.

    Raises:
        robot.evidence.record.chain.BrokenRecord: record or summary cannot be read.
        OSError: a file cannot be read or written.
    """
    lines, run_summary = chain.read_lines(run_folder / layout.RECORD), summary.read(run_folder)
    texts = (junit(run_summary, lines), timeline(lines), ticket_summary(run_summary, lines))
    (run_folder / layout.EXPORTS).mkdir(exist_ok=True)
    for name, text in zip(layout.EXPORTED, texts, strict=True):
        replace_file(run_folder / name, text.encode(errors="replace"))
