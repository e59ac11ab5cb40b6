"""The one reader of a record: what it is asked, it answers by the lines alone, and it leaves alone what it does not know."""

from pathlib import Path
from typing import Any

import pytest

from flows.step_names import STEPS
from pages.readings.release import Release
from robot.evidence.record.history import RunHistory, RunPhase
from robot.runs.evidence_log import EvidenceLog

BROKEN = ("intent", "b-break-failover-relationships", {"procedure": ["BS7"]})
TOGETHER = ("proved", "a-sync-now", {"procedure": ["RE11"]})


def history(*lines: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> RunHistory:
    """A history of these lines: kind, step, and more fields; a second lies between two lines."""
    return RunHistory.of(
        {
            "seq": number, "kind": kind, "step": step, "unit": step.split("-")[0], "procedure": [],
            "utc": f"2026-12-01T22:00:{number:02}.000Z", **(more[0] if more else {}),
        }
        for number, (kind, step, *more) in enumerate(lines, 1)
    )  # fmt: skip


def phase(*lines: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> RunPhase:
    return history(*lines).phase(STEPS, lambda product: Release(text=product).version)


@pytest.mark.parametrize(
    ("lines", "stands"),
    [
        ([], RunPhase.BEFORE_BREAK),
        ([("intent", "b-sync-now"), ("proved", "b-sync-now")], RunPhase.BEFORE_BREAK),
        ([BROKEN], RunPhase.APART),
        ([BROKEN, ("intent", "b-install-x")], RunPhase.B_BEGUN),
        ([BROKEN, ("intent", "b-install-x"), ("refused", "b-install-x", {"withdrawn": "agreement_contact"})], RunPhase.APART),
        ([BROKEN, ("intent", "b-update-software-x")], RunPhase.B_BEGUN),
        ([BROKEN, ("intent", "b-install-x"), ("intent", "a-disable-shared-ip")], RunPhase.MID_SWING),
        (
            [BROKEN, ("intent", "b-install-x"), ("intent", "a-disable-shared-ip"), ("proved", "a-enable-shared-ip")],
            RunPhase.B_BEGUN,
        ),
        ([BROKEN, ("intent", "a-disable-shared-ip-2"), ("proved", "a-enable-shared-ip")], RunPhase.MID_SWING),
        ([BROKEN, ("intent", "a-disable-shared-ip"), ("proved", "b-enable-shared-ip")], RunPhase.SWUNG),
        ([BROKEN, ("intent", "site-dns-to-b")], RunPhase.SWUNG),
        ([BROKEN, ("gate", "site-swing-by-person-to-b", {"reading": {"yes": True}})], RunPhase.SWUNG),
        ([BROKEN, ("gate", "site-swing-by-person-to-b", {"reading": {"yes": False}})], RunPhase.APART),
        ([BROKEN, ("proved", "b-enable-shared-ip"), ("intent", "a-install-x")], RunPhase.A_BEGUN),
        (
            [
                BROKEN, ("reading", "b-look", {"reading": {"product": "12.3.5"}}),
                ("note", "site-take-back", {"reading": {"found": {"b": {"product": "15.1.3"}}}}),
            ],
            RunPhase.B_BEGUN,
        ),
    ],
)  # fmt: skip
def test_where_a_run_stands_is_told_by_its_record(lines: list[Any], stands: RunPhase) -> None:
    assert phase(*lines) is stands


def test_a_withdrawn_press_counts_as_no_attempt_and_stands_no_more() -> None:
    run = history(("intent", "b-x"), ("refused", "b-x", {"withdrawn": "contact"}), ("intent", "b-x"))
    press = run.standing_press("b-x")
    assert press is not None
    assert (run.attempts("b-x"), press.seq, run.is_unproved("b-x")) == (1, 3, True)
    assert RunHistory(run.lines[:2]).standing_press("b-x") is None


def test_the_time_without_failover_ends_with_the_first_synchronisation_of_the_new_relationship() -> None:
    assert history(("reading", "a-look")).exposure_s is None
    assert (history(BROKEN, ("reading", "a-look")).exposure_s, history(BROKEN).is_exposed) == (1, True)
    done = history(BROKEN, TOGETHER, ("note", "site-word"), ("note", "site-word"))
    assert (done.exposure_s, done.is_exposed) == (1, False)


def test_versions_are_those_first_and_last_read_of_an_appliance() -> None:
    run = history(
        ("reading", "b-look", {"reading": {"product": "12.3.5", "base": "3.4"}}),
        ("reading", "a-look", {"reading": {"product": "x"}}),
        ("proved", "b-install", {"reading": {"product": "15.1.3"}}), ("reading", "b-look", {"reading": ["no object"]}),
    )  # fmt: skip
    assert run.versions("b") == {"before": {"product": "12.3.5", "base": "3.4"}, "after": {"product": "15.1.3", "base": "3.4"}}
    assert history().versions("a") == {"before": {"product": "", "base": ""}, "after": {"product": "", "base": ""}}


def test_unknown_kinds_and_fields_are_kept_and_mean_nothing() -> None:
    run = history(("dreamt", "a-x", {"mood": "blue", "reading": {"product": "1.2"}}), ("intent", "b-x"))
    assert [line.step for line in run.presses] == ["b-x"]
    assert (run.lines[0].kind, run.lines[0].fields["mood"], run.proof("a-x")) == ("dreamt", "blue", None)


def test_a_log_gives_the_history_of_what_it_has_written_and_a_file_the_same(tmp_path: Path) -> None:
    with EvidenceLog(tmp_path) as log:
        asked = log.history
        log.append("intent", "b-x", unit="b", title="Press it")
        newest = asked.intent("b-x")
        assert newest is not None
        assert (newest.title, newest.seq) == ("Press it", 1)
    assert RunHistory.read(tmp_path / "evidence.jsonl").lines == asked.lines
    assert RunHistory.read(tmp_path / "none.jsonl").lines == []
