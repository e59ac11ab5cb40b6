"""Parts of an update, on a simulated pair whose relationship is broken already: what goes otherwise than in a whole upgrade."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.requirements.expected_state import ExpectedState
from flows.requirements.update_files import files_are_there, sidecar
from flows.session.pair import Pair
from flows.step_names import STEPS
from flows.steps.installers import keep_new_installers, keep_old_installers
from flows.steps.manual_update import update
from flows.steps.readiness import look_at, offered
from flows.swings import pair_of
from pages.readings.failover_status import Role
from robot.changes.run import Run
from robot.domain.errors import Refused, Surprised, Waiting
from robot.domain.model import Unit
from robot.operators import operator_questions
from robot.runs import store
from robot.runs.evidence_log import EvidenceLog
from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import Simulation, simulation


@dataclass
class Stage:
    """A pair, a run on it, and a memory of steps in place of the durable one."""

    simulated: Simulation
    pair: Pair
    run: Run

    def steps(self, *kinds: str) -> list[str]:
        return [line.step for line in self.run.record.history.lines if line.kind in kinds]

    def said(self, step: str) -> str:
        return " ".join(line.text for line in self.run.record.history.lines if line.step == step and line.text)


@contextmanager
def staged(folder: Path, edit: Callable[[str], str], knobs: dict[str, object], from_base: str = "3.3.2") -> Generator[Stage]:
    """A broken pair, B ready to be updated, and a run of its own in this very process."""
    with (
        pytest.MonkeyPatch.context() as patch,
        simulation(folder / "pair", instant=True, knobs={"broken": True, **knobs}, from_base=from_base) as simulated,
    ):
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        patch.setenv("FAILOVER_ROBOT_POLICY", str(folder / "none.toml"))
        simulated.pair_file.write_text(edit(simulated.pair_file.read_text(encoding="utf-8")), encoding="utf-8")
        settings = load(simulated.pair_file)
        known = secrets(settings)
        state = store.begin({"rehearsal": True}, folder / "artifacts", "CHG1")
        done: dict[str, dict[str, Any]] = {}

        def step(name: str, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            if name not in done:
                done[name] = browsers.submit(body).result()
            return done[name]

        with EvidenceLog(state.evidence, hide=known.texts()) as record, ThreadPoolExecutor(max_workers=1) as browsers:
            run = Run(state, settings, record, step, lambda _: None, STEPS)
            pair = pair_of(settings, known, run.poller)
            try:
                yield Stage(simulated, pair, run)
            finally:
                browsers.submit(pair.close).result()


def left() -> dict[Unit, ExpectedState]:
    return {unit: ExpectedState(Role.NONE, serves=unit is Unit.A) for unit in Unit}


def manual(**files: list[str]) -> Callable[[str], str]:
    listed = ", ".join(f"{unit} = {json.dumps([f'updates/{name}' for name in names])}" for unit, names in files.items())
    return lambda text: text.replace('method = "automatic"', f'method = "manual"\nfiles = {{ {listed} }}')


def vouch(path: Path, content: bytes) -> None:
    """Put a file there, with its sum beside it."""
    path.write_bytes(content)
    sidecar(path).write_text(hashlib.sha256(content).hexdigest(), encoding="utf-8")


# -- automatic: an agreement before the download, and the consoles ---------------------------------------------------------

INSTALL = "b-install-bomgar-remote-support-13-1-2"


@dataclass
class Agreed:
    """An update of B with an agreement before its download: refused first, then accepted."""

    stage: Stage
    refusal: str
    changes_when_refused: int


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Generator[Agreed]:
    def keep(text: str) -> str:
        return text.replace('installers = "none"', 'installers = "keep"')

    with staged(tmp_path_factory.mktemp("agreed"), keep, {"chain": 1, "download_agreement": True}) as stage:
        b, pair, run = stage.pair.b, stage.pair, stage.run
        keep_old_installers(b, pair, run)
        with pytest.raises(Surprised) as refusal:
            update(b, pair, run, left())
        before = len(stage.simulated.changes())
        accepting = run.settings.update.model_copy(update={"accept_agreement": True})
        run.settings = run.settings.model_copy(update={"update": accepting})
        update(b, pair, run, left())
        keep_new_installers(b, pair, run, when="after the update")
        stage.simulated.set(rep_console_installers=False)
        keep_new_installers(pair.a, pair, run, when="before the update")
        yield Agreed(stage, str(refusal.value), before)


def test_an_agreement_before_a_download_stops_the_run_unless_it_may_be_accepted(agreed: Agreed) -> None:
    assert "accept_agreement is false: it was not accepted; read it and begin the download" in agreed.refusal
    assert agreed.changes_when_refused == 0
    (line,) = [line for line in agreed.stage.run.record.history.lines if line.kind == "refused"]
    assert (line.step, bool(line.file)) == (INSTALL, True)


def test_an_agreement_that_may_be_accepted_is_accepted_once_and_the_record_shows_and_says_so(agreed: Agreed) -> None:
    assert [line["action"] for line in agreed.stage.simulated.changes()] == ["install Bomgar Remote Support 13.1.2"]
    nothing, line = [each for each in agreed.stage.run.record.history.lines if each.kind == "note" and each.step == INSTALL]
    assert "nothing has come of the last press" in nothing.text
    assert "is accepted, as [update] accept_agreement says; it reads:" in line.text
    assert "Read the license agreement of Bomgar Remote Support 13.1.2" in line.text
    assert line.moment == "agreement"
    kinds = [each.kind for each in agreed.stage.run.record.history.lines if each.step == INSTALL]
    assert kinds == ["intent", "refused", "note", "intent", "note", "proved"]


@pytest.mark.proves("VT6", "VT9")
def test_the_old_console_is_kept_before_the_check_and_the_new_one_before_the_install_and_neither_twice(agreed: Agreed) -> None:
    run = agreed.stage.run
    kept = agreed.stage.simulated.folder / "backups" / "installers" / run.state.name
    files = sorted(path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file())
    assert files == ["b-new/bomgar-rep-console-13.1.2.msi", "b-old/bomgar-rep-console-12.3.5.msi"]
    order = [line.step for line in run.record.history.lines if line.kind in {"reading", "intent"}]
    assert [step for step in order if step in {"b-installers-old", "b-updates-1", "b-installers-new"}] == [
        "b-installers-old", "b-updates-1", "b-installers-new",
    ]  # fmt: skip
    assert order.index("b-installers-new") < order.index(INSTALL)
    assert "kept already: b-new/bomgar-rep-console-13.1.2.msi" in agreed.stage.said("b-installers-new-after-told")
    (old,) = [line.reading for line in run.record.history.lines if line.step == "b-installers-old" and line.reading]
    assert (old["source"], old["files"][0]["msi"], len(old["files"][0]["sha256"])) == ("My Account", True, 64)


def test_where_support_has_not_enabled_the_link_that_is_a_note_and_no_stop(agreed: Agreed) -> None:
    assert "no new console installer was kept from A before the update" in agreed.stage.said("a-installers-new-told")


# -- by hand: files that are not what they should be -----------------------------------------------------------------------


@dataclass
class Misfits:
    """B's one file: another content than vouched for, then one made for A, then a right one that leads half-way."""

    stage: Stage
    changed: str
    changes_when_changed: int
    not_for_b: str
    half_way: str


@pytest.fixture(scope="module")
def misfits(tmp_path_factory: pytest.TempPathFactory) -> Generator[Misfits]:
    files = manual(a=["a/1-base-3.4.1.nsu"], b=["b/1-base-3.4.1.nsu"])
    with staged(tmp_path_factory.mktemp("misfits"), files, {"chain": 2}) as stage:
        updates = stage.simulated.folder / "updates"
        path = updates / "b" / "1-base-3.4.1.nsu"
        right, other = path.read_bytes(), (updates / "a" / path.name).read_bytes()
        path.write_bytes(right + b"more")
        with pytest.raises(Refused) as changed:
            update(stage.pair.b, stage.pair, stage.run, left())
        before = len(stage.simulated.changes())
        vouch(path, other)
        with pytest.raises(Surprised) as not_for_b:
            update(stage.pair.b, stage.pair, stage.run, left())
        vouch(path, right)
        with pytest.raises(Refused) as half_way:
            update(stage.pair.b, stage.pair, stage.run, left())
        yield Misfits(stage, str(changed.value), before, str(not_for_b.value), str(half_way.value))


def test_a_file_that_changed_after_it_was_vouched_for_is_not_uploaded(misfits: Misfits) -> None:
    assert "is vouched for beside it" in misfits.changed
    assert misfits.changes_when_changed == 0


def test_a_file_made_for_the_other_appliance_stops_with_the_pages_own_words(misfits: Misfits) -> None:
    assert "not a valid update for this appliance" in misfits.not_for_b


def test_the_right_file_in_its_place_is_uploaded_by_the_resumed_run(misfits: Misfits) -> None:
    told = [line["action"] for line in misfits.stage.simulated.changes()]
    assert told == ["install an unknown file", "install Base Software 3.4.1"]
    assert misfits.stage.steps("proved") == ["b-update-software-1-base-3-4-1-nsu"]
    assert "b-shared-ip-after-b-1-base-3-4-1-nsu" in misfits.stage.steps("reading")


def test_files_that_do_not_lead_to_the_target_are_said_to_after_the_last(misfits: Misfits) -> None:
    assert "every file of [update] files.b is installed, and B runs 12.3.5" in misfits.half_way
    assert "they do not lead to 13.1.2 3.4.1" in misfits.half_way


# -- before base 3.3.2; and a check that fails -------------------------------------------------------------------------------


@pytest.mark.proves("UM4")
def test_before_base_3_3_2_the_key_is_asked_of_support_and_both_appliances_files_are_asked_for_at_once(tmp_path: Path) -> None:
    wanted = manual(a=["a/no.nsu"], b=["b/no.nsu"])
    with staged(tmp_path, wanted, {"chain": 2, "check_fails": "b"}, from_base="3.3.1") as stage:
        found = {appliance.unit.value: look_at(appliance, stage.pair, stage.run) for appliance in (stage.pair.a, stage.pair.b)}
        with pytest.raises(Waiting, match="update_files_"):
            files_are_there(stage.pair, stage.run, found)
        asked = {each.check: each.sentence for each in operator_questions.open_questions(stage.run.state)}
        assert set(asked) == {"update_files_a", "update_files_b"}
        for unit in "ab":
            serial, sentence = found[unit].machine.serial, asked[f"update_files_{unit}"]
            assert f"which the vendor's support gives for the serial number {serial} (base 3.3.1" in sentence
        assert not list(stage.run.state.folder.glob("download-key-*"))

        operator_questions.submit_answer(stage.run.state, "update_files_b", by="J. Doe", note="", yes=True, attach=None)
        with pytest.raises(Waiting, match=r"no\.nsu is not there or is empty"):  # the answer alone is not enough
            files_are_there(stage.pair, stage.run, found)
        for unit in "ab":
            vouch(stage.simulated.folder / "updates" / unit / "no.nsu", b"there now")
        operator_questions.submit_answer(stage.run.state, "update_files_a", by="J. Doe", note="", yes=True, attach=None)
        files_are_there(stage.pair, stage.run, found)

        reason = r'the check itself failed.*id=377.*begin again with \[update\] method = "manual"'
        with pytest.raises(Refused, match=reason):
            offered(stage.pair.b, found["b"], stage.pair, stage.run)
        assert stage.simulated.changes() == []
