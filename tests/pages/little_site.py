"""A little site whose pages a test writes: no appliance is needed to read a screen."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

import pytest
from playwright.sync_api import Page, Route

from pages.engine import screen
from robot.domain.waiting import Poller
from robot.network.chromium import NetworkMonitor

T = TypeVar("T")
ORIGIN = "http://appliance.test"


@dataclass
class Site:
    """Pages by path, as a server would give them; and what was sent to it."""

    tab: Page
    answers: NetworkMonitor
    pages: dict[str, str] = field(default_factory=dict[str, str])
    posts: list[str] = field(default_factory=list[str])
    errors: dict[str, int] = field(default_factory=dict[str, int])
    """HTTP statuses by path, of pages that do not come; 0: the connection breaks off."""

    def serve(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN)
        if request.method == "POST":
            self.posts.append(f"{path} {request.post_data or ''}".strip())
        body = self.pages.get(path) or self.pages.get(path.split("?", 1)[0])
        if (status := self.errors.get(path)) == 0:
            route.abort("connectionreset")
        elif status:
            route.fulfill(status=status, content_type="text/html", body="<h1>Bad Gateway</h1>")
        elif body is None:
            route.fulfill(status=404, content_type="text/html", body="<h1>Not Found</h1>")
        else:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Generator[str]:
    """Serve on loopback; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Impatience(Poller):
    """Waits in vain for a moment only."""

    def poll_until(self, read: Callable[[], T], done: Callable[[T], bool], *, what: str, within: float) -> T:
        return super().poll_until(read, done, what=what, within=min(within, 0.1))


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a screen that will never come be given up at once."""
    monkeypatch.setattr(screen, "BRIEFLY", Impatience(poll=0.02))
