"""The report on paper: from the same page, with the pictures of presses; and no run fails for it."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest

from robot.domain.errors import BrowserFailed
from robot.evidence.report import html_page
from robot.status import report_pdf

sys.path.append(str(Path(__file__).parents[1] / "evidence"))
from made_run import a_finished_run

pytestmark = pytest.mark.pdf


def test_it_is_printed_with_tags_and_the_pictures_of_presses_and_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    run = a_finished_run(tmp_path)
    html_page.write(run.folder)
    made: list[bytes] = []
    for _ in range(2):
        assert report_pdf.write_pdf(run.folder) == ""
        made.append((run.folder / "report.pdf").read_bytes())
    assert made[0] == made[1]
    assert b"/StructTreeRoot" in made[0]
    assert len(re.findall(rb"/Filter\s*/DCTDecode", made[0])) == 4, "before and after of two presses"
    assert b"D:20261122220" in made[0]


def test_a_chromium_that_fails_or_hangs_costs_the_pdf_alone_and_an_earlier_one_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_finished_run(tmp_path)
    html_page.write(run.folder)

    def fails(*_: object, **__: object) -> bytes:
        raise BrowserFailed("Chromium does not start")

    def breaks(*_: object, **__: object) -> bytes:
        raise RuntimeError("boom")

    def hangs(*_: object, **__: object) -> bytes:
        time.sleep(1)
        return b"%PDF-late"

    monkeypatch.setattr(report_pdf, "WITHIN_S", 0.3)
    for fault, told in ((fails, "Chromium does not start"), (breaks, "boom"), (hangs, "it was not finished within")):
        (run.folder / "report.pdf").write_bytes(b"%PDF-earlier")
        monkeypatch.setattr(report_pdf, "pdf_of", fault)
        assert told in report_pdf.write_pdf(run.folder)
        assert not (run.folder / "report.pdf").exists()
    time.sleep(1.2)
    assert not (run.folder / "report.pdf").exists(), "what comes too late would differ from the sealed pack"
