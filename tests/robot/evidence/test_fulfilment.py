"""What became of each obligation: told by the lines that name it, and by nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
from made_run import MadeRun, begin

from robot.evidence.obligations.catalogue import KINDS, obligations
from robot.evidence.obligations.fulfilment import STATES, Fulfilment, parts
from robot.evidence.record import chain, summary
from robot.evidence.report import html_page
from robot.evidence.report.looks import FULFILLED

RANGES = {
    "PL": 13, "BS": 8, "UB": 1, "UA": 6, "UM": 9, "VT": 12, "MP": 5, "SI": 5, "DS": 2, "NS": 2, "AA": 4, "RE": 13, "OP": 10,
}  # fmt: skip


def told(run: MadeRun) -> dict[str, Fulfilment]:
    lines = chain.read_lines(run.folder / "evidence.jsonl")
    return {entry.obligation.id: entry for part in parts(summary.read(run.folder), lines) for entry in part.entries}


def of(run: MadeRun, name: str, **summarised: Any) -> Fulfilment:
    run.summarise(**summarised)
    return told(run)[name]


def test_the_procedure_has_these_ninety_obligations_in_this_order() -> None:
    expected = [f"{letters}{number}" for letters, last in RANGES.items() for number in range(1, last + 1)]
    assert [each.id for each in obligations()] == expected
    assert len(expected) == 90


def test_every_obligation_is_a_sentence_of_known_kinds_under_a_heading() -> None:
    for each in obligations():
        assert re.fullmatch(r"[A-Z/].{9,}[.)]", each.sentence), each.id
        assert each.kinds, each.id
        assert set(each.kinds) <= set(KINDS), each.id
        assert each.heading, each.id


@pytest.mark.parametrize(
    ("kind", "more", "state"),
    [
        ("reading", {}, "checked"),
        ("proved", {}, "checked"),
        ("intent", {}, "running"),
        ("already", {}, "already"),
        ("by_person", {"by": "Jane"}, "by_person"),
        ("refused", {"text": "no"}, "refused"),
        ("stalled", {"text": "late"}, "stalled"),
        ("gate", {"text": "who?"}, "asked"),
        ("gate", {"reading": {"command": "./x", "exit": 0}}, "by_command"),
        ("gate", {"reading": {"command": "./x", "exit": 3}}, "refused"),
        ("note", {"text": "skipped: that, because: hardware"}, "skipped"),
        ("note", {"text": "not checked: that"}, "skipped"),
        ("note", {"text": "131 clients"}, "told"),
    ],
)
def test_each_kind_of_line_has_its_state(tmp_path: Path, kind: str, more: dict[str, Any], state: str) -> None:
    run = begin(tmp_path)
    run.note(kind, "b-x", unit="b", procedure=["PL10"], **more)
    assert of(run, "PL10").state == state


def test_what_is_to_be_done_is_done_and_what_is_to_be_refused_is_kept(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("reading", "a-download-backup", unit="a", procedure=["BS2", "BS8", "BS3"])
    run.summarise()
    found = told(run)
    assert [found[name].state for name in ("BS2", "BS8", "BS3")] == ["done", "kept", "checked"]


def test_a_press_without_proof_is_never_hidden_by_what_comes_after(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("intent", "b-enable-shared-ip", unit="b", procedure=["SI4"])
    run.note("reading", "b-look", unit="b", procedure=["SI4"])
    assert of(run, "SI4", outcome="stopped", exit_code=4).state == "running"


def test_a_remark_and_a_look_within_a_step_change_nothing_of_its_press(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.change("b-sync-now", "b", ["BS5"], {}, {})
    run.note("reading", "b-sync-now", unit="b", procedure=["BS5"], text="how it looks now")
    found = of(run, "BS5")
    assert (found.state, found.deeds[0].sentences) == ("done", ())


def test_a_refusal_that_a_resumed_run_passed_is_passed(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("refused", "site-swing", procedure=["SI1"], text="the lease is gone")
    assert of(run, "SI1", outcome="stopped", exit_code=4).state == "refused"
    run.change("a-disable-shared-ip", "a", ["SI1"], {}, {})
    assert of(run, "SI1").state == "done"


def test_what_was_looked_at_and_in_part_skipped_is_in_part(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("reading", "a-status-basics", unit="a", procedure=["OP3"])
    run.note("note", "site-check-snapshots", procedure=["OP3"], text="skipped: snapshots, because: hardware")
    found = of(run, "OP3")
    assert found.state == "partly"
    assert found.deeds[1].sentences == ("skipped: snapshots, because: hardware",)


def test_a_question_that_a_person_answered_is_done_by_that_person(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("gate", "b-check-rep-console", procedure=["VT3"], text="Run the console")
    run.note("by_person", "b-check-rep-console", procedure=["VT3"], text="it shows 15.1.3", by="Jane")
    found = of(run, "VT3")
    assert (found.state, found.deeds[0].sentences[-1]) == ("by_person", "it shows 15.1.3 (Jane)")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("done", "not in this run"), ("already", "not in this run"), ("stopped", "not reached"), (None, "not reached")],
)
def test_without_a_line_it_was_not_in_this_run_or_not_reached_yet(run: MadeRun, outcome: str | None, state: str) -> None:
    assert of(run, "RE7", outcome=outcome).state == state


def test_another_method_is_named_as_the_reason(run: MadeRun) -> None:
    methods = {"swing": "dns", "update": "manual"}
    run.summarise(outcome="stopped", exit_code=4, methods=methods)
    found = told(run)
    assert found["SI2"].reason == "the pair file's method for the swing is dns"
    assert found["UA4"].reason == "the pair file's method for the update is manual"
    assert {found[name].state for name in ("SI2", "NS1", "UA4")} == {"not in this run"}
    assert {found[name].state for name in ("DS1", "UM6", "UM9", "MP1")} == {"not reached"}


def test_when_is_from_the_first_line_to_the_last(run: MadeRun) -> None:
    assert told(run)["BS5"].when == "2026-11-22 22:01:02 to 22:01:33"
    assert not told(run)["RE7"].when


def test_the_report_tells_every_obligation_with_its_steps_and_pictures(run: MadeRun) -> None:
    page = html_page.page(run.folder)
    rows = dict(re.findall(r'<tr id="obligation-([A-Z]+\d+)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == [each.id for each in obligations()]
    assert 'href="#step-b-sync-now"' in rows["BS5"]
    assert 'href="#picture-2"' in rows["BS5"], "the line of the press"
    assert 'href="#picture-3"' in rows["BS5"], "the line of the proof"
    assert "2026-11-22 22:01:02 to 22:01:33" in rows["BS5"]
    assert "not in this run" in rows["RE7"]


def test_the_report_unfolds_what_needs_an_eye_and_folds_the_rest(run: MadeRun) -> None:
    assert '<details class="part">' in html_page.page(run.folder)
    assert '<details class="part" open>' not in html_page.page(run.folder)
    run.note("refused", "b-verify", unit="b", procedure=["VT1"], text="B shows 12.3.5")
    run.summarise(outcome="failed", exit_code=7)
    (opened,) = re.findall(r'<details class="part" open>.*?</summary>', html_page.page(run.folder), re.DOTALL)
    assert "Verify and Test" in opened


def test_a_lost_picture_is_not_linked(run: MadeRun) -> None:
    (run.folder / "shots/001-b-sync-now-before.png").unlink()
    page = html_page.page(run.folder)
    assert 'href="#picture-2"' not in page
    assert 'href="#picture-3"' in page


def test_every_state_has_its_words_and_its_look() -> None:
    assert set(FULFILLED) == set(STATES)
    template = (html_page.TEMPLATES / "report.html").read_text("utf-8")
    for _, icon in FULFILLED.values():
        assert f'id="icon-{icon}"' in template
