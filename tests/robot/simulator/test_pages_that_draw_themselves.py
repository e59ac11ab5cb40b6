"""What the pages of later generations do by themselves, in a real browser: ask, switch, send, and draw."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from robot.simulator.process import Simulation, simulation

SEED = 3  # of the fourth generation: links for buttons on Failover, a switch on IP configuration


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium-headless-shell")}


@pytest.fixture(scope="module")
def fourth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A pair of the fourth generation, whose pages have links for buttons and a switch for Enabled."""
    with simulation(tmp_path_factory.mktemp("pair"), instant=True, generation="g4", seed=SEED) as running:
        yield running


@pytest.fixture
def signed_in(browser: Browser, fourth: Simulation) -> Iterator[Callable[[str, str], Page]]:
    known = dict(line.split("=", 1) for line in fourth.env_file.read_text().splitlines())
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(5_000)

    def sign_in(unit: str, interface: str) -> Page:
        tab = context.new_page()
        tab.goto(f"https://{fourth.addresses[unit]}:{fourth.port}/{interface}")
        prefix = f"{unit.upper()}_{interface.upper()}"
        tab.fill('[name="login[username]"]', known[f"{prefix}_USERNAME"])
        tab.fill('[name="login[password]"]', known[f"{prefix}_PASSWORD"])
        tab.get_by_role("button", name="Login").click()
        tab.get_by_role("link", name="Status").first.wait_for()
        return tab

    yield sign_in
    context.close()


def actions(fourth: Simulation) -> list[str]:
    return [line["action"] for line in fourth.changes()]


def test_the_shell_stays_one_document_and_asks_in_the_page(fourth: Simulation, signed_in: Callable[[str, str], Page]) -> None:
    tab = signed_in("b", "login")
    tab.evaluate("window.stays = true")
    tab.get_by_role("link", name="Management").click()
    tab.get_by_role("link", name="Failover").click()
    press = tab.get_by_role("button", name="Break Failover Relationships")
    press.click()
    tab.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert actions(fourth) == []
    press.click()
    tab.get_by_role("dialog").get_by_role("button", name="OK").click()
    tab.get_by_role("button", name="Establish Relationship").wait_for()
    assert actions(fourth) == ["break-failover-relationships"]
    assert tab.evaluate("window.stays")


def test_a_file_leaves_the_shell_by_the_ordinary_way(signed_in: Callable[[str, str], Page], tmp_path: Path) -> None:
    tab = signed_in("a", "login")
    tab.get_by_role("link", name="Management").click()
    with tab.expect_download() as coming:
        tab.get_by_role("button", name="Download Backup").click()
    coming.value.save_as(tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_size == 300_000


def test_a_switch_says_what_a_tick_box_would(fourth: Simulation, signed_in: Callable[[str, str], Page]) -> None:
    tab = signed_in("b", "appliance")
    tab.get_by_role("link", name="Networking").click()
    tab.get_by_role("link", name=fourth.addresses["shared"]).click()
    switch = tab.get_by_role("switch", name="Enabled")
    switch.set_checked(True)
    tab.get_by_role("button", name="Save Changes").click()
    tab.get_by_text("Your changes have been saved.").wait_for()
    assert actions(fourth)[-1] == f"ip-enable {fourth.addresses['shared']}"
