"""One browser, one page and a little site of its own: no appliance is needed to read a screen."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from little_site import ORIGIN, Site
from playwright.sync_api import Browser, BrowserContext, Page

from pages.engine.snapshot.tab_memory import forget_tab
from robot.network.chromium import NetworkMonitor
from robot.network.screenshots.screenshot import PICTURE_WITHOUT_WAITING_FOR_FONTS

os.environ.setdefault(*PICTURE_WITHOUT_WAITING_FOR_FONTS)  # as whoever starts a driver of ours does


ONE_RENDERER = "--renderer-process-limit=1"
"""The tabs of all tests share a process: starting one for each took most of the processor time of these tests."""
LEAVES_SOMETHING = re.compile(r"<script|<i?frame|http-equiv|\bon[a-z]+ *=", re.IGNORECASE)
"""What may outlive a body in its document (a timer, a variable) or sends it elsewhere: such a body is shown in a tab of its own."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium-headless-shell")
    return {**browser_type_launch_args, "executable_path": path, "args": [ONE_RENDERER]}


@pytest.fixture(scope="session")
def only_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(3_000)
    context.new_page()  # stays open, so that the process of all tabs lives on; shows what needs no tab of its own
    yield context
    context.close()


@pytest.fixture(scope="session")
def answers(only_context: BrowserContext) -> NetworkMonitor:
    return NetworkMonitor.of(only_context)


@pytest.fixture
def site(only_context: BrowserContext, answers: NetworkMonitor) -> Iterator[Site]:
    """A site with a tab of its own: what is known of a tab is forgotten with it."""
    site = Site(only_context.new_page(), answers)
    only_context.route(f"{ORIGIN}/**", site.serve)
    yield site
    only_context.unroute(f"{ORIGIN}/**")
    site.tab.close()


@pytest.fixture
def still_tab(only_context: BrowserContext) -> Page:
    """A tab that tests share one after the other: a new document takes more processor time than what they do on it."""
    tab = only_context.pages[0]
    forget_tab(tab)
    return tab


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[..., Page]:
    """Show a page's body, and give the tab: the site's, or where the test asks for no site and the body is still, the shared one."""

    def shown(body: str, title: str = "Appliance") -> Page:
        still = "site" not in request.fixturenames and not LEAVES_SOMETHING.search(body)
        tab: Page = request.getfixturevalue("still_tab") if still else request.getfixturevalue("site").tab
        tab.set_content(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>")
        return tab

    return shown
