"""A picture is had of a page in trouble: of one whose font never comes, and of one that refreshes itself all the while."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from little_site import ORIGIN, Site
from playwright.sync_api import Route

from pages.appliance_family import FAMILY
from robot.network.screenshots import PICTURE_WITHOUT_WAITING_FOR_FONTS, photograph

FONT = "<style>@font-face { font-family: X; src: url(/hang.woff2) } h1 { font-family: X }</style><h1>Failover</h1>"


@pytest.fixture
def hanging(site: Site) -> Iterator[list[Route]]:
    """A font that is never answered."""
    held: list[Route] = []
    site.tab.route(f"{ORIGIN}/hang.woff2", lambda route: held.append(route))  # noqa: PLW0108  # Playwright wants a function of ours
    yield held
    for route in held:
        route.abort()
    site.tab.unroute(f"{ORIGIN}/hang.woff2")


def test_a_font_that_never_comes_does_not_cost_the_picture_and_its_line_says_so(
    site: Site, hanging: list[Route], tmp_path: Path
) -> None:
    assert os.environ.get(PICTURE_WITHOUT_WAITING_FOR_FONTS[0]), "the driver of these tests starts as ours does"
    site.pages["/failover"] = FONT
    site.tab.goto(f"{ORIGIN}/failover", wait_until="domcontentloaded")
    began = time.monotonic()
    told = photograph(site.tab, tmp_path / "001-b-x-before.png", [], FAMILY.secret_labels)
    assert time.monotonic() - began < 15
    assert (told["without_font"], bool(hanging)) == (True, True)
    assert (tmp_path / "001-b-x-before.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_with_its_fonts_says_nothing_of_them(site: Site, tmp_path: Path) -> None:
    site.pages["/failover"] = "<h1>Failover</h1>"
    site.tab.goto(f"{ORIGIN}/failover")
    assert "without_font" not in photograph(site.tab, tmp_path / "001-b-x-before.png", [], FAMILY.secret_labels)


def test_a_page_that_refreshes_itself_is_photographed_with_its_secrets_masked(site: Site, tmp_path: Path) -> None:
    rows = "<tr><td>Installing</td><td>a secret word</td></tr>" * 200
    site.pages["/progress"] = f'<meta http-equiv="refresh" content="1"><table>{rows}</table>'
    site.tab.goto(f"{ORIGIN}/progress")
    for number in range(4):
        told = photograph(site.tab, tmp_path / f"00{number}-b-x-after.png", ["secret word"], FAMILY.secret_labels)
        assert told["masked"] == 200
        site.tab.wait_for_timeout(330)
