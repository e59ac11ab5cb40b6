"""A ticket system, and a person who brings a sealed run to it."""

import json
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from a_sealed_run import Desk, MakesDesks, a_sealed_run, write_pair
from a_ticket_system import Jira, a_ticket_system

from robot.runs.store import find
from robot.status.finalize import seal_by_hand


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that has its pack: made once, since that takes long, and copied for each test."""
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "state").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        (folder / "ticket-ca.pem").touch()
        seal_by_hand(a_sealed_run(write_pair(folder, Jira(port=1))), lambda: "they are not known here")
    return folder


@pytest.fixture
def desk_at(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[MakesDesks]:
    shutil.copytree(sealed, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (kept,) = (tmp_path / "state").rglob("run.json")
    kept.write_text(kept.read_text(encoding="utf-8").replace(str(sealed), str(tmp_path)), encoding="utf-8")
    run = json.loads(kept.read_text(encoding="utf-8"))["run"]
    with ExitStack() as stack:

        def make(system: str, **given: object) -> Desk:
            server = stack.enter_context(a_ticket_system(system, tmp_path, **given))
            (tmp_path / ".env").unlink()
            write_pair(tmp_path, server)
            return Desk(server, find(run))

        yield make
