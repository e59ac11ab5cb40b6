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
    from collections.abc import Callable
    from pathlib import Path

WITHIN_S: Final = 180.0
_MOST_WIDE: Final = 900
"""Pixels: as wide a picture is on paper. The pack keeps the picture itself."""


def write_pdf(run_folder: Path, sign: Callable[[bytes], bytes] | None = None) -> str:
    """Write `report.pdf` from `report.html` and the pictures that are printed.

    Args:
        run_folder: the run's evidence folder.
        sign: gives the signed PDF of a printed one; None leaves it unsigned.

    Returns:
        Why there is none, in a sentence; "" if it was written. An earlier one, which would tell less, is removed.
    """
    (run_folder / layout.REPORT_PDF).unlink(missing_ok=True)
    printing = _Printing(run_folder, sign)
    printing.start()
    printing.join(WITHIN_S)
    with printing.lock:
        printing.is_late = True
    return printing.failure


class _Printing(threading.Thread):
    """Prints in a thread: Playwright wants one without a loop, and a Chromium that hangs holds up nobody."""

    def __init__(self, run_folder: Path, sign: Callable[[bytes], bytes] | None) -> None:
        super().__init__(daemon=True)
        self._folder, self._sign = run_folder, sign
        self.lock, self.is_late = threading.Lock(), False
        self.failure = f"it was not finished within {WITHIN_S:.0f} s"

    def run(self) -> None:
        """Write the PDF, unless it is too late for that: the pack may be sealed by then."""
        try:
            pdf = self._printed()
            pdf = self._sign(pdf) if self._sign else pdf
            with self.lock:
                if not self.is_late:
                    replace_file(self._folder / layout.REPORT_PDF, pdf)
                    self.failure = ""
        except (Stop, BrokenRecord, OSError) as none:
            self.failure = str(none)
        except Exception as fault:  # noqa: BLE001 - whatever it is: the report itself is there, and the run is closed
            self.failure = f"a fault of the robot's own: {fault!r}"

    def _printed(self) -> bytes:
        lines = read_lines(self._folder / layout.RECORD)
        ended = "".join(each for each in (lines[-1].utc if lines else "") if each.isdigit())
        page = (self._folder / layout.REPORT).read_text("utf-8").replace('loading="lazy" data-paper', 'loading="eager"')
        return pdf_of(page, printed_on=f"{ended:0<14.14}", picture=self._picture)

    def _picture(self, name: str) -> bytes | None:
        return paper_copy(self._folder / name, _MOST_WIDE) if layout.belongs(name) else None
