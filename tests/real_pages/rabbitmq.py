"""RabbitMQ's management: a page of JavaScript templates over an interface of data."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from robot.domain.waiting import Poller
from tests.real_pages.product import STARTS_WITHIN, Product, free_port, from_debian, kept_up, page_at, running

_OPERATOR = ("operator", "operator-1")
_DEFINITIONS: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"name": _OPERATOR[0], "password": _OPERATOR[1], "tags": "administrator"},
        {"name": "billing", "password": "billing-1", "tags": "monitoring"},
        {"name": "sensor", "password": "sensor-1", "tags": ""},
    ],
    "vhosts": [{"name": "/"}, {"name": "plant"}],
    "permissions": [
        {"user": "operator", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
        {"user": "operator", "vhost": "plant", "configure": ".*", "write": ".*", "read": ".*"},
        {"user": "billing", "vhost": "/", "configure": "^bill", "write": "^bill", "read": ".*"},
    ],
    "parameters": [],
    "policies": [
        {
            "vhost": "/",
            "name": "short-lived",
            "pattern": "^orders",
            "apply-to": "queues",
            "priority": 7,
            "definition": {"message-ttl": 86400000},
        }
    ],
    "queues": [
        {"name": "orders", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}},
        {"name": "orders.late", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {"x-max-length": 500}},
        {"name": "readings", "vhost": "plant", "durable": False, "auto_delete": True, "arguments": {}},
    ],
    "exchanges": [
        {
            "name": "trade",
            "vhost": "/",
            "type": "topic",
            "durable": True,
            "auto_delete": False,
            "internal": False,
            "arguments": {},
        }
    ],
    "bindings": [
        {
            "source": "trade",
            "vhost": "/",
            "destination": "orders",
            "destination_type": "queue",
            "routing_key": "order.new",
            "arguments": {},
        }
    ],
}


def install() -> None:
    """Install Debian's package."""
    from_debian("/usr/sbin/rabbitmq-server", "rabbitmq-server")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run a broker of our own, with users, queues, an exchange and a policy."""
    port, own, other, mapper = free_port(), free_port(), free_port(), free_port()
    (folder / "definitions.json").write_text(json.dumps(_DEFINITIONS), encoding="utf-8")
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.default = 127.0.0.1:{own}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n"
        f"load_definitions = {folder}/definitions.json\ncluster_name = dispatch-hall\n",
        encoding="utf-8",
    )
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n", encoding="utf-8")
    env = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": "dispatch@localhost",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        "RABBITMQ_MNESIA_BASE": f"{folder}/data",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_PID_FILE": f"{folder}/pid",
        "RABBITMQ_DIST_PORT": str(other),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(mapper),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    address = f"http://127.0.0.1:{port}"
    with (  # Erlang's port mapper, which the broker would else start for good
        kept_up(["epmd", "-port", str(mapper), "-address", "127.0.0.1"], folder),
        running(["/usr/lib/rabbitmq/bin/rabbitmq-server"], folder, address, env),
    ):
        Poller(poll=0.5).poll_until(lambda: _counted(address), bool, what="its first statistics", within=STARTS_WITHIN)
        yield address


def _counted(address: str) -> bool:
    """Whether the broker has looked at its queues and itself once; before that its pages show blanks."""
    asked = [json.loads(page_at(f"{address}/api/{what}", *_OPERATOR)) for what in ("queues", "nodes")]
    return all("messages_persistent" in queue for queue in asked[0]) and all("uptime" in node for node in asked[1])


def sign_in(tab: Page, address: str) -> None:
    """Sign in as the operator."""
    tab.goto(address)
    tab.locator("input[name=username]").fill(_OPERATOR[0])
    tab.locator("input[name=password]").fill(_OPERATOR[1])
    tab.get_by_role("button", name="Login").click()
    tab.get_by_role("heading", name="Overview").wait_for()


PRODUCT = Product("rabbitmq", install, started, sign_in)
