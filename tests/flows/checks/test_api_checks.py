"""What the API tells is held against the pages: it agrees, it differs and both readings are named, or it is not proved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from healthy_pairs import Document, document, ground, hide, leave_out, settings

from flows.areas.differences import Weight, compare
from flows.areas.expected_changes import Gate, expected_changes
from flows.areas.pair_snapshot import PairSnapshot
from flows.checks.check import CheckResult, CheckVerdict
from flows.checks.readiness_checks import findings, refusals
from robot.settings import Settings

SECTION = '[api]\nclient_id = "API_ID"\nclient_secret = "API_SECRET"\n[windows]'
NAMES = ("api-agrees", "api-health", "api-account")


@pytest.fixture
def with_api(tmp_path: Path) -> Settings:
    return settings(tmp_path, old="[windows]", new=SECTION)


def answers(unit: str) -> dict[str, Any]:
    """What the API of a healthy appliance tells."""
    return {
        "version": "15.1.1", "build": "38227", "guid": f"GUID-{unit.upper()}", "healthy": True, "problem": "",
        "role": "primary" if unit == "a" else "backup", "shared_ips": [], "last_sync": "2026-12-01 19:00:00 UTC",
        "sync_status": "Success", "api_version": "1.19.0", "more_than_reading": [],
    }  # fmt: skip


def told(**of_b: Any) -> Document:
    """A healthy pair whose API was asked, and what B's tells otherwise."""
    made = document()
    for unit in ("a", "b"):
        value = answers(unit) | (of_b if unit == "b" else {})
        unknown = [
            {"of": name, "reason": "its API does not tell it", "known": "never"} for name, each in value.items() if each is None
        ]
        made[unit]["api"] = {"value": value, "unknown": unknown, "seq": 30, "picture": "", "no_picture": "it is no page"}
    return made


def found(made: Document, pair_file: Settings) -> dict[str, CheckResult]:
    return {each.check: each for each in findings(ground(made, pair_file)) if each.check in NAMES}


def test_an_api_that_agrees_passes_each_check_and_is_what_it_rests_on(with_api: Settings) -> None:
    by_name = found(told(), with_api)
    assert [each.verdict for each in by_name.values()] == [CheckVerdict.PASS] * 3
    assert {"a.api", "b.api", "a.product", "b.relationship", "b.identity"} <= {
        basis.area for basis in by_name["api-agrees"].rests_on
    }


def test_without_an_account_nothing_is_asked_and_nothing_stops(tmp_path: Path) -> None:
    by_name = found(document(), settings(tmp_path))
    assert {(each.verdict, each.reason) for each in by_name.values()} == {(CheckVerdict.PASS, "no API account is given")}


@pytest.mark.parametrize(
    ("of_b", "sentence"),
    [
        ({"version": "15.1.2"}, "B, release: the API says 15.1.2, and the page 15.1.1"),
        ({"build": "38228"}, "B, build: the API says 38228, and the page 38227"),
        ({"role": "primary"}, "B, role: the API says primary, and the page backup"),
        ({"guid": "guid-a"}, "B, GUID: the API says guid-a, and the page guid-b"),
        (
            {"last_sync": "2026-11-28 19:00:00 UTC"},
            "B, last synchronisation: the API says 2026-11-28 19:00:00 UTC, and the page 2026-12-01 19:00:00 UTC",
        ),
    ],
)
def test_a_disagreement_is_a_failure_that_nobody_waives_and_names_both_readings(
    of_b: dict[str, Any], sentence: str, with_api: Settings
) -> None:
    made = told(**of_b)
    result = found(made, with_api)["api-agrees"]
    assert (result.verdict, result.waivable) == (CheckVerdict.FAIL, False)
    assert result.reason == f"{sentence}; find out which is true before anything is changed"
    assert "api-agrees" in {each.check for each in refusals(findings(ground(made, with_api)), frozenset(NAMES))}


@pytest.mark.parametrize(
    "of_b",
    [
        {"version": "15.1.1.0", "build": None},
        {"guid": "{Guid-B}"},
        {"last_sync": None, "sync_status": None},
        {"last_sync": "2026-12-01T19:00:00+00:00"},
        {"api_version": None},
    ],
)
def test_other_words_for_the_same_and_what_only_the_page_tells_are_no_disagreement(
    of_b: dict[str, Any], with_api: Settings
) -> None:
    assert found(told(**of_b), with_api)["api-agrees"].verdict is CheckVerdict.PASS


def test_a_synchronisation_that_runs_at_that_moment_may_be_told_in_two_ways(with_api: Settings) -> None:
    made = told(last_sync="2026-12-01 20:00:03 UTC")
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.FAIL
    made["b"]["synchronisation"]["value"]["running"] = True
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.PASS


def test_a_page_that_shows_a_conflict_never_agrees_with_an_api_that_shows_none(with_api: Settings) -> None:
    made = told()
    made["b"]["relationship"]["value"]["role"] = "conflict"
    assert found(made, with_api)["api-agrees"].reason.startswith("B, role: the API says backup, and the page conflict")


@pytest.mark.parametrize("field", ["version", "role", "guid"])
def test_what_every_api_tells_and_this_one_does_not_is_not_proved(field: str, with_api: Settings) -> None:
    result = found(told(**{field: None}), with_api)["api-agrees"]
    assert (result.verdict, result.reason) == (CheckVerdict.FAIL, "not proved, because of B, API: its API does not tell it")


@pytest.mark.parametrize("area", ["product", "relationship", "identity", "synchronisation"])
def test_a_page_that_was_not_seen_agrees_with_nothing(area: str, with_api: Settings) -> None:
    made = told()
    hide(made, "b", area)
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.FAIL


def test_a_page_without_a_guid_leaves_it_to_the_others_to_prove_who_that_is(with_api: Settings) -> None:
    made = told()
    leave_out(made, "b", "identity", "guid")
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.PASS


@pytest.mark.parametrize(
    ("of_b", "reason"),
    [
        ({"healthy": False}, "B is not well: its API does not say why; see its Status pages"),
        ({"healthy": False, "problem": "no room"}, "B is not well: no room"),
        ({"problem": "no room"}, "B is not well: no room"),
        ({"healthy": None}, "not proved, because of B, API: its API does not tell it"),
    ],
)
def test_an_appliance_that_says_that_it_is_not_well_stops_the_plan(of_b: dict[str, Any], reason: str, with_api: Settings) -> None:
    result = found(told(**of_b), with_api)["api-health"]
    assert (result.verdict, result.reason) == (CheckVerdict.FAIL, reason)


def test_an_account_for_more_than_reading_is_told_and_stops_nothing(with_api: Settings) -> None:
    result = found(told(more_than_reading=["perm_command=full", "perm_backup=1"]), with_api)["api-account"]
    assert result.verdict is CheckVerdict.WARN
    assert result.reason == ("it may do more (B: perm_command=full, perm_backup=1): take from it what is not needed for reading")
    untold = found(told(more_than_reading=None), with_api)["api-account"]
    assert (untold.verdict, bool(untold.known)) == (CheckVerdict.UNKNOWN, True)


def test_an_api_that_could_not_be_asked_is_a_failure_with_its_reason(with_api: Settings) -> None:
    made = told()
    made["b"]["api"].update(value=None, unknown=[{"of": "", "reason": "/oauth2/token answers 403", "known": "later"}])
    by_name = found(made, with_api)
    for check in ("api-agrees", "api-health"):
        assert by_name[check].verdict is CheckVerdict.FAIL
        assert by_name[check].reason == "not proved, because of B, API: /oauth2/token answers 403"
    assert by_name["api-account"].verdict is CheckVerdict.UNKNOWN


def test_an_observation_that_was_made_before_the_account_was_given_proves_nothing(with_api: Settings) -> None:
    by_name = found(document(), with_api)
    assert by_name["api-agrees"].reason == "not proved, because of API: the API was not asked"


def snapshot(made: Document) -> PairSnapshot:
    return PairSnapshot.from_document(made)


def test_a_snapshot_without_an_api_is_read_as_before_and_compared_with_one_that_has_it() -> None:
    with_it, without = snapshot(told()), snapshot(document())
    assert "api" not in {name for _, name, _, _ in without.areas()}
    assert PairSnapshot.from_document(without.as_document()) == without
    lost = compare(with_it, without)
    assert {(each.area, each.weight) for each in lost} == {("api", Weight.UNEXPECTED)}
    assert compare(without, with_it) == ()


@pytest.mark.parametrize(
    ("of_b", "unexpected"),
    [
        (
            {
                "version": "15.1.3",
                "build": "40000",
                "api_version": "1.20",
                "role": "none",
                "last_sync": None,
                "sync_status": None,
            },
            [],
        ),
        ({"version": "15.1.1", "role": "none"}, ["version"]),
        ({"version": "15.1.3", "role": "backup"}, ["role"]),
        ({"version": "15.1.3", "role": "none", "guid": "another"}, ["guid"]),
        ({"version": "15.1.3", "role": "none", "healthy": False, "problem": "no room"}, ["healthy", "problem"]),
        ({"version": "15.1.3", "role": "none", "more_than_reading": ["perm_command=full"]}, ["more_than_reading"]),
    ],
)
def test_after_an_update_the_api_must_tell_what_was_planned(
    of_b: dict[str, Any], unexpected: list[str], with_api: Settings
) -> None:
    before, made = snapshot(told()), told(**of_b)
    differences = compare(before, snapshot(made), expected_changes(with_api, before, Gate.B_UPDATED, "asynchronous"))
    of_api = [each for each in differences if (each.unit, each.area) == ("b", "api") and each.weight is Weight.UNEXPECTED]
    assert [each.field for each in of_api] == unexpected


def test_in_the_wrong_moment_two_agree_only_as_far_as_their_zones_may_explain(with_api: Settings) -> None:
    made = told()
    made["b"]["synchronisation"]["value"]["last"] = "12/01/2026 02:00 PM"
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.PASS
    made["b"]["synchronisation"]["value"]["last"] = "12/01/2026 02:07 PM"
    assert found(made, with_api)["api-agrees"].verdict is CheckVerdict.FAIL
