"""One observation of a simulated pair whose B tells another role by its API than on its pages: a plan is not made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.areas.pair_snapshot import PairSnapshot
from flows.checks.check import CheckVerdict, Ground
from flows.checks.readiness_checks import findings
from flows.survey.appliance_sights import MayPress
from flows.survey.observation import observe_pair, told
from flows.survey.witness import new_record
from robot.domain.clocks import wall_clock
from robot.settings import load
from robot.settings.secrets import secrets
from robot.simulator.process import simulation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an observation leaves."""
    made = tmp_path_factory.mktemp("api")
    knobs = {"api_account": True, "own_accounts": True, "api_fault": "other role", "api_fault_at": "b"}
    with (
        pytest.MonkeyPatch.context() as patch,
        simulation(made / "pair", instant=True, generation="g2", knobs=knobs) as pair,
    ):
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        settings = load(pair.pair_file)
        known = secrets(settings)
        with new_record(made / "evidence", known.texts()) as record:
            seen = observe_pair(settings, known, MayPress(), record=record)
        assert pair.changes() == pair.fetches() == []
        asked = [(each["unit"], each["page"]) for each in pair.views() if each["interface"] == "api"]
        assert asked == [(unit, call) for unit in "ab" for call in ("check_health", "get_api_info")]
    (made / "seen.json").write_text(json.dumps(seen.as_document()), encoding="utf-8")
    (made / "told.txt").write_text(told(seen), encoding="utf-8")
    return made


def snapshot(folder: Path) -> PairSnapshot:
    return PairSnapshot.from_document(json.loads((folder / "seen.json").read_text(encoding="utf-8"))["snapshot"])


def test_the_disagreement_is_a_failed_check_and_everything_else_agrees(folder: Path) -> None:
    settings = load(folder / "pair" / "pair.toml")
    by_name = {each.check: each for each in findings(Ground(snapshot(folder), settings, wall_clock()))}
    assert by_name["api-agrees"].verdict is CheckVerdict.FAIL
    assert by_name["api-agrees"].reason == (
        "B, role: the API says primary, and the page backup; find out which is true before anything is changed"
    )
    assert (by_name["api-health"].verdict, by_name["api-account"].verdict) == (CheckVerdict.PASS, CheckVerdict.PASS)


def test_what_the_api_told_has_its_lines_in_the_record(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "evidence" / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    for unit, of in (("a", snapshot(folder).a), ("b", snapshot(folder).b)):
        assert of.api is not None
        assert of.api.value is not None
        line = lines[(of.api.seq or 0) - 1]
        assert (line["unit"], line["step"], line["kind"]) == (unit, f"{unit}-observed-api", "reading")
        assert line["reading"] == json.loads(of.api.value.model_dump_json())


def test_neither_the_account_nor_a_token_stands_anywhere(folder: Path) -> None:
    environment = dict(line.split("=", 1) for line in (folder / "pair" / ".env").read_text(encoding="utf-8").splitlines())
    secret = [value for name, value in environment.items() if "API" in name]
    assert len(secret) == 4
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(folder / "pair")]
    assert {path.name for path in files} >= {"seen.json", "told.txt", "evidence.jsonl"}
    left = b"".join(path.read_bytes() for path in files)
    assert [each for each in secret if each.encode() in left] == []
    assert b"Bearer" not in left
