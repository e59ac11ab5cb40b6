"""Supervisor, which keeps programs running: one page with a row for each, as Python made it in 2006."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path

from robot.domain.waiting import Poller
from tests.real_pages.product import STARTS_WITHIN, Product, free_port, from_pypi, open_to_all, page_at, place, running

_CONFIGURATION = """
[supervisord]
logfile = {folder}/supervisord.log
pidfile = {folder}/supervisord.pid
childlogdir = {folder}
identifier = dispatch

[inet_http_server]
port = 127.0.0.1:{port}

[program:mailer]
command = sleep 3600

[program:importer]
command = sleep 3600
autostart = false

[program:billing]
command = sh -c "exit 3"
startretries = 0
startsecs = 1

[program:worker]
command = sleep 3600
process_name = worker-%(process_num)s
numprocs = 2
"""


def install() -> None:
    """Install its package, and the one that it forgets to ask for."""
    from_pypi("supervisor", "supervisor==4.3.0", "setuptools==80.9.0")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it with programs that run, one that was never started, and one that cannot start."""
    port = free_port()
    (folder / "supervisord.conf").write_text(_CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    program = place("supervisor") / "bin" / "supervisord"
    address = f"http://127.0.0.1:{port}"
    with running([str(program), "-n", "-c", f"{folder}/supervisord.conf"], folder, address):
        Poller(poll=0.25).poll_until(
            lambda: page_at(address).lower(),
            lambda said: "fatal" in said and "starting" not in said,
            what="states",
            within=STARTS_WITHIN,
        )
        yield address


PRODUCT = Product("supervisor", install, started, open_to_all)
