"""Verdaccio, a registry for packages: a page of React components."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from base64 import b64encode
from collections.abc import Generator
from hashlib import sha1, sha512
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.real_pages.product import Product, free_port, from_npm, place, running

_CONFIGURATION = """
storage: {folder}/storage
auth:
  htpasswd:
    file: {folder}/htpasswd
uplinks: {{}}
packages:
  '**':
    access: $all
    publish: $all
log: {{ type: stdout, format: pretty, level: warn }}
web:
  title: Warehouse packages
publish:
  allow_offline: true
"""
_PACKAGES: tuple[dict[str, Any], ...] = (
    {
        "name": "belt-drive", "version": "2.3.0", "description": "Speaks with the belts of the hall", "license": "MIT",
        "author": {"name": "Dora Tamm"}, "keywords": ["belt", "hall"], "dependencies": {"gate-lock": "^1.0.0"},
    },
    {
        "name": "gate-lock", "version": "1.0.4", "description": "Locks and unlocks gates", "license": "Apache-2.0",
        "author": {"name": "Ilse Brandt"}, "keywords": ["gate"],
    },
)  # fmt: skip


def install() -> None:
    """Install its package, in the last version for this Node, with what it needs to start."""
    from_npm("verdaccio", "verdaccio@6.8.0", "node-fetch@2.7.0")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it with two packages."""
    address = f"127.0.0.1:{free_port()}"
    (folder / "config.yaml").write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
    program = place("verdaccio") / "node_modules" / "verdaccio" / "bin" / "verdaccio"
    with running(["node", str(program), "-c", f"{folder}/config.yaml", "-l", address], folder, f"http://{address}"):
        for package in _PACKAGES:
            _publish(f"http://{address}", package)
        yield f"http://{address}"


def _publish(address: str, package: dict[str, Any]) -> None:
    name, version, archive = package["name"], package["version"], b"not an archive that anybody unpacks"
    file = f"{name}-{version}.tgz"
    dist = {
        "shasum": sha1(archive).hexdigest(),
        "integrity": f"sha512-{b64encode(sha512(archive).digest()).decode()}",
        "tarball": f"{address}/{name}/-/{file}",
    }
    said = {
        "_id": name,
        "name": name,
        "description": package["description"],
        "dist-tags": {"latest": version},
        "versions": {version: {**package, "_id": f"{name}@{version}", "dist": dist, "readme": f"# {name}"}},
        "readme": f"# {name}",
        "_attachments": {
            file: {"content_type": "application/octet-stream", "data": b64encode(archive).decode(), "length": len(archive)}
        },
    }
    request = urllib.request.Request(
        f"{address}/{name}", json.dumps(said).encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=20):
        pass


def sign_in(tab: Page, address: str) -> None:
    """Wait until the list of packages is drawn; nobody must sign in to read."""
    tab.goto(address)
    tab.get_by_text("belt-drive").filter(visible=True).first.wait_for()


PRODUCT = Product("verdaccio", install, started, sign_in)
