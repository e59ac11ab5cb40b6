"""What every product of others needs before questions can be asked of its pages: installed, started, filled, signed in to.

Nothing of it goes into the project's own .venv: Debian's packages come by apt-get, those of the two other registries into a
folder of their own below the user's cache.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from robot.domain.waiting import Poller

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "failover-robot" / "real-pages"
STARTS_WITHIN = 120.0
"""Seconds."""
_DEBIAN = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


class NotAsKnownError(Exception):
    """Tell why a product cannot be had on this machine, or not as its questions know it."""


@dataclass(frozen=True)
class Product:
    """A product of others.

    Attributes:
        name: as its file of questions is called.
        install: makes it available, or raises `NotAsKnownError`.
        started: runs it with its data in a folder; gives the address of its first page.
        sign_in: gets past its sign-in, where it has one.
    """

    name: str
    install: Callable[[], None]
    started: Callable[[Path], AbstractContextManager[str]]
    sign_in: Callable[[Page, str], None]


def open_to_all(tab: Page, address: str) -> None:
    """Get past no sign-in: there is none."""
    tab.goto(address)


def from_debian(probe: str, *packages: str) -> None:
    """Install Debian's packages, unless what they bring is there."""
    if Path(probe).exists():
        return
    _installed_by(["apt-get", "update", "-qq"])
    _installed_by(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def from_npm(name: str, *packages: str) -> None:
    """Install packages, each with its version, into the product's own place."""
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place(name)), *packages]
    _unless_there(name, packages, [command])


def from_pypi(name: str, *packages: str) -> None:
    """Install packages, each with its version, into a virtual environment in the product's own place."""
    pip = [str(place(name) / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages]
    _unless_there(name, packages, [[sys.executable, "-m", "venv", str(place(name))], pip])


def place(name: str) -> Path:
    """Where a product is installed that is none of Debian's packages."""
    return CACHE / name


def _unless_there(name: str, packages: Sequence[str], commands: Sequence[Sequence[str]]) -> None:
    """Install anew, unless these very packages are there as a whole."""
    there = place(name) / "installed.txt"
    if there.exists() and there.read_text(encoding="utf-8").splitlines() == list(packages):
        return
    shutil.rmtree(place(name), ignore_errors=True)
    place(name).mkdir(parents=True)
    for command in commands:
        _installed_by(command)
    there.write_text("\n".join(packages), encoding="utf-8")


def _installed_by(command: Sequence[str]) -> None:
    if not shutil.which(command[0]):
        raise NotAsKnownError(f"there is no {command[0]} on this machine")
    done = subprocess.run(command, env=_DEBIAN, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAsKnownError(f"{' '.join(command)} ended {done.returncode}: {(done.stderr or done.stdout).strip()[-600:]}")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, answers_at: str, env: Mapping[str, str] | None = None) -> Generator[None]:
    """Run a server until the block ends; the block begins once it answers there, whatever it answers."""
    with kept_up(command, folder, env) as process:

        def look() -> bool:
            if process.poll() is not None:
                said = (folder / f"{Path(command[0]).name}.log").read_text(encoding="utf-8", errors="replace")
                raise NotAsKnownError(f"{command[0]} ended {process.returncode}: {said.strip()[-600:]}")
            return answers(answers_at)

        Poller(poll=0.25).poll_until(look, bool, what=f"{command[0]} to answer", within=STARTS_WITHIN)
        yield


@contextlib.contextmanager
def kept_up(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> Generator[subprocess.Popen[bytes]]:
    """Run a program, and whatever it starts in its group, until the block ends; what it says goes into a file of its name."""
    with (folder / f"{Path(command[0]).name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **(env or {})}, start_new_session=True
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def page_at(address: str, user: str = "", password: str = "") -> str:
    """What a server gives there, to a user or to anybody."""
    known = {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"} if user else {}
    with urllib.request.urlopen(urllib.request.Request(address, headers=known), timeout=5) as answer:
        said: bytes = answer.read()
    return said.decode()


def answers(address: str) -> bool:
    """Whether a server answers there, be it only that one must sign in."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError as refused:
        return refused.code < 500
    except OSError:
        return False
