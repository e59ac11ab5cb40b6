"""A PostgreSQL server of a test's own on loopback, which can be frozen, restarted and told to end its sessions."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


class Server:
    """It has a data folder, and one port for all its life."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder, self._binaries = folder, binaries
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            self._as_user = ["runuser", "-u", "postgres", "--"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "robot", "--no-sync")

    def url(self, database: str) -> str:
        """The URL of one of its databases; "postgres" is always there."""
        return f"postgresql://robot@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-l", str(self._folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """End it at once, and every session with it."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def end_sessions(self) -> None:
        """End the sessions of all robots, as an administrator may, or a time-out."""
        self._run(
            "psql", "-q", "-h", str(self._folder), "-p", str(self.port), "-U", "robot", "postgres", "-c",
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'failover-robot%'",
        )  # fmt: skip

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Have all its processes stand still: the kernel still acknowledges what they are sent."""
        main = int((self._folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        processes = [main, *map(int, Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split())]
        for each in processes:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in processes:
                os.kill(each, signal.SIGCONT)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run([*self._as_user, str(self._binaries / program), *words], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def a_server() -> Generator[Server]:
    """Serve one, and leave nothing behind."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed here: .ci/setup test installs it")
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # pytest's own folders let no other user through
    try:
        server = Server(folder, BINARIES)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
