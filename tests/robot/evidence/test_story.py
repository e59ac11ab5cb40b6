"""What happened, in words: headings, readings, times."""

from pathlib import Path

import pytest
from made_run import MadeRun, begin

from robot.evidence import wording
from robot.evidence.record import chain, summary
from robot.evidence.report import looks, readings, story


def told_by(run: MadeRun) -> list[story.ReportSection]:
    return story.sections(summary.read(run.folder), chain.read_lines(run.folder / "evidence.jsonl"))


def test_steps_stand_in_order_under_the_headings_of_the_procedure(tmp_path: Path) -> None:
    run = begin(tmp_path)
    for step, unit, ids in (
        ("a-look", "a", ["PL10"]),
        ("b-sync-now", "b", ["BS5"]),
        ("b-install", "b", ["UA4"]),
        ("b-smoke", "b", ["VT1"]),
        ("site-swing", "site", ["SI2"]),
        ("a-install", "a", ["AA1", "UA4"]),
        ("a-smoke", "a", ["VT1"]),
        ("b-establish", "b", ["RE7"]),
    ):
        run.note("reading", step, unit=unit, procedure=ids, reading={"x": 1})
    assert [section.heading for section in told_by(run)] == [
        "Before anything is changed",
        "Backup and Sync",
        "Update Appliance B",
        "Verify and Test",
        "Make Appliance B the Primary Appliance",
        "Update Appliance A",
        "Verify and Test",
        "Reestablish Failover Relationship",
    ]


def test_a_heading_of_the_record_wins(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("reading", "a-look", heading="Before anything is changed", title="Look at A", procedure=["BS1"])
    (section,) = told_by(run)
    assert (section.heading, section.steps[0].title) == ("Before anything is changed", "Look at A")


def test_the_swing_shows_both_appliances_apart(tmp_path: Path) -> None:
    run = begin(tmp_path)
    run.note("intent", "site-swing", unit="a", reading={"enabled": True})
    run.note("intent", "site-swing", unit="b", reading={"enabled": False})
    run.note("proved", "site-swing", unit="b", reading={"enabled": True})
    (step,) = told_by(run)[0].steps
    a, b = step.tables
    assert (a.title, a.rows) == ("Appliance A, before the press", (readings.ReadingRow("enabled", None, "yes"),))
    assert (b.title, b.rows) == ("Appliance B", (readings.ReadingRow("enabled", "no", "yes"),))
    presses = story.presses(chain.read_lines(run.folder / "evidence.jsonl"))
    assert [(press.unit, press.proof) for press in presses] == [("a", 3), ("b", 3)]


def test_steps_that_the_summary_forgot_are_told_in_their_place(run: MadeRun) -> None:
    run.summarise(steps=[{"name": "b-break", "state": "done"}])
    assert [step.name for section in told_by(run) for step in section.steps] == ["a-look", "b-sync-now", "b-break"]


def test_a_step_that_was_skipped_stays_behind_the_one_it_was_told_after(run: MadeRun) -> None:
    steps = [{"name": name, "state": "skipped"} for name in ("a-look", "b-skipped", "b-sync-now", "b-break")]
    run.summarise(steps=steps)
    assert [step.name for section in told_by(run) for step in section.steps][1] == "b-skipped"


@pytest.mark.parametrize("state", looks.STATES)
def test_a_part_is_told_by_the_step_that_most_needs_a_person_and_every_state_counts(run: MadeRun, state: str) -> None:
    run.summarise(steps=[{"name": name, "state": state} for name in ("a-look", "b-sync-now", "b-break")])
    assert {section.worst for section in told_by(run)} == {state}


def test_a_step_past_its_deadline_stands_above_what_is_done(run: MadeRun) -> None:
    run.note("stalled", "b-break", unit="b", procedure=["BS7"], text="still waiting")
    run.summarise(steps=[])
    assert [section.worst for section in told_by(run)][-1] == "stalled"


def test_orphans_and_torn_tails_are_among_the_remarks(run: MadeRun) -> None:
    run.note("note", "site-record", text="pictures without a line", orphans=["shots/9.png"])
    lines = chain.read_lines(run.folder / "evidence.jsonl")
    assert story.remarks({"notes": ["one"]}, lines) == [
        "one",
        "The run was resumed. (line 4)",
        "pictures without a line: shots/9.png (line 7)",
    ]


def test_readings_of_any_shape_become_rows() -> None:
    reading = {
        "last_sync": "today",
        "Enable Backup Operations": True,
        "none": None,
        "empty": "",
        "numbers": [1, 2.5],
        "nothing": [],
        "offers": [{"name": "x", "deep": {"y": False}}, "z"],
    }
    assert [(row.label, row.after) for row in readings.rows_of(None, reading)] == [
        ("last sync", "today"),
        ("Enable Backup Operations", "yes"),
        ("none", "—"),
        ("empty", "—"),
        ("numbers", "1, 2.5"),
        ("nothing", "—"),
        ("offers / 1 / name", "x"),
        ("offers / 1 / deep / y", "no"),
        ("offers / 2", "z"),
    ]


def test_only_what_differs_counts_as_changed() -> None:
    rows = readings.rows_of({"a": 1, "b": 2, "gone": 3}, {"a": 1, "b": 4, "new": 5})
    assert [(row.label, row.changed) for row in rows] == [("a", False), ("b", True), ("gone", False), ("new", True)]
    assert readings.rows_of(None, None) == []
    assert readings.rows_of({"a": 1}, None) == [readings.ReadingRow("a", None, "1")]
    assert readings.rows_of(None, "words") == [readings.ReadingRow("reading", None, "words")]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.412, "0.4 s"), (9.96, "10 s"), (45, "45 s"), (59.6, "1 min"), (61, "1 min 1 s"), (725, "12 min 5 s"),
        (3599.7, "1 h"), (5400, "1 h 30 min"), (12_000, "3 h 20 min"), (86400 * 3, "72 h"), (-5, "-5.0 s"),
    ],
)  # fmt: skip
def test_durations_are_told_in_two_units_at_most(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(("count", "words"), [(12, "12 bytes"), (4096, "4.1 kB"), (312345, "312 kB"), (5_300_000, "5.3 MB")])
def test_sizes_are_told_as_on_a_disk(count: int, words: str) -> None:
    assert wording.size(count) == words


def test_a_time_that_is_none_is_shown_as_it_is() -> None:
    assert wording.moment("soon") == wording.clock("soon") == "soon"
    assert wording.between("soon", "later") is None
    assert wording.moment("2026-11-22T10:00:05.123Z", seconds=True) == "2026-11-22 10:00:05 UTC"
