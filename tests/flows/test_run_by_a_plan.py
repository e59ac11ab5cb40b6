"""A run by a plan is refused where the pair is no longer the plan's; what only the break brings to light is asked of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from paper_pair import Story, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.step_names import install_step, slug
from pages.readings.available_updates import UpdateOffer
from robot.changes.permission import Permission
from robot.domain.errors import PressBeyondPlan, Refused, Waiting
from robot.plan.press_list import ListedPress, PressList
from robot.simulator.appliances.updates import catalogue
from robot.simulator.domain.names import Names

BREAK, B_INSTALL, A_INSTALL = (
    "b-break-failover-relationships", "b-install-bomgar-remote-support-13-1-2", "a-install-bomgar-remote-support-13-1-2",
)  # fmt: skip


PREDECESSOR = f"Bomgar Remote Support {Names().stepping_stone()}"


def replaced(world: World) -> None:
    world.pair.appliances["a"].serial = "SIM-0000000001"


def updated(world: World) -> None:
    for appliance in world.pair.appliances.values():
        appliance.product = "12.3.6"


CHANGES: dict[str, tuple[Callable[[World], None], str]] = {
    "another appliance": (replaced, "A: Identity, serial: it was "),
    "another version": (updated, "A: Product, version: it was 12.3.5 and is 12.3.6"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_plan_of_a_pair_that_has_changed_since_is_stale_and_nothing_is_pressed(change: str, tmp_path: Path) -> None:
    befalls, sentence = CHANGES[change]
    with story(tmp_path) as run:
        run.plan()
        befalls(run.world)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f"the plan is stale, since the pair has changed: {sentence}" in ending.sentence
        assert "make the plan anew, and have that approved" in ending.sentence
        assert not run.of("intent")


def asks_for_a_predecessor(world: World) -> None:
    """Let B offer the target only behind a package that it did not ask for before."""
    world.pair.updates["b"].packages = catalogue(world.pair.names, 3)[1:]


def test_a_way_to_the_target_that_the_plan_does_not_list_is_refused_while_nothing_is_broken(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1})) as run:
        run.plan()
        asks_for_a_predecessor(run.world)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert f'B is offered the target by way of "{PREDECESSOR}", which the plan does not list' in ending.sentence
        assert not run.of("intent")


def test_a_package_that_is_offered_under_the_vendors_other_name_once_the_pair_is_apart_is_the_planned_one(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1})) as run:
        run.plan()

        def rebrand(step: str, point: str) -> None:
            if (step, point) == (BREAK, "end"):
                for updates in run.world.pair.updates.values():
                    renamed = (replace(each, name=each.title.replace("Bomgar", "BeyondTrust")) for each in updates.packages)
                    updates.packages = tuple(renamed)

        ending = run.perform(checkpoint=rebrand)
        assert (ending.outcome, ending.sentence) == ("done", "")
        assert {B_INSTALL, A_INSTALL} < set(run.of("intent")), "by the plan's names"
        shown = next(line["reading"]["offers"] for line in run.lines if line["step"] == "b-updates-1")
        assert [each["name"] for each in shown] == ["BeyondTrust Remote Support 13.1.2"], "as the page has it"


@pytest.mark.parametrize("name", ["BeyondTrust Remote Support 13.1.3", "BeyondTrust Privileged Access 13.1.2", "Support 13.1.2"])
def test_what_differs_in_more_than_the_vendors_name_is_another_package(name: str) -> None:
    listed = [ListedPress(step=B_INSTALL, unit="b", place="Updates", control="Install This Update", effect="", undo="")]
    version = name.rpartition(" ")[2]
    assert install_step("b", UpdateOffer(name=name, version=version), PressList(tuple(listed))) == f"b-install-{slug(name)}"


def apart(run: Story) -> Callable[[str, str], None]:
    def checkpoint(step: str, point: str) -> None:
        if (step, point) == (BREAK, "end"):
            asks_for_a_predecessor(run.world)

    return checkpoint


def test_a_package_that_is_asked_for_only_once_the_pair_is_apart_is_asked_of_a_person_and_installed_with_a_yes(
    tmp_path: Path,
) -> None:
    with story(tmp_path, World(knobs={"chain": 1})) as run:
        run.plan()
        ending = run.perform(checkpoint=apart(run))
        assert isinstance(ending.stop, PressBeyondPlan)
        assert ending.stop.code == 6
        assert run.of("intent")[-1] == BREAK
        run.answer("beyond_plan", "Ann Lee")
        assert run.perform().outcome == "done"
        assert f"b-install-{slug(PREDECESSOR)}" in run.of("intent")
        said = [line["text"] for line in run.lines if line["kind"] == "gate" and line.get("by") == "Ann Lee"]
        assert said == ["Ann Lee answered yes: paper"]


def test_with_a_no_it_is_not_installed_and_the_way_back_is_open(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"chain": 1})) as run:
        run.plan()
        run.perform(checkpoint=apart(run))
        run.answer("beyond_plan", "Ann Lee", yes=False)
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "Ann Lee has answered that it is not to be made" in ending.sentence
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"


def expires(run: Story, after: str) -> Callable[[str, str], None]:
    """Let the approval expire once a step has ended."""
    over: list[str] = []

    def checkpoint(step: str, point: str) -> None:
        if (step, point) == (after, "end"):
            over.append(step)

    def require() -> None:
        if over:
            raise Waiting("the approval has expired")

    run.require_approval = require
    return checkpoint


@pytest.mark.parametrize("after", [BREAK, B_INSTALL, "site-swing"])
def test_once_the_approval_has_expired_nothing_new_is_begun_and_the_way_back_is_free(after: str, tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        ending = run.perform(checkpoint=expires(run, after))
        assert isinstance(ending.stop, Waiting)
        assert run.of("intent")[-1] in {after, "b-enable-shared-ip"}
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"


def test_what_restores_failover_is_not_held_up_by_an_approval_that_has_expired(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        assert run.perform(checkpoint=expires(run, A_INSTALL)).outcome == "done"


def test_a_half_of_the_swing_is_never_held_up_by_it(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.plan()
        run.perform(checkpoint=expires(run, "a-disable-shared-ip"))
        assert run.world.pair.shared.serving == "b"


def test_the_permission_for_a_press_is_asked_by_the_name_of_its_step_on_the_way_back_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By it what restores is told from what is new, where windows hold up only what is new."""
    asked, before = list[str](), Permission.require

    def noted(self: Permission, step: str = "") -> None:
        asked.append(step)
        before(self, step)

    monkeypatch.setattr(Permission, "require", noted)
    with story(tmp_path) as run:
        run.plan()
        run.perform(before="a-base-1")
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        second_halves = {"b-enable-shared-ip", "a-enable-shared-ip-back"}  # pressed at once, whatever holds
        assert [step for step in asked if step] == [step for step in run.of("intent") if step not in second_halves]


@pytest.mark.proves("PL8")
def test_what_the_plan_tells_already_is_recorded_by_its_teller_and_not_asked(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        checks = run.settings.checks.model_copy(update={"tested_elsewhere": None})
        run.settings = run.settings.model_copy(update={"checks": checks})
        run.plan()
        asked = run.perform()
        assert isinstance(asked.stop, Waiting)
        run.told_in_plan = {"tested_elsewhere": ("CHG0029, the lab pair", "Alex")}
        assert run.perform().outcome == "done"
        [line] = [line for line in run.lines if line["step"] == "site-check-tested-elsewhere" and line["kind"] == "by_person"]
        assert (line["by"], line["text"]) == ("Alex", "done by Alex: told in the approved plan: CHG0029, the lab pair")
