"""One running Chromium for each endpoint, a new session whenever one is asked for."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from flows.session.browser_driver import MOST_RUNNING, Browsers
from robot.network.tls import Endpoint

A, B, SITE, SITE_ON_B = (Endpoint("127.0.4.4", "127.0.4.4", port, pins=("cGlu",)) for port in (4431, 4432, 4433, 4434))


@pytest.fixture
def browsers() -> Generator[Browsers]:
    made = Browsers()
    yield made
    made.close()


def running() -> set[int]:
    """The process numbers of the Chromium that these tests have started: not of the shell before it, nor of its children.

    A child that has just been forked still has its parent's command line.
    """
    lines = {int(path.name): command_line(path) for path in Path("/proc").glob("[0-9]*")}
    ours = {number: line for number, line in lines.items() if b"EXCLUDE 127.0.4.4" in line}
    first = {number for number, line in ours.items() if b"--type=" not in line and not line.startswith(b"/bin/sh")}
    return {number for number in first if parent(number) not in first}


def parent(process: int) -> int:
    """The process number of the parent; 0 if the process has ended."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_new_session_knows_nothing_of_the_last_one_and_starts_no_chromium(browsers: Browsers) -> None:
    first = browsers.begin_session(A)
    first.add_cookies([{"name": "session", "value": "1", "domain": "127.0.4.4", "path": "/"}])
    second = browsers.begin_session(A)
    assert second.browser is first.browser
    assert second.cookies() == []
    assert browsers.begin_session(B).browser is not first.browser


def test_a_chromium_that_has_died_is_replaced(browsers: Browsers) -> None:
    browsers.begin_session(A)
    (died,) = running()
    os.kill(died, signal.SIGKILL)
    assert browsers.begin_session(A).pages == []
    assert died not in running()


def test_no_more_run_than_are_worked_with_and_none_with_an_open_session_is_closed(browsers: Browsers) -> None:
    sessions = [browsers.begin_session(each) for each in (A, B)]
    browsers.begin_session(SITE).close()
    last = browsers.begin_session(SITE_ON_B)
    assert browsers.begin_session(A).browser is sessions[0].browser
    assert browsers.begin_session(B).browser is sessions[1].browser
    assert len({session.browser for session in [*sessions, last]}) == MOST_RUNNING


def test_before_a_long_wait_every_chromium_is_closed(browsers: Browsers) -> None:
    browsers.begin_session(A)
    browsers.begin_session(B)
    assert len(running()) == 2
    browsers.rest()
    assert not running()
