"""The promises of durable runs and leases, on real SQLite and on a real PostgreSQL."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from a_database import Server, a_server

from robot.domain.errors import Refused, Stop, UsageError
from robot.domain.waiting import Poller
from robot.runs.lease import HEARTBEAT, PATIENCE, MachineLease, SharedLease, lease_for

CHILD = Path(__file__).with_name("a_durable_run.py")


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    with a_server() as served:
        yield served


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("FAILOVER_ROBOT_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("FAILOVER_ROBOT_DATABASE_URL", request.getfixturevalue("server").url("robots"))
    return str(request.param)


def perform(name: str, mood: str) -> list[str]:
    done = subprocess.run([sys.executable, str(CHILD), name, mood], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.splitlines()


def test_a_finished_step_is_never_performed_again_after_a_kill(database: str) -> None:
    name = f"20261122T100000Z-{'aaaa' if database == 'sqlite' else 'aaab'}"
    assert perform(name, "die") == ["step 1", "step 2"]
    assert perform(name, "go") == ["step 2", "step 3", '{"steps": [{"number": 1}, {"number": 2}, {"number": 3}]}']


def test_a_refusal_is_resumed_in_the_same_way_as_a_kill_again_and_again(database: str) -> None:
    name = f"20261122T100000Z-{'bbbb' if database == 'sqlite' else 'bbba'}"
    assert perform(name, "refuse") == ["step 1", "step 2", "refused: not today"]
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
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "one"))
    here = lease_for(server.url("postgres"))
    request.addfinalizer(here.release)
    assert isinstance(here, SharedLease)
    here.add("192.0.2.12:443")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other machine"))
    there = SharedLease(server.url("postgres"))
    request.addfinalizer(there.release)
    for _ in range(2):  # what was refused once is not held the second time it is asked for
        with pytest.raises(Refused, match=r"another run is working on 192\.0\.2\.12"):
            there.add("192.0.2.12:443")
    here.release()
    there.add("192.0.2.12:443")


def test_a_released_lease_is_to_be_had_at_once_however_late_the_database_hears_of_the_end_of_its_session(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    here = SharedLease(server.url("postgres"))
    here.add("192.0.2.13:443")
    session: Any = here._connection  # pyright: ignore[reportPrivateUsage]
    close, process = session.close, session.info.backend_pid

    def close_unheard() -> None:
        os.kill(process, signal.SIGSTOP)
        request.addfinalizer(partial(os.kill, process, signal.SIGCONT))
        close()

    session.close = close_unheard
    here.release()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    there = SharedLease(server.url("postgres"))
    request.addfinalizer(there.release)
    there.add("192.0.2.13:443")


@pytest.fixture
def lease(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[SharedLease]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    held = SharedLease(server.url("postgres"))
    held.add("192.0.2.14:443")
    assert held.is_held()
    yield held
    held.release()


def test_a_lease_whose_session_was_ended_is_known_to_be_lost(server: Server, lease: SharedLease) -> None:
    server.end_sessions()
    assert not lease.is_held()
    with pytest.raises(Refused, match="the lease of the appliances is lost"):
        lease.add("serial 0815")


def test_a_lease_whose_database_stands_still_is_lost_within_the_heartbeat_and_stays_lost(
    server: Server, lease: SharedLease
) -> None:
    with server.frozen():
        began = time.monotonic()
        assert not lease.is_held()
        assert time.monotonic() - began < HEARTBEAT + 1
    assert not lease.is_held(), "the database goes on, and has forgotten the lease by then or will"
    other = SharedLease(server.url("postgres"))
    Poller(poll=0.1).poll_until(lambda: leases(other, "192.0.2.14:443"), bool, what="the database to free it", within=20)
    other.release()


def leases(lease: SharedLease, appliance: str) -> bool:
    """Whether a lease is to be had, in the database alone: on this machine the loser has it still."""
    number = int.from_bytes(hashlib.sha256(f"failover-robot {appliance}".encode()).digest()[:8], signed=True)
    row = lease._connection.execute("select pg_try_advisory_lock(%s)", (number,)).fetchone()  # pyright: ignore[reportPrivateUsage]
    return bool(row[0])


def test_the_database_waits_longer_for_us_than_we_for_it_so_that_we_know_of_a_loss_before_another_run_has_the_lease(
    lease: SharedLease,
) -> None:
    def shown(name: str) -> str:
        return str(lease._connection.execute(f"show {name}").fetchone()[0])  # pyright: ignore[reportPrivateUsage]

    assert shown("statement_timeout") == "2s"
    assert (shown("tcp_keepalives_idle"), shown("tcp_user_timeout")) == ("10", "20000")
    assert 2 * HEARTBEAT < 10
    parameters = lease._connection.info.get_parameters()  # pyright: ignore[reportPrivateUsage]
    assert {name: parameters[name] for name in PATIENCE} == {name: str(value) for name, value in PATIENCE.items()}


@pytest.mark.parametrize(
    ("url", "kind", "said"),
    [
        ("postgresql://robot@127.0.0.1:{closed}/postgres", Refused, "does not answer"),
        ("postgresql://robot@127.0.0.1/postgres?no_such=thing", UsageError, "is no address of a PostgreSQL database"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(
    url: str, kind: type[Stop], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(kind, match=said):
            SharedLease(url.format(closed=closed.getsockname()[1]))
