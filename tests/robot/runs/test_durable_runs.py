"""The promises of durable runs and leases, on real SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from robot.domain.errors import Refused
from robot.runs.lease import MachineLease, SharedLease, lease_for

CHILD = Path(__file__).with_name("a_durable_run.py")
BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


@pytest.fixture(scope="module")
def postgresql() -> Generator[str]:
    """A PostgreSQL server of our own on loopback."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed here: .ci/setup test installs it")
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # pytest's own folders let no other user through
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [*as_user, str(BINARIES / "initdb"), "-D", str(data), "-A", "trust", "-U", "robot"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*as_user, str(BINARIES / "pg_ctl"), "-D", str(data), "-l", str(folder / "log")]
    subprocess.run([*control, "-w", "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield f"postgresql://robot@127.0.0.1:{port}/robots"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("FAILOVER_ROBOT_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("FAILOVER_ROBOT_DATABASE_URL", request.getfixturevalue("postgresql"))
    return str(request.param)


def perform(name: str, mood: str) -> list[str]:
    done = subprocess.run([sys.executable, str(CHILD), name, mood], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.splitlines()


def test_a_finished_step_is_never_performed_again_after_a_kill(database: str) -> None:
    name = f"20261122T100000Z-{'aaaa' if database == 'sqlite' else 'aaab'}"
    assert perform(name, "die") == ["step 1", "step 2"]
    assert perform(name, "go") == ["step 2", "step 3", '{"steps": [{"number": 1}, {"number": 2}, {"number": 3}]}']


def test_a_refusal_is_resumed_in_the_same_way_as_a_kill(database: str) -> None:
    name = f"20261122T100000Z-{'bbbb' if database == 'sqlite' else 'bbba'}"
    assert perform(name, "refuse") == ["step 1", "step 2", "refused: not today"]
    assert perform(name, "go")[:2] == ["step 2", "step 3"]


def test_a_run_that_stops_again_and_again_says_so_each_time(database: str) -> None:
    name = f"20261122T100000Z-{'eeee' if database == 'sqlite' else 'eeea'}"
    assert perform(name, "refuse")[-1] == "refused: not today"
    assert perform(name, "refuse") == ["step 2", "refused: not today"]
    assert perform(name, "die") == ["step 2"]
    assert perform(name, "refuse") == ["step 2", "refused: not today"]
    assert perform(name, "go")[:2] == ["step 2", "step 3"]


def test_a_process_performs_its_own_run_and_no_other(database: str) -> None:
    first, second = (f"20261122T100000Z-{suffix}{'c' if database == 'sqlite' else 'd'}" for suffix in ("cc0", "cc1"))
    assert perform(first, "die") == ["step 1", "step 2"]
    assert perform(second, "go")[:3] == ["step 1", "step 2", "step 3"]
    assert perform(first, "go")[:2] == ["step 2", "step 3"]


def test_the_database_of_this_machine_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("FAILOVER_ROBOT_DATABASE_URL", raising=False)
    perform("20261122T100000Z-eeee", "go")
    for path in (tmp_path / "state" / "failover-robot").glob("runs.sqlite*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (tmp_path / "state" / "failover-robot").stat().st_mode & 0o077 == 0


def test_an_appliance_is_leased_once_on_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first, second = MachineLease(), MachineLease()
    first.add("serial 0815")
    with pytest.raises(Refused, match="another run is working on serial 0815"):
        second.add("serial 0815")
    second.add("serial 0816")
    first.release()
    second.add("serial 0815")
    second.release()


def test_an_appliance_is_leased_once_among_machines_that_share_a_database(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = postgresql.replace("/robots", "/postgres")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "one"))
    here = lease_for(server)
    assert isinstance(here, SharedLease)
    here.add("192.0.2.12:443")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))
    there = SharedLease(server)
    with pytest.raises(Refused, match=r"another run is working on 192\.0\.2\.12"):
        there.add("192.0.2.12:443")
    here.release()
    there.release()


def test_a_lease_whose_session_was_ended_is_known_to_be_lost(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = postgresql.replace("/robots", "/postgres")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    lease, enemy = SharedLease(server), SharedLease(server)
    lease.add("192.0.2.14:443")
    assert lease.is_held()
    enemy._connection.execute(  # pyright: ignore[reportPrivateUsage] - it plays the administrator
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name like %s",
        ("failover-robot lease%",),
    )
    assert not lease.is_held()
    lease.release()
    enemy.release()
