"""Pages drawn by somebody else from the same documentation: each a few lines that were once misread."""

from collections.abc import Callable

import pytest
from little_site import ORIGIN, Site
from playwright.sync_api import Page

from pages.appliance.basics import BasicsScreen
from pages.appliance.ip_configuration import AddressForm
from pages.appliance.updates import UpdatesScreen
from pages.engine.view.page_view import look_at
from pages.login.failover import FailoverScreen
from pages.login.status import StatusScreen
from pages.readings.failover_status import Role
from robot.network.chromium import NetworkMonitor

Show = Callable[..., Page]
ROWS = "<style>.row { display: flex } .c { width: 25% }</style>"
BUTTONS = "<button>Sync Now</button><button>Break Failover Relationships</button>"
CHECK = "<button>Check for Updates</button>"


def row(label: str, value: str) -> str:
    return f"<div class=row><div class=c><strong>{label}</strong></div><div class=c>{value}</div></div>"


def card(title: str, body: str) -> str:
    return f"<div class=card><div class=card-title>{title}</div>{body}</div>"


def test_a_bold_label_beside_its_value_is_no_heading(show: Show) -> None:
    facts = row("Serial Number", "X1") + row("Base Software Version", "6.1.0") + row("System Up-Time", "3 days")
    now = BasicsScreen(show(f"{ROWS}<h2>Appliance</h2>{facts}")).read()
    assert (now.serial, now.base, now.uptime) == ("X1", "6.1.0", "3 days")


@pytest.mark.parametrize(("role", "other"), [("primary", "backup"), ("backup", "primary")])
def test_a_status_in_rows_of_bold_labels_is_read(show: Show, role: str, other: str) -> None:
    facts = (
        row("This host's status", f"rs1 {role} site instance") + row("Peer host's status", f"rs2 {other} site instance")
        + row("Last Data Sync", "2027-03-04 10:22:33") + row("Data Sync Status", "In progress")
    )  # fmt: skip
    now = FailoverScreen(show(f"{ROWS}<h2>Status</h2>{facts}{BUTTONS}")).read()
    assert (now.role, now.last_sync, now.syncing) == (Role(role), "2027-03-04 10:22:33", True)


def test_a_label_that_speaks_of_events_does_not_make_history_of_what_follows(show: Show) -> None:
    facts = row("Last Data Sync", "2027-03-04 10:22:33") + row("Last event", "none")
    page = f"{ROWS}<h2>Backup Site Instance Status</h2>{facts}<p>Data sync in progress</p>{BUTTONS}"
    assert FailoverScreen(show(page)).read().syncing


@pytest.mark.parametrize("enabled", [True, False])
def test_a_form_of_bold_labels_is_read(show: Show, *, enabled: bool) -> None:
    box = f"<input type=checkbox {'checked' if enabled else ''}>"
    fields = row("IP Address", "<input value='192.0.2.10'>") + row("Enabled", box)
    tab = show(f"{ROWS}<form method=post><h2>Edit</h2>{fields}<button>Save Changes</button></form>")
    assert AddressForm(tab, "192.0.2.10").read().enabled is enabled


@pytest.mark.parametrize(
    "text",
    [
        "Data sync in progress (45% complete)", "Data sync: 45% complete", "Data sync in progress, not yet complete",
        "Automatic data sync in progress", "Sync status: Running", "Performing data sync...", "A data sync has been initiated",
        "Syncing: 3 of 10 tables completed", "Copying data from the primary site instance...", "Status: Replicating data (2 MB)",
    ],
)  # fmt: skip
def test_a_running_synchronisation_is_told_in_many_words(show: Show, text: str) -> None:
    assert FailoverScreen(show(f"<h2>Backup Site Instance Status</h2><p>{text}</p>{BUTTONS}")).read().syncing


@pytest.mark.parametrize(
    "text",
    [
        "Sync in progress: No", "Syncing: No", "No data sync in progress", "Automatic sync is active", "Data sync failed at 45%",
        "Sync progress: 100%", "Automatic data sync interval: 1 hour", "Synchronized 10 of 10 tables: completed",
        "Copy data from the primary when becoming the backup", "Data sync completed: 12 tables",
    ],
)  # fmt: skip
def test_what_only_speaks_of_synchronising_is_none(show: Show, text: str) -> None:
    assert not FailoverScreen(show(f"<h2>Backup Site Instance Status</h2><p>{text}</p>{BUTTONS}")).read().syncing


@pytest.mark.parametrize(
    "told",
    [
        "<p>Last Data Sync: 2027-03-04 10:22:33</p><p>Last Data Sync Status: Failed</p>",
        "<p>Last Data Sync: 2027-03-04 10:22:33 (failed)</p>", "<p>The last data sync failed on 2027-03-04 10:22:33.</p>",
        "<p>Data sync status: Completed with errors</p><p>Last Data Sync: 2027-03-04 10:22:33</p>",
        "<table><tr><td>Last Data Sync</td><td>2027-03-04 10:22:33</td></tr><tr><td>Result</td><td>Aborted</td></tr></table>",
    ],
)  # fmt: skip
def test_the_time_of_a_synchronisation_that_failed_is_not_that_of_a_completed_one(show: Show, told: str) -> None:
    assert FailoverScreen(show(f"<h2>Backup Site Instance Status</h2>{told}{BUTTONS}")).read().last_sync == ""


@pytest.mark.parametrize("told", ["Data sync failed on 2027-03-01 08:00:00.", "Last Data Sync Status: Success"])
def test_an_older_failure_does_not_take_the_time_of_the_last_synchronisation_away(show: Show, told: str) -> None:
    page = f"<h2>Backup Site Instance Status</h2><p>Last Data Sync: 2027-03-04 10:22:33</p><p>{told}</p>{BUTTONS}"
    assert FailoverScreen(show(page)).read().last_sync == "2027-03-04 10:22:33"


@pytest.mark.parametrize(
    "moment", ["10:22:33 04/03/2027", "March 4, 2027 - 10:22 AM", "Thu Mar 4 10:22:33 UTC 2027", "4-Mar-2027 10:22:33"]
)
def test_the_time_of_the_last_synchronisation_is_read_with_its_time_of_day(show: Show, moment: str) -> None:
    page = f"<h2>Backup Site Instance Status</h2><p>Last Data Sync: {moment}</p>{BUTTONS}"
    assert "10:22" in FailoverScreen(show(page)).read().last_sync


@pytest.mark.parametrize(
    "text",
    [
        "Installation of Base Software 7.1.0 failed.", "Installing Base Software 7.1.0 failed.",
        "Downloading update 7.1.0 failed: timeout", "Update to 23.3.2 failed. Installing was aborted at 45%.",
    ],
)  # fmt: skip
def test_a_failure_is_told_though_a_version_stands_in_it(show: Show, text: str) -> None:
    now = UpdatesScreen(show(f"{CHECK}<div class=alert>{text}</div>")).read()
    assert (now.installing, bool(now.message)) == (False, True)


def test_a_package_in_a_table_of_its_own_has_its_titles_name(show: Show) -> None:
    def package(name: str, said: str, more: str) -> str:
        button = f'<input type=submit value="Install This Update"{more}>'
        return f"<table border=1><tr><td><b>{name}</b></td></tr><tr><td>{said}<br>{button}</td></tr></table><br>"

    both = package("Base Software 7.1.0", "Operating system.", "") + package(
        "Remote Support 23.3.2", "Requires Base Software 7.1.0 to be installed first.", " disabled"
    )
    now = UpdatesScreen(show(f"{CHECK}<h2>Available Updates</h2>{both}")).read()
    assert [(each.name, each.enabled) for each in now.offers] == [("Base Software 7.1.0", True), ("Remote Support 23.3.2", False)]


@pytest.mark.parametrize(
    "greyed",
    [
        "<span class=text-muted>Install This Update</span>", "<a class='btn disabled' aria-disabled=true>Install This Update</a>",
        "<button disabled>Install This Update</button>", "",
    ],
)  # fmt: skip
def test_a_package_that_is_greyed_out_in_its_own_way_is_known_to_come(show: Show, greyed: str) -> None:
    both = (
        "<li class=item><button>Install This Update</button> <strong>Base Software 5.5.1</strong></li>"
        f"<li class='item text-muted'><strong>Remote Support 19.1.4</strong> {greyed}<br><em>Another package first.</em></li>"
    )
    now = UpdatesScreen(show(f"{CHECK}<h3>Available Updates</h3><ul>{both}</ul>")).read()
    assert [(each.name, each.enabled) for each in now.offers] == [("Base Software 5.5.1", True), ("Remote Support 19.1.4", False)]


def test_what_is_installed_is_not_offered(show: Show) -> None:
    installed = card("Currently installed", "<p>BeyondTrust Remote Support 22.1.3</p>")
    offered = card("BeyondTrust Remote Support 23.3.2", "<p>Product update.</p><button>Install This Update</button>")
    now = UpdatesScreen(show(f"{CHECK}{installed}{offered}")).read()
    assert [each.name for each in now.offers] == ["BeyondTrust Remote Support 23.3.2"]


def grid(*cells: str) -> str:
    columns = "display: grid; grid-template-columns: repeat(3, 1fr)"
    return f'<div style="{columns}">{"".join(f"<div>{cell}</div>" for cell in cells)}</div>'


def test_a_table_that_only_its_columns_draw_gives_each_button_its_own_row(show: Show, answers: NetworkMonitor) -> None:
    install = "<button>Install This Update</button>"
    packages = grid(
        *("Package", "Description", "Action"), *("Remote Support 23.3.2", "Requires Base Software 7.1.0", ""),
        *("Base Software 7.1.0", "Operating system", install), *("Firmware 2.1.0", "For the disks", install),
    )  # fmt: skip
    screen = UpdatesScreen(show(f"{CHECK}<h2>Available Updates</h2>{packages}"))
    offers = screen.read().offers
    assert [each.name for each in offers if each.enabled] == ["Base Software 7.1.0", "Firmware 2.1.0"]
    screen.available.install_this_update(offers[0], answers).check_actionable()


def test_a_package_told_label_by_label_keeps_its_name_where_columns_draw_them(show: Show) -> None:
    facts = "".join(
        row(*each) for each in [("Package", "Base Software"), ("Version", "7.1.0 <button>Install This Update</button>")]
    )
    now = UpdatesScreen(show(f"{ROWS}{CHECK}<h2>Available Updates</h2>{facts}")).read()
    assert [(each.name, each.version) for each in now.offers] != [("Version", "7.1.0")]


def test_a_sentence_of_a_help_beside_the_packages_is_no_package(show: Show) -> None:
    packages = card("Base Software 7.1.0", "<p>Operating system.</p><button>Install This Update</button>")
    help_ = card("About this page", "<p>Before Base 3.3.2 the key must be obtained from support.</p>")
    now = UpdatesScreen(show(f"{CHECK}{packages}{help_}")).read()
    assert [each.name for each in now.offers] == ["Base Software 7.1.0"]


MENU = "<nav><a href=/s>Status</a> <a href=/u>Users</a> <a href=/m>Management</a></nav><ul class=tabs><li><a href=/i>Information</a></li></ul>"


@pytest.mark.parametrize(
    "trail",
    [
        "<nav aria-label=Breadcrumb><a href=/s>Status</a> <span aria-hidden=true>/</span> <span>Information</span></nav>",
        "<ol class=trail><li>Status</li><li>Information</li></ol>", "<div><span>Status</span> <span>Information</span></div>",
    ],
)  # fmt: skip
def test_where_one_is_told_as_a_trail_is_no_state_of_the_site(show: Show, trail: str) -> None:
    facts = row("Status", "Running") + row("Product Version", "22.1.3")
    body = f"{ROWS}<style>.trail {{ display: flex; gap: 1em }}</style>{MENU}{trail}<main><h2>Site Status</h2>{facts}</main>"
    assert StatusScreen(show(body)).read().state == "Running"


@pytest.mark.parametrize(
    "foot",
    [
        "<footer><span>Version 22.3.9</span> <span>build 99887</span> <a href=/h>Help</a></footer>",
        "<div role=contentinfo><div>Software Version: 22.3.9</div></div>",
        "<hr><center>Copyright 2002-2013 Bomgar Corporation. Version 13.9.9. All Rights Reserved.</center>",
    ],
)
def test_the_version_at_the_foot_of_the_page_is_nobodys(show: Show, foot: str) -> None:
    facts = row("Status", "Running") + row("Product Version", "22.1.3")
    assert StatusScreen(show(f"{ROWS}<h2>Site Status</h2>{facts}{foot}")).read().product == "22.1.3"


def test_the_foot_of_a_part_of_the_page_is_read_as_all_else(show: Show) -> None:
    facts = row("This host's status", "rs2 backup site instance")
    page = f"{ROWS}<section><h2>Backup Site Instance Status</h2>{facts}<footer>Last Data Sync: 2027-03-04 10:22:33</footer></section>"
    assert FailoverScreen(show(f"{page}{BUTTONS}")).read().last_sync == "2027-03-04 10:22:33"


def broken_by(site: Site, button: str) -> None:
    box = (
        "<div id=m class=modal style='display: none; position: fixed; top: 50px; background: #fff'>"
        "<h4>Break Failover Relationships</h4><p>This will remove the failover relationship between this site and its peer.</p>"
        f"<button>Cancel</button><form method=post action=/done><button>{button}</button></form></div>"
    )
    opens = "<button onclick=\"m.style.display = 'block'\">Break Failover Relationships</button>"
    site.pages |= {
        "/failover": f"<h2>Backup Site Instance Status</h2><button>Sync Now</button>{opens}{box}",
        "/done": "<p>Done</p>",
    }
    site.tab.goto(f"{ORIGIN}/failover")
    press = FailoverScreen(site.tab).break_failover_relationships(site.answers)
    press.check_actionable()
    press.press()


@pytest.mark.parametrize("button", ["Break Relationship", "Break", "Break Failover Relationships", "Yes"])
def test_a_box_whose_button_says_less_than_the_pressed_one_is_its_confirmation(site: Site, button: str) -> None:
    broken_by(site, button)
    assert [each.split()[0] for each in site.posts] == ["/done"]


def test_a_page_whose_library_teaches_arrays_and_objects_another_json_is_read_all_the_same(show: Show) -> None:
    taught = "for (const kind of [Array, Object, String]) kind.prototype.toJSON = () => 'spoilt';"
    seen = look_at(show(f"<script>{taught}</script><p>Status: Synchronized</p><button>Sync Now</button>"))
    assert seen.value("^Status$") == "Synchronized"
    assert [each.name for each in seen.clickables("Sync")] == ["Sync Now"]
