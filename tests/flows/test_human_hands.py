"""Two hundred interventions by hand in mid-run: each is found before the next press, and attributed; none is passed blindly.

The judge is independent of the flows: it knows how the pair stood, appliance by appliance and fact by fact, before each
press of an undisturbed run. A press of any other run is blind when the pair does not stand like that.
"""

from __future__ import annotations

import copy
import functools
import re
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from interventions import BOTH_WOULD_SERVE, HARMLESS, IN_THE_SWING, TABLE, hole, intervene
from paper_pair import Killed, Story, on_paper, story
from paper_world import ObservedState, World

from robot.domain.errors import Refused, StoppedByHand, UnknownHand, VerificationFailed
from robot.operators import handover, operator_questions
from robot.simulator.domain.names import UNITS, peer_of

WORDS = {
    "role": r"relationship|primary|backup|alone|conflict|synchroni",
    "shared IP": r"shared IP|127\.9\.9\.20 port 443 does not answer",
    "product": r"\b(runs?|install|version|shows|answers with)\b",
    "base": r"\b(runs?|install|version|shows|answers with)\b",
    "install": r"\binstall|not ready|does not answer",
}
"""What a sentence must speak of to name what is different."""


@functools.cache
def undisturbed() -> tuple[dict[tuple[str, str], ObservedState], list[tuple[str, str]], ObservedState, list[str]]:
    """How the pair stands before each press of a run that nobody disturbs; the presses; the end; and the steps."""
    with tempfile.TemporaryDirectory() as folder, story(Path(folder)) as quiet:
        assert quiet.perform().outcome == "done"
        pressed = quiet.world.pressed
        stands = {(unit, action): stood for unit, action, stood in pressed}
        return stands, [(unit, action) for unit, action, _ in pressed], quiet.world.stand(), [name for name, _ in quiet.steps]


def different(before: ObservedState, after: ObservedState) -> dict[tuple[str, str], str]:
    """What is not as it was."""
    return {(unit, fact): value for (unit, fact), value in after.items() if before[unit, fact] != value}


def named(sentence: str, differences: dict[tuple[str, str], str], world: World) -> bool:
    """Whether a sentence names something of what was found, and where: by an appliance's letter, its address or the site's."""

    def where(unit: str) -> bool:
        site = [world.pair.names.hostname] if world.pair.shared.holder == unit else []
        addresses = [world.pair.addresses.of(UNITS[unit == "b"]), world.shared, *site]
        return bool(re.search(rf"\b{unit.upper()}\b", sentence)) or any(f"{address} " in sentence for address in addresses)

    return any(re.search(WORDS[fact], sentence, re.IGNORECASE) and where(unit) for unit, fact in differences)


def blind(world: World) -> list[tuple[str, str, dict[tuple[str, str], str]]]:
    """Presses that were made though the pair did not stand as it must, or that were made twice."""
    stands = undisturbed()[0]
    return [
        (unit, action, different(stands[unit, action], stood))
        for number, (unit, action, stood) in enumerate(world.pressed)
        if different(stands[unit, action], stood) or (unit, action) in world.presses[:number]
    ]


StoppedBefore = Callable[[str], AbstractContextManager[Story]]


@pytest.fixture(scope="module")
def stopped_before(tmp_path_factory: pytest.TempPathFactory) -> StoppedBefore:
    """Give a run that somebody stopped before a step, and a pair at rest: performed once, then put back as it was."""

    @functools.lru_cache(maxsize=1)
    def once(moment: str) -> tuple[Path, Story]:
        folder = tmp_path_factory.mktemp("stopped")
        with story(folder / "run", World(speed=60)) as run:
            ending = run.perform(before=moment)
            assert isinstance(ending.stop, StoppedByHand), ending
            run.world.wait(3)
            assert run.world.pair.agenda.next_due() is None, "what is still to come could not be put back"
        (folder / "run").rename(folder / "kept")
        return folder, run

    @contextmanager
    def again(moment: str) -> Generator[Story]:
        folder, first = once(moment)
        shutil.copytree(folder / "kept", folder / "run")
        world = copy.deepcopy(first.world)
        try:
            with on_paper(folder / "run", world):
                yield replace(first, world=world, steps=[*first.steps], told=[*first.told])
        finally:
            shutil.rmtree(folder / "run")

    return again


def cases(*, in_hand: bool) -> list[object]:
    """The table; what is not found yet must go on not being found until it is taken out of the holes."""
    return [
        pytest.param(
            moment, hand, id=f"{moment}: {hand}",
            marks=[pytest.mark.xfail(strict=True, reason=missing)] if (missing := hole(moment, hand, in_hand=in_hand)) else [],
        )
        for moment, hand in TABLE
        if not (in_hand and hand in HARMLESS)
    ]  # fmt: skip


def test_there_are_two_hundred_of_them_each_at_a_moment_of_a_real_run() -> None:
    steps = undisturbed()[3]
    assert len(set(TABLE)) == len(TABLE) >= 200
    assert {moment for moment, _ in TABLE} <= set(steps)


@pytest.mark.proves("OP8")
@pytest.mark.parametrize(("moment", "hand"), cases(in_hand=False))
def test_a_hand_in_mid_run_is_found_before_the_next_press_and_owned_by_name(
    moment: str, hand: str, stopped_before: StoppedBefore
) -> None:
    with stopped_before(moment) as run:
        before, pressed = run.world.stand(), len(run.world.pressed)
        intervene(run.world, hand)
        differences = different(before, run.world.stand())
        if not differences:
            assert hand in HARMLESS, "it made no difference, and nobody has said why"
            goes_on_as_if_nothing_had_been(run)
            return
        nobody_owns_it(run, before, pressed)
        somebody_owns_it(run, before)


@pytest.mark.proves("OP5", "OP8")
@pytest.mark.parametrize(
    ("point", "hand"),
    [
        pytest.param(
            point, hand, id=f"{' '.join(point)}: {hand}",
            marks=[pytest.mark.xfail(strict=True, reason="the first half is not looked at again before the second is pressed")]
            if (point, hand) in BOTH_WOULD_SERVE
            else [],
        )
        for point, hand in IN_THE_SWING
    ],
)  # fmt: skip
def test_whatever_a_hand_does_in_the_middle_of_the_swing_the_robot_never_lets_both_serve(
    point: tuple[str, str], hand: str, tmp_path: Path
) -> None:
    def checkpoint(step: str, where: str) -> None:
        if (step, where) == point and not run.world.presses_by_others():
            raise Killed

    with story(tmp_path, World(speed=60)) as run:
        with pytest.raises(Killed):
            run.perform(checkpoint=checkpoint)
        intervene(run.world, hand)
        pressed = len(run.world.pressed)
        for _ in range(3):
            run.perform(checkpoint=checkpoint)
        both = [
            (unit, action)
            for unit, action, stood in run.world.pressed[pressed:]
            if action.startswith("ip-enable") and stood[peer_of(unit), "shared IP"] == "enabled"
        ]
        assert both == []


def goes_on_as_if_nothing_had_been(run: Story) -> None:
    ending = run.perform()
    if ending.stop:  # a synchronisation by somebody else is waited for
        assert isinstance(ending.stop, Refused), ending
        run.world.wait(5)
        ending = run.perform()
    assert ending.outcome == "done", ending
    assert blind(run.world) == []
    presses = [press for press in undisturbed()[1] if press != ("a", "sync-now") or press in run.world.presses]
    assert run.world.presses == presses
    assert different(undisturbed()[2], run.world.stand()) == {}


def nobody_owns_it(run: Story, before: ObservedState, pressed: int) -> None:
    """The run stops, names what it found, presses nothing; and again."""
    for _ in range(2):
        differences = different(before, run.world.stand())
        ending = run.perform()
        differences |= different(before, run.world.stand())  # what was under way may have ended while a page was waited for
        assert run.world.presses[pressed:] == [], f"went on blindly, until: {ending.sentence}"
        assert isinstance(ending.stop, Refused | VerificationFailed), f"not attributed: {ending}"
        assert named(ending.sentence, differences, run.world), f"{differences} is not what this tells of: {ending.sentence}"
        run.world.wait(120)


def somebody_owns_it(run: Story, before: ObservedState) -> None:
    """With an owner the run goes on where that is safe, or says what must be put back."""
    differences = different(before, run.world.stand())
    ending = run.perform()
    for _ in range(6):
        if not any(each.check == operator_questions.UNKNOWN_HAND for each in operator_questions.open_questions(run.state)):
            break
        run.answer(operator_questions.UNKNOWN_HAND)
        ending = run.perform()
    assert blind(run.world) == [], ending
    if ending.stop:
        assert named(ending.sentence, differences, run.world), f"{differences} is not what this tells of: {ending.sentence}"
        return
    assert different(undisturbed()[2], run.world.stand()) == {}
    owned = [line for line in run.lines if line["kind"] == "by_person"]
    assert owned, "what a person did stands nowhere under a name"
    assert {line["by"] for line in owned} == {"Alex"}


@pytest.mark.proves("OP8")
@pytest.mark.parametrize(("moment", "hand"), cases(in_hand=True))
def test_what_a_person_did_who_had_the_pair_in_hand_is_put_down_to_them(
    moment: str, hand: str, stopped_before: StoppedBefore
) -> None:
    with stopped_before(moment) as run:
        before = run.world.stand()
        handover.hand_over(run.state, "Alex")
        intervene(run.world, hand)
        run.world.wait(120)
        differences = different(before, run.world.stand())
        ending = run.perform(taken_back_by="Alex")
        taken = next(line for line in run.lines if line["step"] == "site-take-back")
        assert taken["by"] == "Alex"
        assert named(taken["text"], differences, run.world), f"{differences} is not what this tells of: {taken['text']}"
        assert blind(run.world) == [], ending
        if ending.stop:
            assert isinstance(ending.stop, Refused | VerificationFailed), ending
            assert named(ending.sentence, differences, run.world), f"{differences} is not what this tells of: {ending.sentence}"
        else:
            assert different(undisturbed()[2], run.world.stand()) == {}


@pytest.mark.proves("OP8", "BS5")
@pytest.mark.parametrize("meanwhile", ["nothing", "a synchronisation"])
def test_a_synchronisation_that_somebody_begins_after_the_take_back_is_not_put_down_to_who_had_the_pair(
    meanwhile: str, stopped_before: StoppedBefore
) -> None:
    def checkpoint(step: str, where: str) -> None:
        if (step, where) == ("b-sync-now", "begin"):
            intervene(run.world, "sync begun")

    with stopped_before("b-sync-now") as run:
        handover.hand_over(run.state, "Alex")
        if meanwhile == "a synchronisation":
            intervene(run.world, "sync done")
        ending = run.perform(taken_back_by="Alex", checkpoint=checkpoint)
        assert isinstance(ending.stop, UnknownHand), ending
        assert "somebody else is at work on the pair" in ending.sentence
        assert [each.check for each in operator_questions.open_questions(run.state)] == [operator_questions.UNKNOWN_HAND]
        assert ("b", "sync-now") not in run.world.presses
        assert not [line for line in run.lines if line["kind"] == "by_person"]
        run.answer(operator_questions.UNKNOWN_HAND, by="Bob")
        assert run.perform().outcome == "done"
        assert [line["by"] for line in run.lines if line["kind"] == "gate" and line["step"] == "b-sync-now"] == ["Bob"]
