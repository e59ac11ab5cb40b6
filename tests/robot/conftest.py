"""Fixtures below the browser: the command line in a state folder that is thrown away, and a switch with its own clock."""

from pathlib import Path

import pytest
from a_switch import Bench, Clock, Switch
from spoken import Here, Script


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "no-policy.toml"))
    monkeypatch.delenv("FAILOVER_ROBOT_ARTIFACTS", raising=False)
    monkeypatch.chdir(tmp_path)
    return Here(monkeypatch, capfd)


@pytest.fixture
def script(tmp_path: Path) -> Script:
    state = tmp_path / "state"
    state.mkdir(exist_ok=True)
    return Script(state)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def switch(clock: Clock) -> Switch:
    return Switch(clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def bench(folder: Path, clock: Clock) -> Bench:
    return Bench(folder, clock)
