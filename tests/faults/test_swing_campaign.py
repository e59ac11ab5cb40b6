"""The short form of `make swing`: one of the faults that once left nobody serving; and what the campaign says."""

from __future__ import annotations

from pathlib import Path

import pytest
from swing_campaign import Swing, campaign, table
from swing_kinds import KINDS, named

SHORT = ("b-browser-dies",)


@pytest.fixture(scope="module")
def swings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Swing]:
    kinds = [named(name) for name in SHORT]
    return {swing.kind: swing for swing in campaign(kinds, 1, tmp_path_factory.mktemp("swings") / "kept.jsonl", say=False)}


@pytest.mark.proves("OP5", "SI2", "SI4")
@pytest.mark.parametrize("name", SHORT)
def test_after_a_fault_between_the_halves_exactly_one_serves_as_it_must(swings: dict[str, Swing], name: str) -> None:
    swing = swings[name]
    assert swing.end == named(name).ends, swing.said
    assert swing.both_s == 0.0


@pytest.mark.proves("SI5")
def test_the_gap_is_measured_by_witnesses_that_are_not_the_robots(swings: dict[str, Swing]) -> None:
    assert all(0.0 < swing.gap_s < 120.0 for swing in swings.values())


def test_there_are_at_least_twenty_kinds_of_fault_each_with_a_name_of_its_own() -> None:
    counted = [kind.name for kind in KINDS if not kind.apart]
    assert len(counted) >= 20
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def swing(kind: str, end: str = "b", gap: float = 1.0, *, both: float = 0.0, called: bool = False) -> Swing:
    return Swing(kind, end, gap, both, 1, called, "", 8.0)


def test_the_summary_counts_what_did_not_serve_in_time_and_what_served_twice() -> None:
    lines = table([swing("stop"), swing("stop", gap=31.0), swing("ctrl-c", end="none"), swing("ctrl-c", both=2.5)])
    assert lines[-1] == "4 swings, 2 kinds: one serves again within 30 s in 25.0 %, longest both 2500 ms"


def test_where_the_rule_forbids_to_help_a_swing_is_counted_apart_and_only_good_where_a_person_was_called() -> None:
    gone = swing("b-down-for-good", "none", float("inf"), called=True)
    lines = table([swing("stop"), gone, swing("b-is-another", "none", float("inf"))])
    assert lines[-2] == "1 swings, 1 kinds: one serves again within 30 s in 100.0 %, longest both 0 ms"
    assert lines[-1].startswith("apart, 2 swings need a person")
    assert lines[-1].endswith("so it was in 1 of 2")


def test_what_was_found_before_is_not_carried_out_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_text(
        '{"kind": "stop", "end": "b", "gap_s": 1.0, "both_s": 0.0, "lives": 1, "called": false, "said": "", "took_s": 8.0}\n'
    )
    assert campaign([named("stop")], 1, kept, say=False) == [swing("stop")]
