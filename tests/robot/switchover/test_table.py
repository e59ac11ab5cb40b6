"""The promises of the swing's table: of every combination, and of every way through it that a pair can take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest

from robot.switchover.table import (
    AT_LAST,
    BELIEVED,
    DECIDED,
    DOUBTED,
    ENDS,
    LOST,
    MOST_PRESSES,
    PRESSES,
    TABLE,
    WATCHED,
    WHOLE,
    YIELDS,
    Action,
    Form,
    Side,
    Stage,
    State,
    transition,
)

LIMITS = (BELIEVED, WATCHED, DECIDED, WHOLE, AT_LAST)
MOMENTS = (0.0, *(limit + by for limit in sorted(LIMITS) for by in (-0.001, 0.0)))
"""Right before and at each limit: between two of them nothing changes."""
EVERY = tuple(product(Stage, Form, Side, Side, MOMENTS))
Moment = tuple[Stage, Form, Side, Side, float]


def decisions() -> Iterator[tuple[Moment, Action, bool]]:
    for stage, form, first, second, elapsed in EVERY:
        action, calls = transition(State(stage, form), first, second, elapsed)
        yield (stage, form, first, second, elapsed), action, calls


def test_every_moment_has_a_row_and_every_row_decides_some_moment() -> None:
    assert len(EVERY) == 11 * 4 * 4 * 4 * 11
    deciding = {
        next(n for n, row in enumerate(TABLE) if row.fits(State(stage, form), first, second, elapsed))
        for stage, form, first, second, elapsed in EVERY
    }
    assert deciding == set(range(len(TABLE)))


@pytest.mark.proves("OP5")
def test_no_press_is_made_on_a_guess() -> None:
    for (stage, form, first, second, elapsed), action, _ in decisions():
        if action in PRESSES:
            assert form is Form.READY, (stage, elapsed)
        if action is Action.PRESS_SECOND:
            assert (stage, second) == (Stage.FIRST_OFF, Side.OFF)
            assert first is not Side.ON
        if action is Action.PRESS_BACK:
            assert (first, second) == (Side.OFF, Side.OFF)
        if action is Action.PRESS_YIELD:
            assert stage is Stage.BOTH_ON
            assert first is not Side.OFF


@pytest.mark.proves("OP5")
def test_a_swing_ends_by_what_was_read_or_after_ten_times_its_deadline_with_a_person_called() -> None:
    for (stage, form, first, second, elapsed), action, _ in decisions():
        said = (stage, form, first, second, elapsed)
        if action is Action.END_NOT_BEGUN:
            assert first is Side.ON, said
        if action is Action.END_UNDONE:
            assert first is Side.ON, said
        if action is Action.END_PUT_BACK:
            assert stage is Stage.FIRST_ON_AGAIN, said
            assert second is not Side.ON, said
        if action is Action.END_SWUNG:
            assert second is Side.ON or first is Side.OFF, said
        if action is Action.END_UNKNOWN:
            assert elapsed >= AT_LAST, said
            assert called_before(stage, form, first, second), said


def called_before(stage: Stage, form: Form, first: Side, second: Side) -> bool:
    """Whether a person is called at the same moment a little earlier, so that no such end is the first that they hear of it."""
    if stage in LOST and first is second is Side.OFF and form is Form.FRESH:
        return True  # a try follows at once, in which the form is made or has failed
    return any(transition(State(stage, form), first, second, moment).calls for moment in MOMENTS if moment < AT_LAST)


def test_nobody_waits_without_end_where_a_stage_stands() -> None:
    """Where reading or trying goes on at the same moment, it has a limit."""
    again = {Action.READ_FIRST, Action.READ_SECOND, Action.READ_ANEW}
    for (stage, form, first, second, elapsed), action, _ in decisions():
        if elapsed >= AT_LAST and action in again:
            read = first if action is Action.READ_FIRST else second
            assert read is Side.UNREAD, (stage, form, first, second)


# -- every way through it, against every pair ------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A pair, and the robot in front of it.

    Attributes:
        stage: where the robot stands.
        first: what it has read of the first side.
        second: what it has read of the second side.
        ready: whether a form is ready.
        failed: whether a try at a form has failed since the stage began.
        late: how many limits have passed since the stage began.
        on: whether each side really is on.
        coming: presses that may still take effect: "off", "on", "back".
        presses: how often this process has pressed the way back, and the first half again.
    """

    stage: Stage = Stage.FIRST_PRESSED
    first: Side = Side.UNREAD
    second: Side = Side.OFF
    ready: bool = True
    failed: bool = False
    late: int = 0
    on: tuple[bool, bool] = (True, False)
    coming: frozenset[str] = frozenset({"off"})
    presses: tuple[int, int] = (0, 0)

    def form(self) -> Form:
        if self.ready:
            return Form.READY
        if self.presses[self.stage in YIELDS] >= MOST_PRESSES:
            return Form.SPENT
        return Form.FAILED if self.failed else Form.FRESH

    def enter(self, stage: Stage, first: Side = Side.UNREAD, second: Side = Side.UNREAD, *, ready: bool = False) -> World:
        late = self.late if stage is Stage.SECOND_PRESSED else 0
        return replace(self, stage=stage, first=first, second=second, ready=ready, failed=False, late=late)


ELAPSED = (0.0, *sorted(LIMITS))
EFFECT = {"off": (0, False), "on": (1, True), "back": (0, True), "yield": (0, False)}
CONTROL = {
    Action.PREPARE_SECOND: "on", Action.PREPARE_BACK: "back", Action.PREPARE_YIELD: "yield",
    Action.PRESS_SECOND: "on", Action.PRESS_BACK: "back", Action.PRESS_YIELD: "yield",
}  # fmt: skip
AFTER = {"on": Stage.SECOND_PRESSED, "back": Stage.BACK_PRESSED, "yield": Stage.YIELD_PRESSED}


def decided(world: World) -> Action:
    return transition(State(world.stage, world.form()), world.first, world.second, ELAPSED[world.late]).action


def what_the_pair_does(world: World) -> Iterator[World]:
    """Time passes, or a press that was made takes effect, now or never."""
    if world.late < len(ELAPSED) - 1:
        yield replace(world, late=world.late + 1)
    for press in world.coming:
        side, becomes = EFFECT[press]
        on = (becomes, world.on[1]) if side == 0 else (world.on[0], becomes)
        yield replace(world, on=on, coming=world.coming - {press})
        yield replace(world, coming=world.coming - {press})


def what_the_robot_does(world: World, action: Action) -> Iterator[World]:  # noqa: C901 - one case for each action
    """Everything that can come of what the table decides: each reading may fail, and each try, and each press may be lost."""
    if action in PRESSES:
        press, (backs, yields) = CONTROL[action], world.presses
        presses = (backs + (press == "back"), yields + (press == "yield"))
        yield replace(world, ready=False, failed=True, first=Side.UNREAD, second=Side.UNREAD)
        yield replace(world, presses=presses, coming=world.coming | {press}).enter(AFTER[press])
        return
    if action in CONTROL:
        second = Side.UNREAD if action is Action.PREPARE_BACK else world.second
        yield replace(world, ready=True, failed=True, second=second)
        yield replace(world, failed=True, first=Side.UNREAD, second=Side.UNREAD)
        return
    match action:
        case Action.READ_FIRST:
            yield from (replace(world, first=side) for side in (Side.UNKNOWN, Side.ON if world.on[0] else Side.OFF))
        case Action.READ_SECOND:
            yield from (replace(world, second=side) for side in (Side.UNKNOWN, Side.ON if world.on[1] else Side.OFF))
        case Action.READ_ANEW:
            yield replace(world, first=Side.UNREAD, second=Side.UNREAD)
        case Action.PROVE_FIRST:
            yield world.enter(Stage.FIRST_OFF, Side.OFF, Side.OFF if world.ready else Side.UNREAD, ready=world.ready)
        case Action.GIVE_UP:
            yield world.enter(Stage.GIVEN_UP)
        case Action.YIELD:
            watched = world.stage is Stage.FIRST_ON_AGAIN
            yield world.enter(Stage.BOTH_ON, world.first if watched else Side.UNREAD, Side.ON, ready=world.ready and watched)
        case Action.WATCH:
            yield world.enter(Stage.FIRST_ON_AGAIN, Side.ON)
        case Action.DOUBT:
            yield world.enter(DOUBTED[world.stage], ready=world.ready)
        case _:
            assert action in ENDS, action


def what_the_first_press_does(world: World) -> Iterator[World]:
    """The whole beginning once more, where the first press of an interrupted process has had no effect."""
    if decided(world) is Action.BEGIN_AGAIN and world.on == (True, False):
        yield replace(World(), coming=world.coming | {"off"})


def after_a_kill(world: World) -> Iterator[World]:
    """What a process begins with that goes on from the record."""
    stages: tuple[Stage, ...] = (Stage.FIRST_OFF,)
    if world.stage in Stage.IN_DOUBT | Stage.FIRST_PRESSED | Stage.FIRST_REFUSED:
        stages = (Stage.IN_DOUBT,)
    elif world.stage in Stage.BACK_PRESSED | Stage.BACK_IN_DOUBT | Stage.FIRST_ON_AGAIN | Stage.BOTH_ON | Stage.YIELD_PRESSED:
        stages = (Stage.BACK_IN_DOUBT,)
    for stage in stages:
        yield replace(world, presses=(0, 0)).enter(stage)


def every_world(*beginnings: World) -> set[World]:
    seen, todo = set(beginnings), list(beginnings)
    while todo:
        world = todo.pop()
        following = [*what_the_pair_does(world), *what_the_robot_does(world, decided(world))]
        for each in (*following, *what_the_first_press_does(world), *after_a_kill(world)):
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return seen


@pytest.fixture(scope="module")
def worlds() -> set[World]:
    return every_world(World(), World(stage=Stage.FIRST_REFUSED))


@pytest.mark.proves("OP5")
def test_in_no_way_through_the_swing_is_the_second_side_pressed_while_the_first_is_on(worlds: set[World]) -> None:
    assert len(worlds) > 10_000
    assert not [world for world in worlds if decided(world) is Action.PRESS_SECOND and world.on[0]]


@pytest.mark.proves("OP5")
def test_from_everywhere_exactly_one_side_serves_in_the_end_once_the_pair_can_be_read_and_obeys(worlds: set[World]) -> None:
    """Also where both are on for a moment, whichever presses are still on their way, and whatever failed before."""
    for world in worlds:
        if decided(world) in ENDS or world.form() is Form.SPENT or ELAPSED[world.late] == AT_LAST:
            continue  # ended, or nothing is pressed any more: a person was called, and it is read until the last
        for here in settled_worlds(world):
            ended, action = end_of(here)
            assert sum(ended.on) == 1, (world, ended, action)
            assert ended.on[1] is (action is Action.END_SWUNG), (world, ended, action)


def settled_worlds(world: World) -> Iterator[World]:
    """Let each press that is on its way take effect, or never."""
    if not world.coming:
        yield world
        return
    press = min(world.coming)
    side, becomes = EFFECT[press]
    left = replace(world, coming=world.coming - {press})
    yield from settled_worlds(left)
    yield from settled_worlds(replace(left, on=(becomes, left.on[1]) if side == 0 else (left.on[0], becomes)))


def end_of(world: World) -> tuple[World, Action]:
    """Go on to the end with a pair that can be read and obeys; time passes where nothing else does."""
    for _ in range(100):
        if (action := decided(world)) in ENDS:
            return world, action
        before, world = world, obeyed(world, action)
        if world == before:
            world = replace(world, late=world.late + 1)
    raise AssertionError(f"no end from {world}")


def obeyed(world: World, action: Action) -> World:
    """What comes of an action if nothing fails."""
    outcomes = list(what_the_robot_does(world, action))
    if action in PRESSES:
        (press,) = outcomes[-1].coming
        side, becomes = EFFECT[press]
        return replace(outcomes[-1], coming=frozenset(), on=(becomes, world.on[1]) if side == 0 else (world.on[0], becomes))
    return outcomes[0] if action in CONTROL else outcomes[-1]


def test_from_everywhere_there_is_an_end_whatever_fails_for_good(worlds: set[World]) -> None:
    for world in worlds:
        here, steps = replace(world, coming=frozenset()), 0
        while (action := decided(here)) not in ENDS:
            steps += 1
            assert steps < 100, world
            outcomes = list(what_the_robot_does(here, action))
            failed = outcomes[0] if len(outcomes) > 1 and action not in CONTROL else outcomes[-1]
            failed = outcomes[0] if action in PRESSES else failed
            here = replace(failed, late=min(failed.late + 1, len(ELAPSED) - 1), coming=frozenset())
