"""The peer: a bare Playwright script that signs in, reads, presses and photographs the same, and nothing else.

No record, no identity, no durable steps, no crash that it would survive: what a good engineer would write in an afternoon
against the simulated pair's own markup. It is the measure of what all of that costs.
"""

import json
import re
import ssl
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

CHROMIUM = "/usr/bin/chromium-headless-shell"


class Bare:
    """One appliance, driven by hand-written locators."""

    def __init__(
        self, playwright: Playwright, address: str, port: int, accounts: dict[str, tuple[str, str]], shots: Path
    ) -> None:
        self.playwright, self.address, self.port, self.accounts, self.shots = playwright, address, port, accounts, shots
        self.browser: Browser | None = None
        self.tabs: dict[str, Page] = {}
        self.pictures = 0

    def tab(self, interface: str) -> Page:
        if self.browser is None:
            self.browser = self.playwright.chromium.launch(executable_path=CHROMIUM)
        if interface not in self.tabs:
            tab = self.browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800}).new_page()
            tab.goto(f"https://{self.address}:{self.port}/{interface}")
            tab.get_by_label("Username").fill(self.accounts[interface][0])
            tab.get_by_label("Password").fill(self.accounts[interface][1])
            tab.get_by_role("button", name="Login").click()
            tab.get_by_role("link", name="Log Out").wait_for()
            self.tabs[interface] = tab
        return self.tabs[interface]

    def go(self, interface: str, *words: str) -> Page:
        tab = self.tab(interface)
        for word in words:
            tab.get_by_role("link", name=word, exact=True).click()
            tab.wait_for_load_state("load")
        return tab

    def look(self, interface: str, *words: str) -> str:
        tab = self.go(interface, *words)
        said = tab.locator("body").inner_text()
        self.shoot(tab)
        return said

    def shoot(self, tab: Page) -> None:
        self.pictures += 1
        (self.shots / f"{id(self)}-{self.pictures:03d}.png").write_bytes(tab.screenshot(full_page=True))

    def press(self, tab: Page, name: str) -> None:
        self.shoot(tab)
        tab.once("dialog", lambda dialog: dialog.accept())
        with tab.expect_navigation():
            tab.get_by_role("button", name=name, exact=True).and_(tab.locator(":enabled")).click()

    def shared_ip(self, ip: str, *, enabled: bool | None = None) -> bool:
        tab = self.go("appliance", "Networking", "IP Configuration", ip)
        if enabled is not None:
            tab.get_by_label("Enabled").set_checked(enabled)
            self.press(tab, "Save Changes")
            return self.shared_ip(ip)
        self.shoot(tab)
        return tab.get_by_label("Enabled").is_checked()

    def close(self) -> None:
        if self.browser:
            self.browser.close()
        self.browser, self.tabs = None, {}

    def is_up(self) -> bool:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            return opener.open(f"https://{self.address}:{self.port}/check_health", timeout=5).status == 200
        except OSError:
            return False

    def update(self, versions: tuple[str, ...], ip: str, other: "Bare") -> None:
        for version in versions:
            self.look("appliance", "Status", "Basics")
            self.look("login", "Status", "Information")
            tab = self.go("appliance", "Support", "Updates")
            tab.get_by_role("button", name="Check for updates").click()
            tab.get_by_text("Available Updates").wait_for()
            self.shoot(tab)
            self.press(tab, "Install This Update")
            self.close()
            while not (self.is_up() and self._has(version)):
                time.sleep(1.0)
            self.shared_ip(ip)
            other.shared_ip(ip)

    def _has(self, version: str) -> bool:
        try:
            said = self.look("appliance", "Status", "Basics") + self.look("login", "Status", "Information")
        except Error:
            self.close()
            return False
        return version in said


def last_sync(box: Bare) -> str:
    said = box.look("login", "Management", "Failover")
    found = re.search(r"Last Data-Sync\s+(.+)", said)
    return "" if "in progress" in said or found is None else found[1]


def synchronise(box: Bare) -> None:
    before = last_sync(box)
    box.press(box.go("login", "Management", "Failover"), "Sync Now")
    while last_sync(box) in {"", before}:
        time.sleep(1.0)


def upgrade(playwright: Playwright, plan: dict[str, Any], shots: Path) -> int:
    """The same upgrade; gives the number of pictures."""
    a, b = (Bare(playwright, plan[unit], plan["port"], plan["accounts"][unit], shots) for unit in "ab")
    ip = plan["shared"]
    for box in (a, b):
        box.look("appliance", "Status", "Basics")
        box.shared_ip(ip)
        box.look("login", "Status", "Information")
        box.look("login", "Management", "Failover")
        tab = box.go("appliance", "Support", "Updates")
        tab.get_by_role("button", name="Check for updates").click()
        tab.get_by_text("Available Updates").wait_for()
        box.shoot(tab)
    a.look("login", "Management", "Cluster")
    a.look("login", "Management", "Security")
    download(a, shots)
    synchronise(b)
    b.press(b.go("login", "Management", "Failover"), "Break Failover Relationships")
    for box in (a, b):
        box.look("login", "Management", "Failover")
    b.look("login", "Management", "Security")
    b.update(plan["versions"], ip, a)
    b.look("login", "Status", "Information")
    a.look("login", "Status", "Information")
    a.shared_ip(ip, enabled=False)
    b.shared_ip(ip, enabled=True)
    for box in (a, b):
        box.shared_ip(ip)
    b.look("login", "Status", "Information")
    download(b, shots)
    a.update(plan["versions"], ip, b)
    for box in (a, b):
        box.look("login", "Management", "Security")
        box.look("login", "Status", "Information")
    tab = b.go("login", "Management", "Failover")
    for group, address in (("New Backup Site", plan["a"]), ("Reverse", plan["b"])):
        part = tab.locator("fieldset, section, div, table").filter(has_text=group).last
        part.get_by_label("Host").fill(address)
        part.get_by_label("Port").fill(str(plan["port"]))
    b.press(tab, "Establish Relationship")
    synchronise(a)
    for box in (a, b):
        box.look("login", "Management", "Failover")
        box.shared_ip(ip)
    a.look("login", "Status", "Information")
    pictures = a.pictures + b.pictures
    a.close()
    b.close()
    return pictures


def download(box: Bare, shots: Path) -> None:
    tab = box.go("login", "Management", "Software Management")
    with tab.expect_download() as coming:
        tab.get_by_role("button", name="Download Backup").click()
    coming.value.save_as(shots / f"{id(box)}.nsb")
    box.shoot(tab)


def main() -> None:
    plan = json.loads(sys.stdin.read())
    began = time.monotonic()
    with sync_playwright() as playwright:
        pictures = upgrade(playwright, plan, Path(sys.argv[1]))
    print(json.dumps({"seconds": time.monotonic() - began, "pictures": pictures}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
