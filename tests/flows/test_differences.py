"""How two snapshots of a pair differ: what was planned is expected, what comes by itself harmless, everything else unexpected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from a_snapshot import SHARED, SITE, sights, snapshot
from hypothesis import given
from hypothesis import strategies as st

from flows.areas.differences import Becomes, Difference, ExpectedChange, Weight, compare
from flows.areas.expected_changes import Gate, of_upgrade
from flows.requirements.counts import Counts
from flows.survey.witness import Sight
from pages.readings.failover_status import Role
from pages.readings.machine import Disks, Health, SharedAddress
from robot.domain.model import Reading, Unit
from robot.settings import Settings

BEFORE = snapshot()
SETTINGS = Settings.model_validate({
    "change": {"ticket": "CHG1"}, "site": SITE.model_dump(), "a": {"address": "192.0.2.12", "credentials": "A"},
    "b": {"address": "192.0.2.13", "credentials": "B"}, "swing": {"method": "shared-ip", "shared_ip": SHARED},
})  # fmt: skip


def of(unit: Unit, sight: str, **fields: Any) -> Sight[Any]:
    """A sight of a healthy pair with other values in some fields."""
    seen: Sight[Any] = getattr(sights(unit), sight)
    value: Reading | None = seen.value
    assert value
    return replace(seen, value=value.model_copy(update=fields))


def told(differences: tuple[Difference, ...]) -> list[tuple[str, str, str, Weight]]:
    return [(each.unit, each.area, each.field, each.weight) for each in differences]


def of_a(**changed: Sight[Any]) -> tuple[Difference, ...]:
    return compare(BEFORE, snapshot(a=sights(Unit.A, **changed)))


def test_a_pair_does_not_differ_from_itself() -> None:
    assert compare(BEFORE, BEFORE) == ()
    assert compare(BEFORE, BEFORE, [ExpectedChange("a", "clock", "", Becomes.ANYTHING, "time goes by")]) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"machine": of(Unit.A, "machine", uptime="41 days, 02:10:00", system_time="2026-12-02 00:00:00 UTC")}, "uptime_s"),
        ({"site": of(Unit.A, "site", clients={"Representatives": 1, "Support Customers": 0})}, "sessions"),
        ({"disks": Sight(Disks(used_percent={"System": 34, "Data": 88}))}, "used_percent/Data"),
        ({"counts": of(Unit.A, "counts", recorded_sessions=1850, jump_clients=99)}, "recorded_sessions"),
        ({"failover": of(Unit.A, "failover", last_sync="2026-12-01 21:00:00 UTC")}, "last"),
    ],
)
def test_what_comes_by_itself_is_harmless(changed: dict[str, Sight[Any]], field: str) -> None:
    differences = of_a(**changed)
    assert field in {each.field for each in differences}
    assert {each.weight for each in differences} == {Weight.HARMLESS}
    assert all("; harmless: " in each.sentence for each in differences)


@pytest.mark.parametrize(
    ("changed", "area", "field"),
    [
        ({"counts": of(Unit.A, "counts", users=43)}, "holdings", "users"),
        ({"counts": of(Unit.A, "counts", recorded_sessions=1839)}, "holdings", "recorded_sessions"),
        ({"disks": Sight(Disks(used_percent={"System": 34, "Data": 95}))}, "disks", "used_percent/Data"),
        ({"health": Sight(Health(checks={"Memory": "Fail"}))}, "health", "checks/Memory"),
        ({"health": Sight(Health(checks={"Memory": "Pass", "CPU": "Fail"}))}, "health", "checks/CPU"),
        ({"machine": of(Unit.A, "machine", serial="OTHER")}, "identity", "serial"),
        ({"machine": of(Unit.A, "machine", key="another pin")}, "certificate", "public_key"),
        ({"machine": of(Unit.A, "machine", uptime="00:10:00")}, "clock", "uptime_s"),
        ({"site": of(Unit.A, "site", product="12.3.6-39100")}, "product", "version"),
        ({"site": of(Unit.A, "site", licences={"Maximum Concurrent Users": 20})}, "licences", "numbers/Maximum Concurrent Users"),
        ({"failover": of(Unit.A, "failover", role=Role.BACKUP)}, "relationship", "role"),
        ({"failover": of(Unit.A, "failover", alerts=("product version does not match",))}, "relationship", "alerts"),
        ({"failover": of(Unit.A, "failover", settings={"Timeout": "9"})}, "failover_settings", "settings/Timeout"),
        ({"failover": of(Unit.A, "failover", settings={"Timeout": "5", "New": "x"})}, "failover_settings", "settings/New"),
        ({"addresses": of(Unit.A, "addresses", enabled={"192.0.2.99": True})}, "other_addresses", "addresses/192.0.2.99"),
        ({"shared": Sight(SharedAddress(ip=SHARED, enabled=False))}, "shared_ip", "enabled"),
    ],
)  # fmt: skip
def test_what_nobody_planned_is_unexpected(changed: dict[str, Sight[Any]], area: str, field: str) -> None:
    unexpected = [each for each in of_a(**changed) if each.weight is Weight.UNEXPECTED]
    assert (area, field) in {(each.area, each.field) for each in unexpected}
    assert all(each.sentence.startswith("A: ") and "find out who did it, and why" in each.sentence for each in unexpected)


def test_what_is_not_seen_any_more_is_a_difference_and_what_is_seen_now_contradicts_nothing() -> None:
    unread: Sight[Any] = Sight(says="Storage on A is not shown")
    gone = of_a(disks=unread)
    assert told(gone) == [("a", "disks", f"used_percent/{name}", Weight.UNEXPECTED) for name in ("System", "Data")]
    assert gone[0].sentence.startswith("A: Disks, System: it was 34 and cannot be seen any more")
    back = compare(snapshot(a=sights(Unit.A, counts=Sight(Counts()))), BEFORE)
    assert {(each.area, each.weight) for each in back} == {("holdings", Weight.HARMLESS)}
    assert compare(snapshot(a=sights(Unit.A, disks=unread)), snapshot(a=sights(Unit.A, disks=unread))) == ()


def test_a_planned_value_is_expected_another_one_is_not_and_one_that_did_not_come_is_told() -> None:
    plan = [ExpectedChange("a", "product", "version", "13.1", "it was updated")]
    later = snapshot(a=sights(Unit.A, site=of(Unit.A, "site", product="13.1.2-39078")))
    assert ("a", "product", "version", Weight.EXPECTED) in told(compare(BEFORE, later, plan))
    other = compare(BEFORE, snapshot(a=sights(Unit.A, site=of(Unit.A, "site", product="13.2.0-39078"))), plan)
    assert [(each.weight, each.sentence) for each in other if each.area == "product"] == [
        (Weight.UNEXPECTED, "A: Product, version: it was 12.3.5 and is 13.2.0; it was to become 13.1")
    ]
    [still] = compare(BEFORE, BEFORE, plan)
    assert still.sentence == "A: Product, version: it was to become 13.1 (it was updated), and it is still 12.3.5"
    assert still.weight is Weight.UNEXPECTED


def test_labels_may_be_worded_anew_where_that_was_planned_but_no_value_under_the_same_label() -> None:
    plan = [ExpectedChange("a", "licences", "numbers", Becomes.SHOWN_OR_HIDDEN, "a new release")]
    anew = snapshot(a=sights(Unit.A, site=of(Unit.A, "site", licences={"Licenses": 25})))
    assert {each.weight for each in compare(BEFORE, anew, plan)} == {Weight.EXPECTED}
    fewer = snapshot(a=sights(Unit.A, site=of(Unit.A, "site", licences={"Maximum Concurrent Users": 20})))
    assert [each.weight for each in compare(BEFORE, fewer, plan)] == [Weight.UNEXPECTED]


def upgraded(unit: Unit, role: Role, *, enabled: bool) -> dict[str, Any]:
    return {
        "site": of(unit, "site", product="13.1.2-40001"),
        "machine": of(unit, "machine", base="3.4.1 (22001)", uptime="00:20:00", system_time="2026-12-02 01:00:00 UTC"),
        "failover": of(unit, "failover", role=role, last_sync="2026-12-01 22:10:00 UTC"),
        "shared": Sight(SharedAddress(ip=SHARED, enabled=enabled)),
    }


def test_a_whole_upgrade_makes_expected_and_harmless_differences_only() -> None:
    after = snapshot(
        a=sights(Unit.A, **upgraded(Unit.A, Role.BACKUP, enabled=False)),
        b=sights(Unit.B, **upgraded(Unit.B, Role.PRIMARY, enabled=True)),
    )
    differences = compare(BEFORE, after, of_upgrade(SETTINGS, BEFORE, Gate.END))
    assert [each.sentence for each in differences if each.weight is Weight.UNEXPECTED] == []
    roles = [each.sentence for each in differences if each.field == "role"]
    assert roles == [
        "A: Relationship, role: it was primary and is backup; as expected: failover is established again, from B",
        "B: Relationship, role: it was backup and is primary; as expected: failover is established again, from B",
    ]
    by_gate = {
        gate: [e for e in compare(BEFORE, after, of_upgrade(SETTINGS, BEFORE, gate)) if e.weight is Weight.UNEXPECTED]
        for gate in Gate
    }
    assert [gate for gate, unexpected in by_gate.items() if not unexpected] == [Gate.END]


def test_an_upgrade_that_left_something_undone_is_told_at_its_gate() -> None:
    half = snapshot(b=sights(Unit.B, **upgraded(Unit.B, Role.NONE, enabled=False)))
    unexpected = [e for e in compare(BEFORE, half, of_upgrade(SETTINGS, BEFORE, Gate.SWUNG)) if e.weight is Weight.UNEXPECTED]
    assert {(each.unit, each.field) for each in unexpected} == {("a", "role"), ("a", "enabled"), ("b", "enabled")}


def test_what_a_held_must_be_found_on_b_after_the_synchronisation() -> None:
    before = snapshot(b=sights(Unit.B, counts=Sight(Counts())))
    lost = snapshot(b=sights(Unit.B, counts=of(Unit.B, "counts", users=41)))
    differences = compare(before, lost, of_upgrade(SETTINGS, before, Gate.B_UPDATED))
    [users] = [each for each in differences if each.field == "users"]
    assert (users.weight, users.sentence) == (
        Weight.UNEXPECTED,
        "B: What it holds, users: it could not be seen before and is 41; it was to become 42",
    )
    assert {e.weight for e in differences if e.area == "holdings" and e is not users} == {Weight.EXPECTED}


def test_a_difference_is_told_in_words_and_not_in_seconds_or_json() -> None:
    plan = [ExpectedChange("a", "offered", "", Becomes.ANYTHING, "a check")]
    later = snapshot(
        a=sights(
            Unit.A, updates=of(Unit.A, "updates", offers=()), failover=of(Unit.A, "failover", last_sync="2026-12-01 21:00:00 UTC")
        )
    )
    told = {each.field: each.sentence for each in compare(BEFORE, later, plan)}
    assert told["age_s"] == "A: Last synchronisation, age: it was 5 h and is 1 h; harmless: time goes by"
    assert "it was Base Software 3.4.1, Remote Support 13.1.2 (greyed out) and is none" in told["offers"]


NUMBERS = st.none() | st.integers(0, 9)


@given(*[st.fixed_dictionaries({"users": NUMBERS, "groups": NUMBERS, "jump_items": NUMBERS})] * 2)
def test_every_number_that_changed_is_told_once_and_no_other(one: dict[str, int | None], other: dict[str, int | None]) -> None:
    names = {"users": "users", "groups": "group_policies", "jump_items": "jump_items"}
    before, after = (snapshot(a=sights(Unit.A, counts=of(Unit.A, "counts", **each))) for each in (one, other))
    changed = {names[name] for name in one if one[name] != other[name]}
    differences = compare(before, after)
    assert [each.field for each in differences] == [name for name in names.values() if name in changed]
    assert all((each.weight is Weight.HARMLESS) == (each.before is None) for each in differences)
