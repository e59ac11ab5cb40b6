"""One browser, one page and a little site of its own: no appliance is needed to read a screen."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from little_site import ORIGIN, Site
from playwright.sync_api import Browser, Page

from robot.browser import Answers
from robot.photograph import PICTURE_WITHOUT_WAITING_FOR_FONTS

os.environ.setdefault(*PICTURE_WITHOUT_WAITING_FOR_FONTS)  # as whoever starts a driver of ours does


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium-headless-shell")}


@pytest.fixture(scope="session")
def only_site(browser: Browser) -> Iterator[Site]:
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
