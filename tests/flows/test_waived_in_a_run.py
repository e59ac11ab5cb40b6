"""What the pair file waives the run does not refuse either, and what the plan refuses the run refuses too: one judgement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from a_snapshot import sights as seen
from a_snapshot import snapshot
from healthy_pairs import settings
from paper_pair import Flow, Story, story
from paper_screens import PaperStatus

from flows.checks.check import CheckVerdict, Ground
from flows.checks.readiness_checks import CHECKS, findings
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.requirements.readiness_readings import ApplianceReadings
from flows.step_names import STEPS
from flows.steps.readiness import stand_as_before_an_upgrade
from flows.survey.appliance_sights import ApplianceSights
from flows.survey.witness import Sight
from pages.appliance_family import FAMILY
from pages.readings.failover_status import Role
from pages.readings.machine import SharedAddress
from pages.readings.site_status import SiteStatus
from robot.domain.clocks import wall_clock
from robot.domain.errors import Refused
from robot.domain.model import Unit
from robot.domain.readiness import ADMIN_ACCOUNT, WAIVABLE
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.status.finalize import finalize

WAIVER = '\n[[waivers]]\ncheck = "{}"\nby = "Jo Doe"\nreason = "the renewal is ordered"\nuntil = 2999-12-31\n'
WAIVED = "by Jo Doe until 2999-12-31 23:59:59 UTC: the renewal is ordered"


def waiving(*checks: str) -> Callable[[str], str]:
    return lambda text: text + "".join(WAIVER.format(check) for check in checks)


def on_b(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Have B's status tell other values than A's, which has 25 seats."""
    read = PaperStatus.read

    def other(screen: PaperStatus) -> SiteStatus:
        return read(screen).model_copy(update=values if screen.unit == "b" else {"licences": {"Seats": 25}})

    monkeypatch.setattr(PaperStatus, "read", other)


def notes(run: Story) -> dict[str, str]:
    return {line["step"]: line["text"] for line in run.lines if line["kind"] == "note"}


@pytest.mark.proves("OP2")
@pytest.mark.parametrize(
    ("check", "values", "flow"),
    [
        ("maintenance", {"maintenance": "2020-01-31"}, asynchronous),
        ("maintenance", {"maintenance": "2020-01-31"}, synchronous),
        ("licences", {"licences": {"Seats": 5}}, asynchronous),
    ],
)
def test_what_is_waived_is_noted_by_the_run_and_does_not_stop_it(
    check: str, values: dict[str, Any], flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_b(monkeypatch, **values)
    with story(tmp_path / "without", flow=flow) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert run.world.presses == []
    with story(tmp_path / "with", flow=flow, change=waiving(check)) as run:
        assert run.perform().outcome == "done"
        assert notes(run)[f"site-waived-{check}"] == f"waived ({check}, {WAIVED}): {ending.sentence}"


def test_another_checks_waiver_lifts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_b(monkeypatch, maintenance="2020-01-31")
    with story(tmp_path, change=waiving("licences", "portal")) as run:
        assert isinstance(run.perform().stop, Refused)


@pytest.mark.proves("OP2")
def test_a_date_with_two_readings_is_asked_of_nobody_where_it_is_waived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    year = wall_clock().year
    on_b(monkeypatch, maintenance=f"01/12/{year + 1}" if wall_clock().month == 1 else f"01/12/{year}")
    with story(tmp_path, change=waiving("maintenance")) as run:
        assert run.perform(before="b-sync-now").sentence == "stopped by hand before b-sync-now"


def test_a_waiver_stands_on_the_stop_card(tmp_path: Path) -> None:
    with story(tmp_path, change=waiving("maintenance")) as run:
        run.perform(before="b-sync-now")
        state = RunState(run.state.folder, {**run.state.facts, "rehearsal": False})
        card = finalize(state, run.settings, Ended("stopped", 3, "stopped"), STEPS, FAMILY).get("stop_card", [])
        assert ["Waived", f"maintenance, {WAIVED}"] in card


def test_whatever_can_be_waived_is_a_check_of_the_plans_or_of_the_accounts() -> None:
    assert WAIVABLE - {check.name for check in CHECKS} == {ADMIN_ACCOUNT}


def test_what_the_run_refuses_for_safety_nobody_may_waive() -> None:
    never = {
        "two-appliances", "no-role-conflict", "roles", "no-cluster", "same-release", "no-downgrade", "untouched",
        "patch-on-target", "way-to-target", "update-files", "nothing-installing", "session-data", "shared-ip",
        "no-address-twice", "certificate-holds", "certificate-lasts", "same-key", "reaches-the-other", "sync-is-told",
        "windows-ahead", "windows-long-enough", "screens", "backup-folder", "api-agrees",
    }  # fmt: skip
    assert never <= {check.name for check in CHECKS if not check.waivable}


# -- one judgement ---------------------------------------------------------------------------------------------------------


def shown(one: ApplianceSights, **changed: Any) -> dict[str, Any]:
    """What is seen of one appliance, with other values in some sights: `site__product="..."`."""
    sights: dict[str, Any] = {}
    for name, value in changed.items():
        sight, field = name.split("__")
        before = sights.get(sight, getattr(one, sight)).value
        sights[sight] = Sight(before.model_copy(update={field: value}))
    return sights


PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "as it must be": ({}, {}),
    "roles exchanged": ({"failover__role": Role.BACKUP}, {"failover__role": Role.PRIMARY}),
    "broken": ({"failover__role": Role.NONE}, {"failover__role": Role.NONE}),
    "two primaries": ({}, {"failover__role": Role.PRIMARY}),
    "a conflict": ({"failover__role": Role.CONFLICT}, {}),
    "B at the target": ({}, {"site__product": "13.1.2-38227"}),
    "A at the target": ({"site__product": "13.1.2-38227"}, {}),
    "two releases": ({}, {"site__product": "12.3.4-39001"}),
    "two builds of one release": ({}, {"site__product": "12.3.5-39079"}),
    "newer than the target": ({"site__product": "15.1.3-1"}, {"site__product": "15.1.3-1"}),
    "the shared IP on both": ({}, {"shared__enabled": True}),
    "the shared IP on none": ({"shared__enabled": False}, {}),
    "a patch, on what runs": ({"site__product": "13.1.2-1"}, {"site__product": "13.1.2-1"}),
    "a patch, on another release": ({}, {}),
}
OF_THE_STAND = frozenset({
    "no-role-conflict", "roles", "untouched", "same-release", "no-downgrade", "patch-on-target", "shared-ip"
})  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_the_plan_refuses_a_pair_for_what_the_runs_first_readings_refuse_it_for_and_for_nothing_else(
    name: str, tmp_path: Path
) -> None:
    a, b = (seen(unit, **shown(seen(unit), **changed)) for unit, changed in zip(Unit, PAIRS[name], strict=True))
    patch = '"\n[update]\npatch = "BT26-02-RS' if "patch" in name else ""
    pair_file = settings(tmp_path, old='15.1.3"', new=f'13.1.2{patch}"')
    ground = Ground(snapshot(a, b), pair_file, wall_clock())
    failed = [each.check for each in findings(ground) if each.check in OF_THE_STAND and each.verdict is CheckVerdict.FAIL]

    def readings(one: ApplianceSights) -> ApplianceReadings:
        assert one.machine.value
        assert one.site.value
        assert one.failover.value
        assert one.shared
        return ApplianceReadings(one.machine.value, one.site.value, one.failover.value, cast("SharedAddress", one.shared.value))

    refusals: list[str] = []

    def require(_step: str, _title: str, objection: str, **_more: object) -> None:
        refusals.extend([objection] if objection else [])

    run: Any = SimpleNamespace(settings=pair_file, steps=SimpleNamespace(require=require))
    stand_as_before_an_upgrade(cast("Any", SimpleNamespace(settings=pair_file)), run, readings(a), readings(b))
    assert bool(failed) == bool(refusals), (failed, refusals)
    assert bool(failed) == (name not in {"as it must be", "two builds of one release", "a patch, on what runs"})
