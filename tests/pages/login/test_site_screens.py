"""Status > Information, Software Management, Security and Cluster of /login, as strangers may draw them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from little_site import ORIGIN, Site, quickly
from playwright.sync_api import Page
from renderings import BUTTONS, FACTS, FIELDS, GROUPS, HEADINGS, LAYOUTS, MENUS, field, mixed

from pages.login.cluster import is_in_a_cluster
from pages.login.security import SecurityScreen
from pages.login.software_management import SoftwareManagementScreen
from pages.login.status import StatusScreen
from robot.domain.errors import WrongScreen

Show = Callable[..., Page]
VERSION = "13.1.2-38227"
LICENCES = """<h2>Licenses</h2><table><tr><th>License</th><th>Version</th><th>Count</th></tr>
<tr><td>Support Representative</td><td>12.0.1</td><td>25</td></tr><tr><td>Jump Client</td><td>11.4.3</td><td>500</td></tr></table>"""
MISLEADING = [
    ("API Version", "1.13.0"), ("Software Maintenance Expires", "2027.01.31"), ("Representative Console Version", "12.9.9"),
    ("Build Date", "2026.10.10"), ("Time Zone", "UTC"), ("License Version", "2.4.0"),
]  # fmt: skip

LINK = "<p><a href='data:application/octet-stream,backup' download='backup.nsb' class=button>Download Backup</a></p>"


@pytest.mark.parametrize("told", FACTS)
def test_the_version_of_the_site_is_read_and_no_other(show: Show, told: str) -> None:
    clients = [("Representatives", "3"), ("Support Customers", "2"), ("Jump Clients", "41")]
    body = (
        HEADINGS["h2"]("Site Status") + FACTS[told]([("Status", "Running"), ("Product Version", VERSION), *MISLEADING])
        + "<button>Restart Bomgar Software</button>" + LICENCES
        + "<h2>Client Software</h2><p>Client software is built to attempt to connect to s.example.com.</p>" + FACTS[told]([("Version", "12.8.8")])
        + HEADINGS["h2"]("Connected Clients") + FACTS[told](clients)
    )  # fmt: skip
    now = StatusScreen(show(body)).read()
    assert (now.state, now.product) == ("Running", VERSION)
    assert now.clients == {name: int(count) for name, count in clients}


@pytest.mark.parametrize(
    "words",
    [
        f"<p>Version {VERSION}</p>",
        f"<p>Bomgar Remote Support Version {VERSION}</p>",
        f"<table><tr><th>Product</th><th>Version</th><th>Status</th></tr><tr><td>Remote Support</td><td>{VERSION}</td><td>Running</td></tr></table>",
        f"<dl><dt>Software</dt><dd>Bomgar Remote Support {VERSION}</dd></dl>",
        f"<b>Product version:</b> {VERSION}<br><b>Build:</b> 38227<br>",
    ],
)
def test_the_version_of_the_site_in_other_words(show: Show, words: str) -> None:
    assert StatusScreen(show(f"<h2>Information</h2>{words}{LICENCES}")).read().product == VERSION


def test_versions_that_disagree_stop(show: Show) -> None:
    with pytest.raises(WrongScreen, match="several versions"):
        StatusScreen(show("<p>Product Version: 13.1.2</p><p>Software Version: 13.2.0</p>")).read()


@pytest.mark.proves("BS1", "BS2")
@pytest.mark.parametrize(("head", "style"), mixed(HEADINGS, FIELDS, every=3))
def test_the_backup_is_downloaded_with_its_own_password(show: Show, style: str, head: str, tmp_path: Path) -> None:
    body = (
        HEADINGS[head]("Backup Settings") + "<p>The password protects the backup.</p>"
        + field("Backup Password", "<input type=password>", style)
        + field("Include logged session reporting data", "<input type=checkbox checked>", style) + LINK
        + HEADINGS[head]("Backup Vault Encryption Key") + field("Password", "<input type=password>", style) + "<button>Download Key</button>"
        + HEADINGS[head]("Restore Settings") + field("Backup File", "<input type=file>", style)
        + field("Backup Password", "<input type=password>", style) + "<button>Upload Backup</button>"
    )  # fmt: skip
    screen = SoftwareManagementScreen(show(body))
    name = screen.download_backup(tmp_path / "b", password="secret", include_history=False)
    assert name == "backup.nsb"
    assert screen.tab.eval_on_selector_all("input[type=password]", "all => all.map(e => e.value)") == ["secret", "", ""]
    assert screen.tab.eval_on_selector_all(":checked", "all => all.length") == 0


@pytest.mark.parametrize("group", GROUPS)
def test_a_password_is_confirmed_where_the_page_asks_twice(show: Show, group: str, tmp_path: Path) -> None:
    twice = "<p>Password: <input type=password></p><p>Confirm Password: <input type=password></p>"
    body = GROUPS[group]("Backup Settings", twice + LINK) + GROUPS[group](
        "Restore Settings", "<p>Password: <input type=password></p>"
    )
    SoftwareManagementScreen(tab := show(body)).download_backup(tmp_path / "b", password="secret", include_history=False)
    assert tab.eval_on_selector_all("input[type=password]", "all => all.map(e => e.value)") == ["secret", "secret", ""]


def test_a_hint_after_a_field_does_not_hide_the_label_above_it(show: Show, tmp_path: Path) -> None:
    above = "<div>Backup Password</div><input type=password> optional<div>Confirm Backup Password</div><input type=password>"
    tab = show(f"<h2>Backup Settings</h2>{above}{LINK}")
    SoftwareManagementScreen(tab).download_backup(tmp_path / "b", password="secret", include_history=False)
    assert tab.eval_on_selector_all("input[type=password]", "all => all.map(e => e.value)") == ["secret", "secret"]


@pytest.mark.proves("RE2")
@pytest.mark.parametrize("style", FIELDS)
def test_the_inter_appliance_key_is_read_or_said_to_be_masked(show: Show, style: str) -> None:
    label = "Inter-appliance Communication Pre-shared Key"

    def body(markup: str) -> str:
        return (
            "<h2>Security :: Options</h2><p>The inter-appliance key must be alike on both.</p>"
            + field("Minimum Password Length", "<input value=8>", style)
            + field("Maximum Session Key Timeout", "<input value=9>", style)
            + field(label, markup, style) + "<button>Save</button>"
        )  # fmt: skip

    assert SecurityScreen(show(body("<input value='k3y'>"))).inter_appliance_key() == "k3y"
    assert SecurityScreen(show(body("<input type=password value='k3y'>"))).inter_appliance_key() is None
    assert SecurityScreen(show(body("<input value='********'>"))).inter_appliance_key() is None


def test_the_inter_appliance_key_in_words(show: Show) -> None:
    for told in FACTS.values():
        assert (
            SecurityScreen(show(told([("Account Lockout After", "3"), ("Inter-Appliance Key", "k3y")]))).inter_appliance_key()
            == "k3y"
        )


def test_without_the_key_it_is_another_screen(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    with pytest.raises(WrongScreen):
        SecurityScreen(show("<h2>Security</h2><p>See the inter-appliance key of the peer.</p>")).inter_appliance_key()


@pytest.mark.parametrize("button", BUTTONS)
def test_a_cluster_is_recognised_by_its_page(site: Site, button: str) -> None:
    menu = MENUS["list"](("Status", "Reports", "Management"), "/login")
    sub = MENUS["plain box"](("Software", "Security", "Cluster", "Failover"), "/login/management")
    site.pages["/login"] = menu
    site.pages["/login/management"] = menu + sub
    site.pages["/login/management/cluster"] = (
        menu + sub + "<h2>Cluster</h2>" + BUTTONS[button]("Disband Cluster") + BUTTONS[button]("Sync Now")
    )
    site.tab.goto(f"{ORIGIN}/login")
    assert is_in_a_cluster(site.tab)
    site.pages["/login/management/cluster"] = (
        menu + sub + "<p>This site is not a member of a cluster. Use Add New Traffic Node.</p>"
    )
    site.tab.goto(f"{ORIGIN}/login")
    assert not is_in_a_cluster(site.tab)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_status_in_any_layout(show: Show, layout: str) -> None:
    body = HEADINGS["area :: section"]("Site Status") + FACTS["two td"]([("Status", "Running"), ("Version", VERSION)])
    assert StatusScreen(show(LAYOUTS[layout](body))).read().product == VERSION
