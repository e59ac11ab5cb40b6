"""The report on paper: made from the same page when a run ends. A run never fails for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from robot.domain.errors import Stop
from robot.evidence.pictures.views import paper_copy
from robot.evidence.record import layout
from robot.evidence.record.chain import BrokenRecord, read_lines
from robot.evidence.record.durable import replace_file
from robot.network.pdf import pdf_of

if TYPE_CHECKING:
    from pathlib import Path

WITHIN_S: Final = 180.0
_MOST_WIDE: Final = 900
"""Pixels: as wide a picture is on paper. The pack keeps the picture itself."""


def write_pdf(run_folder: Path) -> str:
    """Write `report.pdf` from `report.html` and the pictures that are printed.

    Args:
        run_folder: the run's evidence folder.

    Returns:
        Why there is none, in a sentence; "" if it was written. An earlier one, which would tell less, is removed.
    """
    (run_folder / layout.REPORT_PDF).unlink(missing_ok=True)
    failures = [f"it was not finished within {WITHIN_S:.0f} s"]
    thread = threading.Thread(target=_write, args=(run_folder, failures), daemon=True)  # Playwright wants one without a loop
    thread.start()
    thread.join(WITHIN_S)
    return failures[0] if failures else ""


def _write(run_folder: Path, failures: list[str]) -> None:
    try:
        lines = read_lines(run_folder / layout.RECORD)
        ended = "".join(each for each in (lines[-1].utc if lines else "") if each.isdigit())
        page = (run_folder / layout.REPORT).read_text("utf-8").replace('loading="lazy" data-paper', 'loading="eager"')
        pdf = pdf_of(page, printed_on=f"{ended:0<14.14}", picture=lambda name: _picture(run_folder, name))
        replace_file(run_folder / layout.REPORT_PDF, pdf)
    except (Stop, BrokenRecord, OSError) as none:
        failures[0] = str(none)
    except Exception as fault:  # noqa: BLE001 - whatever it is: the report itself is there, and the run is closed
        failures[0] = f"a fault of the robot's own: {fault!r}"
    else:
        failures.clear()


def _picture(run_folder: Path, name: str) -> bytes | None:
    return paper_copy(run_folder / name, _MOST_WIDE) if layout.belongs(name) else None
