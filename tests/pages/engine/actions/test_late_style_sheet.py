"""A page is pressed as a person sees it: once its style sheet has come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from little_site import Site, served

from pages.login.failover import FailoverScreen

PAGE = """<!DOCTYPE html><html><head><link rel=stylesheet href=/late.css></head><body><h1>Failover</h1>
<p>This site is the backup site instance.</p><form method=post action=/done>
<button class=narrow>Break Failover Relationships</button><button>Break Failover Relationships</button></form></body></html>"""
"""One button is for narrow windows, and the other for wide ones; only the style sheet hides the one."""
LATE_S = 1.0


class SlowStyles(BaseHTTPRequestHandler):
    """Serves the page at once and its style sheet late; keeps what is posted."""

    posted: list[str]

    def do_GET(self) -> None:
        """Give the page, or a second later its style sheet."""
        styles = self.path == "/late.css"
        if styles:
            time.sleep(LATE_S)
        self.give("text/css" if styles else "text/html", ".narrow { display: none }" if styles else PAGE)

    def do_POST(self) -> None:
        """Take a press."""
        self.posted.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.give("text/html", "<p>Done</p>")

    def give(self, kind: str, body: str) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so there
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    SlowStyles.posted = []
    with served(SlowStyles) as address:
        yield address


def test_what_a_late_style_sheet_hides_is_not_taken_for_a_second_button(site: Site, address: str) -> None:
    site.tab.goto(f"{address}/failover", wait_until="commit")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    site.tab.wait_for_selector("button", state="attached")
    assert site.tab.evaluate("document.readyState") != "complete"
    press.check_actionable()
    press.press()
    assert SlowStyles.posted == ["/done"]
