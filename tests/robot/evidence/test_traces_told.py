"""What the appliances' own traces have told: on the first page, in its section, in the ticket's summary, and kept true."""

from typing import Any

import pytest
from made_run import MadeRun
from test_report import read
from test_three_readers import deviations, first_page

from robot.evidence.exports.ticket_summary import ticket_summary
from robot.evidence.pack import sealing, verification
from robot.evidence.record import chain, layout, summary
from robot.evidence.report import html_page
from robot.evidence.traces.findings import NOT_YET, TRACES

EVENT = {"source": "B's Status History", "unit": "b", "time": "2026-11-22 23:10:00 UTC", "utc": "2026-11-22T23:10:02Z"}
UNEXPLAINED = {**EVENT, "text": "Failover relationships broken.", "doubt": "no press of this run fits it"}


def found(unexplained: int = 0, *unknown: str) -> dict[str, Any]:
    """What a record's line on the traces holds."""
    source = {"name": "B's Status History", "unit": "b", "read": True, "unknown": "; ".join(unknown), "events": 6 + unexplained}
    return {
        "sources": [source], "presses": 6, "by_themselves": 1, "people_count": 1,
        "people": [{**EVENT, "text": "Site instance roles changed.", "by": "Kim"}],
        "unexplained": [UNEXPLAINED] * unexplained, "unexplained_count": unexplained, "unknown": list(unknown),
    }  # fmt: skip


def markdown(run: MadeRun) -> str:
    return ticket_summary(summary.read(run.folder), chain.read_lines(run.folder / layout.RECORD))


def test_an_unexplained_event_opens_the_report_and_stands_in_the_tickets_summary(run: MadeRun) -> None:
    run.summarise(traces=found(1))
    (told,) = deviations(run)
    assert told.startswith("Unexplained: B&#39;s Status History says")
    assert "at 2026-11-22 23:10:00 UTC, which is 2026-11-22 23:10:02 UTC by this machine" in told
    assert "Nothing: every press is proved" not in first_page(run)
    assert "Unexplained: B's Status History: Failover relationships broken" in markdown(run)
    assert "own traces: 1" in markdown(run)


def test_of_many_the_first_page_tells_a_few_and_how_many_more_and_the_section_all(run: MadeRun) -> None:
    run.summarise(traces=found(11))
    assert len(deviations(run)) == 9
    assert deviations(run)[-1] == "3 more events are unexplained."
    section = html_page.page(run.folder).partition('<section id="traces">')[2].partition("</section>")[0]
    assert section.count("no press of this run fits it") == 11
    assert "Kim" in section


def test_where_everything_is_explained_and_everything_was_read_it_says_so(run: MadeRun) -> None:
    run.summarise(traces=found())
    assert deviations(run) == []
    assert "Nothing is unexplained." in read(run).text
    assert "own traces: none" in markdown(run)


@pytest.mark.parametrize("traces", [found(0, "A's Status History: not read: it is down"), {"unknown": [NOT_YET]}])
def test_what_was_not_read_is_unknown_and_never_nothing_unexplained(run: MadeRun, traces: dict[str, Any]) -> None:
    run.summarise(traces=traces)
    (told,) = deviations(run)
    assert told.startswith("Whether all that was done is explained is unknown.")
    assert "Nothing is unexplained" not in read(run).text
    assert "own traces: none" not in markdown(run)
    assert "Unknown of the appliances' own traces: " in markdown(run)


def test_a_run_of_an_earlier_version_without_traces_is_shown_and_verified_as_before(run: MadeRun) -> None:
    assert "own traces" not in read(run).text
    assert "own traces" not in markdown(run)


def test_a_summary_that_hides_what_the_record_tells_of_the_traces_is_found(run: MadeRun) -> None:
    run.note("reading", TRACES, reading=found(1))
    for traces, is_sound in ((found(1), True), (found(0), False), (None, False)):
        run.summarise(**({"traces": traces} if traces else {}))
        findings = verification.verify(sealing.seal(run.folder, partial=not is_sound)).findings
        assert any("own traces" in str(each) for each in findings) is not is_sound
        for pack in run.folder.glob("*.zip"):
            pack.unlink()
