"""Backed out while a press is not proved: it is read what came of it, and what is told and done is true of the pair."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_pair import Killed, Story, story
from paper_world import World

from flows.procedures.back_out import WAYS, Branch, back_out, branch_of, decisive_press, way_back
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.changes.unproved import NO_EFFECT
from robot.domain.errors import Refused, Surprised, Unreachable
from robot.evidence.record.line import WITHDRAWN
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.simulator.appliances.appliance import Power
from robot.simulator.appliances.relationship import Role
from robot.simulator.appliances.updates import PATCH
from robot.status.finalize import finalize

BREAK, SYNC = "b-break-failover-relationships", "b-sync-now"
ON_B, ON_A = "b-install-base-software-3-4-1", "a-install-base-software-3-4-1"
OFF, ON = "a-disable-shared-ip", "b-enable-shared-ip"
SENT, MADE = "after-intent", "after-press"
"""Where the worker is killed: the press was never made, and it was made and not proved."""
TOGETHER = [("a", "establish-relationship"), ("b", "sync-now")]
BACK_TO_A = [("b", "ip-disable 127.9.9.20"), ("a", "ip-enable 127.9.9.20")]


def kill(run: Story, step: str, point: str) -> None:
    """Perform a run until its worker is killed at a point of a step, once."""

    def checkpoint(at: str, where: str) -> None:
        if (at, where) == (step, point):
            raise Killed

    with pytest.raises(Killed):
        run.perform(checkpoint=checkpoint)


def withdrawn(run: Story) -> list[str]:
    """The steps whose press was seen to have come to nothing."""
    return [line["step"] for line in run.lines if line.get(WITHDRAWN)]


def role(run: Story, unit: str) -> str:
    return str(run.world.pair.relationship.roles["a" if unit == "a" else "b"].value)


@pytest.mark.proves("OP5", "OP8")
@pytest.mark.parametrize(
    ("step", "point", "branch", "presses"),
    [
        (SYNC, SENT, Branch.NOTHING_BROKEN, []),
        (SYNC, MADE, Branch.NOTHING_BROKEN, []),
        (BREAK, SENT, Branch.NOTHING_BROKEN, []),
        (BREAK, MADE, Branch.AS_IT_WAS, TOGETHER),
        (ON_B, SENT, Branch.AS_IT_WAS, TOGETHER),
        (ON_B, MADE, Branch.A_SERVES_ON, []),
        ("b-install-bomgar-remote-support-13-1-2", SENT, Branch.A_SERVES_ON, []),
        (OFF, SENT, Branch.A_SERVES_ON, []),
        (OFF, MADE, Branch.MID_SWING, None),
        (ON, SENT, Branch.MID_SWING, None),
        (ON, MADE, Branch.MID_SWING, None),
        (ON_A, SENT, Branch.BACK_TO_A, BACK_TO_A),
        (ON_A, MADE, Branch.NONE, None),
        ("b-establish-relationship", SENT, Branch.NONE, None),
    ],
)
def test_the_way_back_from_a_press_that_nothing_proves_is_the_one_that_the_appliances_show(
    step: str, point: str, branch: Branch, presses: list[tuple[str, str]] | None, tmp_path: Path
) -> None:
    with story(tmp_path) as run:
        kill(run, step, point)
        begun = len(run.world.presses)
        run.instead(back_out)
        ending = run.perform()
        assert branch_of(run.history, "asynchronous") is branch
        pressed = [press for press in run.world.presses[begun:] if press != ("b", "sync-now")]
        if presses is None:
            assert isinstance(ending.stop, Refused)
            assert pressed == []
        else:
            assert ending.outcome == "backed_out", ending
            assert pressed == [press for press in presses if press != ("b", "sync-now")]
            assert (run.world.pair.shared.serving, run.world.pair.shared.conflicts) == ("a", [])
            assert role(run, "a") == ("none" if branch in {Branch.A_SERVES_ON, Branch.BACK_TO_A} else "primary")
        never_came = point == SENT and step in {BREAK, ON_B, OFF, ON_A}
        assert withdrawn(run) == ([step] if never_came else [])


READ_BACK = ["read-back", "read-back-noted"]
ON_THE_WAY = [
    ("a-reaches-b-before-establishing", "end"), ("a-establish-relationship", SENT), ("a-establish-relationship", MADE),
    ("b-first-sync-now", "end"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "came", "presses", "then"),
    [
        *((BREAK, SENT, [], (BREAK, point)) for point in READ_BACK),
        *((BREAK, MADE, TOGETHER, at) for at in [(BREAK, point) for point in READ_BACK] + ON_THE_WAY),
        *((ON_B, SENT, TOGETHER, at) for at in [(ON_B, point) for point in READ_BACK] + ON_THE_WAY),
        *((ON_B, MADE, [], at) for at in [*((ON_B, point) for point in READ_BACK), ("site-served-by-a", "begin")]),
    ],
)
def test_killed_once_more_while_it_is_read_or_on_the_way_the_same_way_back_is_continued(
    step: str, came: str, presses: list[tuple[str, str]], then: tuple[str, str], tmp_path: Path
) -> None:
    with story(tmp_path) as run:
        kill(run, step, came)
        begun = len(run.world.presses)
        run.instead(back_out)
        kill(run, *then)
        assert run.perform().outcome == "backed_out"
        assert len(run.ways) == 1, "no way back that was begun is left behind"
        pressed = [press for press in run.world.presses[begun:] if press != ("b", "sync-now")]
        assert pressed == [press for press in presses if press != ("b", "sync-now")]


@pytest.mark.parametrize("step", [BREAK, ON_B, OFF, ON_A])
def test_a_run_that_is_resumed_after_a_press_was_withdrawn_makes_it_and_goes_on(step: str, tmp_path: Path) -> None:
    with story(tmp_path) as run:
        kill(run, step, SENT)
        forward = run.steps
        run.instead(back_out)
        kill(run, step, "read-back-noted")
        run.flow, run.steps = asynchronous, forward
        assert run.perform().outcome == "done"
        assert len(run.world.presses) == len(set(run.world.presses)) == 10


def test_nothing_was_without_failover_if_the_break_came_to_nothing(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        kill(run, BREAK, SENT)
        assert run.history.is_exposed, "until it is read"
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        assert (run.history.is_exposed, run.history.exposure_s) == (False, None)
        assert NO_EFFECT in next(line["text"] for line in run.lines if line.get(WITHDRAWN))


def test_where_b_shows_neither_the_one_nor_the_other_no_way_back_is_begun(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        kill(run, BREAK, SENT)
        run.world.pair.relationship.roles["b"] = Role.PRIMARY
        run.instead(back_out)
        ending = run.perform()
        assert isinstance(ending.stop, Surprised)
        assert "pressed, and not proved; now B is" in ending.sentence
        assert not run.history.of_step("site-back-out")


def test_a_b_that_does_not_answer_has_begun_its_install_and_nobody_takes_that_back_later(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        kill(run, ON_B, SENT)
        run.instead(back_out)
        b = run.world.pair.appliances["b"]
        b.power = Power.REFUSING
        assert isinstance(run.perform().stop, Unreachable)
        b.power = Power.UP
        assert run.perform().outcome == "backed_out"
        assert branch_of(run.history, "asynchronous") is Branch.A_SERVES_ON
        assert len(run.ways) == 1
        assert withdrawn(run) == []


def test_what_is_told_before_the_way_back_begins_holds_whatever_is_read(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        kill(run, BREAK, SENT)
        said = way_back(run.history, "asynchronous")
        assert said.startswith(
            '"Break Failover Relationships on B" was pressed, and nothing proves what came of it: that is read'
        )
        assert "nothing did: This run has broken and installed nothing: it ends here" in said
        assert "Otherwise: B is not updated yet: the relationship is established again" in said
        run.instead(back_out)
        run.perform()
        assert way_back(run.history, "asynchronous") == WAYS[Branch.NOTHING_BROKEN]
    with story(tmp_path / "proved") as run:
        run.perform(before="b-failover-after-break")
        assert way_back(run.history, "asynchronous") == WAYS[Branch.AS_IT_WAS]
        assert decisive_press(run.history, "asynchronous") is None


def test_in_the_synchronous_procedure_an_install_that_never_came_leaves_the_way_back_open(tmp_path: Path) -> None:
    with story(tmp_path, flow=synchronous) as run:
        kill(run, ON_A, SENT)
        assert "there is no way back" in way_back(run.history, "synchronous")
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        assert (role(run, "a"), withdrawn(run)) == ("primary", [ON_A])
    with story(tmp_path / "made", flow=synchronous) as run:
        kill(run, ON_A, MADE)
        run.instead(back_out)
        assert isinstance(run.perform().stop, Refused)


@pytest.mark.parametrize(("point", "told"), [(SENT, "unless A's install never began"), ("after-proof", "A's install has begun")])
def test_the_stop_card_knows_no_way_back_from_an_install_on_a_but_by_reading_that_it_never_began(
    point: str, told: str, tmp_path: Path
) -> None:
    with story(tmp_path) as run:
        kill(run, ON_A, point)
        state = RunState(run.state.folder, {**run.state.facts, "rehearsal": False})
        card = finalize(state, run.settings, Ended("failed", 1, "killed"), STEPS, FAMILY).get("stop_card", [])
        [way] = [text for label, text in card if label == "Way back"]
        assert way.startswith("none")
        assert told in way


FILES = ", ".join(f'{unit} = ["updates/{unit}/1-base-3.4.1.nsu", "updates/{unit}/2-site-13.1.2.nsu"]' for unit in "ab")
PATCHES = ", ".join(f'{unit} = ["updates/{unit}/1-patch-{PATCH}.nss"]' for unit in "ab")


@pytest.mark.parametrize(
    ("update", "knobs", "step", "way"),
    [
        (f'method = "manual"\nfiles = {{ {FILES} }}', {"chain": 2}, "b-update-software-1-base-3-4-1-nsu", Branch.AS_IT_WAS),
        (f'method = "automatic"\npatch = "{PATCH}"', {"both_upgraded": True, "patch": "alone"}, "b-install-bt26-02-rs",
         Branch.AS_IT_WAS),
        # no list shows a file: whether a patch was uploaded cannot be told, and counts as done
        (f'method = "manual"\npatch = "{PATCH}"\nfiles = {{ {PATCHES} }}', {"both_upgraded": True, "patch": "alone"},
         "b-update-software-1-patch-bt26-02-rs-nss", Branch.A_SERVES_ON),
    ],
    ids=["a file", "a patch", "the file of a patch"],
)  # fmt: skip
def test_an_install_that_never_came_is_read_by_every_method(
    update: str, knobs: dict[str, object], step: str, way: Branch, tmp_path: Path
) -> None:
    with story(tmp_path, World(knobs=knobs), change=lambda text: text.replace('method = "automatic"', update)) as run:
        kill(run, step, SENT)
        run.instead(back_out)
        assert run.perform().outcome == "backed_out"
        assert branch_of(run.history, "asynchronous") is way
        assert withdrawn(run) == ([step] if way is Branch.AS_IT_WAS else [])
