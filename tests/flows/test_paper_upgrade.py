"""The whole asynchronous upgrade on paper: many versions, chains, answers of people, and a crash at every point."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from paper_pair import AT_ONCE, Story, story
from paper_world import World

from robot.domain.errors import Refused, Waiting
from robot.evidence.record.chain import digest
from robot.simulator.domain.names import Names

INTENTS = [
    "b-sync-now",
    "b-break-failover-relationships",
    "b-install-base-software-3-4-1",
    "b-install-bomgar-remote-support-13-1-2",
    "a-disable-shared-ip",
    "b-enable-shared-ip",
    "a-install-base-software-3-4-1",
    "a-install-bomgar-remote-support-13-1-2",
    "b-establish-relationship",
    "a-sync-now",
]
"""BS5, BS7, UA4 twice, SI2, SI4, AA1 twice, RE7, RE9: as `test_upgrade.py` proves them through the browser."""


def asked(check: str) -> dict[str, str]:
    """A pair file in which a person is asked for a check."""
    return {f'{check} = {{ skip = "simulated pair" }}': ""}


def with_lines(replaced: dict[str, str]) -> Callable[[str], str]:
    """A pair file with these lines instead of others."""

    def change(text: str) -> str:
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        return text

    return change


def protected(run: Story) -> bool:
    """Whether B serves as the primary, A is its backup, and both are at the target."""
    pair = run.world.pair
    at_target = {each.product for each in pair.appliances.values()} == {pair.names.target_version}
    return at_target and pair.shared.serving == "b" and str(pair.relationship.roles["b"].value) == "primary"


@pytest.mark.proves("PL1")
def test_the_ten_presses_come_in_the_procedures_order_each_exactly_once(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        began = time.perf_counter()
        assert run.perform().outcome == "done"
        assert time.perf_counter() - began < 5, "paper is quick; this is a hundred times what it takes"
        assert run.of("intent") == run.of("proved") == INTENTS
        assert len(run.world.presses) == len(set(run.world.presses)) == 10
        assert protected(run)


def test_the_record_is_chained_and_every_press_has_its_picture(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.perform()
        raw = (run.state.evidence / "evidence.jsonl").read_bytes().splitlines()
        assert [json.loads(line)["previous"] for line in raw[1:]] == [digest(line) for line in raw[:-1]]
        shots = {path.name for path in (run.state.evidence / "shots").iterdir()}
        assert all(any(re.fullmatch(rf"\d+-{step}-before\.png", shot) for shot in shots) for step in INTENTS)


def test_a_finished_run_is_replayed_without_a_press(tmp_path: Path) -> None:
    with story(tmp_path) as run:
        run.perform()
        presses, lines = list(run.world.presses), len(run.lines)
        assert run.perform().outcome == "done"
        assert (run.world.presses, len(run.lines)) == (presses, lines)


@pytest.mark.parametrize("speed", [1, 60, float("inf")])
def test_it_ends_well_however_fast_the_appliances_are(speed: float, tmp_path: Path) -> None:
    with story(tmp_path, World(speed=speed)) as run:
        assert run.perform().outcome == "done"
        assert run.of("intent")[:9] == INTENTS[:9]
        assert protected(run)


@pytest.mark.proves("UA5")
@pytest.mark.parametrize("base", ["3.3.1", "3.3.2"])
@pytest.mark.parametrize(("old", "new"), [("10.6.1", "12.3.5"), ("12.3.5", "13.1.2"), ("14.2.3", "15.1.3")])
@pytest.mark.parametrize("chain", [1, 2, 3])
def test_each_version_base_and_chain_comes_to_its_target(base: str, old: str, new: str, chain: int, tmp_path: Path) -> None:
    world = World(Names(from_version=old, target_version=new, from_base=base), {"chain": chain})
    with story(tmp_path, world) as run:
        assert run.perform().outcome == "done"
        installs = [action for unit, action in run.world.presses if action.startswith("install") and unit == "b"]
        assert installs == [f"install {package.title}" for package in world.pair.updates["b"].packages]
        assert installs == [action for unit, action in run.world.presses if action.startswith("install") and unit == "a"]
        assert len(installs) == chain
        assert protected(run)


BEFORE_10_6 = Names(from_version="10.5.3", target_version="10.6.2", from_base="3.3.1")


@pytest.mark.proves("MP4")
def test_before_10_6_a_skipped_extraction_of_session_data_is_refused_before_anything_is_changed(tmp_path: Path) -> None:
    with story(tmp_path, World(BEFORE_10_6)) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused)
        assert "session data would be lost" in ending.sentence
        assert run.world.presses == []


@pytest.mark.proves("MP4")
def test_before_10_6_a_person_is_asked_for_the_session_data_immediately_before_the_swing(tmp_path: Path) -> None:
    change = with_lines(asked("session_data"))
    with story(tmp_path, World(BEFORE_10_6), change=change) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Waiting)
        assert "session_data" in ending.sentence
        assert run.of("intent")[-1].startswith("b-install"), "asked as the last thing before the swing"
        waits = run.world.presses
        assert run.perform().stop is not None
        assert run.world.presses == waits, "unanswered means hold"
        run.answer("session_data")
        assert run.perform().outcome == "done"
        gate = next(line for line in run.lines if line["step"] == "a-check-session-data" and line.get("by") == "Alex")
        swing = next(line for line in run.lines if line["step"] == "a-disable-shared-ip")
        between = [line for line in run.lines if gate["seq"] < line["seq"] < swing["seq"]]
        assert not [line for line in between if line["kind"] in {"intent", "proved"}]
        assert protected(run)


def test_before_10_6_a_no_about_the_session_data_stops_the_run_before_the_swing(tmp_path: Path) -> None:
    with story(tmp_path, World(BEFORE_10_6), change=with_lines(asked("session_data"))) as run:
        run.perform()
        run.answer("session_data", yes=False)
        assert isinstance(run.perform().stop, Refused)
        assert not [action for _, action in run.world.presses if action.startswith("ip-")]


@pytest.mark.proves("MP4")
def test_before_10_6_a_command_extracts_the_session_data(tmp_path: Path) -> None:
    change = with_lines({'session_data = { skip = "simulated pair" }': 'session_data = { command = ["true"] }'})
    with story(tmp_path, World(BEFORE_10_6), change=change) as run:
        assert run.perform().outcome == "done"
        steps = [line["step"] for line in run.lines]
        assert steps.index("a-check-session-data") < steps.index("a-disable-shared-ip")


def test_from_10_6_on_nobody_is_asked_for_session_data(tmp_path: Path) -> None:
    names = Names(from_version="10.6.2", target_version="12.3.5")
    with story(tmp_path, World(names), change=with_lines(asked("session_data"))) as run:
        assert run.perform().outcome == "done"
        assert "a-check-session-data" not in [line["step"] for line in run.lines]


@pytest.mark.proves("RE2")
def test_masked_keys_are_asked_of_a_person_before_anything_is_changed(tmp_path: Path) -> None:
    change = with_lines({'same_key = { skip = "simulated pair" }': 'same_key = { person = "Are the keys the same?" }'})
    with story(tmp_path, World(knobs={"key_masked": True}), change=change) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Waiting)
        assert "same_key" in ending.sentence
        assert run.world.presses == []
        run.answer("same_key")
        assert run.perform().outcome == "done"
        assert "masked" in next(line["text"] for line in run.lines if line["step"] == "site-keys-not-compared")


def test_masked_keys_that_the_pair_file_says_nothing_of_are_asked_of_a_person_too(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"key_masked": True}), change=with_lines(asked("same_key"))) as run:
        assert isinstance(run.perform().stop, Waiting)
        run.answer("same_key")
        assert run.perform().outcome == "done"


@pytest.mark.proves("RE2")
def test_keys_that_differ_are_found_before_the_relationship_is_established_again(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"keys_differ": True})) as run:
        ending = run.perform()
        assert "Inter-Appliance keys of A and B differ" in ending.sentence
        assert ("b", "install Base Software 3.4.1") not in run.world.presses


def test_b_with_accounts_of_its_own_is_reached_before_and_after_the_synchronisation(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"own_accounts": True})) as run:
        assert run.perform().outcome == "done"


@pytest.mark.proves("PL10", "OP4", "OP7")
@pytest.mark.parametrize(
    ("knobs", "sentence"),
    [
        ({"roles_swapped": True}, "the roles are the other way round"),
        ({"broken": True}, "the pair is already broken"),
        ({"conflict": True}, "role conflict"),
        ({"b_upgraded": True}, "somebody began this upgrade"),
        ({"cluster": True}, "A belongs to an Atlas cluster"),
        ({"not_offered": "a"}, "A: "),
        ({"not_offered": "b"}, "nothing is offered"),
        ({"check_fails": "b"}, "B: "),
    ],
)
def test_what_is_not_as_it_must_be_is_refused_before_anything_is_changed(
    knobs: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    with story(tmp_path, World(knobs=knobs)) as run:
        ending = run.perform()
        assert isinstance(ending.stop, Refused), ending
        assert sentence in ending.sentence
        assert run.world.presses == []


@pytest.mark.proves("OP4")
def test_what_readiness_refuses_stands_in_the_record_with_its_obligation(tmp_path: Path) -> None:
    with story(tmp_path, World(knobs={"not_offered": "a"})) as run:
        assert re.search(r"A: .*nothing is offered", run.perform().sentence)
        assert [set(line["procedure"]) for line in run.lines if line["kind"] == "refused"] == [{"UA1", "UA2", "UA3", "OP4"}]


def points() -> list[tuple[str, str]]:
    """Every named point of a run, within the presses and between all steps."""
    found: list[tuple[str, str]] = []
    seen: set[tuple[str, str]] = set()

    def checkpoint(step: str, point: str) -> None:
        if (step, point) not in seen:
            seen.add((step, point))
            found.append((step, point))

    with tempfile.TemporaryDirectory() as folder, story(Path(folder)) as run:
        assert run.perform(checkpoint=checkpoint).outcome == "done"
    return found


@pytest.mark.no_cover  # the same lines as above, many times
def test_killed_at_every_point_in_turn_and_resumed_it_presses_each_control_exactly_once(tmp_path: Path) -> None:
    everywhere = points()
    assert len(everywhere) > 150
    for number in range(AT_ONCE):
        with story(tmp_path / str(number)) as run:
            ending = run.perform_killed_at(everywhere[number::AT_ONCE])
            assert ending.outcome == "done", ending
            pressed = run.world.presses
            assert len(pressed) == len(set(pressed)), pressed
            assert protected(run)


@pytest.mark.proves("PL11", "OP10", "VT5", "VT7", "VT8")
def test_the_record_says_why_this_procedure_what_it_costs_and_who_must_know_at_the_end(tmp_path: Path) -> None:
    with story(tmp_path, World()) as run:
        assert run.perform().outcome == "done"
        said = {line["step"]: line["text"] for line in run.lines if line["kind"] == "note"}
    assert "for sites that need their uptime; it costs a failover event, a second window" in said["site-why-asynchronous"]
    for place in ("init --from", "monitoring", "CMDB", "firewall", "hosts entries", "old MSI", "snapshots"):
        assert place in said["site-after-the-end"]
    for words in ("rolled out again", "does not come online until its appliance is updated", "need not be uninstalled first"):
        assert words in said["site-consoles"]
