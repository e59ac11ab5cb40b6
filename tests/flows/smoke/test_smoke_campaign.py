"""The smoke campaign in short: its kinds and its good pairs are many and differ, and some of them go through real browsers."""

import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from smoke_campaign_good import VALUES, every_two_traits, good_pairs  # noqa: E402 - found there
from smoke_campaign_kinds import KINDS, LOOKS, BadBuild, look_of, named  # noqa: E402 - found there

from robot.simulator.appearance.generations import GENERATIONS  # noqa: E402 - as above
from robot.simulator.appearance.words import LANGUAGES  # noqa: E402 - as above
from robot.simulator.faults.knobs import START_ONLY, Knobs  # noqa: E402 - as above
from tests.campaign import GOOD  # noqa: E402 - as above
from tests.flows.smoke import smoke_campaign  # noqa: E402 - as above

THROUGH_THE_BROWSER = ("certificate: expired", "customer client: half")


def test_there_are_more_than_thirty_kinds_of_bad_build_in_every_generation_and_language() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 30
    assert {look_of(kind)[:2] for kind in KINDS} == set(LOOKS)
    assert set(LOOKS) == {(generation, language) for generation in GENERATIONS for language in LANGUAGES[generation]}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_each_kind_can_be_made_while_the_pair_serves(kind: BadBuild) -> None:
    Knobs().change(kind.begins)
    Knobs().change(kind.knobs, running=True)
    assert kind.knobs or kind.env, "something must be wrong"
    assert not set(kind.knobs) & START_ONLY


def test_every_two_traits_of_a_good_pair_meet_and_three_hundred_are_verified() -> None:
    pairs = good_pairs()
    assert frozenset[Any]().union(*(pair.traits for pair in pairs)) == every_two_traits()
    assert len({pair.name for pair in pairs}) * smoke_campaign.VERIFICATIONS >= 300
    assert set(VALUES["look"]) == set(LOOKS)


CAUGHT: dict[str, Any] = {
    "good": False, "fault": "", "sentence": "B answers with build 12.3.5",
    "checks": [{"state": "failed", "sentence": "B answers with build 12.3.5-39078, expected 13.1.2"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "told", "why"),
    [
        (7, CAUGHT, ""),
        (0, CAUGHT, "ended with 0"),
        (7, {**CAUGHT, "checks": [{"state": "failed", "sentence": "something is wrong"}]}, "no reason names the cause"),
        (
            7,
            {**CAUGHT, "checks": [{"state": "unknown", "sentence": CAUGHT["checks"][0]["sentence"]}]},
            "no reason names the cause",
        ),
    ],
)
def test_a_kind_counts_as_caught_only_by_exit_code_and_a_reason_that_names_it(code: int, told: dict[str, Any], why: str) -> None:
    found = smoke_campaign.why_not_caught(named("old build"), "g1", code, told)
    assert found.startswith(why) if not why else why in found
    assert bool(found) is bool(why)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize("name", THROUGH_THE_BROWSER)
def test_a_bad_build_is_caught_by_the_command(name: str, folder: Path) -> None:
    result = smoke_campaign.perform(f"bad: {name}", folder)
    assert (result.verdict, result.problem) == (GOOD, "")


def test_a_good_pair_raises_no_alarm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke_campaign, "VERIFICATIONS", 1)
    name = next(name for name, pair in smoke_campaign.GOOD_PAIRS.items() if pair.look[0] == "g2" and pair.request == "key")
    result = smoke_campaign.perform(name, folder)
    assert (result.verdict, result.problem) == (GOOD, "")
    assert result.facts["verifications"] == 1
