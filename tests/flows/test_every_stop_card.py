"""Whatever ends a run, its card answers: who serves now, what must not be done, what next, until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from paper_pair import Ending, Story, story
from paper_world import World

from flows.step_names import STEPS
from pages.appliance_family import FAMILY
from robot.operators import operator_questions
from robot.runs.store import RunState
from robot.runs.supervisor import Ended
from robot.simulator.domain.names import Names
from robot.status import stop_card
from robot.status.finalize import finalize

LABELS = [
    "State", "Change", "Serving now", "Failover", "What happened", "The robot", "Do NOT", "Next", "Until when", "Go on",
    "By hand", "Way back", "Look",
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One way in which a run ends early.

    Attributes:
        knobs: how the simulated pair is set.
        names: what it runs.
        change: of the pair file.
        before: the step before which somebody acts.
        act: what they do.
        code: the exit code.
        happened: words of the sentence.
        following: words of the next safe action.
        pressed: presses made by then.
    """

    happened: str
    following: str
    code: int = 3
    pressed: int = 0
    knobs: dict[str, object] = field(default_factory=dict[str, object])
    names: Names = field(default_factory=Names)
    change: Callable[[str], str] = str
    before: str = ""
    act: tuple[str, str] | None = None


def line(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def windows(first: float, lasts_for: float) -> Callable[[str], str]:
    """A pair file whose first window opens so many hours from now, and lasts for so many."""
    opens, lasts = datetime.now(UTC) + timedelta(hours=first, minutes=-1), timedelta(hours=lasts_for)
    form = "%Y-%m-%dT%H:%M:%SZ"
    times = [opens, opens + lasts, opens + timedelta(days=2), opens + timedelta(days=2) + lasts]
    a, b, c, d = (each.strftime(form) for each in times)
    text = f"[windows]\nfirst = {{ opens = {a}, closes = {b} }}\nsecond = {{ opens = {c}, closes = {d} }}\n"
    return line("[checks]", f'{text}interim = {{ at_least = "1h", at_most = "9d" }}\n\n[checks]')


RESUME = "set right what it names, then resume"
CASES = {
    "a person is asked": Case(
        "waiting for a person's answer to snapshots", "failover-robot answer RUN snapshots --by NAME", 6,
        change=line('snapshots = { skip = "simulated pair" }', ""),
    ),
    "the window is not open": Case("the first window opens at", "stay with `--wait`", 6, change=windows(3, 5)),
    "the window is over": Case("nothing is pressed outside a window", "resume with `--windows PAIR`", change=windows(-9, 5)),
    "the window is too short": Case("that does not fit", "a longer window", change=windows(0, 1)),
    "roles the other way round": Case("exchange [a] and [b]", RESUME, knobs={"roles_swapped": True}),
    "broken already": Case("the pair is already broken", RESUME, knobs={"broken": True}),
    "a role conflict": Case("role conflict", RESUME, knobs={"conflict": True}),
    "B is updated already": Case("somebody began this upgrade", RESUME, knobs={"b_upgraded": True}),
    "a cluster": Case("belongs to an Atlas cluster", RESUME, knobs={"cluster": True}),
    "keys differ": Case("Inter-Appliance keys of A and B differ", RESUME, 4, 2, knobs={"keys_differ": True}),
    "not offered": Case("B", RESUME, knobs={"not_offered": "b"}),
    "the check for updates fails": Case("A", RESUME, knobs={"check_fails": "a"}),
    "session data would be lost": Case("its session data would be lost", RESUME, names=Names(from_version="10.5.2")),
    "the sync does not end": Case(
        "waiting for the synchronisation", "Do not restart the appliance", 5, 1, knobs={"sync_stuck": True}
    ),
    "an install stalls": Case("do not restart the appliance", "Call the vendor's support", 5, 3, knobs={"install_stuck": "b"}),
    "an install fails": Case("An error occurred installing", RESUME, 4, 3, knobs={"install_fails": "b"}),
    "an install is rolled back": Case(
        "B has restarted, runs 12.3.5-39078 on base 3.3.2 again and offers Base Software 3.4.1 again: it did not take the update",
        RESUME, 4, 3,
        knobs={"install_rolled_back": "b"},
    ),
    "an install brings the shared IP back": Case("both would answer", RESUME, 4, 3, knobs={"install_enables_shared_ip": "b"}),
    "a hand before the swing": Case(
        "the shared IP is disabled on A", "failover-robot answer RUN unknown_hand", 4, 4, before="site-swing",
        act=("a", "ip-disable"),
    ),
    "stopped by hand": Case("stopped by hand", "Resume when ready", 4, 2, before="b-base-1"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object) -> str:
        return "measured elsewhere"

    monkeypatch.setattr(stop_card, "serving", told)


def ended(run: Story, case: Case) -> Ending:
    if not case.before:
        return run.perform()
    ending = run.perform(before=case.before)
    if case.act:
        unit, action = case.act
        assert not run.world.act("a" if unit == "a" else "b", action)
        ending = run.perform()
    return ending


def card_of(run: Story, ending: Ending) -> dict[str, str]:
    stop = ending.stop
    assert stop is not None, ending
    state = RunState(run.state.folder, {**run.state.facts, "rehearsal": False})
    summary = finalize(state, run.settings, Ended(stop.outcome, stop.code, str(stop), stop.next_action), STEPS, FAMILY)
    return {label: said for label, said in summary.get("stop_card", [])}  # noqa: C416 - a row is a list


@pytest.mark.parametrize("name", CASES)
def test_a_stop_card_answers_everything_that_is_asked_at_three_in_the_morning(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    with story(tmp_path, World(case.names, dict(case.knobs)), change=case.change) as run:
        ending = ended(run, case)
        card = card_of(run, ending)
        assert list(card) == LABELS
        assert all(card.values()), card
        assert f"(exit code {case.code})" in card["State"]
        assert case.happened in card["What happened"]
        assert case.following.replace("RUN", "").split(" --")[0].strip() in card["Next"].replace(run.state.name, "").replace(
            "RUN ", ""
        )
        assert len(run.world.pressed) == case.pressed, "and the wrong thing was not pressed"
        assert card["Do NOT"].startswith("Do not restart, reboot or shut down an appliance; do not press Fix This Error")
        broken = any(each["step"] == "b-break-failover-relationships" and each["kind"] == "intent" for each in run.lines)
        assert card["Failover"].startswith("NONE since") if broken else card["Failover"] == "untouched by this run"
        assert card["Until when"]
        touched = any(line["kind"] in {"intent", "pressed"} for line in run.lines)
        assert ("only ends the run" in card["Way back"]) is not touched
        for label, command in (("Go on", "resume"), ("By hand", "hand-over"), ("Way back", "back-out")):
            assert f"failover-robot {command} {run.state.name}" in card[label]


def test_a_press_that_is_not_proved_is_named_as_not_to_be_pressed_by_hand(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"install_stuck": "b"})) as run:
        card = card_of(run, run.perform())
        assert 'do not press "Install This Update on B: Base Software 3.4.1" by hand' in card["Do NOT"]
        assert "could not prove it: the appliance may still be at work on it" in card["The robot"]


def test_what_is_asked_stands_on_the_card_with_each_command(tmp_path: Path) -> None:
    def both(text: str) -> str:
        for check in ("tested_elsewhere", "snapshots"):
            text = text.replace(f'{check} = {{ skip = "simulated pair" }}', "")
        return text

    with story(tmp_path, World(), change=both) as run:
        card = card_of(run, run.perform())
        for each in operator_questions.open_questions(run.state):
            assert each.sentence in card["Next"]
            assert each.command(run.state.name) in card["Next"]
        assert len(operator_questions.open_questions(run.state)) == 2, "everything is asked at once"
