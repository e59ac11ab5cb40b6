"""The short form of `make faults`: one quick fault that strikes a run; and what the catalogue and its table must hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fault_kinds import GROUPS, KINDS, named
from moments import PRESSES

from robot.simulator.faults.knobs import Knobs
from tests.campaign import GOOD, NOT_BEGUN, Result
from tests.faults.fault_sweep import CAMPAIGN, Case, cases, passwords_tried_again, totals, unlike
from tests.faults.faults_table import PAGE, table

SHORT = "account-locked | from the start | seed 0 | 1"


@pytest.mark.proves("PL9", "OP1")
def test_a_run_that_meets_a_fault_ends_as_the_catalogue_says(tmp_path: Path) -> None:
    result = CAMPAIGN.alone(SHORT, tmp_path, within=300)
    assert result.verdict == GOOD, result.problem


def test_the_catalogue_has_at_least_forty_kinds_each_with_a_name_of_its_own() -> None:
    assert len(KINDS) >= 40
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name) for kind in KINDS)
    assert {kind.group for kind in KINDS} == set(GROUPS)


def test_whatever_ends_a_run_tells_the_person_something_and_what_is_survived_tells_nothing() -> None:
    assert all(bool(kind.tells) is not kind.is_survived for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_every_kind_turns_only_knobs_that_there_are(kind: object) -> None:
    assert kind in KINDS
    fault = named(getattr(kind, "name", ""))
    Knobs().change({**fault.always, **fault.knobs})
    assert all(moment.told + fault.presses <= len(PRESSES) for moment in fault.at)


def test_the_page_for_whoever_is_on_call_is_made_from_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "python -m tests.faults.faults_table"
    assert all(f"**{kind.name}**" in table() for kind in KINDS)


def test_seeds_draw_the_pages_of_the_four_generations_in_turn() -> None:
    seeded = [Case.of(f"lying-sync | before the sync | seed {seed} | 1") for seed in range(5)]
    assert [case.generation for case in seeded] == ["g1", "g2", "g3", "g4", "g1"]
    assert [case.names.target_version for case in seeded[:2]] == ["13.1.2", "17.1.3"]


def test_every_case_is_run_twice_but_those_that_take_minutes() -> None:
    names = [case.name for case in cases(0, "sampled")]
    assert len(set(names)) == len(names)
    again = {name for name in names if name.endswith("| 2")}
    once = [name for name in names if name.endswith("| 1") and f"{name[:-1]}2" not in again]
    assert all(Case.of(name).fault.whole for name in once)
    assert Case.of(names[0]).name == names[0]


def result(name: str, problem: str = "", **facts: object) -> Result:
    return Result(name, [3], 1.0, 0, "WRONG" if problem else GOOD, problem, {"code": 3, "told": [], **facts})


def test_two_turns_of_one_case_that_end_differently_are_told() -> None:
    first, second = result("x | then | seed 0 | 1"), result("x | then | seed 0 | 2", told=["b sync-now"])
    assert unlike([first, first]) == []
    assert unlike([first, second]) == ["x | then | seed 0: told: [] and then ['b sync-now']"]


def test_the_last_line_counts_what_must_never_be() -> None:
    told = totals(
        [result("x | then | seed 0 | 1", "FORBIDDEN: reboot\npressed 2 times: b sync-now"), result("y | z | seed 0 | 1")], 60
    )
    assert told.startswith("faults: 2 kinds, 1 of 2 runs ended as they must; 1 forbidden presses, 1 repeated, 0 passwords tried")
    assert told.endswith("1.0 min; NOT: x | then | seed 0 | 1")


def test_what_was_not_begun_yet_is_counted_and_is_no_failure_by_name() -> None:
    late = Result("y | z | seed 0 | 1", [], 0.0, 0, NOT_BEGUN)
    assert totals([result("x | z | seed 0 | 1"), late], 60).endswith("min; 1 not begun yet: the same command goes on with them")


def test_a_case_that_the_end_of_a_go_cuts_off_is_left_for_the_next_one(tmp_path: Path) -> None:
    cut_off = CAMPAIGN.alone(SHORT, tmp_path, within=0.2)
    assert cut_off.verdict == NOT_BEGUN
    assert "it is begun again the next time" in cut_off.problem


def test_a_password_tried_after_a_refusal_is_found() -> None:
    view = {"page": "sign-in attempt", "unit": "a", "interface": "site", "account": "robot", "outcome": "rejected"}
    assert list(passwords_tried_again([view])) == []
    assert len(list(passwords_tried_again([view, {**view, "outcome": "accepted"}]))) == 1


def test_what_was_found_before_is_kept_for_these_very_files(tmp_path: Path) -> None:
    del tmp_path
    assert CAMPAIGN.place("mark", "a") != CAMPAIGN.place("mark", "b")
    assert CAMPAIGN.fingerprint() == CAMPAIGN.fingerprint()
