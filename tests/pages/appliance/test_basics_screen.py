"""Status > Basics of /appliance, as strangers may draw it."""

from collections.abc import Callable

import pytest
from little_site import quickly
from playwright.sync_api import Page
from renderings import FACTS, HEADINGS, mixed

from pages.appliance.basics import BasicsScreen
from robot.domain.errors import WrongScreen

Show = Callable[..., Page]
MACHINE = [
    ("Appliance Model", "B300 4.0.1"), ("Serial Number", "NS-1234"), ("GUID", "0f0e-11"), ("Base Software", "3.4.1 (41022)"),
    ("Firmware", "2.0.7"), ("System Up-time", "3 days, 4:05"), ("Current System Time", "2026-11-22 10:10:10"), ("Disk Serial Number", "WD-9"),
]  # fmt: skip
SITES = {
    "table of columns": "<table><tr><th>Site</th><th>Software Version</th><th>Status</th></tr>"
    "<tr><td>s.example.com</td><td>13.1.2</td><td>Running</td></tr></table>",
    "columns under bold words": "<table><tr><td><b>Site</b></td><td><font><b>Software Version</b></font></td><td><b>Status</b></td></tr>"
    "<tr><td>s.example.com</td><td>13.1.2</td><td>Running</td></tr></table>",
    "rows": "<table><tr><td>s.example.com</td><td>13.1.2</td></tr></table>",
    "run": "<p>Site: s.example.com<br>Software version: 13.1.2 (38227)</p>",
}


@pytest.mark.parametrize(("told", "sites"), mixed(FACTS, SITES, every=1))
def test_the_machine_is_told_from_the_sites_on_it(show: Show, told: str, sites: str) -> None:
    head = list(HEADINGS)[list(FACTS).index(told) % len(HEADINGS)]
    now = BasicsScreen(
        show(
            HEADINGS[head]("Appliance Details") + FACTS[told](MACHINE)
            + "<form><input type=submit value='Reboot This Appliance'></form>"
            + HEADINGS[head]("Hosted Sites") + SITES[sites]
        )
    ).read()  # fmt: skip
    assert (now.serial, now.guid, now.base) == ("NS-1234", "0f0e-11", "3.4.1 (41022)")
    assert (now.uptime, now.system_time) == ("3 days, 4:05", "2026-11-22 10:10:10")
    assert "13.1.2" in " ".join(now.hosted.values())


@pytest.mark.parametrize("body", ["<p>The serial number is on the box.</p>", "<p>Serial Number: 1</p><p>Serial Number: 2</p>"])
def test_without_one_serial_number_it_is_no_machine_of_ours(show: Show, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen):
        BasicsScreen(show(body)).read()
