"""No press without the lease of both serial numbers, whichever command leads to it: the box may have another name elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from a_pair_file import ENVIRONMENT, PAIR
from paper_pair import Story, story
from paper_world import World

from flows.procedures.back_out import back_out
from flows.procedures.synchronous import synchronous
from flows.procedures.upgrade import asynchronous
from robot.operators import handover
from robot.runs import durable, store
from robot.runs.evidence_log import EvidenceLog
from robot.settings import load
from robot.simulator.domain.names import Unit


def goes_on(run: Story) -> None:
    run.perform()


def goes_back(run: Story) -> None:
    run.instead(back_out)
    run.perform()


def is_taken_back(run: Story) -> None:
    handover.hand_over(run.state, "Ada")
    run.perform(taken_back_by="Ada")


@pytest.mark.parametrize(("flow", "before"), [(asynchronous, "b-establish-relationship"), (synchronous, "a-base-1")])
@pytest.mark.parametrize("how", [goes_on, goes_back, is_taken_back])
def test_every_press_has_the_lease_of_both_serial_numbers_at_that_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flow: object, before: str, how: Callable[[Story], None]
) -> None:
    press, leased = World.press, list[list[str]]()
    with story(tmp_path, flow=flow) as run:  # pyright: ignore[reportArgumentType]

        def noted(self: World, unit: Unit, deed: Callable[[], tuple[str, str | None]]) -> None:
            last = next(event for event in reversed(run.told) if event["event"] == "lease")
            leased.append(last["serials"])
            run.told.clear()  # so that the next press needs a proof of its own
            press(self, unit, deed)

        monkeypatch.setattr(World, "press", noted)
        run.perform(before="site-swing" if how is goes_back and flow is asynchronous else before)
        begun = len(leased)
        how(run)
        serials = [run.history.serial(unit) for unit in "ab"]
        assert all(serials)
        assert begun > 0
        assert [each for each in leased if each != serials] == []


@pytest.mark.parametrize("words", [[], ["--back-out"], ["--taken-back-by", "Ada"]])
def test_a_run_that_is_gone_on_with_leases_both_by_serial_number_before_it_reads_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    environment = {**os.environ, **ENVIRONMENT, "XDG_STATE_HOME": str(tmp_path / "state")}
    monkeypatch.setenv("XDG_STATE_HOME", environment["XDG_STATE_HOME"])
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    facts = {
        "settings": load(tmp_path / "pair.toml").model_dump(mode="json"), "revision": durable.REVISION, "rehearsal": False,
    }  # fmt: skip
    state = store.begin(facts, tmp_path / "artifacts", "CHG1")
    with EvidenceLog(state.evidence) as record:
        for unit in "ab":
            record.append("intent", f"{unit}-sync-now", unit=unit, serial=f"S-{unit}", reading={})
    if "Ada" in words:
        handover.hand_over(state, "Ada")
    child = subprocess.Popen(
        [sys.executable, "-m", "robot", "_perform", state.name, *words],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    first = json.loads(child.stdout.readline())
    rest, _ = child.communicate("another run is working on serial S-a\n", timeout=60)
    assert first == {"event": "lease", "serials": ["S-a", "S-b"]}
    ending = json.loads(rest.splitlines()[-1])
    assert (ending["event"], ending["sentence"]) == ("ending", "another run is working on serial S-a")
    assert not any(line.kind == "reading" and line.unit for line in state.history.lines)
