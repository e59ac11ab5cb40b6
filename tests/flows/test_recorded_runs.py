"""Runs that earlier code recorded are read, verified and gone on with: see `record_runs.py` for how they were made."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from an_upgrade import command
from test_upgrade import PRESSES

from robot.evidence.pack.verification import verify
from robot.simulator.process import simulation

RECORDED = Path(__file__).with_name("recorded")


@dataclass(frozen=True)
class Recorded:
    """A recorded run, laid out as on the machine that recorded it."""

    root: Path

    @property
    def evidence(self) -> Path:
        return next(self.root.glob("artifacts/*/*"))

    @property
    def pack(self) -> Path:
        return self.evidence / f"{self.evidence.name}.zip"

    @property
    def record(self) -> bytes:
        return (self.evidence / "evidence.jsonl").read_bytes()

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.evidence / "summary.json").read_text(encoding="utf-8"))

    @property
    def pressed(self) -> list[tuple[str, str]]:
        """What the pair was told to change, by whatever code."""
        lines = (self.root / "pair" / "changes.jsonl").read_text(encoding="utf-8").splitlines()
        return [(line["unit"], line["action"]) for line in map(json.loads, lines)]

    def status(self) -> dict[str, Any]:
        return json.loads(self.say("status", self.evidence.name, "--json").stdout)

    def say(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Give a command to the present command line."""
        env = {**os.environ, "XDG_STATE_HOME": str(self.root / "state")}
        return subprocess.run(command(*map(str, words)), env=env, capture_output=True, text=True, check=False, timeout=900)


def laid_out(name: str, root: Path) -> Recorded:
    """Unpack a recorded run; its paths become those of the new place."""
    with tarfile.open(RECORDED / f"{name}.tar.xz") as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # the Python 3.11 of Debian 12 has none yet
        archive.extractall(root)
    before = json.loads((root / "root.json").read_text(encoding="utf-8"))
    for file in root.glob("state/failover-robot/runs/*/run.json"):
        file.write_text(file.read_text(encoding="utf-8").replace(before, str(root)), encoding="utf-8")
    return Recorded(root)


def leave_pictures_unread(recorded: Recorded) -> None:
    """Set `[evidence] ocr = false` in the settings of an unfinished run."""
    for file in recorded.root.glob("state/failover-robot/runs/*/run.json"):
        facts = json.loads(file.read_text(encoding="utf-8"))
        facts["settings"]["evidence"] = {**(facts["settings"].get("evidence") or {}), "ocr": False}
        file.write_text(json.dumps(facts), encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return laid_out("finished", tmp_path_factory.mktemp("finished"))


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return laid_out("interrupted", tmp_path_factory.mktemp("interrupted"))


@dataclass(frozen=True)
class Resumed:
    """What came of the interrupted run when it was gone on with."""

    recorded: Recorded
    before: bytes
    pressed_before: list[tuple[str, str]]
    done: subprocess.CompletedProcess[str]
    serving: list[dict[str, Any]]
    shared: str


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> Generator[Resumed]:
    recorded = laid_out("interrupted", tmp_path_factory.mktemp("resumed"))
    leave_pictures_unread(recorded)  # it takes a quarter of the time; test_pictures_are_read.py proves it
    before, pressed_before, pair = recorded.record, recorded.pressed, recorded.root / "pair"
    program = ("tests.flows.kept_pair", str(pair / "kept.json"))
    with (Path(tempfile.gettempdir()) / "failover-robot-kept-pair.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the pair comes back at the addresses that it had: one at a time on a machine
        with simulation(pair, instant=True, program=program) as simulated:
            done = recorded.say("resume", recorded.evidence.name)
            yield Resumed(recorded, before, pressed_before, done, simulated.serving(), simulated.addresses["shared"])


# -- a finished run ------------------------------------------------------------------------------------------------------


def test_a_finished_run_of_earlier_code_is_shown_as_it_ended(finished: Recorded) -> None:
    status = finished.status()
    assert (status["state"], status["exit_code"], status["stop_card"]) == ("done", 0, None)
    assert [step["name"] for step in status["steps"]] == [step["name"] for step in finished.summary["steps"]]
    assert status["exposure_s"] == finished.summary["exposure_s"]


def test_a_pack_of_earlier_code_is_verified_as_intact_and_not_signed(finished: Recorded) -> None:
    told = finished.say("verify", finished.pack)
    assert (told.returncode, told.stdout) == (7, f"intact, not signed: {finished.pack}\n"), told.stderr
    assert "NO  " not in told.stderr


def test_a_finished_run_of_earlier_code_is_not_performed_again(finished: Recorded) -> None:
    record = finished.record
    told = finished.say("resume", finished.evidence.name)
    assert (told.returncode, finished.record) == (0, record), told.stderr
    assert "nothing to resume" in told.stderr


def test_the_pack_that_present_code_makes_of_an_earlier_record_is_verified(tmp_path: Path) -> None:
    earlier = laid_out("finished", tmp_path)
    earlier.pack.unlink()
    told = earlier.say("seal", earlier.evidence.name)
    assert told.returncode == 0, told.stderr
    assert verify(earlier.pack).findings == ()


# -- one that was cut off in its middle ----------------------------------------------------------------------------------


def test_an_interrupted_run_of_earlier_code_is_shown_with_the_press_that_is_not_proved(interrupted: Recorded) -> None:
    status = interrupted.status()
    assert status["step"]["name"] == "b-install-bomgar-remote-support-13-1-2"
    assert status["step"]["state"] == "running"
    assert "Install This Update on B: Bomgar Remote Support 13.1.2" in json.dumps(status["stop_card"])


def test_an_interrupted_run_of_earlier_code_is_resumed_to_its_end(resumed: Resumed) -> None:
    assert resumed.done.returncode == 0, resumed.done.stderr
    assert resumed.recorded.summary["outcome"] == "done"
    assert resumed.recorded.summary["versions"]["a"]["after"] == {"product": "13.1.2-48923", "base": "3.4.1 (30012)"}


def test_over_both_halves_of_a_resumed_run_each_press_is_pressed_once(resumed: Resumed) -> None:
    presses = [(unit, action.format(shared=resumed.shared)) for unit, action in PRESSES]
    assert resumed.pressed_before == presses[:4]
    assert resumed.recorded.pressed == presses


def test_a_resumed_record_begins_with_the_very_lines_of_earlier_code(resumed: Resumed) -> None:
    assert resumed.recorded.record.startswith(resumed.before)


@pytest.mark.proves("OP5")
def test_in_the_second_half_too_both_never_serve_and_in_the_end_b_does(resumed: Resumed) -> None:
    assert "conflict" not in [line["serving"] for line in resumed.serving]
    assert resumed.serving[-1]["serving"] == "b"


def test_the_pack_of_a_run_in_two_halves_of_code_is_verified(resumed: Resumed) -> None:
    assert verify(resumed.recorded.pack).findings == ()
