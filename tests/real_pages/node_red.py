"""Node-RED, where programs are drawn: an editor of one page, with trees, tabs, trays and dialogs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.real_pages.product import Product, free_port, from_npm, place, running

_FLOWS: list[dict[str, Any]] = [
    {"id": "f1", "type": "tab", "label": "Cold store", "disabled": False, "info": "Reads the sensors of the cold store."},
    {"id": "f2", "type": "tab", "label": "Night shift", "disabled": True, "info": ""},
    {
        "id": "n1",
        "type": "inject",
        "z": "f1",
        "name": "every minute",
        "props": [{"p": "payload"}, {"p": "topic", "vt": "str"}],
        "repeat": "60",
        "crontab": "",
        "once": False,
        "onceDelay": 0.1,
        "topic": "cold/tick",
        "payload": "",
        "payloadType": "date",
        "x": 150,
        "y": 100,
        "wires": [["n2"]],
    },
    {
        "id": "n2",
        "type": "debug",
        "z": "f1",
        "name": "to the log",
        "active": False,
        "tosidebar": True,
        "console": True,
        "tostatus": False,
        "complete": "payload",
        "targetType": "msg",
        "x": 390,
        "y": 100,
        "wires": [],
    },
]
_MODULES = {"node-red-belts": ("2.1.0", ("belt speed", "belt load")), "node-red-gates": ("0.9.4", ("gate",))}
"""Name, version and nodes of what has been added to its palette."""
_SETTINGS = """
module.exports = {{
    flowFile: "flows.json", uiHost: "127.0.0.1", uiPort: {port}, userDir: "{folder}",
    telemetry: {{ enabled: false, updateNotification: false }},
    editorTheme: {{ tours: false, palette: {{ catalogues: [] }}, projects: {{ enabled: false }} }},
}};
"""


def install() -> None:
    """Install its package."""
    from_npm("node-red", "node-red@4.1.15")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it with two flows, one of them disabled."""
    port = free_port()
    (folder / "flows.json").write_text(json.dumps(_FLOWS), encoding="utf-8")
    (folder / "settings.js").write_text(_SETTINGS.format(port=port, folder=folder), encoding="utf-8")
    for name, (version, nodes) in _MODULES.items():
        _add(folder / "node_modules" / name, name, version, nodes)
    needed = {name: version for name, (version, _) in _MODULES.items()}
    (folder / "package.json").write_text(json.dumps({"name": "cold-store", "dependencies": needed}), encoding="utf-8")
    program = place("node-red") / "node_modules" / "node-red" / "red.js"
    address = f"http://127.0.0.1:{port}"
    with running(["node", str(program), "--settings", f"{folder}/settings.js"], folder, address):
        yield address


def _add(module: Path, name: str, version: str, nodes: tuple[str, ...]) -> None:
    module.mkdir(parents=True)
    listed = {"nodes": {node.replace(" ", "-"): f"{node.replace(' ', '-')}.js" for node in nodes}}
    (module / "package.json").write_text(json.dumps({"name": name, "version": version, "node-red": listed}), encoding="utf-8")
    for node in nodes:
        kind = json.dumps(node)
        shown = {"category": "hall", "color": "#ddd", "defaults": {"name": {"value": ""}}, "inputs": 1, "outputs": 1}
        code = f"module.exports = (RED) => RED.nodes.registerType({kind}, function (n) {{ RED.nodes.createNode(this, n); }});"
        page = f'<script type="text/javascript">RED.nodes.registerType({kind}, {json.dumps(shown)});</script>'
        for end, text in ((".js", code), (".html", page)):
            (module / f"{node.replace(' ', '-')}{end}").write_text(text, encoding="utf-8")


def sign_in(tab: Page, address: str) -> None:
    """Wait until the editor is drawn; nobody must sign in."""
    tab.goto(address)
    tab.get_by_text("Cold store").filter(visible=True).first.wait_for()


PRODUCT = Product("node_red", install, started, sign_in)
