"""One appliance upgraded by the manual method: files brought by a person, uploaded in order, the old console kept.

The pair's whole upgrade by the same method is a case of `make procedures`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from an_upgrade import command

from robot.evidence.pack.verification import verify
from robot.operators import operator_questions
from robot.runs import store
from robot.simulator.folder import of_one
from robot.simulator.process import Simulation, simulation

pytestmark = pytest.mark.rehearsal
FILES = ("1-base-3.4.1.nsu", "2-site-13.1.2.nsu")
INSTALLED = [("a", "install Base Software 3.4.1"), ("a", "install Bomgar Remote Support 13.1.2")]


@dataclass(frozen=True)
class ByHand:
    """What both halves of the upgrade left: the one that waits for the files, and the one that goes on with them."""

    folder: Path
    simulated: Simulation
    asked: subprocess.CompletedProcess[str]
    questions: list[operator_questions.OperatorQuestion]
    changed_before: int
    keys: dict[str, str]
    modes: dict[str, int]
    ended: subprocess.CompletedProcess[str]

    @property
    def run_folder(self) -> Path:
        return next((self.folder / "artifacts").glob("*/*"))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.run_folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]


def by_hand(pair_file: Path) -> Path:
    """A pair file of one appliance, with the manual method and its files."""
    alone = of_one(pair_file)
    listed = ", ".join(json.dumps(f"updates/a/{name}") for name in FILES)
    text = alone.read_text(encoding="utf-8").replace('method = "automatic"', f'method = "manual"\nfiles = {{ a = [{listed}] }}')
    alone.write_text(text.replace('installers = "none"', 'installers = "keep"'), encoding="utf-8")
    return alone


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Generator[ByHand]:
    folder = tmp_path_factory.mktemp("by-hand")
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}

    def robot(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), capture_output=True, text=True, env=env, check=False, timeout=900)

    knobs = {"chain": 2, "broken": True}
    with simulation(folder / "pair", instant=True, knobs=knobs) as simulated, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        pair_file = by_hand(simulated.pair_file)
        brought = simulated.folder / "updates" / "a" / FILES[1]
        elsewhere = brought.rename(folder / "stick.nsu")
        words = ("--procedure", "single", "--now", "--artifacts", str(folder / "artifacts"))
        asked = robot("run", str(pair_file), *words)
        assert store.every(), asked.stderr
        (state,) = store.every()
        questions = operator_questions.open_questions(state)
        keys = {path.stem[-1]: path.read_text(encoding="utf-8").strip() for path in state.folder.glob("download-key-*.txt")}
        modes = {path.name: path.stat().st_mode & 0o777 for path in state.folder.glob("download-key-*.txt")}
        changed_before = len(simulated.changes())
        elsewhere.rename(brought)
        operator_questions.submit_answer(
            state, "update_files_a", by="J. Doe", note="carried over on a stick", yes=True, attach=None
        )
        ended = robot("resume", state.name)
        yield ByHand(folder, simulated, asked, questions, changed_before, keys, modes, ended)


@pytest.mark.proves("UM1", "UM5", "UM8", "OP4")
def test_without_the_files_nothing_is_pressed_and_a_person_is_asked_for_them(done: ByHand) -> None:
    assert done.asked.returncode == 6, done.asked.stderr
    assert done.changed_before == 0
    (question,) = done.questions
    assert question.check == "update_files_a"
    for words in ("13.1.2 on base 3.4.1", "download-key-a.txt", "update.bomgar.com", "updates/a/2-site-13.1.2.nsu", ".sha256"):
        assert words in question.sentence
    assert "ready to install at once" in question.sentence


@pytest.mark.proves("UM3")
def test_the_download_key_lies_where_only_its_owner_reads_it_and_nowhere_else(done: ByHand) -> None:
    assert done.modes == {"download-key-a.txt": 0o600}
    assert re.fullmatch(r"[0-9a-f]{32}", done.keys["a"])
    found = [
        path for path in done.folder.rglob("*")
        if path.is_file() and done.simulated.folder not in path.parents and done.keys["a"].encode() in path.read_bytes()
    ]  # fmt: skip
    assert found == []  # and the file itself is gone, since it has done its work
    shown = [line for line in done.lines if line["unit"] == "a" and line["screen"] == "Updates" and line["file"]]
    assert len(shown) >= 4
    before = [line for line in shown if line["step"] in {"a-installers-old", "a-manual-installation"}]
    assert all(line["masked"] >= 1 for line in shown if line not in before)


def test_with_them_it_ends_with_0_and_its_pack_verifies(done: ByHand) -> None:
    assert done.ended.returncode == 0, done.ended.stderr
    pack = Path(done.ended.stdout.strip())
    assert verify(pack).ok, verify(pack).findings


@pytest.mark.proves("UM2", "UM6", "UM7")
def test_each_file_is_uploaded_once_and_in_order(done: ByHand) -> None:
    told = done.simulated.changes()
    assert [(line["unit"], line["action"]) for line in told] == INSTALLED
    assert {line["details"]["method"] for line in told} == {"manual"}
    pressed = [line["step"] for line in done.lines if line["kind"] == "intent" and "update-software" in line["step"]]
    assert pressed == ["a-update-software-1-base-3-4-1-nsu", "a-update-software-2-site-13-1-2-nsu"]


def test_nobody_checks_for_updates_where_the_appliances_are_cut_off(done: ByHand) -> None:
    assert "check-for-updates" not in {line["action"] for line in done.simulated.fetches()}


def test_who_brought_the_files_and_their_sums_are_on_record(done: ByHand) -> None:
    answer = next(line for line in done.lines if line["kind"] == "gate" and line.get("by"))
    assert (answer["by"], answer["reading"]["note"]) == ("J. Doe", "carried over on a stick")
    line = next(line for line in done.lines if line["kind"] == "reading" and line["step"] == "a-update-files")
    assert [each["file"] for each in line["reading"]["files"]] == list(FILES)
    assert all(re.fullmatch(r"[0-9a-f]{64}", each["sha256"]) for each in line["reading"]["files"])


@pytest.mark.proves("VT6", "VT9")
def test_the_old_and_the_new_console_are_kept_for_their_owner_beside_the_backups(done: ByHand) -> None:
    kept = done.simulated.folder / "backups" / "installers" / done.run_folder.name
    files = {path.relative_to(kept).as_posix(): path for path in kept.rglob("*") if path.is_file()}
    assert set(files) == {"a-old/bomgar-rep-console-12.3.5.msi", "a-new/bomgar-rep-console-13.1.2.msi"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in [kept, *kept.rglob("*")])
    assert not list(done.run_folder.rglob("*.msi"))


@pytest.mark.proves("VT5", "VT7", "VT8")
def test_the_report_says_which_console_is_which_and_why_the_old_one_matters(done: ByHand) -> None:
    report = (done.run_folder / "report.html").read_text(encoding="utf-8")
    for words in ("is the OLD console", "is the NEW console", "only it can remove old installations", "rolled out again"):
        assert words in report
