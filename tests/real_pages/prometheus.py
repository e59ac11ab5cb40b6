"""Prometheus, which measures and alerts: tables and folded lists, drawn by templates of Go as Debian ships them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from robot.domain.waiting import Poller
from tests.real_pages.product import STARTS_WITHIN, Product, free_port, from_debian, open_to_all, page_at, running

_CONFIGURATION = """
global:
  scrape_interval: 2s
  scrape_timeout: 1s
  evaluation_interval: 1s
  external_labels:
    site: harbour
rule_files:
  - rules.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["127.0.0.1:9"]
scrape_configs:
  - job_name: itself
    static_configs:
      - targets: ["127.0.0.1:{port}"]
        labels: {{instance: monitor-1, room: north}}
  - job_name: gateways
    scrape_interval: 5s
    metrics_path: /stats
    static_configs:
      - targets: ["127.0.0.1:9"]
        labels: {{instance: gate-3, room: south}}
  - job_name: spare
    scheme: https
    static_configs:
      - targets: ["127.0.0.1:10"]
        labels: {{instance: gate-9, room: cellar}}
    relabel_configs:
      - source_labels: [room]
        regex: cellar
        action: drop
"""
_RULES = """
groups:
  - name: totals
    interval: 1s
    rules:
      - record: room:up:sum
        expr: sum by (room) (up)
  - name: gates
    rules:
      - alert: GateDown
        expr: up{job="gateways"} == 0
        labels: {severity: page}
        annotations: {summary: The gate does not answer}
      - alert: GateLongDown
        expr: up{job="gateways"} == 0
        for: 2d
        labels: {severity: ticket}
      - alert: TooManyTargets
        expr: count(up) > 50
        for: 5m
        labels: {severity: ticket}
"""


def install() -> None:
    """Install Debian's package."""
    from_debian("/usr/bin/prometheus", "prometheus")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Run it with a target that is up, one that is down and one that is dropped, and an alert in each state."""
    port = free_port()
    (folder / "prometheus.yml").write_text(_CONFIGURATION.format(port=port), encoding="utf-8")
    (folder / "rules.yml").write_text(_RULES, encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    command = [
        "/usr/bin/prometheus",
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.retention.time=30d",
        "--web.page-title=Harbour metrics",
        "--web.enable-lifecycle",
    ]
    with running(command, folder, f"{address}/-/ready"):
        _once(address, "targets", lambda data: {each["health"] for each in data["activeTargets"]} == {"up", "down"})
        _once(address, "alerts", lambda data: {each["state"] for each in data["alerts"]} == {"firing", "pending"})
        yield address


def _once(address: str, what: str, ready: Callable[[Any], bool]) -> None:
    """Wait until it has measured as much as its pages are to show."""
    Poller(poll=0.25).poll_until(
        lambda: json.loads(page_at(f"{address}/api/v1/{what}"))["data"], ready, what=what, within=STARTS_WITHIN
    )


PRODUCT = Product("prometheus", install, started, open_to_all)
