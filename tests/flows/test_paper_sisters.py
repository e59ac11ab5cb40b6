"""The sister procedures and the way back, on paper: what is pressed, who serves at the end, and a crash at every press."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest
from paper_pair import AT_ONCE, Flow, Killed, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.procedures.single import single
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.domain.errors import Refused

SYNCHRONOUS = [
    ("b", "sync-now"),
    ("b", "break-failover-relationships"),
    ("a", "install Base Software 3.4.1"),
    ("a", "install Bomgar Remote Support 13.1.2"),
    ("b", "install Base Software 3.4.1"),
    ("b", "install Bomgar Remote Support 13.1.2"),
    ("a", "establish-relationship"),
    ("b", "sync-now"),
]
SINGLE = [("a", "install Base Software 3.4.1"), ("a", "install Bomgar Remote Support 13.1.2")]
ALONE: dict[str, object] = {"broken": True}


def test_the_synchronous_procedure_updates_a_first_and_leaves_the_roles_as_they_were(tmp_path: Path) -> None:
    with story(tmp_path, flow=synchronous) as run:
        assert run.perform().outcome == "done"
        assert run.world.presses == SYNCHRONOUS
        stand = run.world.stand()
        assert (stand["a", "role"], stand["b", "role"]) == ("primary", "backup")
        assert run.world.pair.shared.serving == "a"


def test_a_single_appliance_is_backed_up_and_updated_alone(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs=ALONE), flow=single) as run:
        assert run.perform().outcome == "done"
        assert run.world.presses == SINGLE
        assert not [line for line in run.lines if line["unit"] == "b"], "B is not looked at"


def test_a_single_upgrade_of_an_appliance_in_a_relationship_is_refused(tmp_path: Path) -> None:
    with story(tmp_path, flow=single) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "would leave the other one behind" in ending.sentence
        assert run.world.presses == []


@pytest.mark.proves("PL11")
@pytest.mark.parametrize(
    ("flow", "costs"),
    [(asynchronous, "it costs a failover event, a second window"), (synchronous, "the site is down while A is updated")],
)
def test_a_run_says_why_this_procedure_and_what_it_costs_before_anything_is_changed(
    flow: Flow, costs: str, tmp_path: Path
) -> None:
    with story(tmp_path, flow=flow) as run:
        run.perform(before="b-sync-now")
        [said] = [line["text"] for line in run.lines if line["step"].startswith("site-why-")]
        assert costs in said


@functools.cache
def steps_and_points(flow: Flow, *, alone: bool = False) -> tuple[list[str], list[tuple[str, str]]]:
    """Every step of an undisturbed run, and every point within its changes."""
    points: dict[tuple[str, str], None] = {}
    with tempfile.TemporaryDirectory() as folder, story(Path(folder), World(knobs=ALONE if alone else {}), flow=flow) as run:
        assert run.perform(checkpoint=lambda step, point: points.setdefault((step, point))).stop is None
        changes = set(run.of("intent"))
        return [name for name, _ in run.steps], [each for each in points if each[0] in changes]


@pytest.mark.parametrize(("flow", "alone", "presses"), [(synchronous, False, SYNCHRONOUS), (single, True, SINGLE)])
def test_killed_at_every_point_of_every_change_the_sisters_press_each_control_exactly_once(
    flow: Flow, alone: bool, presses: list[tuple[str, str]], tmp_path: Path
) -> None:
    points = steps_and_points(flow, alone=alone)[1]
    assert len(points) >= 5 * len(presses)
    for number in range(AT_ONCE):
        with story(tmp_path / str(number), World(knobs=ALONE if alone else {}), flow=flow) as run:
            assert run.perform_killed_at(points[number::AT_ONCE]).outcome == "done"
            missing = [press for press in presses if press not in run.world.presses]
            assert missing in ([], [("b", "sync-now")])  # the first synchronisation may have come by itself
            assert len(run.world.presses) == len(presses) - len(missing)


def wayback(step: str) -> tuple[list[tuple[str, str]], str, str] | None:
    """What the way back presses from a step on, who serves then, and A's role; `None` where there is no way back."""
    order = steps_and_points(asynchronous)[0]

    def is_after(change: str) -> bool:
        return order.index(step) > order.index(change)

    if is_after("a-install-base-software-3-4-1"):
        return None
    if is_after("site-swing"):
        return [("b", "ip-disable 127.9.9.20"), ("a", "ip-enable 127.9.9.20")], "a", "none"
    if is_after("b-install-base-software-3-4-1"):
        return [], "a", "none"
    if is_after("b-break-failover-relationships"):
        return [("a", "establish-relationship"), ("b", "sync-now")], "a", "primary"
    return [], "a", "primary"


@pytest.mark.proves("OP5")
def test_backed_out_at_every_step_the_site_is_served_by_a_or_the_run_says_why_there_is_no_way_back(tmp_path: Path) -> None:
    order = steps_and_points(asynchronous)[0]
    for number, step in enumerate(order):
        with story(tmp_path / str(number)) as run:
            run.perform(before=step)
            run.world.wait(20)
            begun = len(run.world.presses)
            run.instead(back_out)
            endings = [run.perform() for _ in range(2)]
            pressed, expected = run.world.presses[begun:], wayback(step)
            if expected is None:
                assert all(isinstance(each.stop, Refused) for each in endings), step
                assert "there is no way back" in endings[0].sentence
                assert pressed == []
                continue
            assert [each.outcome for each in endings] == ["backed_out"] * 2, (step, endings)
            presses, serving, role = expected
            assert [press for press in presses if press != ("b", "sync-now") or press in pressed] == pressed, step
            assert run.world.pair.shared.serving == serving, step
            assert run.world.stand()["a", "role"] == role, step
            assert run.world.pair.shared.conflicts == [], step


def test_killed_in_the_swing_back_it_is_finished_and_both_never_serve(tmp_path: Path) -> None:
    points = [
        (step, point)
        for step in ("b-disable-shared-ip-back", "a-enable-shared-ip-back")
        for point in ("before-picture", "after-intent", "after-press", "between-halves", "waiting", "after-proof")
    ]
    reached = 0
    for number, point in enumerate(points):
        with story(tmp_path / str(number)) as run:
            passed: list[tuple[str, str]] = []

            def checkpoint(step: str, where: str, point: tuple[str, str] = point, passed: list[tuple[str, str]] = passed) -> None:
                if (step, where) == point and not passed:
                    passed.append(point)
                    raise Killed

            run.perform(before="site-served-before-a")
            begun = len(run.world.presses)
            run.instead(back_out)
            try:
                run.perform(checkpoint=checkpoint)
            except Killed:
                reached += 1
            assert run.perform().outcome == "backed_out", point
            assert run.world.presses[begun:] == [("b", "ip-disable 127.9.9.20"), ("a", "ip-enable 127.9.9.20")], point
            assert run.world.pair.shared.serving == "a"
            assert run.world.pair.shared.conflicts == []
    assert reached >= 8
