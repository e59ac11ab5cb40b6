"""The report answers three readers: a manager on its first page, an engineer step by step, an auditor in its appendix."""

import re
import zipfile
from pathlib import Path
from typing import Any

from made_run import CONTROL, MadeRun, begin
from test_report import read

from robot.evidence.pack import sealing, verification
from robot.evidence.report import audit, html_page


def first_page(run: MadeRun) -> str:
    """The words of the section that a manager reads."""
    return read(run).text.partition("In brief")[2].partition("What this report holds")[0]


def deviations(run: MadeRun) -> list[str]:
    section = html_page.page(run.folder).partition('<ul class="deviations">')[2].partition("</ul>")[0]
    return re.findall(r'<li class="(?:bad|wait)">.*?<span>(.*?) <a', section)


def pressed(run: MadeRun, step: str) -> None:
    run.note("intent", step, unit="b", control=CONTROL, **run.shot(step, "before"))


def test_a_run_from_which_nothing_deviates_says_so(run: MadeRun) -> None:
    assert "Nothing: every press is proved" in first_page(run)
    assert deviations(run) == []


def test_what_nobody_has_answered_for_stands_before_what_was_left_out(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("note", "site-x", text="skipped: that snapshots are taken, because: none")
    run.note("note", "site-x", text="Health could not be read: its menu has no such page")
    pressed(run, "b-x")
    run.note("torn", "site-record", text="a torn last line of 7 bytes was cut")
    run.summarise(outcome="stopped", exit_code=4, waivers=["admin, by Ann, because of a migration"])
    run.note("stalled", "a-z", unit="a", title="Install on A")
    run.note("by_person", "b-y", unit="b", by="Olga", title="Sync Now on B")
    found = deviations(run)
    assert found[:2] == ["1 press is not proved by a reading afterwards.", "Install on A: past its deadline."]
    assert set(found[2:]) == {
        "The record was torn off 1 time, as when a machine loses its power.",
        "Waived: admin, by Ann, because of a migration",
        "1 verification was left out, each with its reason.",
        "1 thing could not be read on the pages.",
        "Sync Now on B: done by a person and not by the robot.",
    }


def test_how_long_and_what_deviates_stand_before_all_other_facts_so_that_no_paper_pushes_them_off_its_first_page(
    run: MadeRun,
) -> None:
    page = first_page(run)
    places = [
        page.index(words) for words in ("Time without failover", "What deviates", "Requested by", "Versions, before and after")
    ]
    assert places == sorted(places)


def test_a_press_that_was_withdrawn_is_not_told_as_unproved(tmp_path: Path) -> None:
    run = begin(tmp_path)
    pressed(run, "b-x")
    run.note("refused", "b-x", unit="b", withdrawn="no_effect")
    run.summarise(outcome="stopped", exit_code=4)
    assert deviations(run) == ["1 press has begun nothing, as a reading shows."]


def test_the_first_page_says_who_approved_or_that_nobody_did(run: MadeRun) -> None:
    assert "nobody on record: it was run without a plan" in first_page(run)
    run.summarise(plan={"digest": "d" * 64, "approvals": []})
    assert "nobody: no approval is required here" in first_page(run)
    run.summarise(plan={"digest": "d" * 64, "approvals": [{"by": "Ann Lee", "until": "2026-12-01 22:00 UTC", "sha256": ""}]})
    assert "Ann Lee, until 2026-12-01 22:00 UTC" in first_page(run)


def test_every_answer_for_an_auditor_leads_to_a_section_of_the_report_and_a_file_of_the_pack(run: MadeRun) -> None:
    page = read(run)
    with zipfile.ZipFile(sealing.seal(run.folder)) as pack:
        files = set(pack.namelist())
    told: list[audit.Requirement] = list(audit.requirements({}, compared=False))
    assert {item for each in told for item in each.items} == set(audit.ITEMS)
    for each in told:
        assert each.section in {"", *page.values("id")}, each
        assert set(each.files) <= files, each
        assert each.section or "stands in the change ticket" in each.words or each.words.startswith("Not compared"), each
    for item, whole in audit.ITEMS.items():
        assert item in page.text
        assert whole in page.text


def test_an_auditor_is_told_whether_somebody_approved_and_whether_the_pair_was_compared() -> None:
    approved: dict[str, Any] = {"plan": {"approvals": [{"by": "Ann Lee"}]}, "outcome": "done"}
    by_asked = {each.asked: each for each in audit.requirements(approved, compared=True)}
    assert by_asked["approval by those who may"].words.startswith("1 signed")
    assert by_asked["what else has changed"].section == "changes"
    assert "did not fail" in by_asked["how a failure is met and a safe state reached"].words
    without = {each.asked: each for each in audit.requirements({"outcome": "stalled"}, compared=False)}
    assert without["approval by those who may"].words.startswith("No approval is on record here")
    assert "has not come to its end" in without["how a failure is met and a safe state reached"].words


def test_only_the_pictures_of_presses_and_failures_are_printed(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("reading", "a-look", unit="a", **run.shot("a-look", "after"))
    run.change("b-x", "b", ["BS5"], {"a": 1}, {"a": 2})
    run.note("refused", "b-y", unit="b", text="no", **run.shot("b-y", "failed"), moment="failed")
    run.summarise()
    printed = re.findall(r'src="([^"]+)"[^>]* data-paper', html_page.page(run.folder))
    assert printed == ["shots/002-b-x-before.png", "shots/003-b-x-after.png", "shots/004-b-y-failed.png"]


def test_a_run_with_the_captioned_copies_of_an_earlier_version_is_shown_sealed_and_verified(run: MadeRun) -> None:
    (run.folder / "captioned").mkdir()
    for line in run.lines:
        if line["file"]:
            copy = (run.folder / line["file"]).read_bytes()
            (run.folder / line["file"].replace("shots/", "captioned/")).write_bytes(copy)
    verdict = verification.verify(sealing.seal(run.folder))
    assert [each for each in verdict.findings if "captioned" in each] == []
    assert verdict.facts["digests_hold"]
    assert "captioned/" not in html_page.page(run.folder)
