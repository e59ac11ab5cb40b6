"""What a smoke verification leaves: a record, a summary, a page and a pack that verifies; and the stop card where it failed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from a_smoke_order import FAILED, NOT_TRIED, PICTURE, UNKNOWN, a_check, an_order, results_of
from PIL import Image

from flows.smoke import closing
from flows.smoke.closing import SmokeEvidence
from flows.smoke.record import SmokeRecord
from flows.smoke.results import SmokeCheck, SmokeResults
from robot.evidence.pack.agreement import check_summary
from robot.evidence.pack.verification import verify
from robot.evidence.record.chain import read_lines
from robot.evidence.record.summary import Summary
from robot.signing.evidence_key import trusted_here

PRODUCT = a_check(reading={"product": "15.1.3-41000", "base": "4.2.1"})
PORTAL = a_check("portal", pictures=(PICTURE,))
OLD = a_check(state=FAILED, reading={"product": "14.3.2"}, pictures=(replace(PICTURE, name="failed", file="failed.png"),))


@pytest.fixture(autouse=True)
def _machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    (folder := tmp_path / "spool").mkdir()
    for name, colour in (("portal", "white"), ("failed", "red")):
        Image.new("RGB", (400, 300), colour).save(folder / f"{name}.png")
    return folder


def closed(folder: Path, spool: Path, *checks: SmokeCheck, **more: Any) -> tuple[SmokeEvidence, Summary]:
    """Keep results and close their evidence."""
    order, known = an_order(folder)
    (evidence_folder := folder / "artifacts" / "CHG0031337" / "20261201T220000Z-1a2b").mkdir(parents=True)
    evidence = SmokeEvidence(evidence_folder, order, known)
    results: SmokeResults = results_of(*checks, **{"serial": "BG-1", **more})
    with evidence.open() as record:
        kept = SmokeRecord(order, record)
        for check in checks:
            kept.keep(check, spool)
        return evidence, evidence.close(results, record, kept)


def checks_of(summary: Summary) -> list[dict[str, Any]]:
    return summary.get("smoke", {})["checks"]


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def serving(*_asked: object) -> str:
        return "A answers"

    monkeypatch.setattr(closing.stop_card, "serving", serving)


def test_a_good_verification_leaves_a_pack_that_verifies(tmp_path: Path, spool: Path) -> None:
    evidence, summary = closed(tmp_path, spool, PRODUCT, PORTAL, a_check("base", UNKNOWN))
    assert (summary["outcome"], summary["exit_code"], "stop_card" in summary) == ("done", 0, False)
    assert summary["reason"] == "smoke verification of B: it serves support.example.com with 15.1.3; 2 passed, 1 unknown"
    verdict = verify(evidence.pack, trusted_here())
    assert verdict.word == "verified", verdict.findings
    assert verdict.facts["presses"] == 0
    page = (evidence.folder / "report.html").read_text(encoding="utf-8")
    assert "Smoke verification of Appliance B" in page
    assert "2 passed, 1 unknown" in page
    assert 'id="procedure"' not in page, "what would only say that it was not in this run is left out"
    assert "- Checks: 2 passed, 1 unknown" in (evidence.folder / "exports/summary.md").read_text(encoding="utf-8")


def test_each_check_stands_in_record_and_summary_with_its_result_seconds_and_picture(tmp_path: Path, spool: Path) -> None:
    evidence, summary = closed(tmp_path, spool, PRODUCT, PORTAL, OLD, a_check("base", UNKNOWN), a_check("console", NOT_TRIED))
    assert [(each["name"], each["state"], each["seconds"]) for each in checks_of(summary)] == [
        ("product", "passed", 0.5), ("portal", "passed", 0.5), ("product", "failed", 0.5), ("base", "unknown", 0.5),
        ("console", "not tried", 0.5),
    ]  # fmt: skip
    assert [each["pictures"][0]["file"] for each in checks_of(summary) if each["pictures"]] == [
        "shots/001-b-smoke-portal-portal.png", "shots/002-b-smoke-product-failed.png",
    ]  # fmt: skip
    assert {each["name"]: each["state"] for each in summary["steps"]} == {
        "b-smoke-product": "refused", "b-smoke-portal": "done", "b-smoke-base": "skipped", "b-smoke-console": "skipped",
    }  # fmt: skip
    assert {line.address for line in read_lines(evidence.folder / "evidence.jsonl") if line.unit} == {"192.0.2.13"}


def test_a_failed_verification_is_sealed_too_and_its_card_says_what_was_seen_and_who_serves(tmp_path: Path, spool: Path) -> None:
    evidence, summary = closed(tmp_path, spool, OLD)
    assert (summary["outcome"], summary["exit_code"]) == ("failed", 7)
    assert verify(evidence.pack).ok
    card = {row[0]: row[1] for row in summary.get("stop_card", [])}
    assert card["Failed"] == "The product is right: B answers with build 14.3.2, expected 15.1.3"
    assert card["Serving now"] == "A answers"
    assert "let B take the site over" in card["Do NOT"]
    assert "resume" not in json.dumps(summary.get("stop_card"))


def test_nobody_is_told_to_keep_an_appliance_away_from_the_site_that_it_serves(
    tmp_path: Path, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serving(*_asked: object) -> str:
        return "B (192.0.2.13) answers at 192.0.2.14, with 14.3.2"

    monkeypatch.setattr(closing.stop_card, "serving", serving)
    _, summary = closed(tmp_path, spool, OLD)
    card = {row[0]: row[1] for row in summary.get("stop_card", [])}
    assert card["Do NOT"].startswith("Do not restart")
    assert card["Next"].endswith("It serves the site now: call who is on duty")


def test_checks_that_broke_off_are_told_beside_those_that_were_made(tmp_path: Path, spool: Path) -> None:
    evidence, summary = closed(tmp_path, spool, PRODUCT, fault="the process of the checks ended with -9")
    assert summary["exit_code"] == 7
    assert "ended with -9" in summary["reason"]
    assert verify(evidence.pack).ok
    assert "ended with -9" in (evidence.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("14.3.2", "ends with 14.3.2, not 15.1.3"), ("", "B's version at the end is not known")],
)
def test_a_summary_that_calls_an_old_build_good_is_found_out(tmp_path: Path, spool: Path, version: str, sentence: str) -> None:
    evidence, summary = closed(tmp_path, spool, PRODUCT)
    lines = read_lines(evidence.folder / "evidence.jsonl")
    assert not check_summary({**summary, "pack_sha256": None}, lines)
    versions = {**summary["versions"], "b": {"before": {"product": ""}, "after": {"product": version}}}
    assert any(sentence in finding for finding in check_summary({**summary, "pack_sha256": None, "versions": versions}, lines))


def test_no_secret_gets_into_the_record_whatever_a_check_says(tmp_path: Path, spool: Path) -> None:
    loud = a_check(state=FAILED, reading={"said": "b-login-pa55word"})
    evidence, _ = closed(tmp_path, spool, replace(loud, sentence="it says b-login-pa55word"))
    for path in evidence.folder.rglob("*"):
        if path.is_file():
            assert b"b-login-pa55word" not in path.read_bytes(), path
    assert "[secret]" in (evidence.folder / "evidence.jsonl").read_text(encoding="utf-8")


def test_a_picture_is_taken_from_the_spool_folder_and_from_nowhere_else(tmp_path: Path, spool: Path) -> None:
    (tmp_path / "secret.png").write_bytes((spool / "portal.png").read_bytes())
    sly = a_check(pictures=(replace(PICTURE, file="../portal.png", name="../../x"),))
    evidence, _ = closed(tmp_path, spool, sly)
    assert [path.name for path in (evidence.folder / "shots").iterdir()] == ["001-b-smoke-product-x.png"]
