"""One browser, one page and a little site of its own: no appliance is needed to read a screen."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route

from pages import screen
from pages.sight import teach
from robot.browser import Answers
from robot.waiting import Patience

T = TypeVar("T")
ORIGIN = "http://appliance.test"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium-headless-shell")}


@dataclass
class Site:
    """Pages by path, as a server would give them; and what was sent to it."""

    tab: Page
    answers: Answers
    pages: dict[str, str] = field(default_factory=dict[str, str])
    posts: list[str] = field(default_factory=list[str])

    def serve(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN)
        if request.method == "POST":
            self.posts.append(f"{path} {request.post_data or ''}".strip())
        body = self.pages.get(path) or self.pages.get(path.split("?", 1)[0])
        if body is None:
            route.fulfill(status=404, content_type="text/html", body="<h1>Not Found</h1>")
        else:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)


@pytest.fixture(scope="session")
def only_site(playwright: Playwright, browser: Browser) -> Iterator[Site]:
    teach(playwright)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(3_000)
    tab = context.new_page()
    site = Site(tab, Answers.of(context))
    context.route(f"{ORIGIN}/**", site.serve)
    yield site
    context.close()


@pytest.fixture
def site(only_site: Site) -> Iterator[Site]:
    only_site.pages.clear()
    only_site.posts.clear()
    yield only_site
    only_site.tab.goto("about:blank")


@pytest.fixture
def show(site: Site) -> Callable[..., Page]:
    """Show a page's body, and give the tab."""

    def shown(body: str, title: str = "Appliance") -> Page:
        site.tab.set_content(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>")
        return site.tab

    return shown


class Impatience(Patience):
    """Waits in vain for a moment only."""

    def until(self, read: Callable[[], T], done: Callable[[T], bool], *, what: str, within: float) -> T:
        return super().until(read, done, what=what, within=min(within, 0.1))


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a screen that will never come be given up at once."""
    monkeypatch.setattr(screen, "BRIEFLY", Impatience(poll=0.02))
