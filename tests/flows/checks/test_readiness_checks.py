"""Every readiness check fails unless the opposite is proved, and no healthy pair fails one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from faults import Fault, all_faults
from healthy_pairs import NOW, Document, document, ground, hide, settings, varied
from readiness_page import PAGE, page

from flows.areas.pair_snapshot import BY_A_PERSON, PairSnapshot
from flows.checks.check import CheckResult, CheckVerdict, Ground
from flows.checks.readiness_checks import CHECKS, findings, refusals
from pages.translations import in_english
from robot.settings import Settings

FAULTS = tuple(all_faults())


@pytest.fixture(scope="module")
def pair_file(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings(tmp_path_factory.mktemp("pair"))


def found(on: Ground) -> dict[str, CheckResult]:
    return {each.check: each for each in findings(on)}


def test_there_are_thirty_checks_and_more_each_with_a_name_of_its_own() -> None:
    assert len(CHECKS) == len({check.name for check in CHECKS}) >= 30


def test_a_healthy_pair_that_shows_everything_passes_every_check(pair_file: Settings) -> None:
    odd = [each for each in findings(ground(document(), pair_file)) if each.verdict is not CheckVerdict.PASS]
    assert odd == []


@pytest.mark.parametrize("seed", range(300))
def test_no_healthy_pair_is_stopped_whatever_it_hides(seed: int, pair_file: Settings) -> None:
    seen = findings(ground(varied(seed), pair_file))
    assert refusals(seen) == ()
    may_be_unknown = {check.name for check in CHECKS if check.until}
    assert {each.check for each in seen if each.verdict is CheckVerdict.UNKNOWN} <= may_be_unknown


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_each_fault_that_can_be_seen_beforehand_is_seen_by_its_check_and_stops_the_plan(
    fault: Fault, pair_file: Settings
) -> None:
    _, edit, check = fault
    made = document()
    edit(made)
    by_name = found(ground(made, pair_file))
    assert by_name[check].verdict is CheckVerdict.FAIL, by_name[check]
    assert check in {each.check for each in refusals(by_name.values())}


def test_there_are_a_hundred_faults() -> None:
    assert len({name for name, _, _ in FAULTS}) == len(FAULTS) >= 100


@pytest.mark.parametrize("unit", ["a", "b", "site"])
def test_what_was_not_seen_is_never_taken_for_good(unit: str, pair_file: Settings) -> None:
    """Each area is hidden in turn: whatever rested on it is a failure, or unknown with the moment at which it is known."""
    healthy = found(ground(document(), pair_file))
    for name in [each for each in document()[unit] if each not in {"address", "hostname"}]:
        made = document()
        hide(made, unit, name)
        by_name = found(ground(made, pair_file))
        for check in (each.check for each in healthy.values() if f"{unit}.{name}" in {basis.area for basis in each.rests_on}):
            assert by_name[check].verdict in {CheckVerdict.FAIL, CheckVerdict.UNKNOWN}, (name, check)
            assert (by_name[check].verdict is CheckVerdict.UNKNOWN) == bool(by_name[check].known), (name, check)


def test_every_area_is_looked_at_by_a_check_or_kept_to_be_compared(pair_file: Settings) -> None:
    rested_on = {basis.area for each in findings(ground(document(), pair_file)) for basis in each.rests_on}
    assert {area for area in every_area(document()) if area not in rested_on} == {
        "a.synchronisation", "a.tabs", "b.tabs", "a.key", "b.key", "b.health_page", "a.shared_ip",
    } - rested_on  # fmt: skip


def every_area(made: Document) -> set[str]:
    return {f"{unit}.{name}" for unit in ("a", "b", "site") for name in made[unit] if name not in {"address", "hostname"}}


def test_a_finding_names_the_line_and_the_picture_that_it_rests_on(pair_file: Settings) -> None:
    made = document()
    made["a"]["relationship"].update(picture="shots/004-a-failover.png", no_picture="", seq=4)
    bases = {basis.area: basis for basis in found(ground(made, pair_file))["roles"].rests_on}
    assert (bases["a.relationship"].seq, bases["a.relationship"].picture) == (4, "shots/004-a-failover.png")


def test_a_waiver_lifts_a_failure_but_never_one_that_nobody_may_answer_for(pair_file: Settings) -> None:
    made = document()
    made["a"]["relationship"]["value"]["alerts"] = ["Data sync failed"]
    made["b"]["relationship"]["value"]["role"] = "conflict"
    seen = findings(ground(made, pair_file))
    assert [each.check for each in refusals(seen)] == ["no-role-conflict", "roles", "no-failover-alert"]
    everything = frozenset(check.name for check in CHECKS)
    assert [each.check for each in refusals(seen, everything)] == ["no-role-conflict", "roles"]


def test_missing_screens_and_passed_windows_stop_the_plan(pair_file: Settings) -> None:
    lacking = found(ground(document(), pair_file, lacks=('A, Updates: button "Check for updates" is not there',)))
    assert lacking["screens"].verdict is CheckVerdict.FAIL
    late = found(ground(document(), pair_file, now=NOW + timedelta(days=2)))
    assert late["windows-ahead"].verdict is CheckVerdict.FAIL
    short = found(ground(document(), pair_file, now=NOW + timedelta(hours=9)))
    assert short["windows-long-enough"].verdict is CheckVerdict.FAIL


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("2026-12-01 20:00:05 UTC", "2026-12-01 21:01:05 +01:00", CheckVerdict.PASS),
        ("12/01/2026 08:00:05 PM", "12/01/2026 08:01:05 PM", CheckVerdict.PASS),
        ("12/01/2026 02:00:05 PM", "12/01/2026 08:01:05 PM", CheckVerdict.WARN),
        ("Dec 1, 2026 14:00:05 CST", "Dec 1, 2026 21:01:05 CET", CheckVerdict.WARN),
        ("Dec 1, 2026 20:00:05 CST", "Dec 1, 2026 20:00:05 UTC", CheckVerdict.WARN),
        ("Dec 1, 2026 14:00:05 CST", "Dec 1, 2026 21:19:05 CET", CheckVerdict.FAIL),
        ("Dec 1, 2026 20:00:05 CET", "Dec 1, 2026 21:00:05 CET", CheckVerdict.FAIL),
        ("2026-12-01 20:00:05 UTC", "2026-12-01 21:00:05 UTC", CheckVerdict.FAIL),
        ("12/01/2026 08:00:05 PM", "12/01/2026 08:20:05 PM", CheckVerdict.FAIL),
        ("12/01/2026 08:00:05 PM", "11/30/2026 08:00:05 PM", CheckVerdict.FAIL),
    ],
)
def test_clocks_that_may_differ_by_an_untold_time_zone_alone_are_no_failure(
    a: str, b: str, verdict: CheckVerdict, pair_file: Settings
) -> None:
    made = document()
    made["a"]["clock"]["value"]["time"], made["b"]["clock"]["value"]["time"] = a, b
    assert found(ground(made, pair_file))["clocks"].verdict is verdict


@pytest.mark.parametrize(
    ("a", "b", "zone", "verdict"),
    [
        ("Dec 1, 2026 14:00:05 CST", "Dec 1, 2026 21:00:05 CET", "UTC", CheckVerdict.WARN),
        ("Dec 1, 2026 21:00:05 CET", "Dec 1, 2026 21:00:05 CET", "Europe/Berlin", CheckVerdict.PASS),
        ("12/01/2026 08:00:05 PM", "12/01/2026 08:00:05 PM", "America/Chicago", CheckVerdict.WARN),
        ("12/01/2026 08:00:05 PM", "12/01/2026 08:00:05 PM", "UTC", CheckVerdict.PASS),
    ],
)
def test_the_zone_that_a_clock_shows_counts_for_more_than_the_one_that_is_set(
    a: str, b: str, zone: str, verdict: CheckVerdict, pair_file: Settings
) -> None:
    made = document()
    made["a"]["clock"]["value"].update(time=a, zone=zone)
    made["b"]["clock"]["value"].update(time=b, zone="Europe/Berlin" if zone == "Europe/Berlin" else "UTC")
    assert found(ground(made, pair_file))["zones"].verdict is verdict


@pytest.mark.parametrize(("result", "verdict"), [("Bestanden", CheckVerdict.PASS), ("Nicht bestanden", CheckVerdict.FAIL)])
def test_a_german_health_check_is_good_where_it_says_so(result: str, verdict: CheckVerdict, pair_file: Settings) -> None:
    made = document()
    made["b"]["health"]["value"]["checks"] = {"Storage": in_english(result)}
    assert found(ground(made, pair_file))["health"].verdict is verdict


def test_what_no_page_tells_is_promised_by_a_person_and_for_no_later_moment(pair_file: Settings) -> None:
    made = document()
    made["a"]["holdings"]["value"]["users"] = None
    made["a"]["holdings"]["unknown"] = [{"of": "users", "reason": "its pages do not tell it", "known": BY_A_PERSON}]
    made["b"]["signed_in"].update(value=None, unknown=[{"of": "", "reason": "it is hidden", "known": "once it shows its tabs"}])
    made["b"]["health"].update(value=None, unknown=[{"of": "", "reason": "it is hidden", "known": "once it shows its tabs"}])
    by_name = found(ground(made, pair_file))
    assert by_name["holdings"].known == BY_A_PERSON
    assert by_name["nobody-on-b"].known == "once it shows its tabs; at the latest after the break"
    assert by_name["health"].known == "once it shows its tabs"


@pytest.mark.parametrize("version", ["9.2.1", "10.5.3"])
def test_before_10_6_a_skipped_extraction_of_session_data_stops_the_plan(version: str, tmp_path: Path) -> None:
    skipping = settings(tmp_path, old="[windows]", new='[checks]\nsession_data = { skip = "none" }\n[windows]')
    assert found(ground(document(version=version), skipping))["session-data"].verdict is CheckVerdict.FAIL


def test_each_procedure_has_its_own_checks(pair_file: Settings) -> None:
    numbers = Counter(procedure for check in CHECKS for procedure in check.procedures)
    assert numbers["asynchronous"] == len(CHECKS) - 1 > numbers["synchronous"] > numbers["single"] > 0
    alone = found(ground(document(), pair_file, procedure="single"))
    assert "roles" not in alone
    assert alone["certificate-lasts"].title == "its certificate is valid to the end of the change"
    assert {name for name, each in alone.items() if each.verdict is CheckVerdict.FAIL} == set()


def test_an_appliance_that_stands_in_a_relationship_is_no_single_one(pair_file: Settings) -> None:
    paired = document()
    single = ground(paired, pair_file, procedure="single")
    paired["a"]["relationship"]["value"]["role"] = "primary"
    found_alone = found(replace(single, snapshot=PairSnapshot.from_document(paired)))["alone"]
    assert found_alone.verdict is CheckVerdict.FAIL
    assert "would leave the other one behind" in found_alone.reason


def by_files(folder: Path, *, b: str = "b.nsu") -> Settings:
    """A pair file of the manual method, with one file for each."""
    update = f'[update]\nmethod = "manual"\nfiles = {{ a = ["a.nsu"], b = ["{b}"] }}\n[windows]'
    return settings(folder, old="[windows]", new=update)


def brought(folder: Path, name: str, *, digest: str = "") -> None:
    (folder / name).write_bytes(b"an update")
    (folder / f"{name}.sha256").write_text(digest or sha256(b"an update").hexdigest(), encoding="ascii")


def test_update_files_that_are_not_there_yet_stop_no_plan_for_a_person_is_to_bring_them_late(tmp_path: Path) -> None:
    made = document()
    for unit in ("a", "b"):
        made[unit]["installation"]["value"]["takes_files"] = True
    on = ground(made, by_files(tmp_path))
    brought(tmp_path, "a.nsu")
    missing = found(on)["update-files"]
    assert (missing.verdict, missing.known) == (
        CheckVerdict.UNKNOWN, "when a person brings them; at the latest before the break, when a person is asked for them"
    )  # fmt: skip
    assert "b.nsu for B" in missing.reason
    brought(tmp_path, "b.nsu")
    assert found(on)["update-files"].verdict is CheckVerdict.PASS
    brought(tmp_path, "b.nsu", digest="0" * 64)
    assert "vouched for beside it" in (wrong := found(on)["update-files"]).reason
    assert wrong.verdict is CheckVerdict.FAIL
    made["b"]["installation"]["value"]["takes_files"] = False
    assert "B shows no Update Software" in found(ground(made, by_files(tmp_path)))["update-files"].reason


@pytest.mark.parametrize("told", ["never", "perpetual"])
def test_a_contract_whose_end_is_no_date_is_for_a_person_as_it_is_in_the_run(told: str, pair_file: Settings) -> None:
    made = document()
    made["b"]["maintenance"]["value"]["until"] = told
    result = found(ground(made, pair_file))["maintenance"]
    assert (result.verdict, result.known) == (CheckVerdict.UNKNOWN, BY_A_PERSON)
    made["a"]["maintenance"]["value"]["until"] = "2026-11-01"
    assert found(ground(made, pair_file))["maintenance"].verdict is CheckVerdict.FAIL


def test_a_folder_that_others_can_read_is_told_for_the_run_closes_it_to_them(tmp_path: Path) -> None:
    own = settings(tmp_path)
    (tmp_path / "backups").mkdir(mode=0o755)
    assert found(ground(document(), own))["backup-folder"].verdict is CheckVerdict.WARN
    (tmp_path / "backups").rmdir()
    (tmp_path / "backups").write_text("a file", encoding="ascii")
    assert found(ground(document(), own))["backup-folder"].verdict is CheckVerdict.FAIL


def test_a_patch_is_offered_by_the_same_rules_as_in_the_run(tmp_path: Path) -> None:
    patching = settings(tmp_path, old="[windows]", new='[update]\npatch = "BT26-02-RS"\n[windows]')
    made = document(version="15.1.3")
    patch = {"name": "Security Patch BT26-02-RS", "version": "", "enabled": True, "requires": ""}
    for unit in ("a", "b"):
        made[unit]["offered"]["value"].update(offers=[patch], chain=[])
    by_name = found(ground(made, patching))
    assert by_name["way-to-target"].verdict is by_name["patch-on-target"].verdict is CheckVerdict.PASS
    made["b"]["offered"]["value"]["offers"] = [patch | {"enabled": False}]
    assert "is greyed out" in found(ground(made, patching))["way-to-target"].reason
    made["b"]["offered"]["value"]["offers"] = [patch, patch | {"name": "Patch BT26-02-RS, again"}]
    assert "is offered 2 times" in found(ground(made, patching))["way-to-target"].reason
    elsewhere = found(ground(document(), patching))
    assert elsewhere["patch-on-target"].verdict is CheckVerdict.FAIL


def test_users_are_told_beforehand_only_where_they_are_cut_off_by_a_swing(pair_file: Settings) -> None:
    assert "notice" not in found(ground(document(), pair_file, procedure="synchronous"))


def test_the_page_of_all_checks_tells_what_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.flows.checks.readiness_page"
