"""pgAdmin, which keeps PostgreSQL servers: a desktop of panels, trees and dialogs made of React components."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Generator
from pathlib import Path

from playwright.sync_api import Page

from tests.real_pages.product import NotAsKnownError, Product, free_port, from_pypi, place, running

_SERVERS = {
    "1": {
        "Name": "Orders, main",
        "Group": "Hall 3",
        "Host": "127.0.0.1",
        "Port": 6543,
        "MaintenanceDB": "orders",
        "Username": "planner",
        "Comment": "Moves to hall 4 in spring",
        "ConnectionParameters": {"sslmode": "disable", "connect_timeout": 12},
    },
    "2": {
        "Name": "Orders, copy",
        "Group": "Hall 3",
        "Host": "127.0.0.2",
        "Port": 6544,
        "MaintenanceDB": "orders",
        "Username": "reader",
        "ConnectionParameters": {"sslmode": "disable"},
    },
}
_CONFIGURATION = """
import os

SERVER_MODE = False
MASTER_PASSWORD_REQUIRED = False
UPGRADE_CHECK_ENABLED = False
USE_OS_SECRET_STORAGE = False
DEFAULT_SERVER = "127.0.0.1"
DEFAULT_SERVER_PORT = int(os.environ["REAL_PAGES_PORT"])
DATA_DIR = os.environ["REAL_PAGES_FOLDER"]
"""
"""It reads nothing else than a file beside its own; what differs from start to start comes by the environment."""


def _program() -> Path:
    return next(place("pgadmin").glob("lib/python3*/site-packages/pgadmin4"))


def install() -> None:
    """Install its package."""
    from_pypi("pgadmin", "pgadmin4==9.18")
    (_program() / "config_local.py").write_text(_CONFIGURATION, encoding="utf-8")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it for one person, who has two servers in a group."""
    port = free_port()
    env = {"REAL_PAGES_PORT": str(port), "REAL_PAGES_FOLDER": str(folder), "HOME": str(folder)}
    python = str(place("pgadmin") / "bin" / "python")
    (folder / "servers.json").write_text(json.dumps({"Servers": _SERVERS}), encoding="utf-8")
    for command in (("setup-db",), ("load-servers", f"{folder}/servers.json")):
        done = subprocess.run(
            [python, str(_program() / "setup.py"), *command],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotAsKnownError(f"its setup.py {command[0]} ended {done.returncode}: {done.stderr[-600:]}")
    address = f"http://127.0.0.1:{port}"
    with running([python, str(_program() / "pgAdmin4.py")], folder, address, env):
        yield address


def sign_in(tab: Page, address: str) -> None:
    """Wait until its desktop is drawn; nobody must sign in."""
    tab.goto(address)
    tab.get_by_text("Hall 3").filter(visible=True).first.wait_for(timeout=90_000)


PRODUCT = Product("pgadmin", install, started, sign_in)
