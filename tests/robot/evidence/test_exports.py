"""A run as other programs are given it: JUnit XML, CSV, Markdown; and what a page may have written into them."""

import csv
import io
import zipfile
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from made_run import MadeRun, begin

from robot.evidence.exports import export_files
from robot.evidence.exports.junit import junit
from robot.evidence.exports.plain_text import fit_for_a_cell, fit_for_xml, without_markup
from robot.evidence.exports.ticket_summary import ticket_summary
from robot.evidence.exports.timeline import COLUMNS, timeline
from robot.evidence.pack import sealing
from robot.evidence.pack.verification import verify
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.line import Line

HOSTILE = '=HYPERLINK("http://x";"y")\u0000\uffff [link](http://x) ![i](x) <script>1</script> {html} [code]<b>[/code]\n# big'
CARD = [["State", "stopped (exit code 4)"], ["Do NOT", "restart the appliance"], ["Next", HOSTILE]]


def lines_of(run: MadeRun) -> list[Line]:
    return chain.read_lines(run.folder / layout.RECORD)


def rows_of(run: MadeRun) -> list[dict[str, str]]:
    text = timeline(lines_of(run))
    assert text.startswith("\ufeff"), "a spreadsheet takes it for UTF-8"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_timeline_has_a_row_for_each_line_of_the_record(run: MadeRun) -> None:
    rows = rows_of(run)
    assert [int(row["line"]) for row in rows] == [line["seq"] for line in run.lines]
    assert list(rows[0]) == list(COLUMNS)
    assert [row["kind"] for row in rows] == [line["kind"] for line in run.lines]
    assert rows[1]["procedure"] == "BS5 BS6"
    assert rows[1]["sha256"] == run.lines[1]["sha256"]


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r\n =1", "＝1", ";=1", "\u2028=1", "\x00=1", "| =1"])  # noqa: RUF001
def test_no_cell_begins_a_formula_wherever_a_spreadsheet_divides_it(begins: str) -> None:
    cell = fit_for_a_cell(begins)
    assert cell.startswith("'"), cell
    for divided in fit_for_a_cell(f"text{begins};{begins}").replace("\t", ";").replace("|", ";").split(";"):
        assert divided.startswith("text"), divided


def test_what_a_page_wrote_into_the_record_stays_text_in_every_export(run: MadeRun) -> None:
    run.note("refused", "b-update", unit="b", text=HOSTILE, title=HOSTILE, heading="Update Appliance B", by=HOSTILE)
    run.summarise(outcome="stopped", exit_code=4, reason=HOSTILE, stop_card=CARD, summary_text=HOSTILE)
    export_files.write(run.folder)
    root = fromstring((run.folder / "exports/checks.xml").read_bytes(), forbid_dtd=True)
    assert "<script>1</script>" in root[-1][0][0].attrib["message"]
    with (run.folder / "exports/timeline.csv").open(encoding="utf-8-sig", newline="") as stream:
        row = list(csv.DictReader(stream))[-1]
    assert row["text"].startswith("'=HYPERLINK(")
    assert len(row) == len(COLUMNS)
    told = (run.folder / "exports/summary.md").read_text(encoding="utf-8")
    assert not set("[]{}<>`") & set(told)
    assert [line for line in told.splitlines() if line.startswith("#")] == [
        "# CHG0031337: stopped after a change, a person is needed",
        "## Stop card",
    ]


def test_a_build_server_counts_what_passed_failed_and_was_left_out(run: MadeRun) -> None:
    steps: list[dict[str, Any]] = [
        {"name": f"a-{state}", "title": "", "heading": heading, "unit": "a", "procedure": [], "state": state,
         "began": "2026-11-22T22:00:00.000Z", "ended": "2026-11-22T22:00:02.500Z"}
        for state, heading in (
            ("done", "One"), ("by_person", "One"), ("already", "Two"), ("skipped", "One"), ("asked", "One"), ("refused", "Two"),
            ("stalled", "Two"), ("running", "Two"),
        )
    ]  # fmt: skip
    run.summarise(outcome="stopped", exit_code=4, reason="It was refused.", steps=steps)
    root = fromstring(junit(summary.read(run.folder), lines_of(run)).encode())
    counted = {name: int(root.attrib[name]) for name in ("tests", "failures", "skipped", "errors")}
    assert counted == {"tests": 9, "failures": 4, "skipped": 2, "errors": 0}
    assert {suite.attrib["name"]: int(suite.attrib["tests"]) for suite in root} == {"One": 4, "Two": 4, "The run": 1}
    assert root[0].get("time") == "10.000"
    failed = {case.get("name") for case in root.iter("testcase") if case.find("failure") is not None}
    assert failed == {"a-refused", "a-stalled", "a-running", "outcome: stopped"}


@pytest.mark.parametrize(
    ("ended", "passes", "left_out"),
    [
        ({"outcome": "done", "exit_code": 0}, True, False),
        ({"outcome": "waiting", "exit_code": 6}, False, True),
        ({"outcome": "failed", "exit_code": 7}, False, False),
        ({"outcome": "stopped", "exit_code": 0, "backed_out": True}, False, False),
    ],
)
def test_a_run_that_did_not_upgrade_never_passes_as_a_whole(
    run: MadeRun, ended: dict[str, object], *, passes: bool, left_out: bool
) -> None:
    run.summarise(**ended, reason="as it ended")
    case = fromstring(junit(summary.read(run.folder), []).encode())[-1][0]
    assert (len(case) == 0, case.find("skipped") is not None) == (passes, left_out)


def test_the_summary_says_first_how_it_ended_and_holds_the_stop_card(run: MadeRun) -> None:
    run.summarise(outcome="stopped", exit_code=4, reason="It was refused.", stop_card=CARD, waivers=["clock, by Ann Lee"])
    told = ticket_summary(summary.read(run.folder), lines_of(run))
    assert told.startswith("# CHG0031337: stopped after a change, a person is needed\n")
    for row in ("- Do NOT: restart the appliance", "- Waived: clock, by Ann Lee", "- Without failover: 3 h 25 min",
                "- Appliance B: 12.3.5-36112 to 15.1.3-38227", "- Run: 20261122T220000Z-ab12, exit code 4"):  # fmt: skip
        assert row in told.splitlines()


def test_a_rehearsal_is_told_as_one_in_the_first_line(run: MadeRun) -> None:
    run.summarise(rehearsal=True)
    assert "REHEARSAL" in ticket_summary(summary.read(run.folder), []).splitlines()[0]


def test_the_pack_holds_the_exports_and_verifies(run: MadeRun) -> None:
    with zipfile.ZipFile(pack := sealing.seal(run.folder)) as archive:
        assert set(layout.EXPORTED) <= set(archive.namelist())
        for name in layout.EXPORTED:
            assert archive.read(name) == (run.folder / name).read_bytes()
    assert verify(pack).ok
    before = pack.read_bytes()
    export_files.write(run.folder)
    assert sealing.seal(run.folder).read_bytes() == before, "the same folder gives the same bytes"


def test_a_log_of_where_the_pack_went_is_no_part_of_it_and_is_not_missed(run: MadeRun) -> None:
    (run.folder / layout.CUSTODY).write_text("{}\n", encoding="utf-8")
    assert all(layout.CUSTODY not in names for names in layout.files_of(run.folder))
    sealing.seal(run.folder)
    (run.folder / layout.CUSTODY).write_text("{}\n{}\n", encoding="utf-8")
    sealing.seal(run.folder)


def test_a_run_that_has_hardly_begun_is_exported_too(run: MadeRun) -> None:
    empty = begin(run.folder.parent.parent / "other")
    empty.note("note", "site-run", text="begun")
    export_files.write(empty.folder)
    assert (empty.folder / "exports/summary.md").read_text(encoding="utf-8").startswith("# : open, it has not ended\n")


def test_markup_of_no_ticket_system_is_left_in_what_a_page_said() -> None:
    assert without_markup("[~ann] {color:red} !x! <b> `c` [a|http://x] \\\\") == "(~ann) (color:red) ! x! (b) 'c' (a|http://x) //"


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert fit_for_xml("a\x00b\ud800c\uffffd\U0001f512") == "a b c d\U0001f512"
